// Operands whose elements lie next to each other along another dimension than the last: read by tiles, so that every
// line of memory is read once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/tensor_impl.h"
#include "kernels/parallel.h"

namespace descent {

/// The dimension before the last along which the elements of an operand with these strides are neighbours, while they
/// are not along the last; -1: there is none, or tiles of the two would be too small to be worth it.
int transposed_dim(const Dims& sizes, const Dims& strides);

/// A loop over two dimensions of a shape, `rows` (not the last) and the last, by tiles, within each position of the
/// others; the tiles are numbered, so that threads can share them.
class TiledLoop {
 public:
  static constexpr std::int64_t kRows = 16, kColumns = 256;
  /// From row to row of a tile in a buffer: not a power of 2, whose multiples fall into few places of the first cache.
  static constexpr std::int64_t kStep = kColumns + 16;

  /// Tiles that are worth waking a thread for.
  static constexpr std::int64_t kGrain = kernels::kElementGrain / (kRows * kColumns);

  struct Tile {
    std::int64_t position[kMaxRank];  // of its first element
    std::int64_t rows, columns;
  };

  TiledLoop(const Dims& sizes, int rows);

  std::int64_t count() const { return count_; }
  Tile tile(std::int64_t number) const;
  /// From an operand's first element to the tile's.
  std::int64_t offset(const Tile& tile, const Dims& strides) const;

 private:
  Dims sizes_;
  int rows_;
  std::int64_t row_tiles_, column_tiles_, count_;
};

/// Element (r, c) of `rows` x `columns` goes from from[c * from_step + r] to to[r * to_step + c].
void transpose(std::size_t element_size, const std::byte* from, std::int64_t from_step, std::byte* to,
               std::int64_t to_step, std::int64_t rows, std::int64_t columns);

}  // namespace descent
