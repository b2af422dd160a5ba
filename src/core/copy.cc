#include "core/copy.h"

#include "core/apply.h"
#include "core/elements.h"
#include "descent/grad_mode.h"

namespace descent {
namespace {

constexpr Op copy_op = {
    .name = "copy", .kind = Kind::write, .write = [](Inputs inputs, const Attributes&, const TensorImpl& target) {
      const TensorImpl& source = *inputs[0]->impl();
      if (source.numel == 1 && source.sizes.size() <= target.sizes.size() && target.is_contiguous)
        return fill_elements(source, target);
      copy_elements("copy_", source, target);
    }};

}  // namespace

bool is_copy(const Op& op) { return &op == &copy_op; }

// Never destroyed: something may still be filled while the program ends.
const Tensor& number_0() {
  static const Tensor& zero = *new Tensor(0.0);
  return zero;
}
const Tensor& number_1() {
  static const Tensor& one = *new Tensor(1.0);
  return one;
}

Tensor cast_to(const Tensor& input, DType dtype) {
  // dtype: what to convert to.
  static constexpr Op op = {.name = "to",
                            .moves = true,
                            .whole = Whole::copy,
                            .compute = [](Inputs inputs, const Attributes& attributes,
                                          Output& out) { convert_elements(*inputs[0]->impl(), attributes.dtype, out); },
                            .gradients = {{[](const Tensor& g, const Call&) { return g; }}}};
  if (impl_of(input, "to").dtype == dtype) return input;
  Attributes attributes;
  attributes.dtype = dtype;
  return apply<op>({&input}, attributes);
}

Tensor with_options(const Tensor& result, const TensorOptions& options) {
  const NoGrad no_grad;
  const Tensor converted = options.dtype ? cast_to(result, *options.dtype) : result;
  if (options.requires_grad) converted.requires_grad_();
  return converted;
}

Tensor filled(const Dims& shape, DType dtype, const Tensor& value) {
  Tensor result = Tensor::adopt(make_impl(shape, dtype));
  impl_of(value, "full");
  write_new<copy_op>(result, {&value});
  return result;
}

Tensor Tensor::to(DType dtype) const { return cast_to(*this, dtype); }

Tensor Tensor::clone() const {
  static constexpr Op op = {
      .name = "clone",
      .moves = true,
      .whole = Whole::copy,
      .compute = [](Inputs inputs, const Attributes&, Output& out) { clone_elements(*inputs[0]->impl(), out); },
      .gradients = {{[](const Tensor& g, const Call&) { return g; }}}};
  return apply<op>({this});
}

Tensor Tensor::contiguous() const { return is_contiguous() ? *this : clone(); }

Tensor Tensor::detach() const {
  static constexpr Op op = {
      .name = "detach", .kind = Kind::view, .view = [](const TensorImpl& input, const Attributes&) {
        TensorImpl* view = make_view(input, input.data, input.sizes, input.strides);
        view->is_number = input.is_number;
        return view;
      }};
  return apply<op>({this});
}

const Tensor& Tensor::copy_(const Tensor& source) const {
  apply_in_place<copy_op>("copy_", *this, {&source});
  return *this;
}

const Tensor& Tensor::fill_(const Tensor& value) const {
  if (impl_of(value, "fill_").numel != 1) fail("fill_: one value is needed, not shape ", value.sizes());
  apply_in_place<copy_op>("fill_", *this, {&value});
  return *this;
}

const Tensor& Tensor::zero_() const {
  apply_in_place<copy_op>("zero_", *this, {&number_0()});
  return *this;
}

}  // namespace descent
