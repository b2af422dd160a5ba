// Texts as characters.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "descent/export.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// Numbers the characters of a text (Unicode code points), in their order.
///
///   const data::CharacterTokenizer tokenizer(text);
///   const Tensor tokens = tensor(tokenizer.encode(text));
///
/// It has one thread's use or many's: nothing changes once it is made.
class CharacterTokenizer {
 public:
  /// The characters that occur in `text`. An Error with the byte where it is not UTF-8.
  explicit CharacterTokenizer(std::string_view text);

  /// The tokenizer in the file at `path`, that save() or someone else wrote: a JSON object from each character to its
  /// number, of which none is left out. An Error names the file and what is wrong with it.
  static CharacterTokenizer load(const std::string& path);
  void save(const std::string& path) const;

  /// How many tokens there are.
  std::int64_t size() const { return static_cast<std::int64_t>(characters_.size()); }
  /// An Error with the byte where `text` has no character of the vocabulary.
  std::vector<std::int64_t> encode(std::string_view text) const;
  /// An Error for a number that is no token.
  std::string decode(std::span<const std::int64_t> tokens) const;

 private:
  CharacterTokenizer() = default;
  std::vector<char32_t> characters_;
  std::unordered_map<char32_t, std::int64_t> tokens_;
};

}  // namespace data
}  // namespace descent
