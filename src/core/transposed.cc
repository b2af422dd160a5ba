#include "core/transposed.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "kernels/element_size.h"

namespace descent {
namespace {

/// A square of elements whose rows are vectors of 16 bytes, which every machine has.
template <class Element>
class Square {
 public:
  static constexpr int kSize = 16 / sizeof(Element);

  void load(const Element* from, std::int64_t step) {
#pragma GCC unroll 16
    for (int i = 0; i < kSize; ++i) std::memcpy(&rows_[i], from + i * step, sizeof(Row));
  }
  void store(Element* to, std::int64_t step) const {
#pragma GCC unroll 16
    for (int i = 0; i < kSize; ++i) std::memcpy(to + i * step, &rows_[i], sizeof(Row));
  }

  /// Each round shuffles the first half of the rows with the second as cards are; as many as a row's number has bits
  /// turn that into the column's.
  void transpose() {
#pragma GCC unroll 16
    for (int round = 1; round < kSize; round *= 2) {
      Row shuffled[kSize];
#pragma GCC unroll 16
      for (int i = 0; i < kSize / 2; ++i) {
        shuffled[2 * i] = interleaved<0>(rows_[i], rows_[i + kSize / 2], std::make_integer_sequence<int, kSize>());
        shuffled[2 * i + 1] =
            interleaved<kSize / 2>(rows_[i], rows_[i + kSize / 2], std::make_integer_sequence<int, kSize>());
      }
      std::memcpy(rows_, shuffled, sizeof(rows_));
    }
  }

 private:
  typedef Element Row __attribute__((vector_size(16)));  // NOLINT(modernize-use-using): the attribute wants it

  template <int first, int... lane>
  static Row interleaved(Row a, Row b, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(a, b, (first + lane / 2 + lane % 2 * kSize)...);
  }

  Row rows_[kSize];
};

template <class Element>
void transpose(const Element* from, std::int64_t from_step, Element* to, std::int64_t to_step, std::int64_t rows,
               std::int64_t columns) {
  constexpr std::int64_t kSquare = Square<Element>::kSize;
  std::int64_t c = 0;
  for (; c + kSquare <= columns; c += kSquare) {
    std::int64_t r = 0;
    for (; r + kSquare <= rows; r += kSquare) {
      Square<Element> square;
      square.load(from + c * from_step + r, from_step);
      square.transpose();
      square.store(to + r * to_step + c, to_step);
    }
    for (; r < rows; ++r)
      for (std::int64_t i = 0; i < kSquare; ++i) to[r * to_step + c + i] = from[(c + i) * from_step + r];
  }
  for (; c < columns; ++c)
    for (std::int64_t r = 0; r < rows; ++r) to[r * to_step + c] = from[c * from_step + r];
}

}  // namespace

int transposed_dim(const Dims& sizes, const Dims& strides) {
  constexpr std::int64_t kLeast = 16;  // rows and columns
  const int last = sizes.size() - 1;
  if (last < 1 || strides[last] == 0 || strides[last] == 1 || sizes[last] < kLeast) return -1;
  for (int d = last - 1; d >= 0; --d) {
    if (strides[d] == 1) return sizes[d] >= kLeast ? d : -1;
  }
  return -1;
}

TiledLoop::TiledLoop(const Dims& sizes, int rows)
    : sizes_(sizes),
      rows_(rows),
      row_tiles_((sizes[rows] + kRows - 1) / kRows),
      column_tiles_((sizes.back() + kColumns - 1) / kColumns),
      count_(row_tiles_ * column_tiles_) {
  for (int d = 0; d < sizes.size() - 1; ++d) count_ *= d == rows ? 1 : sizes[d];
}

TiledLoop::Tile TiledLoop::tile(std::int64_t number) const {
  Tile tile;
  const int last = sizes_.size() - 1;
  tile.position[last] = number % column_tiles_ * kColumns;
  number /= column_tiles_;
  tile.position[rows_] = number % row_tiles_ * kRows;
  number /= row_tiles_;
  for (int d = last - 1; d >= 0; --d) {
    if (d == rows_) continue;
    tile.position[d] = number % sizes_[d];
    number /= sizes_[d];
  }
  tile.rows = std::min(kRows, sizes_[rows_] - tile.position[rows_]);
  tile.columns = std::min(kColumns, sizes_[last] - tile.position[last]);
  return tile;
}

std::int64_t TiledLoop::offset(const Tile& tile, const Dims& strides) const {
  std::int64_t offset = 0;
  for (int d = 0; d < sizes_.size(); ++d) offset += tile.position[d] * strides[d];
  return offset;
}

void transpose(std::size_t element_size, const std::byte* from, std::int64_t from_step, std::byte* to,
               std::int64_t to_step, std::int64_t rows, std::int64_t columns) {
  kernels::dispatch_size(element_size, [&]<class Element>(Element) {
    transpose(reinterpret_cast<const Element*>(from), from_step, reinterpret_cast<Element*>(to), to_step, rows,
              columns);
  });
}

}  // namespace descent
