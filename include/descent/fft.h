// Discrete Fourier transforms: torch.fft's functions.
//
// There are no complex tensors: complex numbers are a last dimension of 2, the real and the imaginary part, as
// torch.view_as_real gives. Dimensions `dim` do not count it: the last one is -1 for real and complex tensors alike.
// What takes real numbers says so. Lengths are any, primes too; `n` and `s` cut the input, or add zeros at its end, to
// as many positions along the dimensions transformed. float32 is computed in float64. All are differentiable to any
// order.
//
// Source: PyTorch's torch.fft.
#pragma once

#include <cstdint>
#include <optional>

#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT fft {

/// By what the forward transform and the inverse one are divided.
enum class Norm : std::uint8_t {
  backward,  // the inverse by n
  ortho,     // both by sqrt(n)
  forward,   // the forward by n
};

/// y[k] = sum over j of x[j] exp(-2 pi i j k / n) along `dim`, of complex x [..., n, ..., 2].
Tensor fft(const Tensor& x, std::optional<std::int64_t> n = {}, std::int64_t dim = -1, Norm norm = Norm::backward);
/// Its inverse, with exp(+2 pi i j k / n).
Tensor ifft(const Tensor& x, std::optional<std::int64_t> n = {}, std::int64_t dim = -1, Norm norm = Norm::backward);
/// The first n / 2 + 1 numbers of fft of a real x, complex; the others are conjugates of these.
Tensor rfft(const Tensor& x, std::optional<std::int64_t> n = {}, std::int64_t dim = -1, Norm norm = Norm::backward);
/// The inverse of rfft: real, of length n, by default 2 (m - 1) of m numbers. The imaginary part of the first, and for
/// an even n of the last, is not read.
Tensor irfft(const Tensor& x, std::optional<std::int64_t> n = {}, std::int64_t dim = -1, Norm norm = Norm::backward);

/// The same along several dimensions: all, or as many of the last as `s` has sizes. A size of -1 leaves a dimension as
/// it is. rfftn halves the last of `dims`, and irfftn makes it whole.
Tensor fftn(const Tensor& x, const std::optional<Dims>& s = {}, const std::optional<Dims>& dims = {},
            Norm norm = Norm::backward);
Tensor ifftn(const Tensor& x, const std::optional<Dims>& s = {}, const std::optional<Dims>& dims = {},
             Norm norm = Norm::backward);
Tensor rfftn(const Tensor& x, const std::optional<Dims>& s = {}, const std::optional<Dims>& dims = {},
             Norm norm = Norm::backward);
Tensor irfftn(const Tensor& x, const std::optional<Dims>& s = {}, const std::optional<Dims>& dims = {},
              Norm norm = Norm::backward);
/// Along two.
Tensor fft2(const Tensor& x, const std::optional<Dims>& s = {}, const Dims& dims = {-2, -1},
            Norm norm = Norm::backward);
Tensor ifft2(const Tensor& x, const std::optional<Dims>& s = {}, const Dims& dims = {-2, -1},
             Norm norm = Norm::backward);
Tensor rfft2(const Tensor& x, const std::optional<Dims>& s = {}, const Dims& dims = {-2, -1},
             Norm norm = Norm::backward);
Tensor irfft2(const Tensor& x, const std::optional<Dims>& s = {}, const Dims& dims = {-2, -1},
              Norm norm = Norm::backward);

/// The frequencies of fft's numbers, [0, 1, ..., -2, -1] / (n d), where positions are d apart: negative from the middle
/// on.
Tensor fftfreq(std::int64_t n, double d = 1, TensorOptions options = {});
/// Those of rfft's, [0, 1, ..., n / 2] / (n d).
Tensor rfftfreq(std::int64_t n, double d = 1, TensorOptions options = {});
/// The frequency 0 moved to the middle of `dims`. Unlike PyTorch's, these have no default, and are those of x as it is:
/// of complex x [a, b, 2], fftshift(x, {0, 1}).
Tensor fftshift(const Tensor& x, const Dims& dims);
/// Its inverse.
Tensor ifftshift(const Tensor& x, const Dims& dims);

}  // namespace fft
}  // namespace descent
