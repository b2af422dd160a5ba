#include "descent/text.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "descent/error.h"

namespace descent {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The optimal string alignment distance, without regard to case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto same = [&](std::size_t x, std::size_t y) { return lower(a[x - 1]) == lower(b[y - 1]); };
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same(i, j) ? 0 : 1)});
      if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j)) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

struct Utf8Character {
  unsigned code;
  /// In bytes; 0 where there is no character.
  std::size_t length;
};

/// The character that `text` begins with (Unicode 15, table 3-7).
Utf8Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0) return {0, 0};
  unsigned code = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0, 0};
    code = code << 6 | (byte(i) & 0x3F);
  }
  const bool is_short = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (is_short || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {0, 0};
  return {code, length};
}

/// Control characters, and what turns the direction of writing or ends a line.
bool is_unprintable(unsigned code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x61C || code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

std::string in_hexadecimal(unsigned value) {
  char digits[16];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr};
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = first_character(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (character.length == 1 && (byte == '\n' || byte == '\r' || byte == '\t'))
      result += byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : "\\t";
    else if (character.length == 0 || (character.length == 1 && is_unprintable(character.code)))
      result += (byte < 16 ? "\\x0" : "\\x") + in_hexadecimal(byte);
    else if (is_unprintable(character.code))
      result += "\\u{" + in_hexadecimal(character.code) + "}";
    else
      result += text.substr(0, character.length);
    text.remove_prefix(character.length == 0 ? 1 : character.length);
  }
  return result;
}

std::string suggestion(std::string_view name, std::span<const std::string> candidates) {
  // Names in files of strangers can be long, and nobody means one of those.
  constexpr std::size_t longest = 100;
  const std::string* nearest = nullptr;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (name.size() > longest || candidate.size() > longest) continue;
    const std::size_t d = distance(name, candidate);
    // Something must be in common.
    if (d >= least || d >= candidate.size()) continue;
    nearest = &candidate;
    least = d;
  }
  return nearest ? concat("; did you mean ", in_quotes(*nearest), "?") : "";
}

}  // namespace descent
