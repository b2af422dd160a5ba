// Derivatives of functions of tensors: products with Jacobians and Hessians, and these whole.
//
// A function takes tensors, each for itself or in one std::vector, and gives a Tensor or several (a std::vector,
// std::array, std::pair or std::tuple of them). Its inputs are a Tensor, or a list where it takes several; what is said
// here "of x" is then a list too, by input, and of a function that gives several, by output:
//
//   jacobian(f, x)        Tensor                             [shape of f(x)..., shape of x...]
//   jacobian(f, {x, y})   std::vector<Tensor>                by input
//   jacobian(g, x)        std::vector<Tensor>                by output
//   jacobian(g, {x, y})   std::vector<std::vector<Tensor>>   by output, then by input
//
// The function sees tensors of its own at the place of its inputs, so that no grad() changes and what it captures does
// not count, the inputs themselves included. It may be called once or twice and is not kept. Undefined tensors are
// nowhere among results: what a function does not depend on has a derivative of zeros. Names and meaning are those of
// torch.autograd.functional; `grad` and `grad_and_value` of a function are those of torch.func.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include "descent/result_list.h"
#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// Options of vjp, jvp, hvp, vhp, hessian and batch_jacobian.
struct DerivativeOptions {
  /// Record what is computed, so that it can be differentiated again with respect to inputs that require gradients and
  /// to what the function captures.
  bool create_graph = false;
  /// An Error where an output does not depend on an input, instead of zeros.
  bool strict = false;
};

/// Whether a Jacobian is computed row by row, by a backward pass for each element of the outputs, or column by column,
/// by one for each element of the inputs: the latter where these are fewer.
enum class Strategy : std::uint8_t { reverse_mode, forward_mode };

/// Options of jacobian.
struct JacobianOptions {
  bool create_graph = false;  // as above
  bool strict = false;        // as above
  Strategy strategy = Strategy::reverse_mode;
};

/// What a function gives, and the product of its derivative with a vector.
template <class Value, class Product>
struct ValueAndProduct {
  Value value;
  Product product;
};

/// What `grad_and_value` computes.
template <class Gradient>
struct GradientAndValue {
  Gradient gradient;
  Tensor value;
};

namespace detail {

using ListFunction = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

ValueAndProduct<std::vector<Tensor>, std::vector<Tensor>> vjp(const ListFunction& f, const std::vector<Tensor>& inputs,
                                                              const std::vector<Tensor>& v, DerivativeOptions options);
ValueAndProduct<std::vector<Tensor>, std::vector<Tensor>> jvp(const ListFunction& f, const std::vector<Tensor>& inputs,
                                                              const std::vector<Tensor>& v, DerivativeOptions options);
ValueAndProduct<std::vector<Tensor>, std::vector<Tensor>> hvp(const char* name, const ListFunction& f,
                                                              const std::vector<Tensor>& inputs,
                                                              const std::vector<Tensor>& v, DerivativeOptions options);
std::vector<std::vector<Tensor>> jacobian(const ListFunction& f, const std::vector<Tensor>& inputs,
                                          JacobianOptions options);
std::vector<std::vector<Tensor>> hessian(const ListFunction& f, const std::vector<Tensor>& inputs,
                                         DerivativeOptions options);
GradientAndValue<std::vector<Tensor>> grad_and_value(const ListFunction& f, const std::vector<Tensor>& arguments,
                                                     const std::vector<std::int64_t>& argnums);

template <std::size_t>
using TensorAt = const Tensor&;
template <class F, std::size_t... kIndex>
consteval bool takes_each(std::index_sequence<kIndex...>) {
  return std::is_invocable_v<F&, TensorAt<kIndex>...>;
}
template <class F>
concept TakesList = std::is_invocable_v < F&,
        const std::vector<Tensor>
& > ;

/// How many tensors, each for itself, an F takes; 0: not so.
template <class F, std::size_t count = 1>
consteval std::size_t count_of_inputs() {
  if constexpr (count > 16)
    return 0;
  else if constexpr (takes_each<F>(std::make_index_sequence<count>()))
    return count;
  else
    return count_of_inputs<F, count + 1>();
}

template <class F>
concept TensorFunction = TakesList<F> || count_of_inputs<F>()
> 0;

template <TensorFunction F>
auto call(F& f, const std::vector<Tensor>& inputs) {
  if constexpr (TakesList<F>) {
    return f(inputs);
  } else {
    constexpr std::size_t kCount = count_of_inputs<F>();
    if (inputs.size() != kCount) fail("the function takes ", kCount, " tensors, not ", inputs.size());
    return [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) { return f(inputs[kIndex]...); }
    (std::make_index_sequence<kCount>());
  }
}

template <TensorFunction F>
using ResultOf = decltype(call(std::declval<F&>(), std::declval<const std::vector<Tensor>&>()));

/// What an F gives, as a caller is to see it.
template <TensorFunction F>
using Outputs = std::conditional_t<std::is_same_v<ResultOf<F>, Tensor>, Tensor, std::vector<Tensor>>;

/// `f`, which must outlive it, as a function of lists.
template <TensorFunction F>
ListFunction list_function(F& f) {
  return [&f](const std::vector<Tensor>& inputs) { return ResultList<ResultOf<F>>::list(call(f, inputs)); };
}

inline std::vector<Tensor> list_of(const Tensor& x) {
  return x.defined() ? std::vector<Tensor>{x} : std::vector<Tensor>();
}
inline const std::vector<Tensor>& list_of(const std::vector<Tensor>& list) { return list; }

template <class Value, class Product>
ValueAndProduct<Value, Product> unlisted(ValueAndProduct<std::vector<Tensor>, std::vector<Tensor>>&& lists) {
  return {ResultList<Value>::result(std::move(lists.value)), ResultList<Product>::result(std::move(lists.product))};
}

/// A table by output and input, where there is only one output.
template <class Outputs>
auto by_output(std::vector<std::vector<Tensor>>&& table) {
  if constexpr (std::is_same_v<Outputs, Tensor>)
    return std::move(table[0]);
  else
    return std::move(table);
}
/// The same, where there is only one input.
template <class Outputs>
Outputs by_output_alone(std::vector<std::vector<Tensor>>&& table) {
  std::vector<Tensor> column;
  for (std::vector<Tensor>& row : table) column.push_back(std::move(row[0]));
  return ResultList<Outputs>::result(std::move(column));
}

}  // namespace detail

