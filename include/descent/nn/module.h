// Module: what every layer and every network is.
//
//   struct Net final : nn::Module<Net> {
//     nn::Linear fc1{64, 32};
//     nn::Linear fc2{32, 10};
//     Tensor forward(const Tensor& x) { return fc2(relu(fc1(x))); }
//   };
//   Net net;
//   net(x);
//   net.named_parameters();  // "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"
//
// A layer is a plain member; nothing is registered. What counts among the members: Parameter, Buffer, modules, and
// arrays, std::vector, std::array, std::map (by string), std::tuple, std::pair, std::variant, std::optional,
// std::unique_ptr and std::shared_ptr of those, whose elements are named by position or key ("layers.0.weight"). All
// else (numbers, functions, plain tensors, structs that are no modules) is passed over.
//
// The members of an aggregate (no constructor, nothing private, up to 40 members) are found by the library. A module
// that is none names all of them itself, in order, those without parameters too:
//
//   class Block final : public nn::Module<Block> {
//    public:
//     explicit Block(int width) : linear_(width, width) {}
//     Tensor forward(const Tensor& x) { return x + linear_(x); }
//     auto members() { return nn::members("linear", linear_); }
//    private:
//     nn::Linear linear_;
//   };
//
// To forget one is an error of the compiler, and so is a module that is not final: the members of what derived from one
// would be lost. A module that extends another has it as a member.
//
// A module that behaves differently while training has a member `Flag training = true;`, which train() and eval() set,
// and its forward reads.
//
// Copying a module copies its members: Parameters are handles, so that both then share the same numbers, as in PyTorch.
// clone() makes one of its own numbers.
//
// Printed, a module shows its layers, each with the numbers among its members; it may say what stands there itself:
// `std::string extra_repr() const`. docs/modules.md shows all of this.
#pragma once

#include <concepts>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>

#include "descent/flag.h"
#include "descent/nn/call.h"
#include "descent/nn/parameter.h"
#include "descent/reflect.h"
#include "descent/state_dict.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// Where a member stands: its name, and the path of the module that holds it (null: the module that is walked).
struct Path {
  const Path* parent = nullptr;
  std::string_view name = {};
};
/// The names along the path, joined by dots.
std::string to_string(const Path& path);

/// A module whose type is known to who made this.
struct ModuleInfo {
  detail::ModuleId id;
  void* module;
  std::string (*type_name)();
  /// What stands between its parentheses when it is printed.
  std::string (*extra_repr)(const void* module);
};

/// Meets what a module and the modules inside it hold: of each module first its own parameters and buffers, then its
/// children, in order of declaration.
class Visitor {
 public:
  virtual void enter(const Path&, const ModuleInfo&) {}
  virtual void leave(const Path&, const ModuleInfo&) {}
  virtual void parameter(const Path&, Parameter&) {}
  virtual void buffer(const Path&, Buffer&) {}
  virtual void training(Flag&) {}
  /// What `pointer` is to point to instead; `copy` makes another such object.
  virtual std::shared_ptr<void> replace(const std::shared_ptr<void>& pointer,
                                        std::shared_ptr<void> (*)(const void* original)) {
    return pointer;
  }

 protected:
  ~Visitor() = default;
};

/// A member and its name.
template <class M>
struct Member {
  std::string_view name;
  M& member;
};

/// What a module's members() returns: nn::members("weight", weight, "bias", bias).
inline std::tuple<> members() { return {}; }
template <class M, class... Rest>
auto members(std::string_view name, M& member, Rest&&... rest) {
  return std::tuple_cat(std::tuple<Member<M>>({name, member}), members(rest...));
}

