// The enumerators of an enumeration and their names, as the compiler spells them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace descent::train {

namespace detail {

// "... [with auto value = descent::optim::LineSearch::none]"; a value that no enumerator has is "(LineSearch)7".
template <auto value>
consteval const char* spelling_of_enumerator() {
  return __PRETTY_FUNCTION__;
}

template <auto value>
consteval std::string_view name_of_enumerator() {
  std::string_view name = spelling_of_enumerator<value>();
  name.remove_suffix(1);
  const std::size_t before = name.find_last_of(":)");
  return name[before] == ':' ? name.substr(before + 1) : "";
}

}  // namespace detail

/// The names of the enumerators of a scoped enumeration, at the place of their values, which count from 0.
template <class Enumeration>
std::vector<std::string> enumerator_names() {
  constexpr int kMost = 32;
  std::vector<std::string> names;
  [&]<int... i>(std::integer_sequence<int, i...>) {
    const auto add = [&](std::string_view name) {
      if (!name.empty()) names.emplace_back(name);
    };
    (add(detail::name_of_enumerator<static_cast<Enumeration>(i)>()), ...);
  }
  (std::make_integer_sequence<int, kMost>());
  return names;
}

}  // namespace descent::train
