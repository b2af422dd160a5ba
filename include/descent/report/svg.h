// Small pictures of lines as SVG, for pages and documents.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "descent/report/plot.h"

namespace descent {
namespace DESCENT_EXPORT report {

struct SvgOptions {
  /// Of the whole picture, in pixels; at least 160 and 120.
  std::size_t width = 320, height = 200;
  /// Stands above, in as many lines as it takes; it is the picture's name for those who do not see it, too.
  std::string title = {};
  /// Stands below the x axis.
  std::string x_name = {};
  /// Drawn faintly below the lines, as far as it lies within their axes: contour lines, say.
  std::vector<Series> ground = {};
  /// A dot at each point of the first line.
  bool has_dots = false;
};

/// The lines of some series over the same axes, in colours that can be read on white and on black, and told apart by
/// dashes; the names of several are said below. All text is text in it, whatever it is. An Error if x and y of a series
/// differ in length, for more than four series, below the least sizes, and if there is nothing to draw.
std::string svg(const std::vector<Series>& series, const SvgOptions& options = {});

}  // namespace report
}  // namespace descent