// Products.

/// f(x), and v^T J: the gradient of f weighted by `v`, which has the shape of f(x) and may be left out where that is
/// one number. One backward pass.
template <detail::TensorFunction F>
ValueAndProduct<detail::Outputs<F>, Tensor> vjp(F&& f, const Tensor& x,
                                                const std::type_identity_t<detail::Outputs<F>>& v = {},
                                                DerivativeOptions options = {}) {
  return detail::unlisted<detail::Outputs<F>, Tensor>(
      detail::vjp(detail::list_function(f), {x}, detail::list_of(v), options));
}
template <detail::TensorFunction F>
ValueAndProduct<detail::Outputs<F>, std::vector<Tensor>> vjp(F&& f, const std::vector<Tensor>& inputs,
                                                             const std::type_identity_t<detail::Outputs<F>>& v = {},
                                                             DerivativeOptions options = {}) {
  return detail::unlisted<detail::Outputs<F>, std::vector<Tensor>>(
      detail::vjp(detail::list_function(f), inputs, detail::list_of(v), options));
}

/// f(x), and J v: how f(x) changes as x does along `v`, which has the shape of x and may be left out where that is one
/// number. Exact. Two backward passes: v^T J is linear in v, and its derivative is J.
template <detail::TensorFunction F>
ValueAndProduct<detail::Outputs<F>, detail::Outputs<F>> jvp(F&& f, const Tensor& x, const Tensor& v = {},
                                                            DerivativeOptions options = {}) {
  return detail::unlisted<detail::Outputs<F>, detail::Outputs<F>>(
      detail::jvp(detail::list_function(f), {x}, detail::list_of(v), options));
}
template <detail::TensorFunction F>
ValueAndProduct<detail::Outputs<F>, detail::Outputs<F>> jvp(F&& f, const std::vector<Tensor>& inputs,
                                                            const std::vector<Tensor>& v = {},
                                                            DerivativeOptions options = {}) {
  return detail::unlisted<detail::Outputs<F>, detail::Outputs<F>>(
      detail::jvp(detail::list_function(f), inputs, v, options));
}

/// f(x), which must be one number, and H v, the product of its Hessian with `v`, which has the shape of x and may be
/// left out where that is one number. Two backward passes; a Hessian is symmetric, so that `vhp` is the same.
template <detail::TensorFunction F>
ValueAndProduct<Tensor, Tensor> hvp(F&& f, const Tensor& x, const Tensor& v = {}, DerivativeOptions options = {}) {
  return detail::unlisted<Tensor, Tensor>(
      detail::hvp("hvp", detail::list_function(f), {x}, detail::list_of(v), options));
}
template <detail::TensorFunction F>
ValueAndProduct<Tensor, std::vector<Tensor>> hvp(F&& f, const std::vector<Tensor>& inputs,
                                                 const std::vector<Tensor>& v = {}, DerivativeOptions options = {}) {
  return detail::unlisted<Tensor, std::vector<Tensor>>(
      detail::hvp("hvp", detail::list_function(f), inputs, v, options));
}
/// f(x), and v^T H.
template <detail::TensorFunction F>
ValueAndProduct<Tensor, Tensor> vhp(F&& f, const Tensor& x, const Tensor& v = {}, DerivativeOptions options = {}) {
  return detail::unlisted<Tensor, Tensor>(
      detail::hvp("vhp", detail::list_function(f), {x}, detail::list_of(v), options));
}
template <detail::TensorFunction F>
ValueAndProduct<Tensor, std::vector<Tensor>> vhp(F&& f, const std::vector<Tensor>& inputs,
                                                 const std::vector<Tensor>& v = {}, DerivativeOptions options = {}) {
  return detail::unlisted<Tensor, std::vector<Tensor>>(
      detail::hvp("vhp", detail::list_function(f), inputs, v, options));
}

