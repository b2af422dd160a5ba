// The error as a landscape over one weight or two: values to draw, computed by the function that is trained with.
#pragma once

#include <array>
#include <vector>

#include "descent/minimize/known_function.h"
#include "descent/minimize/minimize.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// An error over one weight; not a number, or infinite, where the function is.
struct ErrorCurve {
  std::vector<double> weights, errors;
};

/// `error` of [1], float64, at `points` (at least 2) weights, evenly apart, both ends included. An Error for too few
/// points and for an interval that is empty or not finite.
ErrorCurve error_curve(const Objective& error, ValueRange weights, std::int64_t points = 201);

/// The straight line error + slope (w - weight).
struct Tangent {
  double weight = 0, error = 0, slope = 0;
};
/// Of `error` of [1], float64; the slope by automatic differentiation.
Tangent tangent_at(const Objective& error, double weight);

using Point = std::array<double, 2>;

/// An error over two weights, in rows: that at (x[i], y[j]) is errors[j * x.size() + i].
struct ErrorSurface {
  std::vector<double> x, y, errors;
};

/// `error` of [2], float64, at a grid of `points` (at least 2) a side. Errors as of error_curve.
ErrorSurface error_surface(const Objective& error, ValueRange x, ValueRange y, std::int64_t points = 61);

/// Where the error is `level`: lines over the surface, each closed (the last point is the first) or from border to
/// border.
struct Contour {
  double level = 0;
  std::vector<std::vector<Point>> lines;
};

/// One for each level, by marching squares with linear interpolation along the sides of cells (Lorensen and Cline,
/// 1987, in the plane). A cell with a corner that is not finite has none.
std::vector<Contour> contours(const ErrorSurface& surface, const std::vector<double>& levels);

/// `count` levels, rising, between the least and the greatest error of the surface that is finite: least + (greatest -
/// least) (k / (count + 1))^3 for k = 1, ..., count; near to each other where the surface is low, where most is to be
/// seen. None if the surface is flat.
std::vector<double> contour_levels(const ErrorSurface& surface, std::int64_t count = 12);

}  // namespace report
}  // namespace descent
