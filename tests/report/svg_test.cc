#include "descent/report/svg.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/optim/sgd.h"
#include "descent/report/picture.h"
#include "error_of.h"

using namespace descent;
using report::svg;

namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("an SVG has its lines, from one corner of its axes to the other") {
  const std::string drawn = svg({{"a", {0, 5, 10}, {0, std::nan(""), 2}}, {"b", {0, 10}, {2, 0}}},
                                {.width = 200, .height = 140, .title = "two lines", .x_name = "step"});
  CHECK(drawn.starts_with(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"200\" height=\"140\" viewBox=\"0 0 200 140\">\n"
      "<title>two lines</title>\n"));
  CHECK(drawn.ends_with("</svg>\n"));
  CHECK(drawn.find("<rect x=\"18\" y=\"25\" width=\"176\" height=\"83\"/>") != std::string::npos);
  // A gap at what is no number.
  CHECK(drawn.find(" d=\"M20 106M192 27\"/>") != std::string::npos);
  CHECK(drawn.find(" stroke-dasharray=\"6 3\" d=\"M20 27 192 106\"/>") != std::string::npos);
  CHECK(drawn.find(">2</text>") != std::string::npos);
  CHECK(drawn.find(">10</text>") != std::string::npos);
  CHECK(drawn.find(">step</text>") != std::string::npos);
  CHECK(drawn.find("╍╍ b</tspan>") != std::string::npos);
}

TEST_CASE("an SVG has what lies below its lines, and dots") {
  const report::Series line{"", {0, 1}, {0, 1}};
  const std::string drawn = svg({line}, {.ground = {{"", {-5, 5}, {0, 0}}}, .has_dots = true});
  CHECK(drawn.find("<path opacity=\".6\"") != std::string::npos);
  CHECK(drawn.find("marker-mid=\"url(#d)\"") != std::string::npos);
  CHECK(svg({line}).find("marker") == std::string::npos);
  CHECK(svg({line}).find("tspan") == std::string::npos);
}

TEST_CASE("what an SVG is told stays text") {
  const std::string drawn = svg({{"</svg>", {0, 1}, {0, 1}}, {"\x1b[2J", {0, 1}, {1, 0}}},
                                {.title = "<script>alert(\"1\")</script> & more\x07", .x_name = "]]>"});
  CHECK(drawn.find("<script") == std::string::npos);
  CHECK(drawn.find("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more\\x07") != std::string::npos);
  CHECK(count_of(drawn, "</svg>") == 1);
  CHECK(drawn.find("]]&gt;") != std::string::npos);
  CHECK(drawn.find('\x1b') == std::string::npos);
}

TEST_CASE("a long title takes more lines") {
  const std::string drawn =
      svg({{"", {0, 1}, {0, 1}}},
          {.width = 160, .height = 120, .title = "ten words of which no line holds more than some six"});
  CHECK(count_of(drawn, "text-anchor=\"start\"") == 4);  // three, and the number at the left
}

TEST_CASE("an SVG that there is not") {
  const report::Series line{"a", {0, 1}, {0, 1}};
  CHECK(error_of([&] { svg({line}, {.width = 159}); }) == "svg: width = 159 must be at least 160");
  CHECK(error_of([&] { svg({line}, {.height = 119}); }) == "svg: height = 119 must be at least 120");
  CHECK(error_of([] { svg({}); }) == "svg: there is nothing to draw");
  CHECK(error_of([&] { svg({line, line, line, line, line}); }) == "svg: 5 series, wanted at most 4");
  CHECK(error_of([] { svg({{"a", {0}, {}}}); }) == "svg: 'a' has 1 x and 0 y");
}

TEST_CASE("the way down the valley is that of the best rate") {
  int looks = 0;
  const auto sgd = [](const Tensor& point, double lr) {
    return std::make_unique<optim::SGD>(std::vector<Tensor>{point}, optim::SGDOptions{.lr = lr});
  };
  const report::ValleyWay way = report::way_down_valley(
      sgd, [&](optim::Optimizer&, const Tensor& height) { looks += height.requires_grad() ? 1 : 0; });
  // From 0.2 on it goes up and down across the valley, where the steepness is 10, for ever; 0.1 is there at once.
  CHECK(way.lr == 0.1);
  REQUIRE(way.points.x.size() == 101);
  CHECK(way.points.x[0] == -4);
  CHECK(way.points.y[0] == 2);
  CHECK(way.points.x[2] == doctest::Approx(-4 * 0.81));
  CHECK(way.points.y[1] == doctest::Approx(0).epsilon(1e-6));
  CHECK(way.end == doctest::Approx(8 * std::pow(0.9, 200)).epsilon(1e-4));
  CHECK(looks > 700);
  const auto wrong_way = [](const Tensor& point, double lr) {
    return std::make_unique<optim::SGD>(std::vector<Tensor>{point}, optim::SGDOptions{.lr = lr, .maximize = true});
  };
  CHECK(report::way_down_valley(wrong_way).points.x.empty());
}
