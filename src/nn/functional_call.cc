#include "descent/nn/functional_call.h"

#include <map>
#include <string>

namespace descent::nn::detail {
namespace {

// Where the tensors of a module are, and what they are called.
class Places final : public Visitor {
 public:
  void parameter(const Path& path, Parameter& parameter) override { places.emplace_back(to_string(path), &parameter); }
  void buffer(const Path& path, Buffer& buffer) override { places.emplace_back(to_string(path), &buffer); }

  std::vector<std::pair<std::string, Tensor*>> places;
};

}  // namespace

Replacement::Replacement(ModuleRef module, const StateDict& state) {
  Places found;
  module.visit(found);
  std::map<std::string, Tensor*> by_name(found.places.begin(), found.places.end());
  std::vector<std::pair<const TensorImpl*, Tensor>> replaced;
  for (const auto& [name, tensor] : state) {
    const auto at = by_name.find(name);
    if (at == by_name.end()) fail("functional_call: the module has no '", name, "'");
    const Tensor& own = *at->second;
    if (!tensor.defined()) fail("functional_call: '", name, "' is undefined");
    if (!(tensor.sizes() == own.sizes())) {
      fail("functional_call: '", name, "' has shape ", tensor.sizes(), ", the module's ", own.sizes());
    }
    replaced.emplace_back(own.impl(), tensor);
  }
  for (const auto& [impl, tensor] : replaced) {
    for (const auto& place : found.places) {
      if (place.second->impl() == impl) own_.emplace_back(place.second, std::exchange(*place.second, tensor));
    }
  }
}

Replacement::~Replacement() {
  while (!own_.empty()) {
    *own_.back().first = std::move(own_.back().second);
    own_.pop_back();
  }
}

}  // namespace descent::nn::detail
