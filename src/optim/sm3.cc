#include "descent/optim/sm3.h"

#include <algorithm>

#include "descent/create.h"
#include "optim/step.h"

namespace descent::optim {
namespace {

// Ones, but for dimension `i`.
Dims slices(const Dims& shape, std::int64_t i) {
  Dims sizes = shape;
  for (int j = 0; j < shape.size(); ++j) {
    if (j != i) sizes[j] = 1;
  }
  return sizes;
}

// The largest of each slice of v that one element of `like` stands for.
Tensor largest_in_slices(const Tensor& v, const Tensor& like) {
  Dims others;
  for (int j = 0; j < v.dim(); ++j) {
    if (like.size(j) != v.size(j)) others.push_back(j);
  }
  return others.empty() ? v : amax(v, others, true);
}

}  // namespace

template class OptimizerOf<SM3Options, SM3State>;

SM3::SM3(ParameterList parameters, const SM3Options& options) : OptimizerOf("SM3") {
  add_group(std::move(parameters), options);
}

void SM3::check(const SM3Options& o, const Bounds& bounds) const {
  bounds.at_least("lr", o.lr, 0);
  bounds.within("momentum", o.momentum, 0, 1);
  bounds.at_least("eps", o.eps, 0);
}

SM3State SM3::start(const Tensor& p, const SM3Options&) const {
  std::vector<Tensor> accumulators;
  for (std::int64_t i = 0; i < std::max(p.dim(), 1); ++i)
    accumulators.push_back(zeros(slices(p.sizes(), i), {.dtype = p.dtype()}));
  return {.accumulators = std::move(accumulators), .momentum_buffer = zeros_like(p)};
}

void SM3::update(const Tensor& p, const Tensor& g, SM3State& s, const SM3Options& o) const {
  Tensor v = s.accumulators[0];
  for (std::size_t i = 1; i < s.accumulators.size(); ++i) v = minimum(v, s.accumulators[i]);
  v = v + square(g);
  average(s.momentum_buffer, where(v > 0, g * rsqrt(v + o.eps), 0), o.momentum);
  p.addcmul_(s.momentum_buffer, -o.lr);
  for (const Tensor& accumulator : s.accumulators) {
    accumulator.copy_(largest_in_slices(v, accumulator));
  }
}

}  // namespace descent::optim
