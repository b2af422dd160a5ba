#include "program/when_compiled.h"

#include <cmath>
#include <cstring>

#include "core/observer.h"
#include "core/pointers.h"
#include "descent/autograd.h"
#include "descent/compile.h"
#include "descent/generator.h"
#include "descent/ops.h"

namespace descent {

struct AsItIs::Watcher {
  Observer observer;
  WithObserver watched{&observer};
};

AsItIs::AsItIs() : watcher_(std::make_unique<Watcher>()) {}
AsItIs::~AsItIs() = default;

bool same_bits(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || !(a.sizes() == b.sizes())) return false;
  const Tensor x = a.detach().contiguous(), y = b.detach().contiguous();
  return std::memcmp(x.impl()->data, y.impl()->data, static_cast<std::size_t>(x.numel()) * size_of(x.dtype())) == 0;
}

bool same_bits_or_nan(const Tensor& a, const Tensor& b) {
  const auto plain = [](const Tensor& x) { return is_floating_point(x.dtype()) ? where(isnan(x), NAN, x) : x; };
  return same_bits(plain(a.detach()), plain(b.detach()));
}

CompiledTensorFunction::CompiledTensorFunction(const TensorFunction& function, const CompileOptions& options)
    : compiled_(
          [function](detail::CompiledFunction::Arguments arguments) {
            std::vector<Tensor> given;
            for (const Tensor* argument : arguments) given.push_back(*argument);
            return function(given);
          },
          options) {}

std::vector<Tensor> CompiledTensorFunction::operator()(const std::vector<Tensor>& arguments) {
  return compiled_.run(pointers_to(arguments));
}

std::string difference_when_compiled(const TensorFunction& function, const std::vector<Tensor>& arguments,
                                     const CompileOptions& options) {
  const auto copies = [&] {
    std::vector<Tensor> result;
    for (const Tensor& argument : arguments) {
      const Tensor copy = argument.detach().clone();
      if (argument.requires_grad()) copy.requires_grad_();
      result.push_back(copy);
    }
    return result;
  };
  const Generator::State random = default_generator().state();
  std::vector<Tensor> expected;
  {
    const AsItIs as_it_is;
    expected = function(copies());
  }
  CompiledTensorFunction compiled(function, options);
  for (int call = 0; call < 3; ++call) {
    const std::vector<Tensor> given = copies();
    default_generator().set_state(random);
    std::vector<Tensor> results;
    try {
      results = compiled(given);
    } catch (const Error& error) {
      return error.what();
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (!same_bits_or_nan(results[i], expected[i])) {
        return concat("call ", call, ", result ", i, ":\n", results[i], "\ninstead of\n", expected[i], "\n",
                      compiled.compiled().program());
      }
    }
  }
  return compiled.compiled().program().empty() ? "no program was made" : "";
}

bool is_refusal(const std::string& difference) {
  return difference.find("within a step that is to be repeated") != std::string::npos;
}

TensorFunction with_gradients(const TensorFunction& function) {
  return [function](const std::vector<Tensor>& arguments) {
    std::vector<Tensor> results = function(arguments), roots, leaves;
    for (const Tensor& result : results) {
      if (result.requires_grad()) roots.push_back(sum(result * 0.75));
    }
    for (const Tensor& argument : arguments) {
      if (argument.requires_grad()) leaves.push_back(argument);
    }
    if (roots.empty() || leaves.empty()) return results;
    for (const Tensor& gradient : grad(roots, leaves, {}, {.allow_unused = true})) {
      if (gradient.defined()) results.push_back(gradient);
    }
    return results;
  };
}

}  // namespace descent
