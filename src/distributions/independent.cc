#include "descent/distributions/independent.h"

namespace descent::distributions::detail {

Dims first_of(const Dims& dims, std::int64_t count) {
  return Dims(std::span(dims.begin(), static_cast<std::size_t>(count)));
}
Dims last_of(const Dims& dims, std::int64_t count) {
  return Dims(std::span(dims.end() - count, static_cast<std::size_t>(count)));
}

Tensor sum_last(const Tensor& x, std::int64_t count) {
  if (count == 0) return x;
  Dims dims;
  for (std::int64_t d = -count; d < 0; ++d) dims.push_back(d);
  return sum(x, dims);
}

std::int64_t checked_rank(std::int64_t count, const Dims& batch_shape) {
  if (count < 0 || count > batch_shape.size()) {
    fail("Independent: there are no ", count, " dimensions in a batch shape of ", batch_shape);
  }
  return count;
}

}  // namespace descent::distributions::detail
