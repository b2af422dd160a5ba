// Activations beyond those of ops.h, which has relu, sigmoid, tanh, silu, gelu, leaky_relu, elu, log_sigmoid and
// softmax.
//
// x is of any shape; where a function has a kink, its gradient there is PyTorch's.
#pragma once

#include <cstdint>

#include "descent/generator.h"
#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// x where it is above `threshold`, else `value`.
Tensor threshold(const Tensor& x, double threshold, double value);
/// min(max(x, min_val), max_val); the gradient passes strictly between the two.
Tensor hardtanh(const Tensor& x, double min_val = -1, double max_val = 1);
/// min(max(x, 0), 6) (Krizhevsky, 2010).
Tensor relu6(const Tensor& x);
/// relu6(x + 3) / 6.
Tensor hardsigmoid(const Tensor& x);
/// x relu6(x + 3) / 6 (Howard et al., arXiv:1905.02244).
Tensor hardswish(const Tensor& x);
/// x, but 0 where |x| <= lambd.
Tensor hardshrink(const Tensor& x, double lambd = 0.5);
/// x moved towards 0 by lambd >= 0, and 0 where |x| <= lambd.
Tensor softshrink(const Tensor& x, double lambd = 0.5);
/// x - tanh(x).
Tensor tanhshrink(const Tensor& x);
/// x / (1 + |x|).
Tensor softsign(const Tensor& x);
/// scale (x if x > 0, else alpha (exp(x) - 1)), with the scale 1.05 and the alpha 1.67 for which means and variances
/// keep to 0 and 1 (Klambauer et al., arXiv:1706.02515).
Tensor selu(const Tensor& x);
/// x if x > 0, else alpha (exp(x / alpha) - 1) (Barron, arXiv:1704.07483).
Tensor celu(const Tensor& x, double alpha = 1);
/// x tanh(log(1 + exp(x))) (Misra, arXiv:1908.08681).
Tensor mish(const Tensor& x);
/// log(1 + exp(beta x)) / beta; x itself where beta x is above `threshold`.
Tensor softplus(const Tensor& x, double beta, double threshold = 20);
/// a sigmoid(b), where a and b are the halves of x along `dim` (Dauphin et al., arXiv:1612.08083).
Tensor glu(const Tensor& x, std::int64_t dim = -1);
/// x if x > 0, else weight x, with a weight for all or one for each of the channels, which are dimension 1 (He et al.,
/// arXiv:1502.01852).
Tensor prelu(const Tensor& x, const Tensor& weight);
/// x if x > 0, else x times a number drawn uniformly between lower and upper for each such x; if not `training`, times
/// the mean of the two (Xu et al., arXiv:1505.00853).
Tensor rrelu(const Tensor& x, double lower = 1.0 / 8, double upper = 1.0 / 3, bool training = false,
             Generator& generator = default_generator());
/// softmax(-x, dim).
Tensor softmin(const Tensor& x, std::int64_t dim);

}  // namespace descent
