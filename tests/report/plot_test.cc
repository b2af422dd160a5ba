#include "descent/report/plot.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "error_of.h"

using namespace descent;
using report::plot;

namespace {
constexpr double kInfinite = std::numeric_limits<double>::infinity();
const report::PlotOptions kSmall{.width = 30, .height = 4};
}  // namespace

TEST_CASE("a line in dots") {
  CHECK(plot({{"line", {0, 1, 2}, {0, 1, 0}}}, kSmall) ==
        "     1 ┤        ⢀⡠⠒⠑⠢⡀\n"
        "       │      ⡠⠒⠁    ⠈⠑⠤⡀\n"
        "0.3333 ┤   ⡠⠔⠉          ⠈⠒⢄⡀\n"
        "     0 ┤⡠⠔⠉                ⠈⠢⢄\n"
        "       └──────────────────────\n"
        "        0                    2\n");
}

TEST_CASE("two lines, by logarithms where they span much") {
  const std::vector<report::Series> lines = {{"a", {0, 10}, {1, 1000}}, {"b", {0, 5, 10}, {1000, 30, 1}}};
  CHECK(plot(lines, {.width = 30, .height = 5, .title = "fall", .x_name = "step"}) ==
        "fall (logarithmic scale)\n"
        " 1000 ┤o                 ⢀⣀⠤⠒⠉\n"
        "      │              ⣀⠤⠒⠊⠁\n"
        "31.62 ┤         ⣀⡠o⠊⠉\n"
        "      │    ⢀⡠⠤⠒⠉\n"
        "    1 ┤⣀⠤⠒⠉⠁                 o\n"
        "      └───────────────────────\n"
        "       0        step        10\n"
        "       ⠒⠒ a   o b\n");
  CHECK(plot(lines, {.logarithmic_from = 1001}).find("logarithmic") == std::string::npos);
  CHECK(plot(lines, {.logarithmic_from = 0}).find("logarithmic") == std::string::npos);
}

TEST_CASE("names do not reach the terminal as they are") {
  const std::string picture = plot({{"a\x1b[2J", {0, 1}, {0, 1}}, {"b\xE2\x80\xAE", {0, 1}, {1, 0}}},
                                   {.width = 60, .height = 4, .title = "t\x07", .x_name = "x\n"});
  CHECK(picture.starts_with("t\\x07\n"));
  CHECK(picture.find(" x\\n ") != std::string::npos);
  CHECK(picture.ends_with(" ⠒⠒ a\\x1b[2J   o b\\u{202e}\n"));
  CHECK(plot(std::vector<report::Series>(), {.title = "t\x07"}) == "t\\x07: there is nothing to draw\n");
}

TEST_CASE("what is not finite is a gap, and single or huge numbers have an axis too") {
  CHECK(plot({{"a", {0, 1, 2, 3}, {1, std::nan(""), 3, kInfinite}}}, kSmall) ==
        "    3 ┤                      ⠈\n"
        "      │\n"
        "1.667 ┤\n"
        "    1 ┤⡀\n"
        "      └───────────────────────\n"
        "       0                     2\n");
  CHECK(plot({{"a", {7}, {3}}}, kSmall) ==
        "4.5 ┤\n"
        "    │\n"
        "2.5 ┤            ⠈\n"
        "1.5 ┤\n"
        "    └─────────────────────────\n"
        "     3.5                  10.5\n");
  CHECK(plot({{"a", {0, 1}, {-1e308, 1e308}}}, kSmall) ==
        "     1e+308 ┤             ⣀⠤⠒⠉\n"
        "            │        ⢀⡠⠔⠒⠉\n"
        "-3.333e+307 ┤    ⣀⠤⠔⠊⠁\n"
        "    -1e+308 ┤⣀⠤⠒⠉\n"
        "            └─────────────────\n"
        "             0               1\n");
  CHECK(plot({{"a", {0}, {kInfinite}}}, {.title = "loss"}) == "loss: there is nothing to draw\n");
}

TEST_CASE("a history: overfitting is seen") {
  train::History history;
  for (int i = 1; i <= 8; ++i)
    history.epochs.push_back({.epoch = i, .loss = 8.0 / i, .held_out_loss = i < 5 ? 9.0 / i : 2.25 + (i - 4) * 0.5});
  CHECK(plot(history, {.width = 40, .height = 8}) ==
        "loss\n"
        "    9 ┤o\n"
        "      │⠱⡀\n"
        "      │ ⠑⡄\n"
        "      │  ⠘⢄\n"
        "4.429 ┤   ⠈⢆o                          o\n"
        "      │     ⠉⠒⢄⡀o        o    o   o\n"
        "      │        ⠈⠑⠒⠤⠤⣀o⡀\n"
        "    1 ┤               ⠈⠉⠑⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤⠤⠤⢄⣀⣀\n"
        "      └─────────────────────────────────\n"
        "       1             epoch             8\n"
        "       ⠒⠒ training   o held-out\n");
}

TEST_CASE("a history without epochs is drawn by its steps") {
  train::History history;
  CHECK(plot(history) == "loss: there is nothing to draw\n");
  for (int i = 0; i < 2048; ++i) history.loss.add(i);
  CHECK(plot(history, {.width = 40, .height = 4}) ==
        "loss (logarithmic scale)\n"
        " 2047 ┤    ⢀⣀⣀⣀⡤⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⠒⠒⠒⠒⠒⠚⠉⠉⠉⠉⠉⠉⠉⠉\n"
        "      │⢀⡴⠚⠉⠉\n"
        "7.998 ┤⡞\n"
        "  0.5 ┤⡇\n"
        "      └─────────────────────────────────\n"
        "       0.5           step           2046\n");
}

TEST_CASE("a plot that cannot be drawn") {
  CHECK(error_of([] { plot({{"a", {0, 1}, {0}}}); }) == "plot: 'a' has 2 x and 1 y");
  CHECK(error_of([] { plot({{"a", {0}, {0}}}, {.width = 29}); }) == "plot: width = 29 must be at least 30");
  CHECK(error_of([] { plot({{"a", {0}, {0}}}, {.height = 3}); }) == "plot: height = 3 must be at least 4");
  CHECK(error_of([] { plot(std::vector<report::Series>(6)); }) == "plot: 6 series, wanted at most 5");
}
