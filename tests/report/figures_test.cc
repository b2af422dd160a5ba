#include "descent/report/figures.h"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "descent/report/race.h"
#include "error_of.h"
#include "temporary_folder.h"

using namespace descent;
using namespace descent::report;
using nlohmann::json;

namespace {

json figures_in(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"data\">";
  const std::size_t at = page.find(begin) + begin.size();
  return json::parse(page.substr(at, page.find("</script>", at) - at));
}

}  // namespace

TEST_CASE("a page of figures has curves, surfaces, lines and tables, and null for what is not finite") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/f.html";
  FigureSection section{.title = "A section", .paragraphs = {"Words."}, .steps = {0, 5}};
  section.figures = {
      {"A curve", "w",
       CurveFigure{.curve = {.weights = {0, 1}, .errors = {1.0 / 3, INFINITY}},
                   .tangents = {{.weight = 0.5, .error = 2, .slope = -1}},
                   .paths = {{.name = "a", .x = {0, 1}, .y = {2, 3}}}}},
      {"A surface", "w",
       SurfaceFigure{.surface = {.x = {0, 1}, .y = {2, 3}, .errors = {1, 2, 3, NAN}},
                     .contours = {{.level = 1.5, .lines = {{{0.5, 2}, {0, 2.25}}}}},
                     .minima = {{0, 2}}}},
      {"Lines", "w",
       LineFigure{.lines = {{.name = "b", .x = {1}, .y = {0.5}}}, .dots = {{1, 2}}, .logarithmic = true}}};
  section.table = FigureTable{.caption = "c", .header = {"h", "i"}, .rows = {{"1", "2"}}};
  write_figures(path, "A title", {section});
  const json data = figures_in(contents(path));
  CHECK(data["title"] == "A title");
  const json& written = data["sections"][0];
  CHECK(written["paragraphs"] == json{"Words."});
  CHECK(written["steps"] == json{0, 5});
  CHECK(written["figures"][0]["kind"] == "curve");
  CHECK(written["figures"][0]["y"] == json{0.333333, nullptr});
  CHECK(written["figures"][0]["tangents"][0] == json{{"x", 0.5}, {"y", 2}, {"slope", -1}});
  CHECK(written["figures"][0]["paths"][0] == json{{"name", "a"}, {"x", {0, 1}}, {"y", {2, 3}}});
  CHECK(written["figures"][1]["errors"] == json{1, 2, 3, nullptr});
  CHECK(written["figures"][1]["contours"][0]["lines"][0] == json{{0.5, 2}, {0, 2.25}});
  CHECK(written["figures"][1]["minima"][0] == json{0, 2});
  CHECK(written["figures"][2]["logarithmic"] == true);
  CHECK(written["figures"][2]["dots"][0] == json{1, 2});
  CHECK(written["table"]["rows"][0] == json{"1", "2"});
}

TEST_CASE("names cannot end the script that holds the figures") {
  const TemporaryFolder folder;
  const std::string hostile = "</script><script>alert(1)</script>{{figures.js}}";
  const auto figures = [&](const std::string& name) {
    write_figures(folder.path + "/h.html", name,
                  {{.title = name,
                    .figures = {{name, name, LineFigure{.lines = {{.name = name, .x = {0}, .y = {0}}}}}},
                    .table = FigureTable{.caption = name, .header = {name}, .rows = {{name}}}}});
    return contents(folder.path + "/h.html");
  };
  const std::string page = figures(hostile);
  CHECK(page.find("<script>alert") == std::string::npos);
  CHECK(figures_in(page)["sections"][0]["table"]["header"][0] == hostile);
  CHECK(error_of([&] {
          write_figures(
              folder.path + "/e.html", "",
              {{.title = "", .figures = {{"", "", LineFigure{.lines = {{.name = "n", .x = {0}, .y = {}}}}}}}});
        }) == "write_figures: 'n' has 1 x and 0 y");
}

TEST_CASE("a race as figures: ways over the function, losses and the table") {
  const RaceResult result = race(find_known_function("rosenbrock"), {parse_racer("adam:lr=0.1"), parse_racer("lbfgs")},
                                 {.steps = 20, .seeds = 2});
  const FigureSection section = section_of(result, "t");
  CHECK(section.steps == frame_steps(20));
  REQUIRE(section.figures.size() == 2);
  const auto& surface = std::get<SurfaceFigure>(section.figures[0].picture);
  CHECK(surface.paths[0].name == "adam:lr=0.1");
  CHECK(surface.paths[0].x.size() == 21);
  CHECK(surface.paths[0].x[0] == -1.2);
  CHECK(surface.minima == std::vector<Point>{{1, 1}});
  CHECK(surface.contours.size() == 12);
  const auto& lines = std::get<LineFigure>(section.figures[1].picture);
  CHECK(lines.lines[1].y == result.runs[1][0].losses);
  CHECK(lines.logarithmic);
  CHECK(section.table->header ==
        std::vector<std::string>{"racer", "reached 0.01", "steps to 0.01", "seconds to 0.01", "final loss", "spread"});
  CHECK(section.table->rows[0][1] == "0 of 2");
  CHECK(section.table->rows[0][2] == "-");
  const FigureSection curve = section_of(race(find_known_function("two_valleys"), {parse_racer("adam")}, {.steps = 5}));
  CHECK(std::get<CurveFigure>(curve.figures[0].picture).tangents[0].slope == doctest::Approx(-8));
  CHECK(curve.table->header.size() == 4);
}
