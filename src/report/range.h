// What an axis of a picture shows.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace descent::report {

/// The numbers from one end of an axis to the other.
class Range {
 public:
  void include(double value) {
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  bool is_empty() const { return low_ > high_; }
  double low() const { return low_; }
  double high() const { return high_; }

  /// Once all are included: gives a single value some room, and takes logarithms from here on.
  void finish(bool logarithmic = false) {
    if (low_ == high_) {
      const double room = low_ == 0 ? 1 : std::fabs(low_) / 2;
      low_ -= room;
      high_ += room;
    }
    logarithmic_ = logarithmic;
  }
  /// Where a value lies: 0 at the low end, 1 at the high end.
  double part_of(double value) const {
    // By halves, since the difference of two large numbers may be infinite.
    return (scaled(value) / 2 - scaled(low_) / 2) / (scaled(high_) / 2 - scaled(low_) / 2);
  }
  double at(double part) const {
    const double value = scaled(low_) * (1 - part) + scaled(high_) * part;
    return logarithmic_ ? std::exp(value) : value;
  }

 private:
  double scaled(double value) const { return logarithmic_ ? std::log(value) : value; }

  double low_ = std::numeric_limits<double>::infinity(), high_ = -std::numeric_limits<double>::infinity();
  bool logarithmic_ = false;
};

}  // namespace descent::report
