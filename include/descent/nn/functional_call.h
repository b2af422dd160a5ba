// A module called with other tensors in the place of its parameters and buffers.
#pragma once

#include <utility>
#include <vector>

#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

namespace detail {

/// As long as one lives, tensors of `state` stand in a module where its own of the same names were.
class Replacement {
 public:
  Replacement(ModuleRef module, const StateDict& state);
  ~Replacement();
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

 private:
  std::vector<std::pair<Tensor*, Tensor>> own_;
};

}  // namespace detail

/// module(arguments...) with the tensors of `state` in the place of the parameters and buffers of these names; those
/// that it does not name stay. Afterwards, also after an Error, the module is as it was. What comes out leads back to
/// the tensors of `state`, results of other functions among them:
///
///   auto cost = [&](const Tensor& weight) {
///     return mse_loss(nn::functional_call(model, {{"weight", weight}}, x), y);
///   };
///   hessian(cost, model.weight);
///
/// A parameter that stands at several places of a module is replaced at all of them. An Error for a name that is not
/// there, or a tensor of another shape. One thread at a time calls a module so.
template <class M, class... Arguments>
decltype(auto) functional_call(M& module, const StateDict& state, const Arguments&... arguments) {
  detail::check_module<M>();
  const detail::ModuleRef ref = {
      &module, [](void* of, Visitor& visitor) { detail::visit_module(visitor, Path{}, *static_cast<M*>(of)); }};
  const detail::Replacement replacement(ref, state);
  return module(arguments...);
}

}  // namespace nn
}  // namespace descent
