#include "core/op.h"

#include <string>

namespace descent {

TensorImpl& Output::make_repeated(const Dims& sizes, DimSet repeated, DType dtype) {
  if (place_) {
    assert(place_->sizes == sizes && place_->dtype == dtype);
    return *place_;
  }
  // As many elements as there are without the repeated dimensions, or one where those have none.
  std::int64_t count = 1, numel = 1;
  for (int d = 0; d < sizes.size(); ++d) {
    if (!repeated.contains(d)) count *= std::max<std::int64_t>(sizes[d], 1);
    numel *= sizes[d];
  }
  TensorImpl* impl = make_impl(sizes, sizes, count, dtype);
  std::int64_t stride = 1;  // the strides are computed in place, as those of make_impl
  for (int d = sizes.size() - 1; d >= 0; --d) {
    const bool repeats = repeated.contains(d);
    impl->strides[d] = repeats ? 0 : stride;
    if (!repeats) stride *= std::max<std::int64_t>(sizes[d], 1);
  }
  impl->numel = numel;
  impl->is_contiguous = is_row_major(sizes, impl->strides);
  result_ = Tensor::adopt(impl);
  return *impl;
}

std::string text_with_numbers(const Attributes& attributes, int text) {
  std::string result;
  int next = 0;
  for (const char* c = attributes.text[text]; *c; ++c)
    *c == '%' ? result += std::to_string(attributes.dims[next++]) : result += *c;
  return result;
}

constinit const OpList* OpList::first_ = nullptr;

}  // namespace descent
