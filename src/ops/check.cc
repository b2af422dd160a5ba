#include "ops/check.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>
#include <utility>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/grad_mode.h"

namespace descent {
namespace {

inline namespace compute {

// As many digits as it takes to tell 1.0000001 from 1.
std::string shown(const TensorImpl& elements, std::int64_t index) {
  return dispatch_computed("check", elements.dtype, [&](auto zero) {
    const auto element = elements_of<decltype(zero)>(elements)[index];
    if constexpr (std::is_same_v<decltype(zero), bool>) {
      return std::string(element ? "1" : "0");
    } else {
      char digits[32];
      return std::string(digits, std::to_chars(digits, std::end(digits), element).ptr);
    }
  });
}

}  // namespace compute

}  // namespace

Dims position_of(std::int64_t index, Dims shape) {
  for (int d = shape.size() - 1; d >= 0; --d) index /= std::exchange(shape[d], index % shape[d]);
  return shape;
}

void check(const Tensor& elements, const Tensor& allowed, const Complaint& complaint) {
  // text: what, role, wanted; dims: the numbers. The result says that all is well.
  static constexpr Op op = {.name = "check",
                            .whole = Whole::check,
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const Tensor allowed = row_major(*inputs[1]);
                                  const auto* begin = elements_of<bool>(allowed);
                                  const auto* end = begin + allowed.impl()->numel;
                                  const std::int64_t at = std::find(begin, end, false) - begin;
                                  const char *what = attributes.text[0], *role = attributes.text[1];
                                  if (begin + at != end) {
                                    const std::string wish = text_with_numbers(attributes, 2);
                                    if (!role) fail(what, ": ", wish);
                                    const Tensor elements = row_major(*inputs[0]);
                                    fail(what, ": ", role, " ", shown(*elements.impl(), at), " at ",
                                         position_of(at, elements.impl()->sizes), " ", wish);
                                  }
                                  *elements_of<bool>(out.make({}, boolean)) = true;
                                },
                            .may_refuse = true};
  Attributes attributes;
  attributes.text[0] = complaint.what;
  attributes.text[1] = complaint.role;
  attributes.text[2] = complaint.wanted;
  attributes.dims = complaint.numbers;
  const NoGrad no_grad;
  apply<op>({&elements, &allowed}, attributes);
}

}  // namespace descent