namespace detail {

template <class T>
concept IsModule = requires {
  typename T::ModuleType;
};

template <class T>
concept IsTensor = std::derived_from<T, Parameter> || std::derived_from<T, Buffer>;

template <class T>
concept PointerLike = !std::is_array_v<T> && requires(T & x) {
  static_cast<bool>(x);
  *x;
};

template <class T>
concept Pair = requires(T& x) {
  { x.first } -> std::convertible_to<std::string_view>;
  x.second;
};

template <class T>
concept TupleLike = requires {
  std::tuple_size<T>::value;
};

template <class T>
struct IsVariant : std::false_type {};
template <class... T>
struct IsVariant<std::variant<T...>> : std::true_type {};

template <class T>
consteval bool holds_state();

/// Whether it does, of any of these.
template <class... T>
consteval bool any_holds_state(const std::variant<T...>*) {
  return (holds_state<T>() || ...);
}
template <class T, std::size_t... i>
consteval bool any_holds_state(std::index_sequence<i...>) {
  return (holds_state<std::tuple_element_t<i, T>>() || ...);
}

/// Whether there can be parameters, buffers or modules in a T.
template <class T>
consteval bool holds_state() {
  if constexpr (IsModule<T> || IsTensor<T>) {
    return true;
  } else if constexpr (PointerLike<T>) {
    return holds_state<std::remove_cvref_t<decltype(*std::declval<T&>())>>();
  } else if constexpr (Pair<T>) {
    return holds_state<decltype(T::second)>();
  } else if constexpr (requires(T & x) { std::begin(x); }) {
    using Element = std::remove_cvref_t<decltype(*std::begin(std::declval<T&>()))>;
    if constexpr (!std::same_as<Element, T>)
      return holds_state<Element>();
    else
      return false;
  } else if constexpr (IsVariant<T>::value) {
    return any_holds_state(static_cast<const T*>(nullptr));
  } else if constexpr (TupleLike<T>) {
    return any_holds_state<T>(std::make_index_sequence<std::tuple_size_v<T>>());
  } else {
    return false;
  }
}

template <class T>
struct IsSharedPointer : std::false_type {};
template <class T>
struct IsSharedPointer<std::shared_ptr<T>> : std::true_type {};

/// As in C++, without namespaces.
std::string name_of_type(const std::type_info& type);

/// As Python prints them.
std::string repr(bool value);
std::string repr(std::int64_t value);
std::string repr(double value);
std::string repr(std::string_view value);
std::string repr(const Dims& value);

template <class T>
struct IsPrintable : std::bool_constant<std::is_arithmetic_v<T> || std::convertible_to<const T&, std::string_view> ||
                                        std::same_as<T, Dims>> {};
template <class T>
struct IsPrintable<std::optional<T>> : IsPrintable<T> {};
template <class T>
concept Printable = IsPrintable<T>::value;

template <class T>
std::string repr_of(const T& value) {
  if constexpr (requires { value.has_value(); })
    return value ? repr_of(*value) : "None";
  else if constexpr (std::same_as<T, bool> || std::same_as<T, Dims>)
    return repr(value);
  else if constexpr (std::is_integral_v<T>)
    return repr(static_cast<std::int64_t>(value));
  else if constexpr (std::is_floating_point_v<T>)
    return repr(static_cast<double>(value));
  else
    return repr(std::string_view(value));
}

/// "name=value, ...", of values that are printable.
inline std::string named_values() { return ""; }
template <class T, class... Rest>
std::string named_values(std::string_view name, const T& value, const Rest&... rest) {
  const std::string others = named_values(rest...);
  return std::string(name).append("=").append(repr_of(value)).append(others.empty() ? "" : ", ").append(others);
}

/// A template of modules says what the one of its parameters is called: static std::string type_name().
template <class M>
std::string type_name() {
  if constexpr (requires { M::type_name(); })
    return M::type_name();
  else
    return name_of_type(typeid(M));
}

template <class M, class Visit>
void for_each_member(M& module, Visit&& visit);

template <class M>
std::string extra_repr(const void* module) {
  // Printing reads only.
  M& self = *static_cast<M*>(const_cast<void*>(module));
  if constexpr (requires { self.extra_repr(); }) {
    return self.extra_repr();
  } else if constexpr (requires(Visitor & visitor, const Path& path) { self.visit(visitor, path); }) {
    return "";
  } else {
    std::string text;
    for_each_member(self, [&text]<class T>(std::string_view name, const T& member) {
      if constexpr (Printable<T>)
        text.append(text.empty() ? "" : ", ").append(name).append("=").append(repr_of(member));
    });
    return text;
  }
}

/// The name of an element: its position.
class Position {
 public:
  explicit Position(std::size_t position);
  operator std::string_view() const { return {text_, length_}; }

