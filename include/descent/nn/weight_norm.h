// Layers whose weight is made of other parameters: they wrap a layer that has a `weight`.
//
//   nn::WeightNorm conv(nn::Linear(64, 32));
//   conv(x);
//   conv.named_parameters();  // "bias", "weight_g", "weight_v"
//
// The wrapper takes the layer's place: its state has the layer's names, with the weight's parts beside them. The names
// are those of torch.nn.utils.weight_norm and spectral_norm, which published files have; what
// torch.nn.utils.parametrizations wrote has the same tensors as parametrizations.weight.original0 (g) and original1
// (v).
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

namespace detail {

/// The norm of `weight` over all dimensions but `dim`, which are kept as 1, or over all of them.
Tensor norm_except(const Tensor& weight, std::optional<std::int64_t> dim);
/// v / |v| g.
Tensor weight_of_length(const Tensor& v, const Tensor& g, std::optional<std::int64_t> dim);

struct Singular {
  Tensor u, v;
};
/// A start for the power iteration: normal numbers at length 1.
Singular drawn_singular(const Tensor& weight, std::int64_t dim, double eps);
/// `weight` over its largest singular value u^T weight v, after some power iterations, which change u and v in place.
Tensor weight_of_norm_1(const Tensor& weight, const Singular& vectors, std::int64_t dim, std::int64_t iterations,
                        double eps);

/// What `layer` gives for `inputs` with this weight.
template <class Layer, class... Inputs>
auto with_weight(const Layer& layer, const Tensor& weight, Inputs&&... inputs) {
  Layer weighted = layer;
  static_cast<Tensor&>(weighted.weight) = weight;
  return weighted(std::forward<Inputs>(inputs)...);
}

}  // namespace detail

/// weight = g v / |v|, where |v| is over all dimensions but `dim`, or over all if there is none (Salimans and Kingma,
/// arXiv:1602.07868). The layer's weight becomes v, its norms g.
template <class Layer>
class WeightNorm final : public Module<WeightNorm<Layer>> {
 public:
  explicit WeightNorm(Layer layer, std::optional<std::int64_t> dim = 0)
      : weight_g(Parameter(detail::norm_except(layer.weight.detach(), dim))),
        weight_v(std::exchange(layer.weight, Parameter())),
        layer_(std::move(layer)),
        dim_(dim) {}

  Tensor weight() const { return detail::weight_of_length(weight_v, weight_g, dim_); }
  template <class... Inputs>
  auto forward(Inputs&&... inputs) const {
    return detail::with_weight(layer_, weight(), std::forward<Inputs>(inputs)...);
  }
  void visit(Visitor& visitor, const Path& path) {
    detail::visit_module(visitor, path, layer_);
    detail::visit(visitor, Path{&path, "weight_g"}, weight_g);
    detail::visit(visitor, Path{&path, "weight_v"}, weight_v);
  }

  Parameter weight_g;
  Parameter weight_v;

 private:
  Layer layer_;  // without a weight
  std::optional<std::int64_t> dim_;
};

struct SpectralNormOptions {
  std::int64_t n_power_iterations = 1;
  double eps = 1e-12;
  std::int64_t dim = 0;  // of the outputs: 1 for transposed convolutions
};

/// weight = weight_orig / its largest singular value, as a matrix with a row for each position of `dim` (Miyato et al.,
/// arXiv:1802.05957). While training, each call first improves the singular vectors weight_u and weight_v, which start
/// as normal numbers at length 1, in place.
template <class Layer>
class SpectralNorm final : public Module<SpectralNorm<Layer>> {
 public:
  explicit SpectralNorm(Layer layer, SpectralNormOptions options = {})
      : weight_orig(std::exchange(layer.weight, Parameter())), layer_(std::move(layer)), options_(options) {
    const detail::Singular drawn = detail::drawn_singular(weight_orig, options.dim, options.eps);
    weight_u = Buffer(drawn.u);
    weight_v = Buffer(drawn.v);
  }

  Tensor weight() const {
    return detail::weight_of_norm_1(weight_orig, {weight_u, weight_v}, options_.dim,
                                    training ? options_.n_power_iterations : 0, options_.eps);
  }
  template <class... Inputs>
  auto forward(Inputs&&... inputs) const {
    return detail::with_weight(layer_, weight(), std::forward<Inputs>(inputs)...);
  }
  void visit(Visitor& visitor, const Path& path) {
    detail::visit_module(visitor, path, layer_);
    detail::visit(visitor, Path{&path, "weight_orig"}, weight_orig);
    detail::visit(visitor, Path{&path, "weight_u"}, weight_u);
    detail::visit(visitor, Path{&path, "weight_v"}, weight_v);
  }

  Parameter weight_orig;
  Buffer weight_u;
  Buffer weight_v;
  Flag training = true;

 private:
  Layer layer_;  // without a weight
  SpectralNormOptions options_;
};

}  // namespace nn
}  // namespace descent
