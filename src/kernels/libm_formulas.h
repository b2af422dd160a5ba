// The formulas of float64 that are the C library's functions, or made of them: templates like those of formulas.h, W a
// double, or whatever has its operators, select(), and the C functions by their names. erfinv, lgamma and digamma are
// our own.
#pragma once

#include <cmath>

#include "kernels/special_functions.h"

namespace descent::kernels::libm {

inline double select(bool condition, double a, double b) { return condition ? a : b; }

using kernels::digamma, kernels::erfinv, kernels::lgamma;
using std::abs, std::copysign, std::floor, std::sqrt;
using std::acos, std::asin, std::atan, std::atan2, std::cos, std::sin, std::tan;
using std::acosh, std::asinh, std::atanh, std::cosh, std::sinh, std::tanh;
using std::erf, std::erfc, std::exp, std::exp2, std::expm1, std::fmod, std::hypot;
using std::log, std::log10, std::log1p, std::log2, std::pow;

/// 1 / (1 + e^-x).
template <class W>
W sigmoid(W x) {
  const W e = exp(-abs(x));
  return select(x < W(0), e, W(1)) / (W(1) + e);
}

/// x sigmoid(x); -0 at -infinity.
template <class W>
W silu(W x) {
  return select(x < W(-800), W(-0.0), x * sigmoid(x));
}

/// x Phi(x), Phi the normal distribution function; -0 at -infinity.
template <class W>
W gelu(W x) {
  return select(x < W(-40), W(-0.0), x * (W(0.5) * erfc(x * W(-0.70710678118654752))));
}

/// x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)): the same as with tanh, and right far below zero too.
template <class W>
W gelu_tanh(W x) {
  return select(x < W(-40), W(-0.0), x * sigmoid(W(1.5957691216057308) * (x + W(0.044715) * (x * x * x))));
}

/// log(1 + e^x).
template <class W>
W softplus(W x) {
  return select(x > W(0), x, W(0)) + log1p(exp(-abs(x)));
}

template <class W>
W log_sigmoid(W x) {
  return -softplus(-x);
}

/// log(e^a + e^b).
template <class W>
W logaddexp(W a, W b) {
  const W high = select(a > b, a, b);
  return select(a == b, a + W(0.69314718055994531), high + log1p(exp(-abs(a - b))));
}

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
