#include "data/byte_characters.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "data/unicode.h"

namespace descent::data {
namespace {

struct ByteTable {
  static constexpr char32_t kFirstOther = 0x100;
  std::array<char32_t, 256> characters{};
  /// By character.
  std::array<int, 2 * kFirstOther> bytes{};
};

const ByteTable& byte_table() {
  static const ByteTable table = [] {
    ByteTable result;
    result.bytes.fill(-1);
    char32_t other = ByteTable::kFirstOther;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const bool visible = (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD);
      result.characters[byte] = visible ? byte : other++;
      result.bytes[result.characters[byte]] = static_cast<int>(byte);
    }
    return result;
  }();
  return table;
}

}  // namespace

std::string characters_of_bytes(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) append_character(byte_table().characters[static_cast<unsigned char>(byte)], text);
  return text;
}

std::optional<std::string> bytes_of_characters(std::string_view characters) {
  const ByteTable& table = byte_table();
  std::string bytes;
  for (std::size_t at = 0; at < characters.size();) {
    const Character character = character_at(characters, at);
    if (character.length == 0 || character.code >= table.bytes.size() || table.bytes[character.code] < 0)
      return std::nullopt;
    bytes += static_cast<char>(table.bytes[character.code]);
    at += character.length;
  }
  return bytes;
}

std::string bytes_in_order() {
  std::string bytes(256, '\0');
  std::iota(bytes.begin(), bytes.end(), '\0');
  std::ranges::sort(bytes, {}, [](char byte) { return byte_table().characters[static_cast<unsigned char>(byte)]; });
  return bytes;
}

}  // namespace descent::data
