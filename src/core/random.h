// Random draws as ops: each fills a tensor in place, in row-major order, from a generator.
#pragma once

#include <span>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/generator.h"

namespace descent::random {

/// The attributes of an op that draws from `generator`.
inline Attributes drawing_from(Generator& generator) {
  Attributes attributes;
  attributes.generator = &generator;
  return attributes;
}

/// Has `fill` fill a span of the elements of `target`, of any layout: of float32 or float64; smaller ones are rounded.
template <class Fill>
void fill_reals(const TensorImpl& target, const Fill& fill) {
  if (!target.is_contiguous || !is_computed(target.dtype)) {
    const Tensor values = Tensor::adopt(make_impl(target.sizes, computed_dtype(target.dtype)));
    fill_reals(*values.impl(), fill);
    return copy_elements("copy_", *values.impl(), target);
  }
  const auto count = static_cast<std::size_t>(target.numel);
  dispatch_floating("random numbers", target.dtype,
                    [&](auto zero) { fill(std::span(elements_of<decltype(zero)>(target), count)); });
}

/// An Error unless `target` is floating point. Here and below, `name` is the function that its user called.
void check_real(const char* name, const Tensor& target);

/// Uniform on [from, to).
void uniform_(const char* name, const Tensor& target, double from, double to, Generator& generator);
/// Normal.
void normal_(const char* name, const Tensor& target, double mean, double std, Generator& generator);
/// 1 with probability p, else 0.
void bernoulli_(const char* name, const Tensor& target, double p, Generator& generator);
/// Exponential of rate lambda.
void exponential_(const char* name, const Tensor& target, double lambda, Generator& generator);

}  // namespace descent::random
