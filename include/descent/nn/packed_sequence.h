// Sequences of different lengths, for recurrent layers. Names, order and defaults are those of torch.nn.utils.rnn.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// The steps of some sequences without padding: all first steps, all second ones, ..., each from the longest sequence
/// to the shortest that has it.
struct PackedSequence {
  Tensor data;              // [sum of lengths, ...]
  Tensor batch_sizes;       // [steps], int64: how many sequences have each step
  Tensor sorted_indices;    // [batch], int64: the sequences from the longest on; undefined: as they were given
  Tensor unsorted_indices;  // its inverse

  /// How long each sequence is, in the order in which they were given.
  std::vector<std::int64_t> lengths() const;
  /// For hooks.
  std::vector<Tensor> tensors() const { return {data}; }
};

struct PackOptions {
  bool batch_first = false;
  /// An Error unless lengths fall; otherwise the sequences are sorted, and come back as they were.
  bool enforce_sorted = true;
};
/// Of `padded`, [steps, batch, ...], or [batch, steps, ...] if batch_first, the first lengths[i] >= 1 steps of
/// sequence i.
PackedSequence pack_padded_sequence(const Tensor& padded, const std::vector<std::int64_t>& lengths,
                                    PackOptions options = {});
/// Of tensors [length, ...].
PackedSequence pack_sequence(const std::vector<Tensor>& sequences, bool enforce_sorted = true);

struct PadPackedOptions {
  bool batch_first = false;
  double padding_value = 0;
  /// How many steps the result has; 0: as the longest sequence. An Error if that is longer.
  std::int64_t total_length = 0;
};
/// The inverse of pack_padded_sequence: the sequences, filled up at their ends, and their lengths.
std::pair<Tensor, std::vector<std::int64_t>> pad_packed_sequence(const PackedSequence& packed,
                                                                 PadPackedOptions options = {});

}  // namespace nn
}  // namespace descent
