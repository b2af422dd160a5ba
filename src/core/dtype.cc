#include "descent/dtype.h"

#include <cmath>
#include <ostream>

#include "descent/error.h"

namespace descent {

std::ostream& operator<<(std::ostream& out, DType type) { return out << name_of(type); }

double epsilon_of(DType type) {
  if (!is_floating_point(type)) detail::refuse("epsilon_of", type);
  return std::ldexp(1.0, 1 - info_of(type).digits);
}

void detail::refuse(const char* what, DType type) { fail(what, " is not defined for ", type); }

}  // namespace descent
