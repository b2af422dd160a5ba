// Texts as pieces of words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "descent/export.h"

namespace descent {
namespace DESCENT_EXPORT data {

struct BytePairOptions {
  /// How many tokens there are to be: the 256 bytes, what is merged, and the special tokens. There are fewer where
  /// nothing is left to merge.
  std::int64_t vocab_size = 30'000;
  /// Pairs that occur less often are not merged.
  std::int64_t min_frequency = 2;
  /// Tokens that no text is encoded to, such as "<|endoftext|>": ASCII letters, digits and punctuation. They come last.
  std::vector<std::string> special_tokens = {};
};

/// Byte-level byte pair encoding, as of GPT-2. A text is split into words (with the space before them), numbers and
/// runs of punctuation, by GPT-2's pattern:
///
///   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// A word is its bytes at first; then the pair of neighbours that was the first to be learnt is merged, the leftmost of
/// equals, until there is none. So every sequence of bytes has an encoding, which decode() turns into the same bytes.
///
/// It has one thread's use or many's: nothing changes once it is made.
///
/// Source: Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units", ACL 2016; Radford
/// et al., "Language models are unsupervised multitask learners", 2019.
class BytePairTokenizer {
 public:
  /// Learns merges from `text`: again and again the pair of neighbouring tokens, within words, that occurs most often
  /// becomes a token; of equals the one whose first token, then whose second has the smaller number. Those are the
  /// merges of Hugging Face's trainer. An Error for a vocab_size that the bytes and special tokens do not fit into, or
  /// special tokens that are empty, not as they should be, or twice.
  static BytePairTokenizer train(std::string_view text, const BytePairOptions& options = {});

  /// The tokenizer in GPT-2's two files, often called vocab.json and merges.txt: a JSON object from each token to its
  /// number, and a line for each merge. Bytes are written as characters by GPT-2's table ("\u0120" is a space). Tokens
  /// that are neither bytes nor merged are special. An Error names the file, the line, and what is wrong with it.
  static BytePairTokenizer load(const std::string& vocab_path, const std::string& merges_path);
  void save(const std::string& vocab_path, const std::string& merges_path) const;

  /// How many tokens there are.
  std::int64_t size() const { return static_cast<std::int64_t>(tokens_.size()); }
  /// What stands for special tokens in `text` is text like any other.
  std::vector<std::int64_t> encode(std::string_view text) const;
  /// An Error for a number that is no token.
  std::string decode(std::span<const std::int64_t> tokens) const;

  /// The token of these bytes, if there is one: `*tokenizer.find("<|endoftext|>")`.
  std::optional<std::int64_t> find(std::string_view bytes) const;

 private:
  using Token = std::int32_t;
  struct Merge {
    std::int32_t rank = -1;
    Token left = 0, right = 0, result = 0;
  };
  class Merger;

  BytePairTokenizer() = default;
  /// The token of these bytes, which is added if there is none.
  Token add(const std::string& bytes);
  /// What two tokens are merged to, after all merges before.
  Token add_merge(Token left, Token right);
  /// Where the merge of two tokens stands in merges_, or where there is room for it.
  std::size_t slot_of(Token left, Token right) const;

  std::vector<std::string> tokens_;
  std::unordered_map<std::string, Token> numbers_;
  std::array<Token, 256> bytes_{};
  /// In their order.
  std::vector<std::pair<Token, Token>> order_;
  /// The same as a hash table with open addressing, at most half full; an empty slot has no rank. With a
  /// std::unordered_map a text takes a quarter more time.
  std::vector<Merge> merges_ = std::vector<Merge>(16);
};

}  // namespace data
}  // namespace descent
