// A page of figures: words, landscapes with paths over them, lines and tables, in one HTML file that needs nothing else
// and asks no network.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "descent/report/landscape.h"
#include "descent/report/plot.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// An error over one weight, with tangents, and the steps of paths on it (x: the weight, y: the error).
struct CurveFigure {
  ErrorCurve curve;
  std::vector<Tangent> tangents = {};
  std::vector<Series> paths = {};
  std::string weight_name = "weight";
  std::string error_name = "error";
};

/// An error over two weights, as contour lines with their levels and the darker the higher, with paths.
struct SurfaceFigure {
  ErrorSurface surface;
  std::vector<Contour> contours = {};
  std::vector<Point> minima = {};
  std::vector<Series> paths = {};
  std::string x_name = "x";
  std::string y_name = "y";
};

/// Lines over the same axes.
struct LineFigure {
  std::vector<Series> lines;
  std::string x_name = "step";
  std::string y_name = "loss";
  /// Points without a line, as rows of a table.
  std::vector<Point> dots = {};
  /// The y axis goes by logarithms; what is not above 0 is left out.
  bool logarithmic = false;
};

struct Figure {
  std::string title;
  /// What is to be seen, in words.
  std::string words;
  std::variant<CurveFigure, SurfaceFigure, LineFigure> picture;
};

struct FigureTable {
  std::string caption;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

struct FigureSection {
  std::string title;
  std::vector<std::string> paragraphs = {};
  std::vector<Figure> figures = {};
  std::optional<FigureTable> table = std::nullopt;
  /// The steps that an animation shows one after another, rising; none: there is none. Then the i-th point of each path
  /// is where it was after steps[i] (one that ends earlier stays where it ends), and a line of a LineFigure goes as far
  /// as its x is at most steps[i]. The page has a button that plays and pauses, and a slider, for each section.
  std::vector<std::int64_t> steps = {};
};

/// Writes the page, whole or not at all. Figures stand in it as JSON too, and in words for those who do not see them;
/// paths are told apart without colours. All text is text in it, whatever it is. An Error for a series whose x and y
/// differ in length.
void write_figures(const std::string& path, const std::string& title, const std::vector<FigureSection>& sections);

}  // namespace report
}  // namespace descent
