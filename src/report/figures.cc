#include "descent/report/figures.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "descent/atomic_file.h"
#include "descent/error.h"
#include "report/page/assets.h"
#include "report/page_text.h"

namespace descent::report {

namespace {

using nlohmann::ordered_json;

/// As many digits as a picture can show; what is not finite is null.
ordered_json for_eyes(double value) {
  if (!std::isfinite(value)) return nullptr;
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return std::strtod(text, nullptr);
}

ordered_json number_list(const std::vector<double>& values) {
  ordered_json list = ordered_json::array();
  for (const double value : values) list.push_back(for_eyes(value));
  return list;
}

ordered_json point_list(const std::vector<Point>& values) {
  ordered_json list = ordered_json::array();
  for (const Point& point : values) list.push_back({for_eyes(point[0]), for_eyes(point[1])});
  return list;
}

ordered_json series_list(const std::vector<Series>& all) {
  ordered_json list = ordered_json::array();
  for (const Series& each : all) {
    if (each.x.size() != each.y.size())
      fail("write_figures: ", in_quotes(each.name), " has ", each.x.size(), " x and ", each.y.size(), " y");
    list.push_back({{"name", each.name}, {"x", number_list(each.x)}, {"y", number_list(each.y)}});
  }
  return list;
}

ordered_json to_json(const CurveFigure& figure) {
  ordered_json tangents = ordered_json::array();
  for (const Tangent& tangent : figure.tangents)
    tangents.push_back(
        {{"x", for_eyes(tangent.weight)}, {"y", for_eyes(tangent.error)}, {"slope", for_eyes(tangent.slope)}});
  return {{"kind", "curve"},
          {"x", number_list(figure.curve.weights)},
          {"y", number_list(figure.curve.errors)},
          {"tangents", tangents},
          {"paths", series_list(figure.paths)},
          {"x_name", figure.weight_name},
          {"y_name", figure.error_name}};
}

ordered_json to_json(const SurfaceFigure& figure) {
  ordered_json contours = ordered_json::array();
  for (const Contour& contour : figure.contours) {
    ordered_json lines = ordered_json::array();
    for (const std::vector<Point>& line : contour.lines) lines.push_back(point_list(line));
    contours.push_back({{"level", for_eyes(contour.level)}, {"lines", lines}});
  }
  return {{"kind", "surface"},
          {"x", number_list(figure.surface.x)},
          {"y", number_list(figure.surface.y)},
          {"errors", number_list(figure.surface.errors)},
          {"contours", contours},
          {"minima", point_list(figure.minima)},
          {"paths", series_list(figure.paths)},
          {"x_name", figure.x_name},
          {"y_name", figure.y_name}};
}

ordered_json to_json(const LineFigure& figure) {
  return {{"kind", "lines"},
          {"paths", series_list(figure.lines)},
          {"dots", point_list(figure.dots)},
          {"x_name", figure.x_name},
          {"y_name", figure.y_name},
          {"logarithmic", figure.logarithmic}};
}

ordered_json to_json(const FigureSection& section) {
  ordered_json object{{"title", section.title},
                      {"paragraphs", section.paragraphs},
                      {"steps", section.steps},
                      {"figures", ordered_json::array()}};
  for (const Figure& figure : section.figures) {
    ordered_json drawn = std::visit([](const auto& picture) { return to_json(picture); }, figure.picture);
    drawn["title"] = figure.title;
    drawn["words"] = figure.words;
    object["figures"].push_back(std::move(drawn));
  }
  if (section.table)
    object["table"] = {
        {"caption", section.table->caption}, {"header", section.table->header}, {"rows", section.table->rows}};
  return object;
}

}  // namespace

void write_figures(const std::string& path, const std::string& title, const std::vector<FigureSection>& sections) {
  ordered_json data{{"title", title}, {"sections", ordered_json::array()}};
  for (const FigureSection& section : sections) data["sections"].push_back(to_json(section));
  write_whole(path, page_text(data, "<div id=\"sections\"></div>", {kPageStyle, kFiguresStyle}, {kFiguresScript}));
}

}  // namespace descent::report
