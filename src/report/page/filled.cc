#include "report/page/filled.h"

#include <nlohmann/json.hpp>

#include "descent/error.h"

namespace descent::report {

std::string in_script(const nlohmann::ordered_json& object) {
  const std::string text = object.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
  std::string escaped;
  for (const char c : text) {
    if (c == '<')
      escaped += "\\u003c";
    else
      escaped += c;
  }
  return escaped;
}

std::string filled(std::string_view page, std::initializer_list<std::pair<std::string_view, std::string>> parts) {
  std::string result;
  for (const auto& [name, text] : parts) {
    const std::string place = concat("{{", name, "}}");
    const std::size_t at = page.find(place);
    result += page.substr(0, at);
    result += text;
    page.remove_prefix(at + place.size());
  }
  result += page;
  return result;
}

}  // namespace descent::report
