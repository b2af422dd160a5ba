#include "core/promotion.h"

#include <algorithm>

namespace descent {

Dims broadcast_shapes(const char* what, const Dims& a, const Dims& b) {
  Dims result = Dims::filled(std::max(a.size(), b.size()), 1);
  for (int d = 1; d <= result.size(); ++d) {
    const std::int64_t in_a = d <= a.size() ? a[a.size() - d] : 1;
    const std::int64_t in_b = d <= b.size() ? b[b.size() - d] : 1;
    if (in_a != in_b && in_a != 1 && in_b != 1) {
      fail(what, ": shapes ", a, " and ", b, " do not broadcast: sizes ", in_a, " and ", in_b, " at dimension ",
           result.size() - d);
    }
    result[result.size() - d] = in_a == 1 ? in_b : in_a;
  }
  return result;
}

DType promoted_dtype(Inputs inputs) {
  // Tensors with dimensions decide; rank 0 tensors, then numbers, only where they are of a higher kind.
  constexpr int kNone = -1;
  int with_dims = kNone, rank_0 = kNone, numbers = kNone;
  for (const Tensor* input : inputs) {
    const TensorImpl& impl = *input->impl();
    const int dtype = static_cast<int>(impl.is_number && impl.dtype == float64 ? float32 : impl.dtype);
    int& group = impl.is_number ? numbers : impl.sizes.empty() ? rank_0 : with_dims;
    group = group == kNone ? dtype : static_cast<int>(promoted(static_cast<DType>(group), static_cast<DType>(dtype)));
  }
  const auto kind = [](int dtype) {
    return dtype == kNone ? kNone : static_cast<int>(kind_of(static_cast<DType>(dtype)));
  };
  const auto combine = [&](int strong, int weak) { return kind(strong) >= kind(weak) ? strong : weak; };
  return static_cast<DType>(combine(combine(with_dims, rank_0), numbers));
}

DType common_dtype(const Op& op, Inputs inputs) {
  const DType dtype = promoted_dtype(inputs);
  return op.promotion == Promotion::floating && !is_floating_point(dtype) ? float32 : dtype;
}

}  // namespace descent
