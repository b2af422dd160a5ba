// Starting values for parameters: torch.nn.init, with PyTorch's numbers for the same seed.
//
// Each function fills a float32 or float64 tensor in place, without recording, and returns it. fan_in and fan_out are
// the sizes of dimensions 1 and 0, times those of all further ones; an Error for fewer than two.
#pragma once

#include <cstdint>

#include "descent/generator.h"
#include "descent/tensor.h"

namespace descent::nn {
namespace DESCENT_EXPORT init {

/// Uniform on [a, b).
const Tensor& uniform_(const Tensor& tensor, double a = 0, double b = 1, Generator& generator = default_generator());
/// Normal.
const Tensor& normal_(const Tensor& tensor, double mean = 0, double std = 1,
                      Generator& generator = default_generator());
/// Normal, but drawn anew outside [a, b].
const Tensor& trunc_normal_(const Tensor& tensor, double mean = 0, double std = 1, double a = -2, double b = 2,
                            Generator& generator = default_generator());
const Tensor& constant_(const Tensor& tensor, double value);
const Tensor& ones_(const Tensor& tensor);
const Tensor& zeros_(const Tensor& tensor);
/// 1 on the diagonal of a matrix, 0 elsewhere.
const Tensor& eye_(const Tensor& matrix);

/// Uniform on [-a, a), a = gain sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010).
const Tensor& xavier_uniform_(const Tensor& tensor, double gain = 1, Generator& generator = default_generator());
/// Normal, std = gain sqrt(2 / (fan_in + fan_out)).
const Tensor& xavier_normal_(const Tensor& tensor, double gain = 1, Generator& generator = default_generator());

enum class Fan : std::uint8_t { in, out };
enum class Nonlinearity : std::uint8_t { linear, sigmoid, tanh, relu, leaky_relu, selu };

/// By how much the weights before a nonlinearity should be larger: 1, 1, 5/3, sqrt(2), sqrt(2 / (1 + negative_slope^2))
/// and 3/4, in the order above.
double calculate_gain(Nonlinearity nonlinearity, double negative_slope = 0.01);

struct KaimingOptions {
  double a = 0;  // the negative slope of leaky_relu
  Fan mode = Fan::in;
  Nonlinearity nonlinearity = Nonlinearity::leaky_relu;
};
/// Uniform on [-b, b), b = gain sqrt(3 / fan) (He et al., arXiv:1502.01852).
const Tensor& kaiming_uniform_(const Tensor& tensor, KaimingOptions options = {},
                               Generator& generator = default_generator());
/// Normal, std = gain / sqrt(fan).
const Tensor& kaiming_normal_(const Tensor& tensor, KaimingOptions options = {},
                              Generator& generator = default_generator());

/// A matrix (all dimensions but the first taken as one) with orthonormal rows or columns, whichever are fewer, times
/// gain: the Q, with a positive diagonal of R, of a normal matrix (Saxe et al., arXiv:1312.6120).
const Tensor& orthogonal_(const Tensor& tensor, double gain = 1, Generator& generator = default_generator());

}  // namespace init
}  // namespace descent::nn
