// How options and state of an optimizer become a state dict, and come back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "descent/optim/scalar.h"
#include "descent/reflect.h"
#include "descent/state_dict.h"

namespace descent {
namespace DESCENT_EXPORT optim {

class StateWriter {
 public:
  /// Group `group`, which holds `count` parameters from `first` on: its options, and what it keeps.
  template <class Options, class State>
  void group(std::size_t group, std::size_t first, std::size_t count, const Options& options, const State& state) {
    begin_group(group, first, count);
    reflect::for_each_member(options, [&](std::string_view name, const auto& value) { write(name, value); });
    reflect::for_each_member(state, [&](std::string_view name, const auto& value) { write(name, value); });
  }
  template <class State>
  void state(std::size_t parameter, const State& state) {
    begin_state(parameter);
    reflect::for_each_member(state, [&](std::string_view name, const auto& value) { write(name, value); });
  }
  StateDict take() && { return std::move(state_); }

 private:
  void begin_group(std::size_t group, std::size_t first, std::size_t count);
  void begin_state(std::size_t parameter);
  void write(std::string_view name, const Scalar& value);
  void write(std::string_view name, bool value);
  void write(std::string_view name, std::int64_t value);
  void write(std::string_view name, const Tensor& tensor);
  void write(std::string_view name, const std::vector<Tensor>& tensors);
  template <std::size_t n>
  void write(std::string_view name, const std::array<Scalar, n>& values) {
    for (std::size_t i = 0; i < n; ++i) write(concat(name, '.', i), values[i]);
  }
  template <class First, class Second>
  void write(std::string_view name, const std::pair<First, Second>& values) {
    write(concat(name, ".0"), values.first);
    write(concat(name, ".1"), values.second);
  }
  /// Nothing where there is no value.
  template <class T>
  void write(std::string_view name, const std::optional<T>& value) {
    if (value) write(name, *value);
  }
  /// By number.
  template <class Enum>
  requires std::is_enum_v<Enum>
  void write(std::string_view name, Enum value) { write(name, static_cast<std::int64_t>(value)); }

  std::string prefix_;
  StateDict state_;
};

/// Reads into options and state; what does not fit is gathered for finish() to report.
class StateReader {
 public:
  StateReader(const char* optimizer, const StateDict& state) : optimizer_(optimizer), state_(state) {}

  /// Lists that `state` leaves empty take as many float64 numbers as there are.
  template <class Options, class State>
  void group(std::size_t group, std::size_t count, Options& options, State& state) {
    begin_group(group, count);
    reflect::for_each_member(options, [&](std::string_view name, auto& value) { read(name, value); });
    reflect::for_each_member(state, [&](std::string_view name, auto& value) { read(name, value, Scalar(0)); });
  }
  bool has_state(std::size_t parameter) const;
  /// Tensors that `state` leaves undefined may be missing, and have the shape and dtype of `p`. A list that `state`
  /// leaves empty takes as many as there are.
  template <class State>
  void state(std::size_t parameter, const Tensor& p, State& state) {
    begin_state(parameter);
    reflect::for_each_member(state, [&](std::string_view name, auto& value) { read(name, value, p); });
  }
  /// An Error if anything was missing, misshapen or is left over.
  void finish() const;

 private:
  void begin_group(std::size_t group, std::size_t count);
  void begin_state(std::size_t parameter);
  bool has(std::string_view name) const;
  /// The tensor of that name and of this shape, or null.
  const Tensor* find(std::string_view name, const Dims& shape, bool optional = false);
  void read(std::string_view name, Scalar& value);
  void read(std::string_view name, bool& value);
  void read(std::string_view name, std::int64_t& value);
  void read(std::string_view name, Tensor& tensor, const Tensor& p);
  void read(std::string_view name, std::vector<Tensor>& tensors, const Tensor& p);
  template <std::size_t n>
  void read(std::string_view name, std::array<Scalar, n>& values) {
    for (std::size_t i = 0; i < n; ++i) read(concat(name, '.', i), values[i]);
  }
  template <class First, class Second>
  void read(std::string_view name, std::pair<First, Second>& values) {
    read(concat(name, ".0"), values.first);
    read(concat(name, ".1"), values.second);
  }
  template <class T>
  void read(std::string_view name, std::optional<T>& value) {
    value.reset();
    if (has(name)) read(name, value.emplace(0));
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void read(std::string_view name, Enum& value) {
    std::int64_t number = 0;
    read(name, number);
    value = static_cast<Enum>(number);
  }

  const char* optimizer_;
  const StateDict& state_;
  std::string prefix_;
  std::set<std::string> read_;
  std::string problems_;
};

/// Gives `to` the values of `from`: in the tensors that it has, where both have one of a shape.
void write_state(const Tensor& from, Tensor& to);
void write_state(const std::vector<Tensor>& from, std::vector<Tensor>& to);
template <class State>
requires std::is_aggregate_v<State>
void write_state(const State& from, State& to) {
  std::vector<const void*> members;
  reflect::for_each_member(from, [&](std::string_view, const auto& member) { members.push_back(&member); });
  auto next = members.begin();
  reflect::for_each_member(to, [&](std::string_view, auto& member) {
    write_state(*static_cast<const std::remove_reference_t<decltype(member)>*>(*next++), member);
  });
}

}  // namespace optim
}  // namespace descent
