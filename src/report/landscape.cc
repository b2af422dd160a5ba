#include "descent/report/landscape.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "descent/create.h"
#include "descent/derivatives.h"
#include "descent/grad_mode.h"

namespace descent::report {

namespace {

std::vector<double> evenly(const char* function, ValueRange interval, std::int64_t points) {
  if (points < 2) fail(function, ": points = ", points, " must be at least 2");
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high) || interval.low >= interval.high)
    fail(function, ": from ", interval.low, " to ", interval.high, " is no interval");
  return linspace(interval.low, interval.high, points, {.dtype = float64}).to_vector<double>();
}

double value_of(const Objective& error, const std::vector<double>& weights) {
  return error(tensor(weights)).to(float64).item<double>();
}

}  // namespace

ErrorCurve error_curve(const Objective& error, ValueRange weights, std::int64_t points) {
  const NoGrad no_grad;
  ErrorCurve curve{.weights = evenly("error_curve", weights, points), .errors = {}};
  for (const double weight : curve.weights) curve.errors.push_back(value_of(error, {weight}));
  return curve;
}

Tangent tangent_at(const Objective& error, double weight) {
  const auto [slope, value] = grad_and_value(error)(tensor(std::vector{weight}));
  return {.weight = weight, .error = value.to(float64).item<double>(), .slope = slope.item<double>()};
}

ErrorSurface error_surface(const Objective& error, ValueRange x, ValueRange y, std::int64_t points) {
  const NoGrad no_grad;
  ErrorSurface surface{.x = evenly("error_surface", x, points), .y = evenly("error_surface", y, points), .errors = {}};
  for (const double row : surface.y) {
    for (const double column : surface.x) surface.errors.push_back(value_of(error, {column, row}));
  }
  return surface;
}

std::vector<double> contour_levels(const ErrorSurface& surface, std::int64_t count) {
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (const double error : surface.errors) {
    if (!std::isfinite(error)) continue;
    least = std::min(least, error);
    greatest = std::max(greatest, error);
  }
  std::vector<double> levels;
  if (!(least < greatest)) return levels;
  for (std::int64_t k = 1; k <= count; ++k) {
    const double part = static_cast<double>(k) / static_cast<double>(count + 1);
    levels.push_back(least + (greatest - least) * part * part * part);
  }
  return levels;
}

}  // namespace descent::report
