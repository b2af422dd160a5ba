#include "report/page/filled.h"

#include <cstdint>
#include <cstdio>

#include "data/unicode.h"
#include "descent/error.h"

namespace descent::report {

namespace {

/// As a string of JSON may hold a unit of UTF-16.
void append_escaped(std::uint32_t unit, std::string& text) {
  char escape[16];
  std::snprintf(escape, sizeof escape, "\\u%04x", unit);
  text += escape;
}

}  // namespace

std::string in_script(const JsonObject& object) {
  const std::string text = json_text(object);
  std::string escaped;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = data::character_at(text, at);
    if (code < 0x7F && code != '<') {
      escaped += text[at];
    } else if (code < 0x10000) {
      append_escaped(code, escaped);
    } else {
      append_escaped(0xD800 + ((code - 0x10000) >> 10), escaped);
      append_escaped(0xDC00 + ((code - 0x10000) & 0x3FF), escaped);
    }
    at += length;
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
