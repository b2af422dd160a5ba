#include "descent/data/dataset.h"

#include <cmath>

#include "descent/create.h"
#include "descent/ops.h"

namespace descent::data::detail {

void check_position(const char* dataset, std::int64_t position, std::int64_t size) {
  if (position < 0 || position >= size) fail(dataset, ": got position ", position, ", there are ", size, " items");
}

std::int64_t rows_of(std::initializer_list<Tensor> tensors) {
  const Tensor& first = *tensors.begin();
  for (const Tensor& tensor : tensors) {
    if (tensor.dim() == 0) fail("TensorDataset: a tensor of rank 0 has no rows");
    if (tensor.size(0) != first.size(0))
      fail("TensorDataset: ", first.sizes(), " and ", tensor.sizes(), " have different numbers of rows");
  }
  return first.size(0);
}

Tensor rows_at(const Tensor& tensor, std::span<const std::int64_t> positions) {
  return index_select(tensor, 0, descent::tensor(positions, std::ssize(positions)));
}

namespace {

/// Fractions as numbers of items.
std::vector<std::int64_t> shares(std::int64_t size, const std::vector<Length>& lengths) {
  constexpr double kTolerance = 1e-9;  // of the sum of what was rounded
  double sum = 0;
  std::int64_t left = size;
  std::vector<std::int64_t> result;
  for (const Length& length : lengths) {
    if (!(length.fraction >= 0 && length.fraction <= 1))
      fail("random_split: got the fraction ", length.fraction, ", wanted one of [0, 1]");
    sum += length.fraction;
    result.push_back(static_cast<std::int64_t>(std::floor(static_cast<double>(size) * length.fraction)));
    left -= result.back();
  }
  if (!(std::abs(sum - 1) <= kTolerance) || left < 0) fail("random_split: the fractions add up to ", sum, ", wanted 1");
  for (std::size_t i = 0; left > 0; --left) ++result[i++ % result.size()];
  return result;
}

}  // namespace

std::vector<std::vector<std::int64_t>> split_positions(std::int64_t size, const std::vector<Length>& lengths,
                                                       Generator& generator) {
  const auto fractions = std::ranges::count_if(lengths, &Length::is_fraction);
  std::vector<std::int64_t> counts;
  if (fractions > 0) {
    if (fractions != std::ssize(lengths)) fail("random_split: got numbers of items and fractions, wanted one kind");
    counts = shares(size, lengths);
  } else {
    std::int64_t left = size;
    for (const Length& length : lengths) {
      if (length.items < 0) fail("random_split: got a length of ", length.items);
      if (length.items > left)
        fail("random_split: the lengths add up to more than the ", size, " items of the dataset");
      left -= length.items;
      counts.push_back(length.items);
    }
    if (left > 0) fail("random_split: the lengths add up to ", size - left, ", the dataset has ", size, " items");
  }
  const std::vector<std::int64_t> order = randperm(size, {}, generator).to_vector<std::int64_t>();
  std::vector<std::vector<std::int64_t>> parts;
  auto begin = order.begin();
  for (const std::int64_t count : counts) {
    parts.emplace_back(begin, begin + count);
    begin += count;
  }
  return parts;
}

}  // namespace descent::data::detail
