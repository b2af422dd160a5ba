// Projections against Optax (tests/golden/wrappers.py) and the conditions that make a point the nearest.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"

using namespace descent;
using namespace descent::optim;

namespace {

const std::map<std::string, std::function<Tensor(const Tensor&)>> kProjections = {
    {"project/box", [](const Tensor& x) { return project_box(x, -0.25, 0.5); }},
    {"project/non_negative", project_non_negative},
    {"project/simplex", [](const Tensor& x) { return project_simplex(x); }},
    {"project/simplex_3", [](const Tensor& x) { return project_simplex(x, 3); }},
    {"project/l1_ball", [](const Tensor& x) { return project_l1_ball(x); }},
    {"project/l1_ball_4", [](const Tensor& x) { return project_l1_ball(x, 4); }},
    {"project/l2_ball", [](const Tensor& x) { return project_l2_ball(x); }},
    {"project/l2_ball_3", [](const Tensor& x) { return project_l2_ball(x, 3); }},
};

}  // namespace

TEST_CASE("projections are Optax's, and change nothing that was projected") {
  const Golden golden("wrappers");
  for (const auto& entry : kProjections) {
    const auto& id = entry.first;
    const auto& project = entry.second;
    CAPTURE(id);
    for (int i = 0; i < 5; ++i) {
      const Tensor x = golden[concat("project/x/", i)], wanted = golden[concat(id, "/", i)];
      CHECK(allclose(project(x), wanted, 1e-12, 1e-14));
      CHECK(allclose(project(wanted), wanted, 1e-12, 1e-14));
      const Tensor narrow = project(x.to(float32));
      CHECK(narrow.dtype() == float32);
      CHECK(allclose(narrow.to(float64), wanted, 1e-5, 1e-5));
    }
  }
}

// z is the nearest point of a convex set to x if and only if (x - z) . (w - z) <= 0 for every w of the set; where that
// is linear in w, corners suffice.
TEST_CASE("a projection is the nearest point") {
  manual_seed(5);
  for (int trial = 0; trial < 20; ++trial) {
    const Tensor x = randn(9, {.dtype = float64}) * (trial + 1);
    const auto slack = [&](const Tensor& z, const Tensor& w) { return sum((x - z) * (w - z)).item(); };
    const Tensor simplex = project_simplex(x, 2), l1 = project_l1_ball(x, 2), l2 = project_l2_ball(x, 2);
    CHECK(sum(simplex).item() == doctest::Approx(2).epsilon(1e-14));
    CHECK(min(simplex).item() >= 0);
    CHECK(norm(l1, 1).item() <= 2 + 1e-13);
    CHECK(norm(l2).item() <= 2 + 1e-13);
    for (int i = 0; i < 9; ++i) {
      const Tensor corner = 2 * one_hot(tensor(i), 9).to(float64);
      CHECK(slack(simplex, corner) <= 1e-12);
      CHECK(slack(l1, corner) <= 1e-12);
      CHECK(slack(l1, -corner) <= 1e-12);
    }
    CHECK(slack(l2, 2 * x / norm(x)) <= 1e-12);
  }
}

TEST_CASE("projections of extreme points") {
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(equal(project_simplex(tensor({1e30, 1e30, -1e30})), tensor({0.5, 0.5, 0.0})));
  CHECK(equal(project_simplex(tensor({-1e30, -1e30})), tensor({0.5, 0.5})));
  CHECK(equal(project_simplex(tensor({-5.0})), tensor({1.0})));
  CHECK(equal(project_l1_ball(tensor({-1e30, 1.0})), tensor({-1.0, 0.0})));
  CHECK(equal(project_l2_ball(tensor({3e38, 0.0}), 2), tensor({2.0, 0.0})));
  CHECK(equal(project_l2_ball(zeros(3), 0), zeros(3)));
  CHECK(equal(project_l2_ball(ones(3), 0), zeros(3)));
  CHECK(equal(project_box(tensor({-inf, inf, 0.5}), tensor({-1.0, 0.0, 0.75}), 1), tensor({-1.0, 1.0, 0.75})));
  CHECK(project_l2_ball(zeros(0)).numel() == 0);
  CHECK(project_l1_ball(zeros(0)).numel() == 0);
  const Tensor with_nan = tensor({1.0, std::nan(""), 3.0});
  CHECK(all(isnan(project_simplex(with_nan))).item<bool>());
  CHECK(all(isnan(project_l2_ball(with_nan))).item<bool>());
  const Tensor x = tensor({0.1, 0.2}, {.requires_grad = true});
  CHECK(!project_l1_ball(x).requires_grad());
  CHECK(!project_l2_ball(x).requires_grad());
}

TEST_CASE("projections refuse sets that are empty") {
  const Tensor x = ones(2);
  CHECK(error_of([&] { project_box(x, 1, 0); }) == "project_box: a lower bound is above its upper bound");
  CHECK(error_of([&] { project_simplex(x, 0); }) == "project_simplex: total = 0 must be above 0");
  CHECK(error_of([&] {
          project_simplex(zeros({0, 2}));
        }) == "project_simplex: a tensor of shape [0, 2] has no elements");
  CHECK(error_of([&] { project_l1_ball(x, 0); }) == "project_l1_ball: radius = 0 must be above 0");
  CHECK(error_of([&] { project_l2_ball(x, -1); }) == "project_l2_ball: radius = -1 must be at least 0");
}
