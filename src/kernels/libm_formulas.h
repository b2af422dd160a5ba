// The formulas of float64 that are not over lanes but the C library's functions, or made of them: templates like those
// of formulas.h, W a double, or whatever has its operators, select(), and the C functions by their names. erfinv,
// lgamma and digamma are our own.
#pragma once

#include <cmath>

#include "kernels/special_functions.h"

namespace descent::kernels::libm {

inline double select(bool condition, double a, double b) { return condition ? a : b; }

using kernels::digamma, kernels::erfinv, kernels::lgamma;
using std::acos, std::asin, std::atan, std::atan2;
using std::acosh, std::asinh, std::atanh;
using std::copysign, std::floor;
using std::fmod, std::hypot, std::pow;

/// fmod, moved by one `b` where needed to have the sign of `b`, as Python's %.
template <class W>
W remainder(W a, W b) {
  const W rest = fmod(a, b);
  return select((rest != W(0)) & ((rest < W(0)) != (b < W(0))), rest + b, rest);
}

/// The whole number below a / b, as PyTorch computes it.
template <class W>
W floor_divide(W a, W b) {
  const W rest = fmod(a, b);
  const W exact = (a - rest) / b;
  const W below = select((rest != W(0)) & ((rest < W(0)) != (b < W(0))), exact - W(1), exact);
  const W whole = floor(below);
  const W nearest = select(below - whole > W(0.5), whole + W(1), whole);
  return select(b == W(0), a / b, select(below == W(0), copysign(W(0), a / b), nearest));
}

}  // namespace descent::kernels::libm
