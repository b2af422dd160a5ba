#include "descent/report/landscape.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/create.h"
#include "descent/ops.h"
#include "descent/report/weight_slice.h"
#include "error_of.h"

using namespace descent;
using namespace descent::report;
using doctest::Approx;

TEST_CASE("a curve of an error and its tangent have the function's values") {
  const Objective parabola = [](const Tensor& w) { return square(w[0] - 1); };
  const ErrorCurve curve = error_curve(parabola, {-1, 3}, 5);
  CHECK(curve.weights == std::vector<double>{-1, 0, 1, 2, 3});
  CHECK(curve.errors == std::vector<double>{4, 1, 0, 1, 4});
  const Tangent tangent = tangent_at(parabola, 3);
  CHECK(tangent.error == 4);
  CHECK(tangent.slope == 4);
  CHECK(error_of([&] { error_curve(parabola, {1, 1}); }) == "error_curve: from 1 to 1 is no interval");
  CHECK(error_of([&] { error_curve(parabola, {0, 1}, 1); }) == "error_curve: points = 1 must be at least 2");
}

TEST_CASE("a surface goes by rows of y") {
  const ErrorSurface surface = error_surface([](const Tensor& w) { return w[0] + 10 * w[1]; }, {0, 2}, {5, 7}, 3);
  CHECK(surface.x == std::vector<double>{0, 1, 2});
  CHECK(surface.y == std::vector<double>{5, 6, 7});
  CHECK(surface.errors == std::vector<double>{50, 51, 52, 60, 61, 62, 70, 71, 72});
}

TEST_CASE("the contours of a bowl are rings at its level") {
  const ErrorSurface bowl = error_surface([](const Tensor& w) { return sum(square(w)); }, {-2, 2}, {-2, 2}, 81);
  const std::vector<Contour> rings = contours(bowl, {1, 2.25});
  REQUIRE(rings.size() == 2);
  for (const Contour& ring : rings) {
    REQUIRE(ring.lines.size() == 1);
    CHECK(ring.lines[0].front() == ring.lines[0].back());
    CHECK(ring.lines[0].size() > 100);
    for (const Point& point : ring.lines[0])
      CHECK(std::hypot(point[0], point[1]) == Approx(std::sqrt(ring.level)).epsilon(0.001));
  }
}

TEST_CASE("the contour of a slope goes from border to border, and where it crosses a saddle it is two lines") {
  const ErrorSurface slope = error_surface([](const Tensor& w) { return w[0]; }, {0, 1}, {0, 1}, 5);
  const Contour line = contours(slope, {0.3})[0];
  REQUIRE(line.lines.size() == 1);
  CHECK(line.lines[0].size() == 5);
  for (const Point& point : line.lines[0]) CHECK(point[0] == Approx(0.3));
  // One cell, whose corners are 1, 0, 1, 0 and whose middle is above 0.4: the low corners are cut off.
  const ErrorSurface saddle{.x = {0, 1}, .y = {0, 1}, .errors = {1, 0, 0, 1}};
  const Contour cut = contours(saddle, {0.4})[0];
  REQUIRE(cut.lines.size() == 2);
  for (const std::vector<Point>& each : cut.lines) {
    REQUIRE(each.size() == 2);
    CHECK(std::fabs(each[0][0] - each[0][1]) == Approx(0.6));
    CHECK(each[1][0] - each[1][1] == Approx(each[0][0] - each[0][1]));
  }
}

TEST_CASE("contours leave out what is not finite, and levels are nearer to each other below") {
  ErrorSurface surface{.x = {0, 1, 2}, .y = {0, 1}, .errors = {0, 1, NAN, 0, 1, 8}};
  CHECK(contour_levels(surface, 1) == std::vector<double>{1});
  CHECK(contour_levels({.x = {0, 1}, .y = {0}, .errors = {3, 3}}).empty());
  const Contour contour = contours(surface, {0.5})[0];
  REQUIRE(contour.lines.size() == 1);
  CHECK(contour.lines[0] == std::vector<Point>{{0.5, 0}, {0.5, 1}});
}

TEST_CASE("filter-normalised directions have the norms of the weights' filters, and leave biases") {
  const Tensor weight = tensor({{3.0f, 4.0f}, {0.0f, 0.5f}}), bias = tensor({1.0f, 2.0f});
  Generator generator(1), same(1);
  const WeightDirections directions = filter_normalized_directions({weight, bias}, generator);
  for (const auto* direction : {&directions.x, &directions.y}) {
    const std::vector<double> d = (*direction)[0].reshape({-1}).to_vector<double>();
    CHECK(std::hypot(d[0], d[1]) == Approx(5));
    CHECK(std::hypot(d[2], d[3]) == Approx(0.5));
    CHECK((*direction)[1].to_vector<double>() == std::vector<double>{0, 0});
  }
  CHECK(directions.x[0].reshape({-1}).to_vector<double>() != directions.y[0].reshape({-1}).to_vector<double>());
  CHECK(filter_normalized_directions({weight, bias}, same).x[0].reshape({-1}).to_vector<double>() ==
        directions.x[0].reshape({-1}).to_vector<double>());
  CHECK(error_of([&] { filter_normalized_directions({bias}, generator); }) ==
        "filter_normalized_directions: no weight has filters, which takes two dimensions");
}

TEST_CASE("principal directions of a path are those it goes most in") {
  // From (0, 0, 6) along the third weight, then a little along the first.
  std::vector<std::vector<Tensor>> path;
  for (const auto& [first, third] : {std::pair(0.0, 6.0), {0.0, 4.0}, {0.0, 2.0}, {0.0, 0.0}, {-1.0, 0.0}, {0.0, 0.0}})
    path.push_back({tensor(std::vector{first, 0.0}), tensor(std::vector{third})});
  const PrincipalDirections principal = principal_directions(path);
  CHECK(principal.directions.x[0].to_vector<double>()[0] == Approx(0));
  CHECK(principal.directions.x[1].item<double>() == Approx(1));
  CHECK(std::fabs(principal.directions.y[0].to_vector<double>()[0]) == Approx(1));
  CHECK(principal.share_x == Approx(56.0 / 57));
  CHECK(principal.share_y == Approx(1.0 / 57));
  CHECK(principal.path.front()[0] == Approx(6));
  CHECK(std::fabs(principal.path[4][1]) == Approx(1));
  CHECK(principal.path.back() == Point{0, 0});
  CHECK(error_of([&] {
          principal_directions({path[0], path[1]});
        }) == "principal_directions: a path of 2 places, wanted at least 3");
}

TEST_CASE("a slice moves the weights and puts them back") {
  const Tensor weight = tensor({0.1f, 0.2f}), bias = tensor({0.3f});
  const std::vector<float> before = weight.to_vector<float>();
  const WeightDirections directions{.x = {tensor(std::vector{1.0, 0.0}), tensor(std::vector{0.0})},
                                    .y = {tensor(std::vector{0.0, 0.0}), tensor(std::vector{2.0})}};
  const auto error = [&] { return square(weight[0]) + square(bias[0]); };
  const ErrorSurface slice = weight_slice({weight, bias}, directions, error, {-1, 1}, {0, 1}, 3);
  CHECK(slice.errors[0] == Approx(0.81 + 0.09));
  CHECK(slice.errors[8] == Approx(1.21 + 5.29));
  CHECK(weight.to_vector<float>() == before);
  CHECK(error_of([&] {
          weight_slice(
              {weight, bias}, directions, []() -> Tensor { fail("no"); }, {-1, 1}, {0, 1}, 3);
        }) == "no");
  CHECK(weight.to_vector<float>() == before);
}
