#include "descent/nn/packed_sequence.h"

#include <algorithm>
#include <numeric>

#include "descent/create.h"
#include "descent/ops.h"

namespace descent::nn {
namespace {

using Integers = std::vector<std::int64_t>;

// [steps, batch, ...] as [steps * batch, ...].
Tensor rows_of(const Tensor& x) { return flatten(x, 0, 1); }

// Where the steps of sequences of these lengths, in this order, lie among the rows of [steps, batch], one step after
// another.
Integers places(const Integers& lengths, const Integers& order) {
  Integers result;
  const auto batch = static_cast<std::int64_t>(lengths.size());
  const std::int64_t steps = lengths.empty() ? 0 : *std::max_element(lengths.begin(), lengths.end());
  for (std::int64_t t = 0; t < steps; ++t) {
    for (const std::int64_t i : order) {
      if (lengths[static_cast<std::size_t>(i)] > t) result.push_back(t * batch + i);
    }
  }
  return result;
}

Integers order_of(const PackedSequence& packed, std::size_t batch) {
  if (packed.sorted_indices.defined()) return packed.sorted_indices.to_vector<std::int64_t>();
  Integers order(batch);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

}  // namespace

Integers PackedSequence::lengths() const {
  const Integers sizes = batch_sizes.to_vector<std::int64_t>();
  Integers sorted(sizes.empty() ? 0 : static_cast<std::size_t>(sizes[0]));
  for (const std::int64_t size : sizes) {
    for (std::int64_t i = 0; i < size; ++i) ++sorted[static_cast<std::size_t>(i)];
  }
  const Integers order = order_of(*this, sorted.size());
  Integers result(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) result[static_cast<std::size_t>(order[i])] = sorted[i];
  return result;
}

PackedSequence pack_padded_sequence(const Tensor& padded, const Integers& lengths, PackOptions options) try {
  if (padded.dim() < 2) fail("wants [steps, batch, ...], not shape ", padded.sizes());
  const Tensor x = options.batch_first ? transpose(padded, 0, 1) : padded;
  const std::int64_t steps = x.size(0), batch = x.size(1);
  if (static_cast<std::int64_t>(lengths.size()) != batch) {
    fail(lengths.size(), " lengths for a batch of ", batch, " sequences");
  }
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] < 1 || lengths[i] > steps) {
      fail("length ", lengths[i], " of sequence ", i, "; wanted 1 to ", steps, ", the steps there are");
    }
  }
  Integers order(lengths.size());
  std::iota(order.begin(), order.end(), 0);
  const auto is_longer = [&](std::int64_t a, std::int64_t b) {
    return lengths[static_cast<std::size_t>(a)] > lengths[static_cast<std::size_t>(b)];
  };
  PackedSequence result;
  if (options.enforce_sorted) {
    if (!std::is_sorted(lengths.rbegin(), lengths.rend()))
      fail("lengths must fall; enforce_sorted = false takes any order");
  } else {
    std::stable_sort(order.begin(), order.end(), is_longer);
    Integers inverse(order.size());
    for (std::size_t i = 0; i < order.size(); ++i)
      inverse[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
    result.sorted_indices = tensor(order);
    result.unsorted_indices = tensor(inverse);
  }
  const std::int64_t longest = lengths.empty() ? 0 : *std::max_element(lengths.begin(), lengths.end());
  Integers sizes(static_cast<std::size_t>(longest));
  for (const std::int64_t length : lengths) {
    for (std::int64_t t = 0; t < length; ++t) ++sizes[static_cast<std::size_t>(t)];
  }
  result.batch_sizes = tensor(sizes);
  result.data = index_select(rows_of(x), 0, tensor(places(lengths, order)));
  return result;
} catch (const Error& error) {
  fail_as("pack_padded_sequence", error);
}

PackedSequence pack_sequence(const std::vector<Tensor>& sequences, bool enforce_sorted) try {
  if (sequences.empty()) fail("there are no sequences");
  Integers lengths;
  std::int64_t longest = 0;
  for (const Tensor& sequence : sequences) {
    if (sequence.dim() == 0) fail("sequence ", lengths.size(), " is of rank 0; wanted [length, ...]");
    lengths.push_back(sequence.size(0));
    longest = std::max(longest, lengths.back());
  }
  std::vector<Tensor> padded;
  for (const Tensor& sequence : sequences) {
    Dims rest = sequence.sizes();
    rest[0] = longest - rest[0];
    padded.push_back(cat({sequence, zeros(rest, {.dtype = sequence.dtype()})}));
  }
  return pack_padded_sequence(stack(padded, 1), lengths, {.enforce_sorted = enforce_sorted});
} catch (const Error& error) {
  fail_as("pack_sequence", error);
}

std::pair<Tensor, Integers> pad_packed_sequence(const PackedSequence& packed, PadPackedOptions options) try {
  const Integers lengths = packed.lengths();
  const auto batch = static_cast<std::int64_t>(lengths.size());
  std::int64_t steps = packed.batch_sizes.numel();
  if (options.total_length != 0) {
    if (options.total_length < steps) {
      fail("total_length = ", options.total_length, " is less than the longest sequence, ", steps);
    }
    steps = options.total_length;
  }
  Dims shape = packed.data.sizes();
  shape[0] = steps * batch;
  const Tensor at = tensor(places(lengths, order_of(packed, lengths.size())));
  const TensorOptions like = {.dtype = packed.data.dtype()};
  Tensor rows = index_add(zeros(shape, like), 0, at, packed.data);
  if (options.padding_value != 0) {
    // Added where no step is.
    const Tensor is_there = index_add(zeros(shape[0], like), 0, at, ones(at.numel(), like));
    Dims column = Dims::filled(shape.size(), 1);
    column[0] = shape[0];
    rows = rows + reshape((1 - is_there) * options.padding_value, column);
  }
  shape.erase(0);
  shape.insert(0, batch);
  shape.insert(0, steps);
  const Tensor padded = reshape(rows, shape);
  return {options.batch_first ? transpose(padded, 0, 1) : padded, lengths};
} catch (const Error& error) {
  fail_as("pad_packed_sequence", error);
}

}  // namespace descent::nn
