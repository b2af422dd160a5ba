// Writing an elementwise op in one paragraph.
#pragma once

#include "core/apply.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent {

using kernels::Formula;

/// One input. `rule` gives its gradient; a null one means the result is not differentiable.
constexpr Op unary(const char* name, Formula formula, Promotion promotion, Gradient::Rule rule,
                   std::uint32_t saves = kNothing) {
  return {.name = name,
          .kind = Kind::elementwise,
          .promotion = promotion,
          .formula = formula,
          .gradients = {{rule, saves}}};
}

/// Two inputs, which broadcast.
constexpr Op binary(const char* name, Formula formula, Promotion promotion, Gradient first, Gradient second) {
  return {.name = name,
          .kind = Kind::elementwise,
          .promotion = promotion,
          .formula = formula,
          .gradients = {first, second}};
}

/// A comparison or predicate: the result is bool, and nothing is differentiable.
constexpr Op predicate(const char* name, Formula formula) {
  return {.name = name,
          .kind = Kind::elementwise,
          .promotion = Promotion::common,
          .formula = formula,
          .to_bool = true,
          .gradients = {}};
}

/// The gradient of a function that is constant wherever it is differentiable.
inline Tensor no_slope(const Tensor& g, const Call&) { return zeros_like(g); }

}  // namespace descent
