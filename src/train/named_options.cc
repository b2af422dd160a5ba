#include "train/named_options.h"

#include <algorithm>
#include <cmath>
#include <concepts>

#include "descent/text.h"

namespace descent::train {

std::string hint(const std::string& name, const std::vector<std::string>& names) {
  std::string result = suggestion(name, names);
  if (!result.empty()) return result;
  for (const std::string& other : names) result += (result.empty() ? "; there are " : ", ") + other;
  return result;
}

Wish parse_wish(const char* what, std::string_view text) {
  const std::size_t colon = text.find(':');
  Wish wish{std::string(text.substr(0, colon))};
  if (wish.name.empty()) fail(what, ": there is no name in ", in_quotes(text));
  if (colon == std::string_view::npos) return wish;
  for (std::size_t start = colon + 1; start <= text.size();) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    const std::string_view part = text.substr(start, comma - start);
    const std::size_t equals = part.find('=');
    std::string option(part.substr(0, equals));
    if (option.empty()) fail(what, ' ', wish.name, ": wants OPTION=VALUE,... after the colon, not ", in_quotes(part));
    for (const auto& [earlier, text] : wish.options) {
      if (earlier == option) fail(what, ' ', wish.name, ": there are two values for ", in_quotes(option));
    }
    wish.options.emplace_back(std::move(option),
                              equals == std::string_view::npos ? "true" : std::string(part.substr(equals + 1)));
    start = comma + 1;
  }
  return wish;
}

namespace {

void read_option(const std::string& place, const std::string& text, double& value) {
  if (!read_number(text, value) || std::isnan(value)) fail(place, " = ", in_quotes(text), " is not a number");
}

void read_option(const std::string& place, const std::string& text, optim::Scalar& value) {
  double number = 0;
  read_option(place, text, number);
  value = number;
}

template <std::integral Integer>
void read_option(const std::string& place, const std::string& text, Integer& value) {
  if (!read_number(text, value)) fail(place, " = ", in_quotes(text), " is not a whole number");
}

void read_option(const std::string& place, const std::string& text, bool& value) {
  if (text != "true" && text != "false") fail(place, " = ", in_quotes(text), " is neither true nor false");
  value = text == "true";
}

void read_option(const std::string& place, const std::string& text, const Choice& choice) {
  const auto found = std::find(choice.names.begin(), choice.names.end(), text);
  if (found == choice.names.end()) {
    std::string names;
    for (const std::string& name : choice.names) names += (names.empty() ? "" : ", ") + name;
    fail(place, " = ", in_quotes(text), " is none of ", names);
  }
  choice.choose(static_cast<std::size_t>(found - choice.names.begin()));
}

}  // namespace

void set_options(const char* what, const Wish& wish, const std::vector<Option>& options,
                 std::span<const std::string_view> reserved) {
  for (const auto& [name, text] : wish.options) {
    std::vector<std::string> names;
    bool found = false;
    for (const Option& option : options) {
      if (std::find(reserved.begin(), reserved.end(), option.name) != reserved.end()) continue;
      names.push_back(option.name);
      if (option.name != name) continue;
      found = true;
      const std::string place = concat(what, ' ', wish.name, ": ", name);
      std::visit(
          [&, &text = text](const auto& value) {
            if constexpr (std::is_pointer_v<std::remove_cvref_t<decltype(value)>>)
              read_option(place, text, *value);
            else
              read_option(place, text, value);
          },
          option.place);
    }
    if (!found) fail(what, ' ', wish.name, ": there is no option ", in_quotes(name), hint(name, names));
  }
}

}  // namespace descent::train
