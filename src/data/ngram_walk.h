// The n-grams of a text, one by one, without a string for each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "descent/data/ngrams.h"

namespace descent::data {

/// Walks over texts; its memory is used again for the next.
class NgramWalk {
 public:
  explicit NgramWalk(const NgramOptions& options) : options_(options) {}

  /// Calls visit(ngram) for each of `text`, which is valid during the call only.
  template <class Visit>
  void operator()(std::string_view text, const Visit& visit) {
    split(text);
    const auto longest = static_cast<std::size_t>(options_.words);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::size_t last = i; last < std::min(i + longest, words_.size()); ++last)
        visit(std::string_view(words_text_).substr(words_[i].begin, words_[last].end - words_[i].begin));
      if (options_.most_characters > 0) visit_characters(words_[i], visit);
    }
  }

 private:
  struct Word {
    std::size_t begin, end;
  };

  void split(std::string_view text);
  void find_characters(const Word& word);

  template <class Visit>
  void visit_characters(const Word& word, const Visit& visit) {
    find_characters(word);
    const std::size_t count = begins_.size() - 1;
    const auto least = static_cast<std::size_t>(options_.least_characters);
    const auto most = static_cast<std::size_t>(options_.most_characters);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t n = least; n <= std::min(most, count - i); ++n) {
        const bool begins = i == 0, ends = i + n == count;
        if (begins && ends && options_.words > 0) continue;
        run_.assign(begins ? "" : "*");
        run_.append(words_text_, begins_[i], begins_[i + n] - begins_[i]);
        if (!ends) run_ += '*';
        visit(std::string_view(run_));
      }
    }
  }

  NgramOptions options_;
  /// The words in small letters, a space between each two.
  std::string words_text_;
  std::vector<Word> words_;
  std::vector<std::size_t> begins_;  // of a word's characters, and its end
  std::string run_;
};

}  // namespace descent::data
