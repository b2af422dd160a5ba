#include "descent/data/byte_pair_tokenizer.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "data/byte_characters.h"
#include "data/dictionary.h"
#include "data/text_input.h"
#include "data/unicode.h"
#include "data/vocabulary_file.h"
#include "descent/atomic_file.h"
#include "descent/error.h"

namespace descent::data {

/// Encodes words, one after another.
class BytePairTokenizer::Merger {
 public:
  explicit Merger(const BytePairTokenizer& tokenizer) : tokenizer_(tokenizer) {}

  /// Appends the tokens of `word`.
  void encode(std::string_view word, std::vector<std::int64_t>& tokens) {
    parts_.clear();
    waiting_.clear();
    for (const char byte : word)
      parts_.push_back(
          {tokenizer_.bytes_[static_cast<unsigned char>(byte)], kNone, parts_.size() - 1, parts_.size() + 1});
    for (std::size_t i = 0; i + 1 < parts_.size(); ++i) look_at_pair(i);
    while (!waiting_.empty()) {
      std::pop_heap(waiting_.begin(), waiting_.end(), std::greater());
      const Candidate first = waiting_.back();
      waiting_.pop_back();
      if (parts_[first.left].rank == first.rank) merge(first.left);
    }
    for (std::size_t i = 0; i < parts_.size(); i = parts_[i].next) tokens.push_back(parts_[i].token);
  }

 private:
  static constexpr std::int32_t kNone = std::numeric_limits<std::int32_t>::max();

  /// What is left of the word is a list of parts, in the places of their first bytes.
  struct Part {
    Token token;
    /// Of the merge with the next part; kNone if there is none, or the part is merged into the one before.
    std::int32_t rank;
    std::size_t previous, next;
  };
  struct Candidate {
    std::int32_t rank;
    std::size_t left;
    bool operator>(const Candidate& other) const { return rank != other.rank ? rank > other.rank : left > other.left; }
  };

  const Merge& merge_of(const Part& left) const {
    return tokenizer_.merges_[tokenizer_.slot_of(left.token, parts_[left.next].token)];
  }

  void look_at_pair(std::size_t left) {
    Part& part = parts_[left];
    part.rank = kNone;
    if (part.next >= parts_.size()) return;
    const Merge& merge = merge_of(part);
    if (merge.rank < 0) return;
    part.rank = merge.rank;
    waiting_.push_back({part.rank, left});
    std::push_heap(waiting_.begin(), waiting_.end(), std::greater());
  }

  void merge(std::size_t left) {
    Part& part = parts_[left];
    Part& right = parts_[part.next];
    part.token = merge_of(part).result;
    right.rank = kNone;
    part.next = right.next;
    if (part.next < parts_.size()) parts_[part.next].previous = left;
    look_at_pair(left);
    if (left > 0) look_at_pair(part.previous);
  }

  const BytePairTokenizer& tokenizer_;
  std::vector<Part> parts_;
  /// A heap, the first to be merged in front. Those of a pair that is no more stay until it is their turn.
  std::vector<Candidate> waiting_;
};

BytePairTokenizer::Token BytePairTokenizer::add(const std::string& bytes) {
  const auto [found, fresh] = numbers_.emplace(bytes, static_cast<Token>(tokens_.size()));
  if (fresh) tokens_.push_back(bytes);
  return found->second;
}

BytePairTokenizer::Token BytePairTokenizer::add_merge(Token left, Token right) {
  const Token result = add(tokens_[static_cast<std::size_t>(left)] + tokens_[static_cast<std::size_t>(right)]);
  if (2 * order_.size() >= merges_.size()) {
    const std::vector<Merge> before = std::exchange(merges_, std::vector<Merge>(2 * merges_.size()));
    for (const Merge& merge : before) {
      if (merge.rank >= 0) merges_[slot_of(merge.left, merge.right)] = merge;
    }
  }
  merges_[slot_of(left, right)] = {static_cast<std::int32_t>(order_.size()), left, right, result};
  order_.emplace_back(left, right);
  return result;
}

std::size_t BytePairTokenizer::slot_of(Token left, Token right) const {
  const std::uint64_t pair = static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint64_t>(right);
  std::size_t slot = static_cast<std::size_t>(pair * 0x9E3779B97F4A7C15 >> 32);
  for (;; ++slot) {
    slot &= merges_.size() - 1;
    const Merge& merge = merges_[slot];
    if (merge.rank < 0 || (merge.left == left && merge.right == right)) return slot;
  }
}

std::vector<std::int64_t> BytePairTokenizer::encode(std::string_view text) const {
  std::vector<std::int64_t> tokens;
  Merger merger(*this);
  // Words are merged once: of each the place of its tokens is kept.
  struct Place {
    std::size_t begin, end;
  };
  Dictionary words;
  std::vector<Place> places;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = end_of_word(text, begin);
    const std::string_view word = text.substr(begin, end - begin);
    begin = end;
    const auto code = static_cast<std::size_t>(words.code_of(word));
    const std::size_t first = tokens.size();
    if (code == places.size()) {
      merger.encode(word, tokens);
      places.push_back({first, tokens.size()});
    } else {
      const Place& place = places[code];
      for (std::size_t i = place.begin; i < place.end; ++i) tokens.push_back(tokens[i]);
    }
  }
  return tokens;
}

