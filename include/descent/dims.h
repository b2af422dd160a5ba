// A short list of integers: the sizes of a tensor, its strides, or some of its dimensions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <vector>

#include "descent/error.h"

namespace DESCENT_EXPORT descent {

/// The most dimensions a tensor can have.
inline constexpr int kMaxRank = 8;

/// Up to kMaxRank integers, held in place: making one never allocates. A single integer converts to a list of one, so
/// that `sum(x, 1)`, `sum(x, {0, 1})`, `zeros(3)` and `zeros({2, 3})` all read well.
class Dims {
 public:
  Dims() : values_{} {}
  Dims(std::int64_t value) : values_{value}, size_(1) {}
  Dims(int value) : Dims(static_cast<std::int64_t>(value)) {}
  Dims(std::initializer_list<std::int64_t> values) : Dims(std::span(values.begin(), values.size())) {}
  Dims(const std::vector<std::int64_t>& values) : Dims(std::span(values)) {}
  explicit Dims(std::span<const std::int64_t> values) : values_{} {
    if (values.size() > kMaxRank) fail("a tensor has at most ", kMaxRank, " dimensions, not ", values.size());
    size_ = static_cast<int>(values.size());
    std::copy(values.begin(), values.end(), values_);
  }

  // Few tensors have more than four dimensions: most copies are two vector moves.
  Dims(const Dims& other) : size_(other.size_) { copy_values(other); }
  Dims& operator=(const Dims& other) {
    size_ = other.size_;
    copy_values(other);
    return *this;
  }

  /// `size` times `value`.
  static Dims filled(int size, std::int64_t value) {
    Dims dims;
    dims.size_ = size;
    std::fill_n(dims.values_, size, value);
    return dims;
  }

  int size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::int64_t& operator[](int i) { return values_[i]; }
  std::int64_t operator[](int i) const { return values_[i]; }
  std::int64_t* begin() { return values_; }
  std::int64_t* end() { return values_ + size_; }
  const std::int64_t* begin() const { return values_; }
  const std::int64_t* end() const { return values_ + size_; }
  std::int64_t back() const { return values_[size_ - 1]; }

  void push_back(std::int64_t value) {
    if (size_ == kMaxRank) fail("a tensor has at most ", kMaxRank, " dimensions");
    values_[size_++] = value;
  }
  void insert(int position, std::int64_t value) {
    push_back(value);
    std::rotate(begin() + position, end() - 1, end());
  }
  void erase(int position) {
    std::copy(begin() + position + 1, end(), begin() + position);
    --size_;
  }
  bool contains(std::int64_t value) const { return std::find(begin(), end(), value) != end(); }

  friend bool operator==(const Dims& a, const Dims& b) {
    if (a.size_ != b.size_) return false;
    for (int i = 0; i < a.size_; ++i) {
      if (a.values_[i] != b.values_[i]) return false;
    }
    return true;
  }

 private:
  void copy_values(const Dims& other) {
    for (int i = 0; i < 4; ++i) values_[i] = other.values_[i];
    if (size_ > 4) std::copy_n(other.values_ + 4, kMaxRank - 4, values_ + 4);
  }

  std::int64_t values_[kMaxRank];
  int size_ = 0;
};

/// As Python prints a list: "[2, 3]".
std::string to_string(const Dims& dims);
std::ostream& operator<<(std::ostream& out, const Dims& dims);

/// The number of elements of a tensor of this shape: 1 for the empty one. An error if a size is negative or the product
/// overflows.
std::int64_t numel_of(const Dims& shape);

}  // namespace descent