 private:
  char text_[20];
  std::size_t length_;
};

template <class M>
void visit_module(Visitor& visitor, const Path& path, M& module);

template <class T>
void visit(Visitor& visitor, const Path& path, T& member) {
  if constexpr (IsModule<T>) {
    visit_module(visitor, path, member);
  } else if constexpr (std::derived_from<T, Parameter>) {
    if (member.defined()) visitor.parameter(path, member);
  } else if constexpr (std::derived_from<T, Buffer>) {
    if (member.defined()) visitor.buffer(path, member);
  } else if constexpr (PointerLike<T>) {
    if (!member) return;
    if constexpr (IsSharedPointer<T>::value) {
      using Pointee = std::remove_const_t<typename T::element_type>;
      if constexpr (std::copy_constructible<Pointee> && !std::is_abstract_v<Pointee>) {
        member = std::static_pointer_cast<Pointee>(
            visitor.replace(std::const_pointer_cast<Pointee>(member), [](const void* original) {
              return std::static_pointer_cast<void>(std::make_shared<Pointee>(*static_cast<const Pointee*>(original)));
            }));
      }
    }
    visit(visitor, path, *member);
  } else if constexpr (IsVariant<T>::value) {
    const auto visit_held = [&]<class Held>(Held& held) {
      if constexpr (holds_state<Held>()) visit(visitor, path, held);
    };
    std::visit(visit_held, member);
  } else if constexpr (!requires { std::begin(member); }) {
    std::size_t position = 0;
    const auto visit_element = [&]<class Element>(Element& element) {
      const Position name(position++);
      if constexpr (holds_state<Element>()) visit(visitor, Path{&path, name}, element);
    };
    std::apply([&](auto&... elements) { (visit_element(elements), ...); }, member);
  } else {
    std::size_t position = 0;
    for (auto& element : member) {
      if constexpr (Pair<std::remove_cvref_t<decltype(element)>>) {
        visit(visitor, Path{&path, element.first}, element.second);
      } else {
        visit(visitor, Path{&path, Position(position++)}, element);
      }
    }
  }
}

/// The size of a class of M with these members, in this order.
template <class M, class... Members>
constexpr std::size_t size_of_class(const std::tuple<Member<Members>...>*) {
  std::size_t size = std::is_polymorphic_v<M> ? sizeof(void*) : 0;
  const auto round_up = [&size](std::size_t alignment) { size = (size + alignment - 1) / alignment * alignment; };
  ((round_up(alignof(Members)), size += sizeof(Members)), ...);
  round_up(alignof(M));
  return size;
}

template <class M, class Visit>
void for_each_member(M& module, Visit&& visit) {
  if constexpr (requires { module.members(); }) {
    // Private members cannot be listed, but counted by their size: no parameter, buffer or module with some is smaller
    // than a pointer.
    using Named = decltype(module.members());
    static_assert(sizeof(M) < size_of_class<M>(static_cast<const Named*>(nullptr)) + sizeof(void*),
                  "members() has forgotten one: it names all members of the module in order of declaration, those "
                  "without parameters too");
    std::apply([&](auto... named) { (visit(named.name, named.member), ...); }, module.members());
  } else {
    static_assert(std::is_aggregate_v<M>,
                  "a module with constructors or private members names them: "
                  "auto members() { return nn::members(\"layer\", layer); }");
    static_assert(reflect::member_count<M, true> <= reflect::kMaxMembers,
                  "a module of more than 40 members names them in members(), or is made of smaller ones");
    reflect::for_each_member<true>(module, visit);
  }
}

template <class M>
void visit_module(Visitor& visitor, const Path& path, M& module) {
  static_assert(std::same_as<typename M::ModuleType, M>,
                "a module derives from nn::Module<itself>, not from another module; make that a member");
  const ModuleInfo info = {module.module_id(), &module, type_name<M>, extra_repr<M>};
  visitor.enter(path, info);
  if constexpr (requires {
                  { module.training } -> std::same_as<Flag&>;
                })
    visitor.training(module.training);
  if constexpr (requires { module.visit(visitor, path); }) {
    module.visit(visitor, path);
  } else {
    const auto visit_those = [&](auto wanted) {
      for_each_member(module, [&]<class T>(std::string_view name, T& member) {
        if constexpr (holds_state<T>() && IsTensor<T> == wanted()) visit(visitor, Path{&path, name}, member);
      });
    };
    visit_those(std::true_type());
    visit_those(std::false_type());
  }
  visitor.leave(path, info);
}

/// What an operation of module M asks of it first.
template <class M>
consteval void check_module() {
  static_assert(
      std::is_final_v<M>,
      "a module is final, as in struct Net final : nn::Module<Net>: the members of what derived from it would "
      "be lost; make it a member instead");
}

/// A module whose type is forgotten: all that is left is to visit what it holds.
struct ModuleRef {
  void* module;
  void (*function)(void* module, Visitor& visitor);
  void visit(Visitor& visitor) const { function(module, visitor); }
};

std::vector<Parameter> parameters(ModuleRef module);
std::vector<std::pair<std::string, Parameter>> named_parameters(ModuleRef module);
std::vector<std::pair<std::string, Buffer>> named_buffers(ModuleRef module);
StateDict state_dict(ModuleRef module);
void load_state_dict(ModuleRef module, const StateDict& state, bool strict);
void train(ModuleRef module, bool mode);
void zero_grad(ModuleRef module);
void convert(ModuleRef module, DType dtype);
void require_grad(ModuleRef module, bool value);
/// Gives the module parameters, buffers and pointees of its own, where it shares them with what it was copied from.
void separate(ModuleRef module);
/// Calls function(f, module) for each module of this type, what is inside a module before the module itself.
void for_each_of_type(ModuleRef module, const std::type_info& type, void (*function)(void* f, void* module), void* f);
std::string to_string(ModuleRef module);

/// The parameter of a function of one.
template <class R, class A>
A* parameter_of(R (*)(A&));
template <class F, class R, class A>
A* parameter_of(R (F::*)(A&));
template <class F, class R, class A>
A* parameter_of(R (F::*)(A&) const);

}  // namespace detail

