// Rows of a table looked up by their numbers, and sums of them.
//
// The table `weight` is [rows, dim], float32 or float64; numbers of rows are int64. Row `padding_idx` (negative: from
// the end) gets no gradient. `max_norm`: of the rows that are looked up, those whose norm_type-norm is larger are
// scaled down to it first, in place and without history. `scale_grad_by_freq`: the gradient of a row is divided by how
// often it is looked up.
#pragma once

#include <cstdint>
#include <optional>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// weight[index]: [..., dim] for an index of shape [...].
Tensor embedding(const Tensor& index, const Tensor& weight, std::optional<std::int64_t> padding_idx = std::nullopt,
                 std::optional<double> max_norm = std::nullopt, double norm_type = 2, bool scale_grad_by_freq = false);

/// How embedding_bag makes one row of a bag's. Of an empty one it makes zeros.
enum class Bag : std::uint8_t { sum, mean, max };

struct BagOptions {
  std::optional<double> max_norm = std::nullopt;
  double norm_type = 2;
  bool scale_grad_by_freq = false;  // not with Bag::max
  Bag mode = Bag::mean;
  Tensor per_sample_weights = {};  // a factor for each number in `index`, with Bag::sum only
  bool include_last_offset = false;
  std::optional<std::int64_t> padding_idx = std::nullopt;  // does not count as part of its bag
};

/// For each bag, the sum, the mean or the largest elements of weight's rows: [bags, dim]. index [bags, n] without
/// `offsets`; else index [n] and offsets [bags], where each bag begins: 0 first, and increasing. include_last_offset:
/// one more offset stands at the end, n. Equal largest elements: the first takes the gradient. With Bag::max the host
/// reads the offsets.
Tensor embedding_bag(const Tensor& index, const Tensor& weight, const Tensor& offsets = {},
                     const BagOptions& options = {});

}  // namespace descent
