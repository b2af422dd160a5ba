#include "descent/nn/init.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "core/random.h"
#include "core/random_fill.h"
#include "descent/create.h"
#include "descent/grad_mode.h"

namespace descent::nn::init {
namespace {

struct Fans {
  double in, out;
};

Fans fans_of(const char* name, const Tensor& tensor) {
  if (tensor.dim() < 2) fail(name, ": a tensor of shape ", tensor.sizes(), " has no fan; wanted 2 dimensions or more");
  std::int64_t positions = 1;
  for (int d = 2; d < tensor.dim(); ++d) positions *= tensor.size(d);
  return {static_cast<double>(tensor.size(1) * positions), static_cast<double>(tensor.size(0) * positions)};
}

double kaiming_std(const char* name, const Tensor& tensor, KaimingOptions options) {
  const Fans fans = fans_of(name, tensor);
  return calculate_gain(options.nonlinearity, options.a) / std::sqrt(options.mode == Fan::in ? fans.in : fans.out);
}

double normal_cdf(double x) { return (1 + std::erf(x / std::sqrt(2.0))) / 2; }

/// Normal values, those outside drawn again until none is.
template <class T>
void draw_again(std::span<T> values, double mean, double std, T low, T high, Generator& generator) {
  random::fill_normal(generator, values, mean, std);
  const auto outside = [=](T x) { return x < low || x > high; };
  std::vector<T> again(values.size());
  while (std::any_of(values.begin(), values.end(), outside)) {
    random::fill_normal(generator, std::span(again), mean, std);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (outside(values[i])) values[i] = again[i];
    }
  }
}

/// Where little of the distribution lies within the bounds: uniform values, each accepted with the probability that is
/// its density over the largest one.
template <class T>
void draw_accepted(std::span<T> values, double mean, double std, double low, double high, Generator& generator) {
  const double peak = (std::clamp(mean, low, high) - mean) / std;
  std::vector<T> candidates(values.size()), chances(values.size());
  std::vector<bool> pending(values.size(), true);
  bool any = !values.empty();
  while (any) {
    random::fill_uniform(generator, std::span(candidates), low, high);
    random::fill_uniform(generator, std::span(chances));
    any = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!pending[i]) continue;
      values[i] = candidates[i];
      const T distance = (candidates[i] - static_cast<T>(mean)) / static_cast<T>(std);
      const T log_density = distance * distance * T{-0.5} - static_cast<T>(-0.5 * peak * peak);
      pending[i] = std::log(chances[i]) > log_density;
      any = any || pending[i];
    }
  }
}

template <class T>
void draw_truncated(std::span<T> values, double mean, double std, double a, double b, Generator& generator) {
  const double inside = normal_cdf((b - mean) / std) - normal_cdf((a - mean) / std);
  if (inside > 0.3)
    draw_again(values, mean, std, static_cast<T>(a), static_cast<T>(b), generator);
  else
    draw_accepted(values, mean, std, a, b, generator);
}

/// Makes the vectors (each `length` values, one after another) orthonormal, each from those before it. Subtracting the
/// projections twice leaves them orthogonal to working precision (Giraud et al., 2005).
void orthonormalize(std::vector<double>& vectors, std::size_t length) {
  const auto dot = [length](const double* a, const double* b) {
    double sum = 0;
    for (std::size_t i = 0; i < length; ++i) sum += a[i] * b[i];
    return sum;
  };
  double* const end = vectors.data() + vectors.size();
  for (double* vector = vectors.data(); vector != end; vector += length) {
    for (int pass = 0; pass < 2; ++pass) {
      for (const double* earlier = vectors.data(); earlier != vector; earlier += length) {
        const double projection = dot(earlier, vector);
        for (std::size_t i = 0; i < length; ++i) vector[i] -= projection * earlier[i];
      }
    }
    const double norm = std::sqrt(dot(vector, vector));
    for (std::size_t i = 0; i < length; ++i) vector[i] /= norm;
  }
}

template <class T>
void draw_orthogonal(std::span<T> values, std::size_t rows, double gain, Generator& generator) {
  random::fill_normal(generator, values);
  const std::size_t columns = values.size() / rows, length = std::max(rows, columns);
  // Row-major [rows, columns]: the shorter side's vectors lie `step` apart, their elements `stride` apart.
  const std::size_t step = rows < columns ? columns : 1, stride = rows < columns ? 1 : columns;
  std::vector<double> vectors(values.size());
  for (std::size_t i = 0; i < vectors.size(); ++i) vectors[i] = values[i / length * step + i % length * stride];
  orthonormalize(vectors, length);
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    values[i / length * step + i % length * stride] = static_cast<T>(vectors[i]) * static_cast<T>(gain);
  }
}

}  // namespace

