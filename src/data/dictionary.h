// Distinct strings and their numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "descent/error.h"

namespace descent::data {

/// Numbers distinct strings in the order of their first appearance: a hash table with open addressing over a vector.
class Dictionary {
 public:
  std::int32_t code_of(std::string_view text) {
    if (2 * values_.size() >= slots_.size()) grow();
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
    std::size_t at = hash & (slots_.size() - 1);
    for (; slots_[at].code >= 0; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].hash == hash && values_[static_cast<std::size_t>(slots_[at].code)] == text) return slots_[at].code;
    }
    if (values_.size() == std::size_t{1} << 30) fail("a text column has more than 2^30 distinct values");
    slots_[at] = {hash, static_cast<std::int32_t>(values_.size())};
    values_.emplace_back(text);
    bytes_ += text.size();
    return slots_[at].code;
  }

  const std::vector<std::string>& values() const { return values_; }
  /// About how much memory it takes.
  std::size_t bytes() const { return bytes_ + values_.size() * sizeof(std::string) + slots_.size() * sizeof(Slot); }
  void clear() {
    values_.clear();
    slots_.clear();
    bytes_ = 0;
  }
  std::vector<std::string> take_values() { return std::move(values_); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::int32_t code = -1;
  };

  void grow() {
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.empty() ? 16 : 2 * slots_.size()));
    for (const Slot& slot : old) {
      if (slot.code < 0) continue;
      std::size_t at = slot.hash & (slots_.size() - 1);
      while (slots_[at].code >= 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::vector<std::string> values_;
  std::size_t bytes_ = 0;
};

}  // namespace descent::data
