// Functions whose minima are known, to see on them what a method does.
//
// Sources: Rosenbrock, An automatic method for finding the greatest or least value of a function, 1960; Himmelblau,
// Applied Nonlinear Programming, 1972; Rastrigin, Systems of extremal control, 1974; Beale, On an iterative method for
// finding a local minimum of a function of more than one variable, 1958.
#pragma once

#include <string_view>
#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

struct ValueRange {
  double low = 0, high = 0;
};

struct KnownFunction {
  struct Minimum {
    std::vector<double> at;
    double value = 0;
  };

  std::string_view name;
  std::string_view formula;
  /// Of x, [1] or [2], floating point; a tensor of rank 0. Nowhere negative.
  Tensor (*value)(const Tensor& x);
  /// All those within the window, the lowest first.
  std::vector<Minimum> minima;
  /// Where a descent begins to be of interest.
  std::vector<double> start;
  /// The part worth a look, for each variable.
  std::vector<ValueRange> window;
};

/// - two_valleys: w^4 / 4 - w^3 / 3 - w^2 + 8 / 3, whose slope is w (w + 1) (w - 2): a valley at -1, 9/4 high, and a
///   deeper one at 2;
/// - rosenbrock: (1 - x)^2 + 100 (y - x^2)^2, a bent valley; its minimum is at (1, 1);
/// - himmelblau: (x^2 + y - 11)^2 + (x + y^2 - 7)^2, with four minima, all 0;
/// - rastrigin: x^2 - 10 cos(2 pi x) + 10 + the same of y, a bowl full of dents; the deepest is at (0, 0);
/// - beale: (1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2, flat with sharp corners; its minimum is
///   at (3, 0.5);
/// - saddle: x^2 / 2 + (y^2 - 1)^2 / 4, with a saddle at (0, 0) between minima at (0, 1) and (0, -1).
const std::vector<KnownFunction>& known_functions();

/// The one of that name. An Error names the nearest there is, or all.
const KnownFunction& find_known_function(std::string_view name);

/// Their names.
std::vector<std::string_view> known_function_names();

/// The minimum whose valley `point` lies in: the one that is reached by going straight down in short steps. Null where
/// there is no slope, as at a saddle, or where the way down leads to none.
const KnownFunction::Minimum* valley_of(const KnownFunction& function, const std::vector<double>& point);

}  // namespace descent