const Tensor& uniform_(const Tensor& tensor, double a, double b, Generator& generator) {
  const NoGrad no_grad;
  random::uniform_("uniform_", tensor, a, b, generator);
  return tensor;
}

const Tensor& normal_(const Tensor& tensor, double mean, double std, Generator& generator) {
  const NoGrad no_grad;
  random::normal_("normal_", tensor, mean, std, generator);
  return tensor;
}

const Tensor& trunc_normal_(const Tensor& tensor, double mean, double std, double a, double b, Generator& generator) {
  // Inputs: mean, std, a, b.
  static constexpr Op op = {.name = "trunc_normal",
                            .kind = Kind::write,
                            .write = [](Inputs inputs, const Attributes& attributes, const TensorImpl& target) {
                              const auto number = [inputs](std::size_t i) { return *elements_of<double>(*inputs[i]); };
                              random::fill_reals(target, [&]<class T>(std::span<T> values) {
                                draw_truncated(values, number(0), number(1), number(2), number(3),
                                               *attributes.generator);
                              });
                            }};
  if (!(std > 0)) fail("trunc_normal_: std = ", std, " must be above 0");
  if (!(a < b)) fail("trunc_normal_: a = ", a, " must be below b = ", b);
  random::check_real("trunc_normal_", tensor);
  const NoGrad no_grad;
  const Tensor center = mean, spread = std, low = a, high = b;
  apply_in_place<op>("trunc_normal_", tensor, {&center, &spread, &low, &high}, random::drawing_from(generator));
  return tensor;
}

const Tensor& constant_(const Tensor& tensor, double value) {
  const NoGrad no_grad;
  return tensor.fill_(value);
}

const Tensor& ones_(const Tensor& tensor) { return constant_(tensor, 1); }
const Tensor& zeros_(const Tensor& tensor) { return constant_(tensor, 0); }

const Tensor& eye_(const Tensor& matrix) {
  if (matrix.dim() != 2) fail("eye_: wants a matrix, not a tensor of shape ", matrix.sizes());
  const NoGrad no_grad;
  return matrix.copy_(eye(matrix.size(0), matrix.size(1)));
}

const Tensor& xavier_uniform_(const Tensor& tensor, double gain, Generator& generator) {
  const Fans fans = fans_of("xavier_uniform_", tensor);
  const double bound = std::sqrt(3.0) * (gain * std::sqrt(2.0 / (fans.in + fans.out)));
  return uniform_(tensor, -bound, bound, generator);
}

const Tensor& xavier_normal_(const Tensor& tensor, double gain, Generator& generator) {
  const Fans fans = fans_of("xavier_normal_", tensor);
  return normal_(tensor, 0, gain * std::sqrt(2.0 / (fans.in + fans.out)), generator);
}

double calculate_gain(Nonlinearity nonlinearity, double negative_slope) {
  switch (nonlinearity) {
    case Nonlinearity::tanh:
      return 5.0 / 3;
    case Nonlinearity::relu:
      return std::sqrt(2.0);
    case Nonlinearity::leaky_relu:
      return std::sqrt(2.0 / (1 + negative_slope * negative_slope));
    case Nonlinearity::selu:
      return 3.0 / 4;
    default:
      return 1;
  }
}

const Tensor& kaiming_uniform_(const Tensor& tensor, KaimingOptions options, Generator& generator) {
  if (tensor.numel() == 0) return tensor;
  const double bound = std::sqrt(3.0) * kaiming_std("kaiming_uniform_", tensor, options);
  return uniform_(tensor, -bound, bound, generator);
}

const Tensor& kaiming_normal_(const Tensor& tensor, KaimingOptions options, Generator& generator) {
  if (tensor.numel() == 0) return tensor;
  return normal_(tensor, 0, kaiming_std("kaiming_normal_", tensor, options), generator);
}

const Tensor& orthogonal_(const Tensor& tensor, double gain, Generator& generator) {
  // Inputs: the gain.
  static constexpr Op op = {
      .name = "orthogonal",
      .kind = Kind::write,
      .write = [](Inputs inputs, const Attributes& attributes, const TensorImpl& target) {
        const auto rows = static_cast<std::size_t>(target.sizes[0]);
        const double gain = *elements_of<double>(*inputs[0]);
        random::fill_reals(target, [&](auto values) { draw_orthogonal(values, rows, gain, *attributes.generator); });
      }};
  if (tensor.dim() < 2) fail("orthogonal_: wants 2 dimensions or more, not a tensor of shape ", tensor.sizes());
  random::check_real("orthogonal_", tensor);
  if (tensor.numel() == 0) return tensor;
  const NoGrad no_grad;
  const Tensor factor = gain;
  apply_in_place<op>("orthogonal_", tensor, {&factor}, random::drawing_from(generator));
  return tensor;
}

}  // namespace descent::nn::init