// Matrices.

/// The derivative of each element of f(x) with respect to each of x: [shape of f(x)..., shape of x...]. A pass for each
/// element of f(x), or of x (see Strategy).
template <detail::TensorFunction F>
detail::Outputs<F> jacobian(F&& f, const Tensor& x, JacobianOptions options = {}) {
  return detail::by_output_alone<detail::Outputs<F>>(detail::jacobian(detail::list_function(f), {x}, options));
}
template <detail::TensorFunction F>
auto jacobian(F&& f, const std::vector<Tensor>& inputs, JacobianOptions options = {}) {
  return detail::by_output<detail::Outputs<F>>(detail::jacobian(detail::list_function(f), inputs, options));
}

/// The second derivatives of f(x), which must be one number: [shape of x..., shape of x...]; of several inputs, block
/// [i][j] is [shape of input i..., shape of input j...]. A pass for each element of the inputs.
template <detail::TensorFunction F>
Tensor hessian(F&& f, const Tensor& x, DerivativeOptions options = {}) {
  return detail::hessian(detail::list_function(f), {x}, options)[0][0];
}
template <detail::TensorFunction F>
std::vector<std::vector<Tensor>> hessian(F&& f, const std::vector<Tensor>& inputs, DerivativeOptions options = {}) {
  return detail::hessian(detail::list_function(f), inputs, options);
}

/// The Jacobian of each sample of a batch: x is [batch, in...], f(x) is [batch, out...] and the result
/// [batch, out..., in...]. Row b of f(x) must depend on row b of x alone, as with layers (but batch norms): a pass for
/// each element of one sample's f(x) then serves the whole batch. jacobian() would give [batch, out..., batch, in...],
/// zero between different samples.
Tensor batch_jacobian(const std::function<Tensor(const Tensor&)>& f, const Tensor& x, DerivativeOptions options = {});

// Functions of functions.

namespace detail {

/// The gradient of f with respect to some of its arguments, as a function: `Gradient` is a Tensor, or a list of them.
template <class F, class Gradient, bool with_value>
class GradientFunction {
 public:
  GradientFunction(F f, std::vector<std::int64_t> argnums) : f_(std::move(f)), argnums_(std::move(argnums)) {}

  template <std::convertible_to<Tensor>... Arguments>
  requires std::is_invocable_r_v<Tensor, const F&, TensorAt<sizeof(Arguments)>...>
  auto operator()(const Arguments&... arguments) const {
    const auto list = [this](const std::vector<Tensor>& in) { return std::vector<Tensor>{call(f_, in)}; };
    GradientAndValue<std::vector<Tensor>> both = detail::grad_and_value(list, {Tensor(arguments)...}, argnums_);
    Gradient gradient = ResultList<Gradient>::result(std::move(both.gradient));
    if constexpr (with_value)
      return GradientAndValue<Gradient>{std::move(gradient), std::move(both.value)};
    else
      return gradient;
  }

 private:
  F f_;
  std::vector<std::int64_t> argnums_;
};

}  // namespace detail

/// The gradient of `f`, which takes tensors and gives one number, with respect to argument `argnum`, as a function of
/// the same arguments: grad(f)(x), and grad(grad(f))(x) for the second derivative. With a list of numbers it gives a
/// list of gradients. What it gives has a history if one of the arguments requires gradients.
template <class F>
requires(detail::count_of_inputs<const F>() > 0) auto grad(F f, std::int64_t argnum = 0) {
  return detail::GradientFunction<F, Tensor, false>(std::move(f), {argnum});
}
template <class F>
requires(detail::count_of_inputs<const F>() > 0) auto grad(F f, std::vector<std::int64_t> argnums) {
  return detail::GradientFunction<F, std::vector<Tensor>, false>(std::move(f), std::move(argnums));
}

/// The same with the number that `f` gives: auto [gradient, value] = grad_and_value(f)(x).
template <class F>
requires(detail::count_of_inputs<const F>() > 0) auto grad_and_value(F f, std::int64_t argnum = 0) {
  return detail::GradientFunction<F, Tensor, true>(std::move(f), {argnum});
}
template <class F>
requires(detail::count_of_inputs<const F>() > 0) auto grad_and_value(F f, std::vector<std::int64_t> argnums) {
  return detail::GradientFunction<F, std::vector<Tensor>, true>(std::move(f), std::move(argnums));
}

}  // namespace descent
