#include "descent/data/ngrams.h"

#include <bit>
#include <cstdlib>

#include "data/ngram_walk.h"
#include "data/unicode.h"
#include "data/word_splitter.h"
#include "descent/error.h"

namespace descent::data {
namespace {

std::uint32_t murmur_hash_3(std::string_view text) {
  constexpr std::uint32_t kFirst = 0xCC9E2D51, kSecond = 0x1B873593;
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
  const auto scrambled = [](std::uint32_t block) { return std::rotl(block * kFirst, 15) * kSecond; };
  std::uint32_t hash = 0;
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    hash ^= scrambled(byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24);
    hash = std::rotl(hash, 13) * 5 + 0xE6546B64;
  }
  std::uint32_t rest = 0;
  for (std::size_t k = text.size(); k > i; --k) rest = rest << 8 | byte(k - 1);
  hash ^= scrambled(rest);
  hash ^= static_cast<std::uint32_t>(text.size());
  hash = (hash ^ hash >> 16) * 0x85EBCA6B;
  hash = (hash ^ hash >> 13) * 0xC2B2AE35;
  return hash ^ hash >> 16;
}

}  // namespace

void check_ngrams(const NgramOptions& options) {
  const auto refuse = [](const char* name, std::int64_t value, std::int64_t least, std::int64_t most) {
    if (value < least || value > most) fail("ngrams: ", name, " = ", value, " is not of ", least, " to ", most);
  };
  refuse("words", options.words, 0, kMostNgram);
  refuse("most_characters", options.most_characters, options.words == 0 ? 1 : 0, kMostNgram);
  if (options.most_characters > 0) refuse("least_characters", options.least_characters, 1, options.most_characters);
}

void NgramWalk::split(std::string_view text) {
  words_text_.clear();
  words_.clear();
  for_each_word(text, "ngrams", [&](std::string_view word) {
    if (word.size() > kMostWordBytes) return true;
    if (!words_.empty()) words_text_ += ' ';
    const std::size_t begin = words_text_.size();
    words_text_ += word;
    words_.push_back({begin, words_text_.size()});
    return words_.size() < kMostWords;
  });
}

void NgramWalk::find_characters(const Word& word) {
  begins_.clear();
  for (std::size_t at = word.begin; at < word.end; at += character_at(words_text_, at).length) begins_.push_back(at);
  begins_.push_back(word.end);
}

std::vector<std::string> ngrams(std::string_view text, const NgramOptions& options) {
  check_ngrams(options);
  std::vector<std::string> found;
  NgramWalk walk(options);
  walk(text, [&](std::string_view ngram) { found.emplace_back(ngram); });
  return found;
}

HashingVectorizer::HashingVectorizer(const HashingVectorizerOptions& options) : options_(options) {
  check_ngrams(options.ngrams);
  if (options.buckets < 1) fail("HashingVectorizer: buckets = ", options.buckets, " must be at least 1");
}

std::int64_t HashingVectorizer::bucket(std::string_view ngram) const {
  return std::llabs(std::bit_cast<std::int32_t>(murmur_hash_3(ngram))) % options_.buckets;
}

std::vector<std::int64_t> HashingVectorizer::encode(std::string_view text) const {
  std::vector<std::int64_t> buckets;
  NgramWalk walk(options_.ngrams);
  walk(text, [&](std::string_view ngram) { buckets.push_back(bucket(ngram)); });
  return buckets;
}

}  // namespace descent::data
