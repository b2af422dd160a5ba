#include "functional/window.h"

namespace descent {

Dims for_each_dim(const char* function, const char* what, const Dims& values, int rank, std::int64_t least) {
  if (values.size() != 1 && values.size() != rank) {
    fail(function, ": ", what, " ", values, " must be one number, or ", rank);
  }
  for (const std::int64_t value : values) {
    if (value < least) fail(function, ": ", what, " ", values, " must be at least ", least);
  }
  return values.size() == rank ? values : Dims::filled(rank, values[0]);
}

}  // namespace descent
