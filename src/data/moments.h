// Mean and spread of numbers of any size.
#pragma once

#include <span>

namespace descent::data {

struct Moments {
  double mean = 0;
  /// The standard deviation (of the numbers themselves: divided by n); 0 exactly when all are equal.
  double scale = 0;
};

/// Without overflow for all that is finite. Of none: zeros.
Moments moments_of(std::span<const double> values);

}  // namespace descent::data
