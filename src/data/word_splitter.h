// The words of a text, one by one: see split_words.
#pragma once

#include <string>
#include <string_view>

#include "data/unicode.h"
#include "descent/error.h"

namespace descent::data {

/// Calls visit(word) for each, in small letters, until it returns false. An Error in the name of `what` where the text
/// is not UTF-8.
template <class Visit>
void for_each_word(std::string_view text, const char* what, const Visit& visit) {
  const auto is_part_of_word = [](char32_t character) {
    const CharacterClass is = class_of(character);
    return is == CharacterClass::letter || is == CharacterClass::number;
  };
  std::string word, apostrophe;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    if (character.length == 0) fail(what, ": byte ", at, " of the text is not UTF-8");
    at += character.length;
    if (is_part_of_word(character.code)) {
      word += apostrophe;
      apostrophe.clear();
      append_character(small_letter(character.code), word);
    } else if ((character.code == U'\'' || character.code == U'\u2019') && !word.empty() && apostrophe.empty()) {
      append_character(character.code, apostrophe);
    } else {
      if (!word.empty() && !visit(std::string_view(word))) return;
      word.clear();
      apostrophe.clear();
    }
  }
  if (!word.empty()) visit(std::string_view(word));
}

}  // namespace descent::data
