// Characters: UTF-8, and what kind of character one is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace descent::data {

enum class CharacterClass : std::uint8_t { other, letter, number, space };

/// Letters and numbers are Unicode's categories L and N, spaces its property White_Space.
CharacterClass class_of(char32_t character);

/// The small letter of a capital one, where it is one character; else the character itself.
char32_t small_letter(char32_t character);

struct Character {
  char32_t code;
  /// In bytes; 0 where there is no character of UTF-8.
  std::size_t length;
};
/// The character that begins at byte `at` of `text` (Unicode 15, table 3-7).
Character character_at(std::string_view text, std::size_t at);

/// Appends a character to `text`.
void append_character(char32_t character, std::string& text);

/// `text` with each letter in lower case, by Unicode's simple mapping, which replaces one character by one.
std::string lower_case(std::string_view text);

/// The end of the word that begins at byte `begin` of `text`: words are what GPT-2 splits a text into before anything
/// else, the matches of
///   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
/// A byte that is not UTF-8 counts as a character that is neither letter, number nor space.
std::size_t end_of_word(std::string_view text, std::size_t begin);

}  // namespace descent::data
