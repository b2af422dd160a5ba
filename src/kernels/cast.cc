#include <cstring>
#include <limits>
#include <type_traits>

#include "kernels/elementwise.h"

namespace descent::kernels {
namespace {

template <class To, class From>
To convert(From x) {
  if constexpr (std::is_same_v<To, bool>)
    return x != 0;
  else if constexpr (kind_of(dtype_of<To>()) == DTypeKind::integer && is_floating_point(dtype_of<From>())) {
    // What does not fit into int64 becomes the smallest one, as on x86; C++ leaves it undefined. Smaller integers are
    // the last bits of that.
    using Wide = std::conditional_t<std::is_same_v<From, double>, double, float>;
    constexpr Wide kLimit = 0x1p63;
    const Wide wide = x;
    return static_cast<To>(wide >= -kLimit && wide < kLimit ? static_cast<std::int64_t>(wide)
                                                            : std::numeric_limits<std::int64_t>::min());
  } else {
    return static_cast<To>(x);
  }
}

template <class From, class To>
void convert_all(const From* in, To* out, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = convert<To>(in[i]);
}

}  // namespace

void cast(DType from, const void* in, DType to, void* out, std::int64_t n) {
  if (n == 0) return;
  if (from == to) {
    std::memcpy(out, in, static_cast<std::size_t>(n) * size_of(from));
    return;
  }
  dispatch(from, [&](auto source) {
    dispatch(to, [&](auto target) {
      convert_all(static_cast<const decltype(source)*>(in), static_cast<decltype(target)*>(out), n);
    });
  });
}

}  // namespace descent::kernels
