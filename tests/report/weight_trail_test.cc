#include "report/weight_trail.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/data/csv.h"

using namespace descent;
using namespace descent::report;

namespace {

data::Table iris() { return data::read_csv(DESCENT_SOURCE_DIR "/examples/data/iris.csv"); }

RaceResult race_with_landscape(std::vector<std::string> wishes, const train::FitOptions& fit) {
  std::vector<Racer> racers;
  for (const std::string& wish : wishes) racers.push_back(parse_racer(wish));
  return race(iris(), "species", racers, {.landscape = true}, fit);
}

/// Between the four grid points around it.
double error_at_centre(const ErrorSurface& surface) {
  const auto place = [](const std::vector<double>& values) {
    std::size_t i = 0;
    while (values[i + 1] < 0) ++i;
    return std::pair(i, -values[i] / (values[i + 1] - values[i]));
  };
  const auto [column, right] = place(surface.x);
  const auto [row, up] = place(surface.y);
  const auto error = [&](std::size_t r, std::size_t c) { return surface.errors[r * surface.x.size() + c]; };
  return (1 - up) * ((1 - right) * error(row, column) + right * error(row, column + 1)) +
         up * ((1 - right) * error(row + 1, column) + right * error(row + 1, column + 1));
}

}  // namespace

TEST_CASE("the landscape of a race over a table lies around the end of the best, and all begin in one place") {
  const RaceResult result = race_with_landscape({"sgd:lr=0.01", "adam:lr=0.002", "adam:lr=0.001"}, {.epochs = 8});
  REQUIRE(result.landscape);
  const WeightLandscape& landscape = *result.landscape;
  REQUIRE(landscape.ways.size() == 3);
  std::size_t best = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(landscape.epochs[i] == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8});
    REQUIRE(landscape.ways[i].size() == 9);
    CHECK(landscape.ways[i][0] == landscape.ways[0][0]);
    if (result.runs[i][0].final_loss < result.runs[best][0].final_loss) best = i;
  }
  CHECK(landscape.ways[best][8] == Point{0, 0});
  CHECK(landscape.share > 0.7);
  CHECK(landscape.share <= 1 + 1e-12);
  // The loss there is the one that the run ended with.
  CHECK(error_at_centre(landscape.surface) == doctest::Approx(result.runs[best][0].final_loss).epsilon(0.02));

  const FigureSection section = section_of(result);
  CHECK(section.steps == std::vector<std::int64_t>{0, 8, 16, 24, 32, 40, 48, 56, 64});
  REQUIRE(section.figures.size() == 2);
  const auto& figure = std::get<SurfaceFigure>(section.figures[0].picture);
  CHECK(figure.paths[best].x.back() == 0);
  CHECK(figure.paths[1].x.size() == 9);
  CHECK(figure.paths[1].y[3] == landscape.ways[1][3][1]);
}

TEST_CASE("ways are shown by steps, of which runs may take different numbers in an epoch") {
  // L-BFGS takes all rows at once, a step an epoch.
  const RaceResult result = race_with_landscape({"adam", "lbfgs"}, {.epochs = 4});
  const FigureSection section = section_of(result);
  CHECK(section.steps == std::vector<std::int64_t>{0, 8, 16, 24, 32});
  const auto& figure = std::get<SurfaceFigure>(section.figures[0].picture);
  const std::vector<Point>& way = result.landscape->ways[1];
  CHECK(figure.paths[1].x == std::vector<double>{way[0][0], way[4][0], way[4][0], way[4][0], way[4][0]});
}

TEST_CASE("of many epochs a trail has a handful of places, and the last") {
  const RaceResult result = race_with_landscape({"adam"}, {.epochs = 101});
  const std::vector<std::int64_t>& epochs = result.landscape->epochs[0];
  REQUIRE(epochs.size() == 27);
  CHECK(epochs[1] == 4);
  CHECK(epochs[25] == 100);
  CHECK(epochs[26] == 101);
  CHECK(race_with_landscape({"adam"}, {.epochs = 32}).landscape->epochs[0].size() == 17);
  CHECK(race_with_landscape({"adam"}, {.epochs = 31}).landscape->epochs[0].size() == 32);
}

TEST_CASE("what diverges has no way, and where there is nothing to show there is no landscape") {
  const RaceResult result = race_with_landscape({"sgd:lr=1e30", "adam"}, {.epochs = 3});
  REQUIRE(result.landscape);
  CHECK(result.landscape->ways[0].empty());
  CHECK(result.landscape->ways[1].size() == 4);
  CHECK(std::get<SurfaceFigure>(section_of(result).figures[0].picture).paths[0].x.empty());
  CHECK_FALSE(race_with_landscape({"sgd:lr=1e30"}, {.epochs = 3}).landscape);
  CHECK_FALSE(race_with_landscape({"adam"}, {.epochs = 1}).landscape);
  CHECK_FALSE(race_with_landscape({"adam"}, {.epochs = 3, .holdout = 0}).landscape);
  CHECK_FALSE(race_with_landscape({"adam"}, {.hidden = {400, 400}, .epochs = 2}).landscape);
  CHECK(section_of(race_with_landscape({"adam"}, {.epochs = 1})).figures.size() == 1);
  CHECK_FALSE(race(iris(), "species", {parse_racer("adam")}, {}, {.epochs = 3}).landscape);
}
