#include "data/unicode.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "data/unicode_table.h"

namespace descent::data {
namespace {

bool is_white_space(char32_t c) {
  constexpr char32_t others[] = {0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x2000 && c <= 0x200A) || std::ranges::find(others, c) != std::end(others);
}

CharacterClass look_up(char32_t c) {
  const auto range = std::ranges::lower_bound(kCharacterRanges, c, {}, &CharacterRange::last);
  if (range != std::end(kCharacterRanges) && range->first <= c) return range->is;
  return is_white_space(c) ? CharacterClass::space : CharacterClass::other;
}

constexpr std::size_t kLooked = 0x800;  // what UTF-8 has two bytes for, at most

/// What begins at byte `at`, which is there.
struct Next {
  CharacterClass is;
  std::size_t length;
};
Next next_at(std::string_view text, std::size_t at) {
  const Character character = character_at(text, at);
  if (character.length == 0) return {CharacterClass::other, 1};
  return {class_of(character.code), character.length};
}

/// The end of the characters of one class that begin at byte `at`.
std::size_t end_of_run(std::string_view text, std::size_t at, CharacterClass is) {
  while (at < text.size()) {
    const Next next = next_at(text, at);
    if (next.is != is) break;
    at += next.length;
  }
  return at;
}

}  // namespace

CharacterClass class_of(char32_t character) {
  static const auto looked_up = [] {
    std::array<CharacterClass, kLooked> classes{};
    for (std::size_t c = 0; c < kLooked; ++c) classes[c] = look_up(static_cast<char32_t>(c));
    return classes;
  }();
  return character < kLooked ? looked_up[character] : look_up(character);
}

char32_t small_letter(char32_t character) {
  const auto range = std::ranges::lower_bound(kCapitalRanges, character, {}, &CapitalRange::last);
  const bool capital =
      range != std::end(kCapitalRanges) && range->first <= character && (character - range->first) % range->step == 0;
  return capital ? character + static_cast<char32_t>(range->away) : character;
}

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const auto bits = [&](std::size_t i) { return byte(i) & 0x3F; };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, at < text.size() ? 1u : 0u};
  if (first < 0xC2 || first > 0xF4 || !follows(1)) return {0, 0};
  if (first < 0xE0) return {(first & 0x1F) << 6 | bits(1), 2};
  if (!follows(2)) return {0, 0};
  if (first < 0xF0) {
    const unsigned value = (first & 0xF) << 12 | bits(1) << 6 | bits(2);
    return {value, value < 0x800 || (value >= 0xD800 && value < 0xE000) ? 0u : 3u};
  }
  if (!follows(3)) return {0, 0};
  const unsigned value = (first & 0x7) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3);
  return {value, value < 0x10000 || value > 0x10FFFF ? 0u : 4u};
}

std::string lower_case(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    if (character.length == 0) {
      result += text[at++];
    } else {
      append_character(small_letter(character.code), result);
      at += character.length;
    }
  }
  return result;
}

void append_character(char32_t c, std::string& text) {
  const auto add = [&](char32_t byte) { text += static_cast<char>(byte); };
  const auto follow = [&](int shift) { add(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | c >> 6);
    follow(0);
  } else if (c < 0x10000) {
    add(0xE0 | c >> 12);
    follow(6);
    follow(0);
  } else {
    add(0xF0 | c >> 18);
    follow(12);
    follow(6);
    follow(0);
  }
}

std::size_t end_of_word(std::string_view text, std::size_t begin) {
  if (text[begin] == '\'') {
    for (const std::string_view ending : {"s", "t", "re", "ve", "m", "ll", "d"}) {
      if (text.substr(begin + 1).starts_with(ending)) return begin + 1 + ending.size();
    }
  }
  // One space (' ') goes with what follows it.
  const bool spaced = text[begin] == ' ' && begin + 1 < text.size();
  const Next first = next_at(text, begin + (spaced ? 1 : 0));
  if (first.is != CharacterClass::space) return end_of_run(text, begin + (spaced ? 1 : 0), first.is);
  // Of more than one space (' ' or another) the last one is left for what follows, if anything does.
  const std::size_t end = end_of_run(text, begin, CharacterClass::space);
  if (end == text.size()) return end;
  std::size_t last = end - 1;
  while ((text[last] & 0xC0) == 0x80) --last;
  return last == begin ? end : last;
}

}  // namespace descent::data
