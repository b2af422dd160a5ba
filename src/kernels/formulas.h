// The arithmetic of the elementwise ops on floating point numbers, as templates over an abstract value.
//
// A value V stands for one float or one double: a vector of them in the kernels (lanes.h), a piece of C in generated
// code. V converts from a double constant, and the formulas use nothing but these primitives, so that every executor
// computes the same bits:
//   + - * /  unary -  == != < <= > >=        IEEE 754, a comparison gives a condition, with & | ! !=
//   fma(a, b, c)                             a * b + c, rounded once
//   sqrt  abs  copysign  floor  ceil  trunc  round (half to even)
//   select(condition, a, b)
//   min(a, b)  max(a, b)                     a must not be NaN; a NaN in b comes through
//   bits(v)  from_bits(i)                    unsigned integers of v's size: + - & | shift_left<k> shift_right<k>
//   is_odd(i)                                whether the lowest bit is set
//   lookup<table>(i)  lookup<table, row>(i)  table[i & 15] of doubles, table[row][i & 15] of floats
//   widen(v)  narrow(w)                      float to double, and back
//   replace<function>(condition, result, v...) a C function of v... where the condition holds, `result` elsewhere
//   replace_seldom(condition, result, f)     the same of f(), computed only if the condition holds anywhere
//
// A formula that is a primitive (abs, sqrt, floor, ...) is not repeated below; and a value may have a function of its
// own for a piece of a formula that gives the same numbers in fewer instructions (scale, exponent, significand,
// log_or_special). Arithmetic is for float and double. The transcendental functions are for float, within 2 ulp of the
// correctly rounded result, and in the namespace of_doubles for double; docs/accuracy.md has their errors. The other
// functions of float64 are the C library's (libm_formulas.h).
#if defined(DESCENT_KERNELS_FORMULAS_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_KERNELS_FORMULAS_H
#undef DESCENT_KERNELS_FORMULAS_H
#else
#define DESCENT_KERNELS_FORMULAS_H
#endif

#include "kernels/formulas/activation.h"
#include "kernels/formulas/arithmetic.h"
#include "kernels/formulas/exponential.h"
#include "kernels/formulas/float64_activation.h"
#include "kernels/formulas/float64_exponential.h"
#include "kernels/formulas/float64_trigonometric.h"
#include "kernels/formulas/wide.h"

#endif  // per target
