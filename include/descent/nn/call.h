// Calls of modules: who looks on while one runs.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// Called before a module's forward with the tensors among its arguments (those in vectors, tuples, pairs, optionals
/// and what has a function tensors() too).
using ForwardPreHook = std::function<void(const std::vector<Tensor>& inputs)>;
/// Called after a module's forward with the tensors among its arguments and in its result. A tensor that the hook
/// returns takes the place of the result, which must be one tensor; an undefined one leaves it.
using ForwardHook = std::function<Tensor(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs)>;

namespace detail {

/// How many hooks there are, and how many watchers; the common 0 costs a call of a module one load.
extern std::atomic<int> who_look_on;

/// A module by its address and, as its first member has the same, its type.
struct ModuleId {
  const void* address;
  const std::type_info* type;
  bool operator==(const ModuleId& other) const { return address == other.address && *type == *other.type; }
};

HookHandle add_forward_pre_hook(ModuleId module, ForwardPreHook hook);
HookHandle add_forward_hook(ModuleId module, ForwardHook hook);
/// The module is going.
void forget_hooks(ModuleId module) noexcept;

/// Sees the calls of all modules on its thread.
class CallWatcher {
 public:
  virtual void begin(ModuleId) = 0;
  virtual void end(ModuleId, const std::vector<Tensor>& outputs) = 0;

 protected:
  CallWatcher();
  ~CallWatcher();
  CallWatcher(const CallWatcher&) = delete;
  CallWatcher& operator=(const CallWatcher&) = delete;

 private:
  CallWatcher* before_;
};

/// Somebody looks on while it lives.
class Call {
 public:
  Call(ModuleId module, std::vector<Tensor> inputs);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  /// What takes the place of the outputs, undefined if nothing does.
  Tensor end(std::vector<Tensor> outputs);

 private:
  ModuleId module_;
  std::vector<Tensor> inputs_;
  bool ended_ = false;
};

template <class T>
void add_tensors(std::vector<Tensor>& tensors, const T& value) {
  if constexpr (std::is_convertible_v<const T&, const Tensor&> && !std::is_arithmetic_v<T>) {
    tensors.push_back(value);
  } else if constexpr (requires { std::tuple_size<T>::value; }) {
    std::apply([&](const auto&... elements) { (add_tensors(tensors, elements), ...); }, value);
  } else if constexpr (requires { value.has_value(), *value; }) {
    if (value.has_value()) add_tensors(tensors, *value);
  } else if constexpr (requires { value.values, value.indices; }) {
    add_tensors(tensors, value.values);
    add_tensors(tensors, value.indices);
  } else if constexpr (requires { value.tensors().begin(); }) {
    add_tensors(tensors, value.tensors());
  } else if constexpr (std::is_same_v<T, std::vector<Tensor>>) {
    tensors.insert(tensors.end(), value.begin(), value.end());
  }
}

template <class... T>
std::vector<Tensor> tensors_of(const T&... values) {
  std::vector<Tensor> tensors;
  (add_tensors(tensors, values), ...);
  return tensors;
}

[[noreturn]] void refuse_replacement(ModuleId module);

/// Calls forward() while who look on do.
template <class Forward, class... Args>
decltype(auto) watched_call(ModuleId module, const Forward& forward, const Args&... args) {
  using Result = decltype(forward());
  Call call(module, tensors_of(args...));
  if constexpr (std::is_void_v<Result>) {
    forward();
    call.end({});
  } else if constexpr (std::is_same_v<Result, Tensor>) {
    Tensor result = forward();
    Tensor other = call.end({result});
    if (other.defined()) return other;
    return result;
  } else {
    Result result = forward();
    if (call.end(tensors_of(result)).defined()) refuse_replacement(module);
    return static_cast<Result>(result);
  }
}

}  // namespace detail
}  // namespace nn
}  // namespace descent
