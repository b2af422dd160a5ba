// "NAME" or "NAME:OPTION=VALUE,OPTION=VALUE,...": how a loss, an optimizer or a schedule is asked for in words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "descent/error.h"
#include "descent/optim/scalar.h"
#include "descent/reflect.h"

namespace descent::train {

/// Such a wish, taken apart.
struct Wish {
  std::string name;
  std::vector<std::pair<std::string, std::string>> options = {};
};

/// An Error that begins with `what` ("optimizer") if it is not written like that. A mere OPTION stands for OPTION=true.
Wish parse_wish(const char* what, std::string_view text);

/// "; did you mean 'adam'?" for the nearest of `names`, or if none is near all of them: "; there are adam, sgd".
std::string hint(const std::string& name, const std::vector<std::string>& names);

/// The entry of that name. An Error hints at the others.
template <class Entry>
const Entry& find_by_name(const char* what, const std::string& name, std::span<const Entry> entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) {
    if (entry.name == name) return entry;
    names.emplace_back(entry.name);
  }
  fail("there is no ", what, ' ', in_quotes(name), hint(name, names));
}

namespace detail {

void read_option(const std::string& place, const std::string& text, double& value);
void read_option(const std::string& place, const std::string& text, std::int64_t& value);
void read_option(const std::string& place, const std::string& text, bool& value);
void read_option(const std::string& place, const std::string& text, int& value);
inline void read_option(const std::string& place, const std::string& text, optim::Scalar& value) {
  double number = 0;
  read_option(place, text, number);
  value = number;
}

template <class T>
concept Readable = requires(T& value, const std::string& text) {
  read_option(text, text, value);
};

template <class T>
struct IsArray : std::false_type {};
template <class T, std::size_t n>
struct IsArray<std::array<T, n>> : std::true_type {};

}  // namespace detail

/// Sets the options of a wish, which go by the names of the members: numbers, truth values, and elements of arrays as
/// in betas.0=0.8. Members for which `reserved` holds (they are set elsewhere) and all others there is no text for are
/// passed over. An Error that begins with `what` names an option that is none, and a value that is no such thing.
template <class Options>
void set_options(const char* what, const Wish& wish, Options& options,
                 std::span<const std::string_view> reserved = {}) {
  const auto each = [&](auto&& visit) {
    reflect::for_each_member(options, [&]<class T>(std::string_view name, T& value) {
      for (const std::string_view other : reserved) {
        if (name == other) return;
      }
      if constexpr (detail::Readable<T>) {
        visit(std::string(name), value);
      } else if constexpr (detail::IsArray<T>::value) {
        for (std::size_t i = 0; i < value.size(); ++i) visit(concat(name, '.', i), value[i]);
      }
    });
  };
  std::vector<std::string> names;
  each([&](std::string name, auto&) { names.push_back(std::move(name)); });
  for (const auto& [option, text] : wish.options) {
    bool found = false;
    each([&, &option = option, &text = text](const std::string& name, auto& value) {
      if (name != option) return;
      found = true;
      detail::read_option(concat(what, ' ', wish.name, ": ", name), text, value);
    });
    if (!found) fail(what, ' ', wish.name, ": there is no option ", in_quotes(option), hint(option, names));
  }
}

}  // namespace descent::train