std::string BytePairTokenizer::decode(std::span<const std::int64_t> tokens) const {
  std::string text;
  for (const std::int64_t token : tokens) {
    if (token < 0 || token >= size()) fail("BytePairTokenizer: ", token, " is no token, there are ", size());
    text += tokens_[static_cast<std::size_t>(token)];
  }
  return text;
}

std::optional<std::int64_t> BytePairTokenizer::find(std::string_view bytes) const {
  const auto found = numbers_.find(std::string(bytes));
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

void BytePairTokenizer::save(const std::string& vocab_path, const std::string& merges_path) const {
  std::vector<std::string> texts;
  for (const std::string& token : tokens_) texts.push_back(characters_of_bytes(token));
  write_vocabulary(vocab_path, texts);
  std::string lines = "#version: 0.2\n";
  for (const auto& [left, right] : order_)
    lines += texts[static_cast<std::size_t>(left)] + ' ' + texts[static_cast<std::size_t>(right)] + '\n';
  write_whole(merges_path, lines);
}

BytePairTokenizer BytePairTokenizer::load(const std::string& vocab_path, const std::string& merges_path) {
  BytePairTokenizer tokenizer;
  for (const std::string& text : read_vocabulary(vocab_path)) {
    const std::optional<std::string> bytes = bytes_of_characters(text);
    if (!bytes || bytes->empty()) fail(vocab_path, ": ", in_quotes(text), " does not stand for bytes");
    tokenizer.add(*bytes);
  }
  for (int byte = 0; byte < 256; ++byte) {
    const auto found = tokenizer.find(std::string(1, static_cast<char>(byte)));
    if (!found) fail(vocab_path, ": has no token for the byte ", byte);
    tokenizer.bytes_[static_cast<std::size_t>(byte)] = static_cast<Token>(*found);
  }

  const ByteBuffer file = read_input(merges_path, kMaxVocabularyBytes);
  const std::size_t vocabulary = tokenizer.tokens_.size();
  std::size_t line_number = 0;
  for (std::string_view left = file.view(); !left.empty();) {
    const std::size_t line_end = std::min(left.find('\n'), left.size());
    std::string_view line = left.substr(0, line_end);
    left.remove_prefix(std::min(line_end + 1, left.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (++line_number == 1 && line.starts_with("#version")) continue;
    if (line.empty()) continue;
    const auto refuse = [&](const auto&... parts) { fail(merges_path, ":", line_number, ": ", parts...); };
    const std::size_t space = line.find(' ');
    if (space == line.npos || line.find(' ', space + 1) != line.npos) refuse(in_quotes(line), " is not two tokens");
    Token pair[2];
    for (int i = 0; i < 2; ++i) {
      const std::string_view text = i == 0 ? line.substr(0, space) : line.substr(space + 1);
      const std::optional<std::string> bytes = bytes_of_characters(text);
      const std::optional<std::int64_t> token = bytes ? tokenizer.find(*bytes) : std::nullopt;
      if (!token) refuse(in_quotes(text), " is not in the vocabulary");
      pair[i] = static_cast<Token>(*token);
    }
    if (tokenizer.merges_[tokenizer.slot_of(pair[0], pair[1])].rank >= 0) refuse(in_quotes(line), " was merged before");
    tokenizer.add_merge(pair[0], pair[1]);
    if (tokenizer.tokens_.size() > vocabulary) refuse("what ", in_quotes(line), " makes is not in the vocabulary");
  }
  return tokenizer;
}

}  // namespace descent::data
