// Texts as words.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "descent/export.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// The words of `text` in small letters: runs of letters and numbers (Unicode's categories L and N), also with single
/// apostrophes ' or \u2019 between them. "Don't you, Mr. Darcy?" has don't, you, mr and darcy.
///
/// Python's re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", text.lower()). An Error with the byte where it is not UTF-8.
std::vector<std::string> split_words(std::string_view text);

struct VocabularyOptions {
  /// Words that occur less often are left out; at least 1.
  std::int64_t min_count = 1;
  /// A word, such as "<unk>", that gets number 0 and stands for all that are not in the vocabulary.
  std::optional<std::string> unknown = std::nullopt;
};

/// Numbers words by how often they occur, the commonest first, equally common ones in the order of their first
/// appearance.
///
///   const data::Vocabulary vocabulary(data::split_words(text), {.min_count = 5});
///   const Tensor tokens = tensor(vocabulary.encode(data::split_words(text)));
///
/// It has one thread's use or many's: nothing changes once it is made.
class Vocabulary {
 public:
  /// Of all the words of a text, as often as they occur. An Error for a min_count below 1.
  explicit Vocabulary(std::span<const std::string> words, const VocabularyOptions& options = {});

  /// The vocabulary in the file at `path`, that save() or someone else wrote: a JSON object from each word to its
  /// number, of which none is left out. An Error names the file and what is wrong with it, also if `unknown` is not in
  /// it.
  static Vocabulary load(const std::string& path, std::optional<std::string> unknown = std::nullopt);
  /// An Error for a word that is not UTF-8.
  void save(const std::string& path) const;

  /// How many words there are, the unknown one included.
  std::int64_t size() const { return static_cast<std::int64_t>(words_.size()); }
  /// The number of a word, if it is in the vocabulary.
  std::optional<std::int64_t> find(std::string_view word) const;
  /// The numbers of words; of those not in the vocabulary the unknown one's, or, where there is none, nothing.
  std::vector<std::int64_t> encode(std::span<const std::string> words) const;
  /// An Error for a number that no word has.
  std::vector<std::string> decode(std::span<const std::int64_t> tokens) const;

 private:
  Vocabulary() = default;
  void add(const std::string& word);

  std::vector<std::string> words_;
  std::map<std::string, std::int64_t, std::less<>> tokens_;
  std::optional<std::int64_t> unknown_;
};

}  // namespace data
}  // namespace descent
