#include "descent/data/collate.h"

#include <algorithm>

#include "descent/ops.h"

namespace descent::data {

Tensor pad_sequence(const std::vector<Tensor>& sequences, const PadSequenceOptions& options) {
  if (sequences.empty()) fail("pad_sequence: there are no sequences");
  const Tensor& first = sequences[0];
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const Dims sizes = sequences[i].sizes();
    if (sizes.empty()) fail("pad_sequence: sequence ", i, " has no dimensions");
    Dims other = sizes;
    other[0] = first.size(0);
    if (!(other == first.sizes()))
      fail("pad_sequence: sequence ", i, " is ", sizes, ", the first ", first.sizes(),
           "; they may differ in their first size alone");
    longest = std::max(longest, sizes[0]);
  }
  std::vector<Tensor> padded;
  for (const Tensor& sequence : sequences) {
    padded.push_back(sequence.to(first.dtype()));
    Dims shape = sequence.sizes();
    shape[0] = longest - shape[0];
    if (shape[0] == 0) continue;
    const Tensor padding = full(shape, options.padding_value, {.dtype = first.dtype()});
    padded.back() =
        options.padding_side == PaddingSide::right ? cat({padded.back(), padding}) : cat({padding, padded.back()});
  }
  return stack(padded, options.batch_first ? 0 : 1);
}

namespace detail {

Tensor stack_items(const std::vector<Tensor>& items) {
  for (const Tensor& item : items) {
    if (!(item.sizes() == items[0].sizes()))
      fail("collate: items of ", items[0].sizes(), " and ", item.sizes(), " cannot be stacked");
  }
  return stack(items);
}

Tensor pad_items(const std::vector<Tensor>& items, const PadSequenceOptions& options) {
  const bool numbers = std::ranges::all_of(items, [](const Tensor& item) { return item.dim() == 0; });
  return numbers ? stack_items(items) : pad_sequence(items, options);
}

}  // namespace detail

}  // namespace descent::data
