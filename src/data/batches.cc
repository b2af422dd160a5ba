#include "descent/data/batches.h"

#include <algorithm>
#include <utility>

#include "descent/create.h"
#include "descent/ops.h"

namespace descent::data {

Batches::Batches(Tensor inputs, Tensor targets, std::int64_t size, std::uint64_t seed)
    : inputs_(std::move(inputs)), targets_(std::move(targets)), size_(size), generator_(seed) {
  if (inputs_.dim() == 0 || targets_.dim() == 0 || inputs_.size(0) != targets_.size(0) || inputs_.size(0) == 0)
    fail("Batches: inputs ", inputs_.sizes(), " and targets ", targets_.sizes(),
         " must have the same number of rows, at least one");
  if (size < 1) fail("Batches: a batch of ", size, " rows; it has at least one");
  order_ = all_rows(static_cast<std::size_t>(inputs_.size(0)));
}

Batches::Iterator Batches::begin() {
  shuffle(order_, generator_);
  return {this, 0};
}

Batch Batches::at(std::int64_t position) const {
  const auto first = order_.begin() + position * size_;
  const auto count = std::min(size_, static_cast<std::int64_t>(order_.end() - first));
  const Tensor rows = tensor(std::vector<std::int64_t>(first, first + count));
  return {index_select(inputs_, 0, rows), index_select(targets_, 0, rows)};
}

}  // namespace descent::data
