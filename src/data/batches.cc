#include "descent/data/batches.h"

#include <algorithm>
#include <utility>

#include "data/described.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent::data {

Batches::Batches(Tensor inputs, Tensor targets, std::int64_t size, Generator generator)
    : inputs_(std::move(inputs)), targets_(std::move(targets)), size_(size), generator_(std::move(generator)) {
  if (inputs_.dim() == 0 || targets_.dim() == 0 || inputs_.size(0) != targets_.size(0) || inputs_.size(0) == 0)
    fail("Batches: inputs ", inputs_.sizes(), " and targets ", targets_.sizes(),
         " must have the same number of rows, at least one");
  if (size < 1) fail("Batches: a batch of ", size, " rows; it has at least one");
}

Batches::Iterator Batches::begin() {
  std::shared_ptr<EpochPlace::Progress> progress = place_.begin(generator_);
  order_ = randperm(rows(), {}, generator_);
  const std::int64_t first = progress->position;
  progress->is_over = first == count();
  return {this, first, std::move(progress)};
}

StateDict Batches::state_dict() const {
  return with_data(place_.state_dict(generator_), {{"rows", rows()}, {"batch_size", size_}});
}

void Batches::load_state_dict(const StateDict& state) {
  const std::string what = "Batches: load_state_dict";
  place_.load_state_dict(what, without_data(what, state, {{"rows", rows()}, {"batch_size", size_}}), count(),
                         generator_);
}

Batch Batches::at(std::int64_t position) const {
  const std::int64_t first = position * size_;
  const Tensor batch = narrow(order_, 0, first, std::min(size_, rows() - first));
  return {index_select(inputs_, 0, batch), index_select(targets_, 0, batch)};
}

}  // namespace descent::data
