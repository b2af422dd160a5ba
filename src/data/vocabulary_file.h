// Vocabularies in files: JSON objects from each token to its number.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace descent::data {

/// The most bytes of a file of a tokenizer: many times those of the largest in use.
inline constexpr std::size_t kMaxVocabularyBytes = 100'000'000;

/// The tokens in the file at `path`, by number, in UTF-8. An Error names the file and what is wrong with it: it is not
/// such an object, or the numbers are not 0, 1, ... without a gap.
std::vector<std::string> read_vocabulary(const std::string& path);

/// Writes `tokens`, valid UTF-8, in place of the file at `path`, whole or not at all.
void write_vocabulary(const std::string& path, const std::vector<std::string>& tokens);

}  // namespace descent::data
