// A race as a table and as figures.
#include <algorithm>
#include <cmath>

#include "descent/error.h"
#include "descent/report/race.h"
#include "descent/text.h"
#include "report/digits.h"

namespace descent::report {

namespace {

std::string digits_or_dash(double value) { return std::isnan(value) ? "-" : in_digits(value); }

std::vector<Series> ways_of(const RaceResult& result) {
  std::vector<Series> ways;
  for (std::size_t i = 0; i < result.racers.size(); ++i) {
    const RaceRun& run = result.runs[i].front();
    Series& way = ways.emplace_back(Series{.name = result.racers[i].name});
    for (std::size_t k = 0; k < run.places.size(); ++k) {
      way.x.push_back(run.places[k][0]);
      way.y.push_back(run.places[k].size() == 1 ? run.losses[k] : run.places[k][1]);
    }
  }
  return ways;
}

Figure landscape_of(const RaceResult& result) {
  const KnownFunction& function = *result.function;
  const bool is_curve = function.window.size() == 1;
  Figure figure{.title = concat(function.name, ": ", function.formula), .words = {}, .picture = {}};
  if (is_curve) {
    CurveFigure curve{.curve = error_curve(function.value, function.window[0]), .paths = ways_of(result)};
    curve.tangents.push_back(tangent_at(function.value, function.start[0]));
    figure.picture = std::move(curve);
    figure.words = "The error over the weight, and where each racer stands; the dashed line is the slope at the start.";
  } else {
    SurfaceFigure surface{.surface = error_surface(function.value, function.window[0], function.window[1], 81),
                          .paths = ways_of(result)};
    surface.contours = contours(surface.surface, contour_levels(surface.surface));
    const double least = function.minima.front().value;
    for (const KnownFunction::Minimum& minimum : function.minima) {
      if (minimum.value <= least + 1e-9) surface.minima.push_back({minimum.at[0], minimum.at[1]});
    }
    figure.picture = std::move(surface);
    figure.words = "Lines of one height, the darker the higher; a cross is a deepest point.";
  }
  return figure;
}

/// The steps that are shown, by the run that takes most.
const std::vector<std::int64_t>& most_steps(const RaceResult& result) {
  return std::max_element(result.runs.begin(), result.runs.end(),
                          [](const auto& a, const auto& b) { return a.front().steps.size() < b.front().steps.size(); })
      ->front()
      .steps;
}

Figure weights_of(const RaceResult& result, const std::vector<std::int64_t>& steps) {
  const WeightLandscape& landscape = *result.landscape;
  SurfaceFigure figure{.surface = landscape.surface,
                       .contours = contours(landscape.surface, contour_levels(landscape.surface)),
                       .minima = {{0, 0}},
                       .x_name = "along the first direction",
                       .y_name = "along the second"};
  for (std::size_t i = 0; i < result.racers.size(); ++i) {
    Series& way = figure.paths.emplace_back(Series{.name = result.racers[i].name});
    const std::vector<std::int64_t>& of_run = result.runs[i].front().steps;
    std::size_t place = 0;
    for (const std::int64_t step : steps) {
      if (landscape.ways[i].empty()) break;
      const auto step_of = [&](std::int64_t epoch) {
        return epoch == 0 ? 0 : of_run[static_cast<std::size_t>(epoch) - 1];
      };
      while (place + 1 < landscape.ways[i].size() && step_of(landscape.epochs[i][place + 1]) <= step) ++place;
      way.x.push_back(landscape.ways[i][place][0]);
      way.y.push_back(landscape.ways[i][place][1]);
    }
  }
  return {
      .title = "Where the weights went",
      .words = concat("The loss of rows held out around the weights with which the best ends, the cross, along the "
                      "two directions in which the racers went most: they hold ",
                      std::lround(100 * landscape.share),
                      " % of the squared distances. Where a way lies apart from these two the loss is another one."),
      .picture = std::move(figure)};
}

Figure losses_of(const RaceResult& result) {
  LineFigure lines;
  double least = HUGE_VAL, greatest = 0;
  for (std::size_t i = 0; i < result.racers.size(); ++i) {
    const RaceRun& run = result.runs[i].front();
    lines.lines.push_back({.name = result.racers[i].name, .x = {run.steps.begin(), run.steps.end()}, .y = run.losses});
    for (const double loss : run.losses) {
      if (!(loss > 0) || !std::isfinite(loss)) continue;
      least = std::min(least, loss);
      greatest = std::max(greatest, loss);
    }
  }
  constexpr double kWide = 50;
  lines.logarithmic = greatest > kWide * least;
  return {.title = "The loss, step by step",
          .words = lines.logarithmic ? "The axis of the loss goes by powers of ten." : "The lower the better.",
          .picture = std::move(lines)};
}

}  // namespace

FigureTable table_of(const RaceResult& result) {
  const bool several = result.runs.front().size() > 1;
  FigureTable table{.caption = concat("Who was where on ", result.track), .header = {"racer"}, .rows = {}};
  if (result.to) {
    const std::string to = in_digits(*result.to);
    if (several) table.header.push_back("reached " + to);
    table.header.push_back("steps to " + to);
    table.header.push_back("seconds to " + to);
  }
  table.header.emplace_back("final loss");
  if (several) table.header.emplace_back("spread");
  for (std::size_t i = 0; i < result.racers.size(); ++i) {
    const RaceSummary summary = summary_of(result.runs[i]);
    std::vector<std::string>& row = table.rows.emplace_back();
    row.push_back(result.racers[i].name);
    if (result.to) {
      if (several) row.push_back(concat(summary.reached, " of ", result.runs[i].size()));
      row.push_back(digits_or_dash(summary.steps_to));
      row.push_back(digits_or_dash(summary.seconds_to));
    }
    row.push_back(digits_or_dash(summary.final_loss));
    if (several) row.push_back(digits_or_dash(summary.spread));
  }
  return table;
}

FigureSection section_of(const RaceResult& result, const std::string& title) {
  FigureSection section{.title = title, .paragraphs = in_words(result)};
  if (result.runs.front().size() > 1)
    section.paragraphs.push_back(concat("The figures show seed ", result.runs.front().front().seed, "."));
  section.steps = most_steps(result);
  if (result.function) section.figures.push_back(landscape_of(result));
  if (result.landscape) {
    section.steps.insert(section.steps.begin(), 0);
    section.figures.push_back(weights_of(result, section.steps));
  }
  section.figures.push_back(losses_of(result));
  section.table = table_of(result);
  return section;
}

}  // namespace descent::report
