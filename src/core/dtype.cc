#include "descent/dtype.h"

#include <ostream>

#include "descent/error.h"

namespace descent {

std::ostream& operator<<(std::ostream& out, DType type) { return out << name_of(type); }

double epsilon_of(DType type) {
  return dispatch_floating("epsilon_of", type,
                           [](auto zero) -> double { return std::numeric_limits<decltype(zero)>::epsilon(); });
}

void detail::refuse(const char* what, DType type) { fail(what, " is not defined for ", type); }

}  // namespace descent
