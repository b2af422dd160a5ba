// "NAME" or "NAME:OPTION=VALUE,OPTION=VALUE,...": how a loss, an optimizer or a schedule is asked for in words.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "descent/error.h"
#include "descent/optim/scalar.h"
#include "descent/reflect.h"
#include "train/enumerators.h"

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

/// An enumeration that the name of an enumerator can set.
struct Choice {
  std::vector<std::string> names;
  std::function<void(std::size_t position)> choose;
};

/// A member of a struct of options that a text can set.
struct Option {
  using Place = std::variant<double*, optim::Scalar*, std::int64_t*, int*, bool*, Choice>;
  std::string name;
  Place place;
};

namespace detail {
template <class T>
struct IsArray : std::false_type {};
template <class T, std::size_t n>
struct IsArray<std::array<T, n>> : std::true_type {};
}  // namespace detail

/// Those of `options`, by the names of the members: numbers, truth values, enumerations, and elements of arrays, as
/// betas.0.
template <class Options>
std::vector<Option> options_of(Options& options) {
  std::vector<Option> result;
  reflect::for_each_member(options, [&]<class T>(std::string_view name, T& member) {
    if constexpr (std::is_constructible_v<Option::Place, T*>) {
      result.push_back({std::string(name), &member});
    } else if constexpr (std::is_enum_v<T>) {
      result.push_back({std::string(name), Choice{enumerator_names<T>(), [&member](std::size_t position) {
                                                    member = static_cast<T>(position);
                                                  }}});
    } else if constexpr (detail::IsArray<T>::value) {
      for (std::size_t i = 0; i < member.size(); ++i) result.push_back({concat(name, '.', i), &member[i]});
    }
  });
  return result;
}

/// Sets the options of a wish; those it does not name stay as they are, and those named in `reserved` (they are set
/// elsewhere) it cannot name. An Error that begins with `what` names an option that is none, and a value that is no
/// such thing.
void set_options(const char* what, const Wish& wish, const std::vector<Option>& options,
                 std::span<const std::string_view> reserved = {});

}  // namespace descent::train
