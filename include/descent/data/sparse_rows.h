// Rows of a matrix of which most elements are 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "descent/export.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// Compressed sparse rows: what is not 0, row by row.
struct SparseRows {
  /// Where each row begins in those below, and the end.
  std::vector<std::size_t> begins = {0};
  std::vector<std::int32_t> columns;
  std::vector<float> values;

  std::size_t size() const { return begins.size() - 1; }
  void end_row() { begins.push_back(columns.size()); }
  /// Appends those of `other`.
  void append(const SparseRows& other);
  /// `count` rows from `first` on.
  SparseRows narrow(std::size_t first, std::size_t count) const;
  /// What stands in the columns [first, last) of each row i changed for what row order[i] has there.
  SparseRows permuted(std::int32_t first, std::int32_t last, std::span<const std::int64_t> order) const;
};

}  // namespace data
}  // namespace descent
