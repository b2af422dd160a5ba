// A function as it is, beside the program that is made of it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "descent/compile.h"
#include "descent/tensor.h"

namespace descent {

/// As long as this lives, no step on this thread runs as a program: somebody watches.
class AsItIs {
 public:
  AsItIs();
  ~AsItIs();
  AsItIs(const AsItIs&) = delete;
  AsItIs& operator=(const AsItIs&) = delete;

 private:
  struct Watcher;
  std::unique_ptr<Watcher> watcher_;
};

bool same_bits(const Tensor& a, const Tensor& b);
/// Which of two NaNs comes through an addition, and with which sign, is a compiler's choice.
bool same_bits_or_nan(const Tensor& a, const Tensor& b);

using TensorFunction = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

/// `function`, compiled, whatever the number of its arguments.
class CompiledTensorFunction {
 public:
  CompiledTensorFunction(const TensorFunction& function, const CompileOptions& options);
  std::vector<Tensor> operator()(const std::vector<Tensor>& arguments);
  detail::CompiledFunction& compiled() { return compiled_; }

 private:
  detail::CompiledFunction compiled_;
};

/// Calls `function` with copies of the arguments as it is, and three times compiled, with the same random numbers: ""
/// where all give the same bits, the Error of the call that captures, or what differs.
std::string difference_when_compiled(const TensorFunction& function, const std::vector<Tensor>& arguments,
                                     const CompileOptions& options = {});

/// Whether that is the Error of a function that cannot be repeated.
bool is_refusal(const std::string& difference);

/// The results of `function`, and the gradients with respect to the arguments that require one of the sum of those of
/// its results that have one, weighted.
TensorFunction with_gradients(const TensorFunction& function);

}  // namespace descent
