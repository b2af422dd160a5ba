#include "descent/autograd.h"

#include <algorithm>
#include <atomic>

#include "autograd/walk.h"
#include "core/copy.h"
#include "core/history.h"
#include "core/observer.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent {
namespace {

void require_gradients(const Tensor& tensor, const char* what) {
  if (!impl_of(tensor, what).requires_grad) {
    fail(what, ": a tensor of shape ", tensor.sizes(),
         " does not require gradients, nor does anything it was computed from");
  }
}

// The gradient to start from at `root`.
Tensor root_gradient(const Tensor& root, const Tensor& given, const char* what) {
  require_gradients(root, what);
  if (!given.defined()) {
    if (root.numel() != 1) {
      fail(what, ": a result of shape ", root.sizes(), " is no scalar; give the gradient to start from");
    }
    return filled(root.impl()->sizes, root.impl()->dtype, number_1());
  }
  if (!(given.sizes() == root.sizes())) {
    fail(what, ": the gradient given has shape ", given.sizes(), ", the result ", root.sizes());
  }
  return given.to(root.dtype());
}

}  // namespace

bool Tensor::requires_grad() const { return impl_of(*this, "requires_grad").requires_grad; }

const Tensor& Tensor::requires_grad_(bool value) const {
  TensorImpl& impl = impl_of(*this, "requires_grad_");
  if (value && !is_floating_point(impl.dtype)) {
    fail("requires_grad_: only floating point tensors have gradients, not ", impl.dtype);
  }
  if (!value && impl.history)
    fail("requires_grad_: the result of ", impl.history->op->name, " has history; use detach()");
  impl.requires_grad = value;
  if (value) {
    impl.is_number = false;  // a parameter is no mere number
    autograd_extras(impl);   // now, while only this thread knows of it
  }
  return *this;
}

bool Tensor::is_leaf() const { return !impl_of(*this, "is_leaf").history; }

Tensor Tensor::grad() const {
  TensorImpl& impl = impl_of(*this, "grad");
  show_grad_read(impl);
  return grad_of(impl);
}

void Tensor::set_grad(const Tensor& grad) const {
  TensorImpl& impl = impl_of(*this, "set_grad");
  if (grad.defined() && (!(grad.sizes() == impl.sizes) || grad.dtype() != impl.dtype)) {
    fail("set_grad: a gradient of shape ", grad.sizes(), " and dtype ", grad.dtype(),
         " does not fit a tensor of shape ", impl.sizes, " and dtype ", impl.dtype);
  }
  show_grad_replaced(impl);
  if (grad.defined() || impl.extras) autograd_extras(impl).grad = grad;
}

void Tensor::retain_grad() const {
  require_gradients(*this, "retain_grad");
  autograd_extras(*impl_).retains_grad = true;
}

void Tensor::backward(const Tensor& gradient, BackwardOptions options) const {
  const Tensor start = root_gradient(*this, gradient, "backward");
  walk_backward(std::span(this, 1), std::span(&start, 1),
                {.retain_graph = options.retain_graph || options.create_graph, .create_graph = options.create_graph});
}

HookHandle Tensor::register_hook(std::function<Tensor(const Tensor&)> hook) const {
  require_gradients(*this, "register_hook");
  AutogradExtras& extras = autograd_extras(*impl_);
  static std::atomic<std::uint64_t> last_id = 0;
  const std::uint64_t id = ++last_id;
  extras.hooks.push_back({id, std::move(hook)});
  return HookHandle([tensor = *this, id] {
    std::erase_if(autograd_extras(*tensor.impl()).hooks, [id](const auto& entry) { return entry.id == id; });
  });
}

const char* Tensor::made_by() const {
  const TensorImpl& impl = impl_of(*this, "made_by");
  return impl.history ? impl.history->op->name : "";
}

std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grad_outputs, GradOptions options) {
  if (inputs.empty()) fail("grad: no inputs to differentiate with respect to");
  if (!grad_outputs.empty() && grad_outputs.size() != outputs.size()) {
    fail("grad: ", grad_outputs.size(), " gradients given for ", outputs.size(), " outputs");
  }
  for (const Tensor& input : inputs) require_gradients(input, "grad");
  std::vector<Tensor> starts;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    starts.push_back(root_gradient(outputs[i], grad_outputs.empty() ? Tensor() : grad_outputs[i], "grad"));
  }
  std::vector<Tensor> gradients =
      walk_backward(outputs, starts,
                    {.retain_graph = options.retain_graph.value_or(options.create_graph) || options.create_graph,
                     .create_graph = options.create_graph,
                     .targets = inputs});
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined() && !options.allow_unused) {
      fail("grad: the outputs do not depend on input ", i, " of shape ", inputs[i].sizes(),
           "; set allow_unused if that is meant");
    }
  }
  return gradients;
}

}  // namespace descent
