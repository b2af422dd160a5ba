#include "descent/report/figures.h"

#include <cmath>

#include "descent/atomic_file.h"
#include "descent/error.h"
#include "descent/json.h"
#include "descent/text.h"
#include "report/page/assets.h"
#include "report/page_text.h"

namespace descent::report {

namespace {

/// As many digits as a picture can show.
double for_eyes(double value) {
  if (!std::isfinite(value)) return value;
  read_number(in_format(value, std::chars_format::general, 6), value);
  return value;
}

std::vector<double> for_eyes(std::vector<double> values) {
  for (double& value : values) value = for_eyes(value);
  return values;
}

std::vector<std::vector<double>> point_list(const std::vector<Point>& values) {
  std::vector<std::vector<double>> list;
  for (const Point& point : values) list.push_back({for_eyes(point[0]), for_eyes(point[1])});
  return list;
}

std::vector<JsonObject> series_list(const std::vector<Series>& all) {
  std::vector<JsonObject> list;
  for (const Series& each : all) {
    if (each.x.size() != each.y.size())
      fail("write_figures: ", in_quotes(each.name), " has ", each.x.size(), " x and ", each.y.size(), " y");
    list.push_back(JsonObject().add("name", each.name).add("x", for_eyes(each.x)).add("y", for_eyes(each.y)));
  }
  return list;
}

JsonObject to_json(const CurveFigure& figure) {
  std::vector<JsonObject> tangents;
  for (const Tangent& tangent : figure.tangents)
    tangents.push_back(JsonObject()
                           .add("x", for_eyes(tangent.weight))
                           .add("y", for_eyes(tangent.error))
                           .add("slope", for_eyes(tangent.slope)));
  return JsonObject()
      .add("kind", "curve")
      .add("x", for_eyes(figure.curve.weights))
      .add("y", for_eyes(figure.curve.errors))
      .add("tangents", tangents)
      .add("paths", series_list(figure.paths))
      .add("x_name", figure.weight_name)
      .add("y_name", figure.error_name);
}

JsonObject to_json(const SurfaceFigure& figure) {
  std::vector<JsonObject> contours;
  for (const Contour& contour : figure.contours) {
    std::vector<std::vector<std::vector<double>>> lines;
    for (const std::vector<Point>& line : contour.lines) lines.push_back(point_list(line));
    contours.push_back(JsonObject().add("level", for_eyes(contour.level)).add("lines", lines));
  }
  return JsonObject()
      .add("kind", "surface")
      .add("x", for_eyes(figure.surface.x))
      .add("y", for_eyes(figure.surface.y))
      .add("errors", for_eyes(figure.surface.errors))
      .add("contours", contours)
      .add("minima", point_list(figure.minima))
      .add("paths", series_list(figure.paths))
      .add("x_name", figure.x_name)
      .add("y_name", figure.y_name);
}

JsonObject to_json(const LineFigure& figure) {
  return JsonObject()
      .add("kind", "lines")
      .add("paths", series_list(figure.lines))
      .add("dots", point_list(figure.dots))
      .add("x_name", figure.x_name)
      .add("y_name", figure.y_name)
      .add("logarithmic", figure.logarithmic);
}

JsonObject to_json(const FigureSection& section) {
  std::vector<JsonObject> figures;
  for (const Figure& figure : section.figures) {
    const JsonObject drawn = std::visit([](const auto& picture) { return to_json(picture); }, figure.picture);
    figures.push_back(JsonObject().add(drawn).add("title", figure.title).add("words", figure.words));
  }
  JsonObject object;
  object.add("title", section.title)
      .add("paragraphs", section.paragraphs)
      .add("steps", section.steps)
      .add("figures", figures);
  if (section.table)
    object.add("table", JsonObject()
                            .add("caption", section.table->caption)
                            .add("header", section.table->header)
                            .add("rows", section.table->rows));
  return object;
}

}  // namespace

void write_figures(const std::string& path, const std::string& title, const std::vector<FigureSection>& sections) {
  std::vector<JsonObject> objects;
  for (const FigureSection& section : sections) objects.push_back(to_json(section));
  const JsonObject data = JsonObject().add("title", title).add("sections", objects);
  write_whole(path, page_text(data, "<div id=\"sections\"></div>", {kPageStyle, kFiguresStyle}, {kFiguresScript}));
}

}  // namespace descent::report
