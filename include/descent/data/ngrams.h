// N-grams: what of a text is left to count where the order of its words is not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "descent/export.h"

namespace descent {
namespace DESCENT_EXPORT data {

struct NgramOptions {
  /// Runs of 1 to so many words that follow each other; 0 for none.
  std::int64_t words = 1;
  /// Runs of so many characters within a word; most_characters = 0 for none.
  std::int64_t least_characters = 0;
  std::int64_t most_characters = 0;
};

/// An Error unless `words` is of [0, kMostNgram], the characters are none or of [1, kMostNgram], the least no more than
/// the most, and there is anything to find.
void check_ngrams(const NgramOptions& options);
inline constexpr std::int64_t kMostNgram = 16;

/// A text goes on, but only so many words of it count, and none that has more bytes than these.
inline constexpr std::size_t kMostWords = 10'000;
inline constexpr std::size_t kMostWordBytes = 120;

/// The n-grams of a text, in the order of where they begin: its words, as split_words has them, runs of such with a
/// space between them, and runs of characters with a * where the word goes on:
///
///   ngrams("Not good", {.words = 2})                             not, "not good", good
///   ngrams("good", {.least_characters = 3, .most_characters = 3})  good, goo*, *ood
///
/// A run that is the whole word is not told twice. An Error with the byte where the text is not UTF-8, and for options
/// check_ngrams refuses.
std::vector<std::string> ngrams(std::string_view text, const NgramOptions& options = {});

struct HashingVectorizerOptions {
  NgramOptions ngrams = {};
  /// At least 1.
  std::int64_t buckets = std::int64_t{1} << 20;
};

/// N-grams as numbers without a vocabulary: what is not known before costs no memory, and some n-grams share one.
///
///   bucket(x) = |h| mod buckets,  h = MurmurHash3 of 32 bits of its bytes, with sign and seed 0
///
/// as scikit-learn's HashingVectorizer has it, without its signs. For the bags of nn::EmbeddingBag. Choose a Vocabulary
/// where the words are to be told again.
///
/// Source: Weinberger et al., "Feature hashing for large scale multitask learning", arXiv:0902.2206; Appleby,
/// MurmurHash3.
class HashingVectorizer {
 public:
  /// An Error for options out of their bounds.
  explicit HashingVectorizer(const HashingVectorizerOptions& options = {});
  /// The buckets of a text's n-grams, in their order.
  std::vector<std::int64_t> encode(std::string_view text) const;
  /// The one of an n-gram.
  std::int64_t bucket(std::string_view ngram) const;

 private:
  HashingVectorizerOptions options_;
};

}  // namespace data
}  // namespace descent
