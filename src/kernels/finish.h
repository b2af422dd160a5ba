// What is done with parts of a kernel's result as soon as they are there.
#pragma once

#include <cstdint>

namespace descent::kernels {

/// A part of a result: `rows` runs of `columns` elements, the first from element `begin` on, each `stride` elements
/// after the one before.
struct Tile {
  std::int64_t begin, rows, columns, stride;
};

/// What is done with each tile of a result, on the thread that made it, while it is in a near cache. Nothing: no call.
struct Finish {
  void (*call)(const void* context, const Tile& tile) = nullptr;
  const void* context = nullptr;

  /// Where the rows follow one another without gaps, they are handed on as one.
  void operator()(const Tile& tile) const {
    if (!call) return;
    call(context, tile.columns == tile.stride ? Tile{tile.begin, 1, tile.rows * tile.columns, 0} : tile);
  }
};

/// A function of a tile that lives as long as the kernel runs.
template <class Function>
Finish finish_by(const Function& function) {
  return {[](const void* context, const Tile& tile) { (*static_cast<const Function*>(context))(tile); }, &function};
}

}  // namespace descent::kernels