/// The base of module Self, without data.
template <class Self>
struct Module {
  using ModuleType = Self;

  Module() = default;
  Module(const Module&) = default;
  Module& operator=(const Module&) = default;
  ~Module() {
    if (detail::who_look_on.load(std::memory_order_relaxed) != 0) [[unlikely]]
      detail::forget_hooks(module_id());
  }

  /// Calls forward.
  template <class... Args>
  decltype(auto) operator()(Args&&... args) {
    detail::check_module<Self>();
    return call(static_cast<Self&>(*this), std::forward<Args>(args)...);
  }
  template <class... Args>
  decltype(auto) operator()(Args&&... args) const {
    detail::check_module<Self>();
    return call(static_cast<const Self&>(*this), std::forward<Args>(args)...);
  }

  /// Every parameter once, also if several members share it, in PyTorch's order.
  std::vector<Parameter> parameters() const { return detail::parameters(ref()); }
  /// The same with their dotted names.
  std::vector<std::pair<std::string, Parameter>> named_parameters() const { return detail::named_parameters(ref()); }
  std::vector<std::pair<std::string, Buffer>> named_buffers() const { return detail::named_buffers(ref()); }

  /// All parameters and buffers by their dotted names: without history, on the same storage.
  StateDict state_dict() const { return detail::state_dict(ref()); }
  /// Copies the tensors of `state` into those of the same name, converting dtypes. An Error lists the names that are
  /// missing or unexpected (unless not `strict`) and those of another shape; nothing has changed then.
  void load_state_dict(const StateDict& state, bool strict = true) { detail::load_state_dict(ref(), state, strict); }

