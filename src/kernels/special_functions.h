// Functions of one double that the C library does not have, or has only with a flaw.
#pragma once

namespace descent::kernels {

/// The x with erf(x) = y.
double erfinv(double y);

/// log |gamma(x)|; like std::lgamma, but several threads may call it.
double lgamma(double x);

/// The derivative of lgamma. -infinity at 0, infinity at -0, NaN at the negative whole numbers.
double digamma(double x);

}  // namespace descent::kernels
