// Pictures made of characters, as a terminal or a letter shows them: no colours, no cursor, a line a row.
#pragma once

#include <string>
#include <vector>

#include "descent/train/history.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// Points, which a line joins in their order. Where a number is not finite the line has a gap.
struct Series {
  std::string name = {};
  std::vector<double> x = {}, y = {};
};

struct PlotOptions {
  /// Of the whole picture, in characters; at least 30.
  std::size_t width = 80;
  /// Of the part with the lines; at least 4. Title, axis and names take three more.
  std::size_t height = 12;
  /// The y axis goes by logarithms if all y are above 0 and the greatest is at least that many times the least;
  /// 0: never.
  double logarithmic_from = 50;
  /// Stands above.
  std::string title = {};
  /// Stands below the x axis.
  std::string x_name = {};
};

/// The lines of some series over the same axes. The first is drawn in dots, eight to a character (Braille patterns),
/// the others in letters: o, x, +, *. The last line says which is which. What a terminal would not show as it is, in a
/// title or name, is escaped (printable, text.h). An Error if x and y of a series differ in
/// length, for more than five series, and below the least sizes.
std::string plot(const std::vector<Series>& series, const PlotOptions& options = {});

/// The loss of each epoch, training and held-out; of a training without epochs the loss of its steps.
std::string plot(const train::History& history, const PlotOptions& options = {});

}  // namespace report
}  // namespace descent
