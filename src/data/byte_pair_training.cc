#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

#include "data/byte_characters.h"
#include "data/dictionary.h"
#include "data/unicode.h"
#include "descent/data/byte_pair_tokenizer.h"
#include "descent/error.h"

namespace descent::data {
namespace {

using PairKey = std::uint64_t;

/// The words of a text as tokens, and how often each pair of neighbours occurs in it.
class PairCounter {
 public:
  using Token = std::int32_t;

  explicit PairCounter(std::string_view text) {
    Dictionary dictionary;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = end_of_word(text, begin);
      const auto code = static_cast<std::size_t>(dictionary.code_of(text.substr(begin, end - begin)));
      if (code == counts_.size()) counts_.push_back(0);
      ++counts_[code];
      begin = end;
    }
    spellings_ = dictionary.take_values();
  }

  /// Begins with a token for each byte.
  void start(const std::array<Token, 256>& bytes) {
    words_.resize(spellings_.size());
    for (std::size_t word = 0; word < words_.size(); ++word) {
      for (const char byte : spellings_[word]) words_[word].push_back(bytes[static_cast<unsigned char>(byte)]);
      for (std::size_t i = 1; i < words_[word].size(); ++i) add(words_[word][i - 1], words_[word][i], word, 1);
    }
    offer();
  }

  /// The pair that occurs most often, at least `least` times.
  std::optional<std::pair<Token, Token>> commonest(std::int64_t least) {
    while (!waiting_.empty()) {
      std::pop_heap(waiting_.begin(), waiting_.end());
      const Candidate candidate = waiting_.back();
      waiting_.pop_back();
      const auto pair = pairs_.find(candidate.key);
      const std::int64_t count = pair == pairs_.end() ? 0 : pair->second.count;
      if (count == candidate.count) {
        if (count < least) return std::nullopt;
        return std::pair(left_of(candidate.key), right_of(candidate.key));
      }
      push({count, candidate.key});
    }
    return std::nullopt;
  }

  /// Puts `merged` in the place of each such pair.
  void merge(Token left, Token right, Token merged) {
    const PairKey key = key_of(left, right);
    for (const std::size_t word : std::exchange(pairs_[key].words, {})) {
      std::vector<Token>& tokens = words_[word];
      std::size_t kept = 0;
      for (std::size_t i = 0; i < tokens.size(); ++i, ++kept) {
        tokens[kept] = tokens[i];
        if (i + 1 == tokens.size() || tokens[i] != left || tokens[i + 1] != right) continue;
        tokens[kept] = merged;
        ++i;
        if (kept > 0) {
          add(tokens[kept - 1], left, word, -1);
          add(tokens[kept - 1], merged, word, 1);
        }
        if (i + 1 < tokens.size()) {
          add(right, tokens[i + 1], word, -1);
          add(merged, tokens[i + 1], word, 1);
        }
      }
      tokens.resize(kept);
    }
    pairs_.erase(key);
    offer();
  }

 private:
  struct Pair {
    std::int64_t count = 0;
    /// Where it occurs, or did.
    std::vector<std::size_t> words;
  };
  struct Candidate {
    std::int64_t count;
    PairKey key;
    bool operator<(const Candidate& other) const {
      return count != other.count ? count < other.count : key > other.key;
    }
  };

  static PairKey key_of(Token left, Token right) {
    return static_cast<PairKey>(left) << 32 | static_cast<PairKey>(right);
  }
  static Token left_of(PairKey key) { return static_cast<Token>(key >> 32); }
  static Token right_of(PairKey key) { return static_cast<Token>(key & 0xFFFFFFFF); }

  /// Counts a pair `times` more in each occurrence of the word.
  void add(Token left, Token right, std::size_t word, int times) {
    const PairKey key = key_of(left, right);
    Pair& pair = pairs_[key];
    pair.count += times * counts_[word];
    if (times < 0) return;
    if (pair.words.empty() || pair.words.back() != word) pair.words.push_back(word);
    grown_.push_back(key);
  }

  /// Has pairs that grew in number wait for their turn.
  void offer() {
    std::ranges::sort(grown_);
    grown_.erase(std::unique(grown_.begin(), grown_.end()), grown_.end());
    for (const PairKey key : grown_) {
      if (const auto pair = pairs_.find(key); pair != pairs_.end()) push({pair->second.count, key});
    }
    grown_.clear();
  }

  void push(const Candidate& candidate) {
    if (candidate.count < 1) return;
    waiting_.push_back(candidate);
    std::push_heap(waiting_.begin(), waiting_.end());
  }

  std::vector<std::string> spellings_;
  std::vector<std::int64_t> counts_;
  std::vector<std::vector<Token>> words_;
  std::unordered_map<PairKey, Pair> pairs_;
  std::vector<PairKey> grown_;
  /// A heap, the commonest in front; counts may have changed since.
  std::vector<Candidate> waiting_;
};

void check_special_tokens(const std::vector<std::string>& tokens) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool visible = std::ranges::all_of(tokens[i], [](char c) { return c > ' ' && c < '\x7F'; });
    if (tokens[i].size() < 2 || !visible)
      fail("BytePairTokenizer: the special token ", in_quotes(tokens[i]),
           " is not two or more ASCII letters, digits and punctuation marks");
    if (std::ranges::find(tokens, tokens[i]) != tokens.begin() + static_cast<std::ptrdiff_t>(i))
      fail("BytePairTokenizer: the special token ", in_quotes(tokens[i]), " comes twice");
  }
}

}  // namespace

BytePairTokenizer BytePairTokenizer::train(std::string_view text, const BytePairOptions& options) {
  check_special_tokens(options.special_tokens);
  const std::int64_t least = 256 + std::ssize(options.special_tokens);
  constexpr std::int64_t most = std::numeric_limits<Token>::max();
  if (options.vocab_size < least || options.vocab_size > most)
    fail("BytePairTokenizer: got vocab_size = ", options.vocab_size, ", wanted at least ", least, " and at most ",
         most);

  BytePairTokenizer tokenizer;
  for (const char byte : bytes_in_order())
    tokenizer.bytes_[static_cast<unsigned char>(byte)] = tokenizer.add(std::string(1, byte));
  PairCounter counter(text);
  counter.start(tokenizer.bytes_);
  const std::int64_t merged = options.vocab_size - std::ssize(options.special_tokens);
  while (tokenizer.size() < merged) {
    const auto pair = counter.commonest(std::max<std::int64_t>(options.min_frequency, 1));
    if (!pair) break;
    const Token result = tokenizer.add_merge(pair->first, pair->second);
    counter.merge(pair->first, pair->second, result);
  }
  for (const std::string& token : options.special_tokens) {
    if (tokenizer.find(token))
      fail("BytePairTokenizer: the special token ", in_quotes(token), " is a token of the text");
    tokenizer.add(token);
  }
  return tokenizer;
}

}  // namespace descent::data
