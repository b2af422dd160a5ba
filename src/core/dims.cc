#include "descent/dims.h"

#include <ostream>

namespace descent {

std::string to_string(const Dims& dims) {
  std::string text = "[";
  for (int d = 0; d < dims.size(); ++d) text += concat(d == 0 ? "" : ", ", dims[d]);
  return text + "]";
}

std::ostream& operator<<(std::ostream& out, const Dims& dims) { return out << to_string(dims); }

std::int64_t numel_of(const Dims& shape) {
  // Sizes of 0 count as 1 while the product is watched for overflow, because strides are computed with that too.
  std::int64_t product = 1;
  bool empty = false;
  for (const std::int64_t size : shape) {
    if (size < 0) fail("shape ", shape, " has a negative size");
    empty = empty || size == 0;
    if (size > 1 && __builtin_mul_overflow(product, size, &product)) {
      fail("a tensor of shape ", shape, " has more elements than can be counted");
    }
  }
  return empty ? 0 : product;
}

}  // namespace descent