  /// Tells this module and all inside it whether they are being trained.
  Self& train(bool mode = true) { return detail::train(ref(), mode), self(); }
  Self& eval() { return train(false); }

  /// Drops the gradients.
  void zero_grad() { detail::zero_grad(ref()); }
  /// Converts the floating point parameters and buffers, which become new tensors: make the optimizer afterwards.
  Self& to(DType dtype) { return detail::convert(ref(), dtype), self(); }
  /// Whether training changes the parameters: `net.encoder.requires_grad_(false)` freezes a part.
  Self& requires_grad_(bool value = true) { return detail::require_grad(ref(), value), self(); }

  /// Calls f(layer) for each module of f's type among this one and those inside it, those inside first:
  ///   net.apply([](nn::Linear& layer) { nn::init::xavier_uniform_(layer.weight); });
  template <class F>
  Self& apply(F&& f) {
    using Plain = std::remove_cvref_t<F>;
    static_assert(
        requires { &Plain::operator(); } || std::is_pointer_v<std::decay_t<F>>,
        "apply wants a function of a reference to one type of module: [](nn::Linear& layer) { ... }");
    if constexpr (requires { &Plain::operator(); })
      apply_to<std::remove_pointer_t<decltype(detail::parameter_of(&Plain::operator()))>>(f);
    else
      apply_to<std::remove_pointer_t<decltype(detail::parameter_of(std::decay_t<F>(f)))>>(f);
    return self();
  }

  /// A copy with parameters and buffers of its own (and of what its shared pointers point to, functions aside). Who
  /// shared a parameter go on sharing one. Gradients, hooks and plain tensors are not copied.
  Self clone() const {
    Self copy = static_cast<const Self&>(*this);
    detail::separate(copy.ref());
    return copy;
  }

  /// `hook` is called with the tensors that come and, after it, go, whenever this module is called, until the handle's
  /// remove() or the end of this object, with which it stays: a copy, or what it is moved to, has no hooks. In a
  /// compiled step (compile.h) it is called when the step is captured, and what it computes is part of it.
  HookHandle register_forward_pre_hook(ForwardPreHook hook) {  // NOLINT(performance-unnecessary-value-param): moved
    return detail::add_forward_pre_hook(module_id(), std::move(hook));
  }
  HookHandle register_forward_hook(ForwardHook hook) {  // NOLINT(performance-unnecessary-value-param): moved
    return detail::add_forward_hook(module_id(), std::move(hook));
  }

  /// For Descent's own code.
  detail::ModuleId module_id() const { return {this, &typeid(Self)}; }
  detail::ModuleRef module_ref() const { return ref(); }

 private:
  template <class S, class... Args>
  static decltype(auto) call(S& self, Args&&... args) {
    if (detail::who_look_on.load(std::memory_order_relaxed) != 0) [[unlikely]] {
      const auto forward = [&]() -> decltype(auto) { return self.forward(std::forward<Args>(args)...); };
      return detail::watched_call(self.module_id(), forward, args...);
    }
    return self.forward(std::forward<Args>(args)...);
  }
  template <class M, class F>
  void apply_to(F& f) {
    detail::for_each_of_type(
        ref(), typeid(M),
        [](void* function, void* module) {
          (*static_cast<std::remove_reference_t<F>*>(function))(*static_cast<M*>(module));
        },
        const_cast<void*>(static_cast<const void*>(&f)));
  }
  Self& self() { return static_cast<Self&>(*this); }
  // The const functions only read what they visit.
  detail::ModuleRef ref() const {
    detail::check_module<Self>();
    return {const_cast<Self*>(static_cast<const Self*>(this)),
            [](void* module, Visitor& visitor) { detail::visit_module(visitor, Path{}, *static_cast<Self*>(module)); }};
  }
};

/// As PyTorch prints one: its type and, indented, its layers by name.
template <class Self>
std::string to_string(const Module<Self>& module) {
  return detail::to_string(module.module_ref());
}
template <class Self>
std::ostream& operator<<(std::ostream& out, const Module<Self>& module) {
  return out << to_string(module);
}

}  // namespace nn
}  // namespace descent
