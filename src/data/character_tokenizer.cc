#include "descent/data/character_tokenizer.h"

#include <set>

#include "data/unicode.h"
#include "data/vocabulary_file.h"
#include "descent/error.h"

namespace descent::data {
namespace {

/// Calls f(character, byte) for each character of `text`.
template <class F>
void for_each_character(std::string_view text, const F& f) {
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    if (character.length == 0) fail("CharacterTokenizer: byte ", at, " of the text is not UTF-8");
    f(character.code, at);
    at += character.length;
  }
}

std::string as_text(char32_t character) {
  std::string text;
  append_character(character, text);
  return text;
}

}  // namespace

CharacterTokenizer::CharacterTokenizer(std::string_view text) {
  std::set<char32_t> found;
  for_each_character(text, [&](char32_t character, std::size_t) { found.insert(character); });
  for (const char32_t character : found) {
    tokens_.emplace(character, size());
    characters_.push_back(character);
  }
}

CharacterTokenizer CharacterTokenizer::load(const std::string& path) {
  CharacterTokenizer tokenizer;
  for (const std::string& text : read_vocabulary(path)) {
    const Character character = character_at(text, 0);
    if (character.length != text.size() || text.empty()) fail(path, ": ", in_quotes(text), " is not one character");
    tokenizer.tokens_.emplace(character.code, tokenizer.size());
    tokenizer.characters_.push_back(character.code);
  }
  return tokenizer;
}

void CharacterTokenizer::save(const std::string& path) const {
  std::vector<std::string> texts;
  for (const char32_t character : characters_) texts.push_back(as_text(character));
  write_vocabulary(path, texts);
}

std::vector<std::int64_t> CharacterTokenizer::encode(std::string_view text) const {
  std::vector<std::int64_t> tokens;
  tokens.reserve(text.size());
  for_each_character(text, [&](char32_t character, std::size_t at) {
    const auto found = tokens_.find(character);
    if (found == tokens_.end())
      fail("CharacterTokenizer: byte ", at, " of the text: ", in_quotes(as_text(character)),
           " is not in the vocabulary");
    tokens.push_back(found->second);
  });
  return tokens;
}

std::string CharacterTokenizer::decode(std::span<const std::int64_t> tokens) const {
  std::string text;
  for (const std::int64_t token : tokens) {
    if (token < 0 || token >= size()) fail("CharacterTokenizer: ", token, " is no token, there are ", size());
    append_character(characters_[static_cast<std::size_t>(token)], text);
  }
  return text;
}

}  // namespace descent::data
