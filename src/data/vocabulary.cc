#include "descent/data/vocabulary.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "data/text_input.h"
#include "data/unicode.h"
#include "data/vocabulary_file.h"
#include "data/word_splitter.h"
#include "descent/error.h"

namespace descent::data {
std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  for_each_word(text, "split_words", [&](std::string_view word) {
    words.emplace_back(word);
    return true;
  });
  return words;
}

Vocabulary::Vocabulary(std::span<const std::string> words, const VocabularyOptions& options) {
  if (options.min_count < 1) fail("Vocabulary: min_count = ", options.min_count, " must be at least 1");
  struct Count {
    std::string_view word;
    std::int64_t count;
  };
  std::vector<Count> counts;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const std::string& word : words) {
    const auto [place, is_new] = places.try_emplace(word, counts.size());
    if (is_new) counts.push_back({word, 0});
    ++counts[place->second].count;
  }
  std::ranges::stable_sort(counts, std::ranges::greater(), &Count::count);

  if (options.unknown) {
    add(*options.unknown);
    unknown_ = 0;
  }
  for (const auto& [word, count] : counts) {
    if (count < options.min_count) break;
    if (word != options.unknown) add(std::string(word));
  }
}

void Vocabulary::add(const std::string& word) {
  tokens_.emplace(word, size());
  words_.push_back(word);
}

Vocabulary Vocabulary::load(const std::string& path, std::optional<std::string> unknown) {
  Vocabulary vocabulary;
  for (const std::string& word : read_vocabulary(path)) vocabulary.add(word);
  if (unknown) {
    vocabulary.unknown_ = vocabulary.find(*unknown);
    if (!vocabulary.unknown_)
      fail(name_of_input(path), ": ", in_quotes(*unknown), ", which is to stand for unknown words, is not there");
  }
  return vocabulary;
}

void Vocabulary::save(const std::string& path) const {
  for (const std::string& word : words_) {
    for (std::size_t at = 0; at < word.size();) {
      const std::size_t length = character_at(word, at).length;
      if (length == 0) fail("Vocabulary: byte ", at, " of the word ", in_quotes(word), " is not UTF-8");
      at += length;
    }
  }
  write_vocabulary(path, words_);
}

std::optional<std::int64_t> Vocabulary::find(std::string_view word) const {
  const auto found = tokens_.find(word);
  return found == tokens_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::int64_t> Vocabulary::encode(std::span<const std::string> words) const {
  std::vector<std::int64_t> tokens;
  tokens.reserve(words.size());
  for (const std::string& word : words) {
    if (const auto token = find(word))
      tokens.push_back(*token);
    else if (unknown_)
      tokens.push_back(*unknown_);
  }
  return tokens;
}

std::vector<std::string> Vocabulary::decode(std::span<const std::int64_t> tokens) const {
  std::vector<std::string> words;
  words.reserve(tokens.size());
  for (const std::int64_t token : tokens) {
    if (token < 0 || token >= size()) fail("Vocabulary: ", token, " is no token, there are ", size());
    words.push_back(words_[static_cast<std::size_t>(token)]);
  }
  return words;
}

}  // namespace descent::data
