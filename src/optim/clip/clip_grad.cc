#include "descent/optim/clip/clip_grad.h"

#include <cmath>

#include "descent/create.h"

namespace descent::optim {
namespace {

// Calls clipped(p, g) for each parameter p that has a gradient g with elements, and gives it the result.
template <class F>
void for_each_gradient(const ParameterList& parameters, const F& clipped) {
  const NoGrad no_grad;
  for (const Tensor& p : parameters.tensors()) {
    const Tensor g = p.grad();
    if (g.defined() && g.numel() > 0) p.set_grad(clipped(p, g));
  }
}

// The norm over each index of the first dimension, or over all.
Tensor unit_norm(const Tensor& x) {
  if (x.dim() < 2) return norm(x);
  Dims dims;
  for (int dim = 1; dim < x.dim(); ++dim) dims.push_back(dim);
  return norm(x, 2, dims, true);
}

}  // namespace

Tensor clip_grad_norm_(const ParameterList& parameters, double max_norm, const ClipGradNormOptions& options) {
  Bounds("clip_grad_norm_").at_least("max_norm", max_norm, 0);
  std::vector<Tensor> norms;
  for_each_gradient(parameters, [&](const Tensor&, const Tensor& g) {
    norms.push_back(norm(g, options.norm_type).to(float64));
    return g;
  });
  if (norms.empty()) return zeros({}, {.dtype = float64});
  const NoGrad no_grad;
  const Tensor total = norm(stack(norms), options.norm_type);
  if (options.error_if_nonfinite && !std::isfinite(total.item())) {
    fail("clip_grad_norm_: the norm of the gradients is ", total.item(), "; error_if_nonfinite = true wants it finite");
  }
  const Tensor scale = minimum(max_norm / (total + 1e-6), 1);
  for_each_gradient(parameters, [&](const Tensor&, const Tensor& g) { return g * scale.to(g.dtype()); });
  return total;
}

void clip_grad_value_(const ParameterList& parameters, double clip_value) {
  Bounds("clip_grad_value_").at_least("clip_value", clip_value, 0);
  for_each_gradient(parameters, [&](const Tensor&, const Tensor& g) { return clamp(g, -clip_value, clip_value); });
}

void clip_grad_block_rms_(const ParameterList& parameters, double threshold) {
  Bounds("clip_grad_block_rms_").above("threshold", threshold, 0);
  for_each_gradient(parameters,
                    [&](const Tensor&, const Tensor& g) { return g / maximum(sqrt(mean(square(g))) / threshold, 1); });
}

void clip_grad_adaptive_(const ParameterList& parameters, const ClipGradAdaptiveOptions& options) {
  const Bounds bounds("clip_grad_adaptive_");
  bounds.at_least("clipping", options.clipping, 0);
  bounds.at_least("eps", options.eps, 0);
  for_each_gradient(parameters, [&](const Tensor& p, const Tensor& g) {
    const Tensor size = unit_norm(g), most = options.clipping * clamp_min(unit_norm(p), options.eps);
    return where(size < most, g, g * (most / clamp_min(size, 1e-6)));
  });
}

}  // namespace descent::optim
