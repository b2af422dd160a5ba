#include "descent/data/sparse_rows.h"

namespace descent::data {

void SparseRows::append(const SparseRows& other) {
  const std::size_t before = columns.size();
  for (std::size_t row = 0; row < other.size(); ++row) begins.push_back(before + other.begins[row + 1]);
  columns.insert(columns.end(), other.columns.begin(), other.columns.end());
  values.insert(values.end(), other.values.begin(), other.values.end());
}

SparseRows SparseRows::narrow(std::size_t first, std::size_t count) const {
  SparseRows some;
  const std::size_t begin = begins[first], end = begins[first + count];
  for (std::size_t row = first; row < first + count; ++row) some.begins.push_back(begins[row + 1] - begin);
  const auto at = [](std::size_t i) { return static_cast<std::ptrdiff_t>(i); };
  some.columns.assign(columns.begin() + at(begin), columns.begin() + at(end));
  some.values.assign(values.begin() + at(begin), values.begin() + at(end));
  return some;
}

SparseRows SparseRows::permuted(std::int32_t first, std::int32_t last, std::span<const std::int64_t> order) const {
  SparseRows result;
  const auto take = [&](std::size_t row, bool within) {
    for (std::size_t i = begins[row]; i < begins[row + 1]; ++i) {
      if ((columns[i] >= first && columns[i] < last) != within) continue;
      result.columns.push_back(columns[i]);
      result.values.push_back(values[i]);
    }
  };
  for (std::size_t row = 0; row < size(); ++row) {
    take(row, false);
    take(static_cast<std::size_t>(order[row]), true);
    result.end_row();
  }
  return result;
}

}  // namespace descent::data
