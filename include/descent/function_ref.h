#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

template <class Signature>
class FunctionRef;

/// A reference to something callable, for the time of a call it is handed to: copies nothing, reaches no heap.
template <class Result, class... Arguments>
class FunctionRef<Result(Arguments...)> {
 public:
  template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, FunctionRef> && std::is_invocable_r_v<Result, F&, Arguments...>)
      FunctionRef(F&& function)
      : function_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* f, Arguments... arguments) -> Result {
          return std::invoke(*static_cast<std::remove_reference_t<F>*>(f), std::forward<Arguments>(arguments)...);
        }) {}

  Result operator()(Arguments... arguments) const { return call_(function_, std::forward<Arguments>(arguments)...); }

 private:
  void* function_;
  Result (*call_)(void* function, Arguments... arguments);
};

}  // namespace descent
