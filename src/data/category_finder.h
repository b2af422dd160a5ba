// Which of some texts a text is, without regard to case.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/unicode.h"

namespace descent::data {

/// Finds a category: the very text, or else one that differs in case only. `categories` must outlive it.
class CategoryFinder {
 public:
  static constexpr std::size_t kUnseen = static_cast<std::size_t>(-1);

  explicit CategoryFinder(const std::vector<std::string>& categories) {
    for (std::size_t i = 0; i < categories.size(); ++i) {
      exact_.emplace(categories[i], i);
      lower_.emplace(lower_case(categories[i]), i);
    }
  }
  /// The position of `text`, or kUnseen.
  std::size_t operator()(const std::string& text) const {
    if (const auto found = exact_.find(text); found != exact_.end()) return found->second;
    const auto found = lower_.find(lower_case(text));
    return found == lower_.end() ? kUnseen : found->second;
  }

 private:
  std::unordered_map<std::string_view, std::size_t> exact_;
  std::unordered_map<std::string, std::size_t> lower_;
};

}  // namespace descent::data
