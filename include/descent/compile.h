// Steps as programs: what a function does with tensors is written down once, and from then on run as a program, in
// fewer walks over memory and to the same bits.
//
//   auto step = compile([&](const Tensor& x, const Tensor& y) {
//     const Tensor cost = mse_loss(model(x), y);
//     optimizer.zero_grad();
//     cost.backward();
//     optimizer.step();
//     return cost;
//   });
//   for (const auto& [x, y] : batches) total += step(x, y).item();
//
// The first call runs the function, and so does each whose tensors have other shapes or dtypes, or for which something
// else has changed that the step asked about: a Flag such as `training`, whether an option of an optimizer is 0, which
// parameters require or have gradients. All other calls run the program.
//
// A program works on the tensors that the function worked on, apart from its arguments: parameters, an optimizer's
// state and options (a learning rate that a schedule changes between calls is seen), and random numbers go on where
// they were. Numbers that are no tensors are constants: what changes from call to call is an argument.
//
// What can be of a program is native code: written as C, compiled by the system's C compiler (the environment variable
// DESCENT_CC names another one, or is "off") and kept in the user's cache folder, ~/.cache/descent/native. The bits are
// the same. That takes some tenths of a second at the first call; without a compiler, or if it fails, programs run on
// Descent's own kernels, and a line on the standard error says so once.
//
// Not possible within such a function, and an Error at the call that captures it:
// - to read elements (`item`, `to_vector`, `data`, printing), or to make a tensor of what the host brings (`tensor`),
// - to set an option of an optimizer, as a schedule does: call it after the step,
// - to keep a tensor that it makes other than as a result or as a gradient,
// - to give an argument a gradient by backward(): use grad(),
// - to use an optimizer that goes by what it reads: LBFGS.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "descent/result_list.h"
#include "descent/tensor.h"

namespace descent {

namespace program {
class Replayer;
}

struct ExportOptions;
struct ExportedC;

struct CompileOptions {
  /// Whether programs are compiled to native code (see above), or run on Descent's own kernels.
  bool native = true;
};

namespace DESCENT_EXPORT detail {

/// The same tensors, detached. An Error if one is undefined.
std::vector<Tensor> without_history(std::vector<Tensor> results);

/// What compile() makes, whatever the function's signature.
class CompiledFunction {
 public:
  using Arguments = std::span<const Tensor* const>;
  using Function = std::function<std::vector<Tensor>(Arguments)>;

  CompiledFunction(Function function, const CompileOptions& options);
  CompiledFunction(CompiledFunction&&) noexcept;
  CompiledFunction& operator=(CompiledFunction&&) noexcept;
  ~CompiledFunction();

  /// What the last of `count` calls returns.
  std::vector<Tensor>& run(Arguments arguments, std::int64_t count = 1);
  std::string program() const;
  ExportedC to_c(const ExportOptions& options) const;

 private:
  Function function_;
  std::unique_ptr<program::Replayer> replayer_;
};

}  // namespace detail

/// A compiled function of tensors that returns a Result: a Tensor, a std::vector, std::array, std::pair or std::tuple
/// of Tensors, or nothing. A call is for one thread at a time; several threads have a function each.
template <class Result, class... Arguments>
class Compiled {
 public:
  template <class F>
  Compiled(F function, const CompileOptions& options)
      : function_(
            [function = std::move(function)](detail::CompiledFunction::Arguments arguments) mutable {
              return [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
                if constexpr (std::is_void_v<Result>) {
                  function(*arguments[kIndex]...);
                  return std::vector<Tensor>();
                } else {
                  return detail::without_history(detail::ResultList<Result>::list(function(*arguments[kIndex]...)));
                }
              }
              (std::index_sequence_for<Arguments...>());
            },
            options) {}

  /// What the function returns, as tensors of the caller's own, without history.
  Result operator()(const std::type_identity_t<Arguments>&... arguments) { return repeat(1, arguments...); }

  /// Calls the function `count` >= 1 times with these arguments; what the last call returns. Many calls in one ask
  /// nothing that cannot have changed between them: the way to take small steps on all of the data.
  Result repeat(std::int64_t count, const std::type_identity_t<Arguments>&... arguments) {
    const std::array<const Tensor*, sizeof...(Arguments)> list{&arguments...};
    std::vector<Tensor>& results = function_.run(list, count);
    if constexpr (!std::is_void_v<Result>) return detail::ResultList<Result>::result(std::move(results));
  }

  /// The program of the latest call, for people to read (docs/program.md).
  std::string program() const { return function_.program(); }

 private:
  template <class R, class... A>
  friend ExportedC to_c(const Compiled<R, A...>& function, const ExportOptions& options);

  detail::CompiledFunction function_;
};

namespace detail {

template <class Signature>
struct CompiledOf;
template <class Result, class... Arguments>
struct CompiledOf<std::function<Result(Arguments...)>> {
  static_assert((std::is_same_v<std::remove_cvref_t<Arguments>, Tensor> && ...),
                "a compiled function takes Tensors; what else it needs, it captures");
  using Type = Compiled<Result, std::remove_cvref_t<Arguments>...>;
};

}  // namespace detail

/// `function`, a lambda or a function of Tensors, as a program. It is kept, and with it what it captures.
template <class F>
auto compile(F function, const CompileOptions& options = {}) {
  return typename detail::CompiledOf<decltype(std::function(function))>::Type(std::move(function), options);
}

}  // namespace descent
