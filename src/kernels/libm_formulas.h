// The formulas of float64 that are made of the C library's functions, templates like those of formulas.h: W is a
// double, or whatever has its operators, select(), and the C functions by their names.
#pragma once

#include <cmath>
#include <limits>

namespace descent::kernels::libm {

inline double select(bool condition, double a, double b) { return condition ? a : b; }

using std::abs, std::atan2, std::copysign, std::erfc, std::exp, std::floor, std::log1p, std::sqrt, std::tanh;

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
