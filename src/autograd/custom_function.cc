#include <memory>

#include "core/apply.h"
#include "core/history.h"
#include "descent/autograd.h"

namespace descent {

void Context::save(std::vector<Tensor> tensors) {
  saved_ = std::move(tensors);
  versions_.clear();
  for (const Tensor& tensor : saved_) versions_.push_back(impl_of(tensor, "Context::save").storage->version);
}

const std::vector<Tensor>& Context::saved() const {
  for (std::size_t i = 0; i < saved_.size(); ++i) {
    const Storage& storage = *saved_[i].impl()->storage;
    if (storage.version != versions_[i]) {
      fail("a custom function's saved tensor ", i, " of shape ", saved_[i].sizes(), " was changed in place by ",
           storage.last_change);
    }
  }
  return saved_;
}

namespace {

// A function and its op record, which graphs keep alive.
struct CustomFunction {
  std::string name;
  std::function<Tensor(Context&, const std::vector<Tensor>&)> forward;
  std::function<std::vector<Tensor>(const Context&, const Tensor&)> backward;
  Op op;
};

struct CallOfFunction final : CustomCall {
  explicit CallOfFunction(std::shared_ptr<CustomFunction> function) : function(std::move(function)) {}
  void release() noexcept override { context = {}; }
  std::unique_ptr<CustomCall> copy() const override { return std::make_unique<CallOfFunction>(*this); }

  std::shared_ptr<CustomFunction> function;
  Context context;
};

std::vector<Tensor> custom_gradient(const Tensor& gradient, const Call& call) {
  const auto& custom = static_cast<const CallOfFunction&>(call.custom());
  return custom.function->backward(custom.context, gradient);
}

}  // namespace

std::function<Tensor(const std::vector<Tensor>&)> custom_function(
    std::string name, std::function<Tensor(Context&, const std::vector<Tensor>&)> forward,
    std::function<std::vector<Tensor>(const Context&, const Tensor&)> backward) {
  auto function = std::make_shared<CustomFunction>();
  function->name = std::move(name);
  function->forward = std::move(forward);
  function->backward = std::move(backward);
  function->op = {
      .name = function->name.c_str(), .kind = Kind::function, .gradients = {}, .gradient_of_all = custom_gradient};
  return [function](const std::vector<Tensor>& inputs) {
    auto call = std::make_unique<CallOfFunction>(function);
    Tensor result;
    {
      const NoGrad no_grad;
      // A tensor of its own, also where forward returns one of its inputs.
      result = function->forward(call->context, inputs).detach();
    }
    std::vector<const Tensor*> pointers;
    for (const Tensor& input : inputs) pointers.push_back(&input);
    if (apply_mode.records) record(function->op, pointers, kNoAttributes, *result.impl());
    if (result.impl()->history) result.impl()->history->custom = std::move(call);
    return result;
  };
}

}  // namespace descent
