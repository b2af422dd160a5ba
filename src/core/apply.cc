#include <algorithm>
#include <new>

#include "core/allocator.h"
#include "core/cast.h"
#include "core/iterate.h"
#include "core/op.h"

namespace descent {
namespace {

constexpr int kMaxElementwiseInputs = kMaxOperands;
constexpr std::int64_t kSerial = 4096;  // elements that are not worth a thought about threads

[[gnu::tls_model("initial-exec")]] constinit thread_local bool recording = true;

// An operand made from a C++ number, converted to the type the kernel wants.
struct ConvertedNumber {
  alignas(8) std::byte bytes[kMaxElementSize];
};

// Writes the value of the number `from` to `out` as a `to`. Out of line, for the sake of the code around its calls.
[[gnu::noinline]] void convert_number(const TensorImpl& from, DType to, ConvertedNumber& out) {
  if (!is_floating_point(to)) return kernels::cast(from.dtype, from.data, to, out.bytes, 1);
  dispatch(from.dtype, [&](auto zero) {
    const auto value = *reinterpret_cast<const decltype(zero)*>(from.data);
    dispatch_floating("to", to, [&](auto target) {
      *reinterpret_cast<decltype(target)*>(out.bytes) = static_cast<decltype(target)>(value);
    });
  });
}

// Whether every element is the same one in memory: an expanded scalar, as the gradient of a sum is.
bool repeats_one_element(const TensorImpl& input) {
  for (int d = 0; d < input.sizes.size(); ++d) {
    if (input.strides[d] != 0 && input.sizes[d] != 1) return false;
  }
  return true;
}

void check_defined(const char* name, Inputs inputs) {
  for (const Tensor* input : inputs) impl_of(*input, name);
}

bool differentiable(const Op& op) {
  return op.gradients[0].rule || op.gradients[1].rule || op.gradients[2].rule || op.gradient_of_each ||
         op.gradient_of_all;
}

// Casts inputs that differ from `dtype`; what is cast is kept in `cast`, and `inputs` points to it.
void promote(std::span<const Tensor*> inputs, std::span<Tensor> cast, DType dtype) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i]->impl()->dtype == dtype) continue;
    cast[i] = cast_to(*inputs[i], dtype);
    inputs[i] = &cast[i];
  }
}

DType common_dtype(const Op& op, Inputs inputs) {
  DType dtype = inputs[0]->impl()->dtype;
  for (const Tensor* input : inputs) {
    if (input->impl()->dtype == dtype && !input->impl()->is_number) continue;
    dtype = promoted_dtype(inputs);
    break;
  }
  if (op.promotion == Promotion::floating && !is_floating_point(dtype)) dtype = float32;
  return dtype;
}

kernels::ElementwiseKernel kernel_of(const Op& op, DType dtype) {
  const kernels::ElementwiseKernel kernel = kernels::elementwise(op.formula, dtype);
  if (!kernel) fail(op.name, " is not defined for ", dtype);
  return kernel;
}

// Whether the single element of `input` broadcasts to the shape of `other` without making it longer.
bool is_one_element_of(const TensorImpl& input, const TensorImpl& other) {
  return input.numel == 1 && input.sizes.size() <= other.sizes.size();
}

// The commonest case, with little to decide: inputs of one dtype, row-major, of one shape but for single elements; the
// result in a new tensor or in `target`. Returns null where the case is another, be it an undefined input.
template <std::size_t kCount>
TensorImpl* compute_alike(const Op& op, const Tensor* const* inputs, TensorImpl* target) {
  const std::size_t first = kCount < 3 ? 0 : static_cast<std::size_t>(op.first_typed_input);
  // The one that the others must be like: of any shape rather than of rank 0, and a tensor rather than a number.
  const TensorImpl* like = nullptr;
  for (std::size_t i = first; i < kCount; ++i) {
    const TensorImpl* input = inputs[i]->impl();
    if (!input) [[unlikely]]
      return nullptr;
    if (input->is_number || !input->is_contiguous) continue;
    if (!like) like = input;
    if (input->sizes.empty()) continue;
    like = input;
    break;
  }
  if (!like) return nullptr;
  const DType dtype = like->dtype;
  if (op.promotion == Promotion::floating && !is_floating_point(dtype)) return nullptr;

  ConvertedNumber numbers[kCount];
  kernels::Operand operands[kCount];
  const TensorImpl* repeating = nullptr;  // an expanded scalar, such as the gradient of a mean
  for (std::size_t i = 0; i < kCount; ++i) {
    const TensorImpl* input = inputs[i]->impl();
    if (!input) [[unlikely]]
      return nullptr;
    operands[i] = {input->data, input->numel != 1};
    if (input == like) continue;
    if (input->dtype != (i < first ? boolean : dtype)) {
      // Of rank 0, and giving way: not worth an op.
      const bool gives_way = input->is_number || (input->sizes.empty() && !like->sizes.empty());
      if (!is_floating_point(dtype) || !gives_way || i < first || (recording && input->requires_grad)) return nullptr;
      convert_number(*input, dtype, numbers[i]);
      operands[i].data = numbers[i].bytes;
    } else if (input->is_contiguous) {
      if (input->sizes == like->sizes || is_one_element_of(*input, *like)) continue;
      if (!is_one_element_of(*like, *input)) return nullptr;
      like = input;
    } else {
      if (!repeats_one_element(*input)) return nullptr;
      repeating = input;
      operands[i].step = 0;
    }
  }
  if (repeating && !(repeating->sizes == like->sizes)) return nullptr;
  const kernels::ElementwiseKernel kernel = kernels::elementwise(op.formula, dtype);
  if (!kernel || like->numel > kSerial) return nullptr;
  const DType result_dtype = op.to_bool ? boolean : dtype;
  if (!target) {
    target = make_impl_like(*like, result_dtype);
  } else if (target->dtype != result_dtype || !target->is_contiguous || !(target->sizes == like->sizes)) {
    return nullptr;
  }
  if (like->numel > 0) kernel(operands, target->data, like->numel);
  return target;
}

TensorImpl* compute_alike(const Op& op, Inputs inputs, TensorImpl* target = nullptr) {
  switch (inputs.size()) {
    case 1:
      return compute_alike<1>(op, inputs.data(), target);
    case 2:
      return compute_alike<2>(op, inputs.data(), target);
    default:
      return compute_alike<3>(op, inputs.data(), target);
  }
}

// The result of an elementwise op, without history, in a new tensor or in `target`. Inputs that had to be cast by a
// recorded op are replaced.
Tensor compute_elementwise(const Op& op, std::span<const Tensor*> inputs, std::span<Tensor> cast,
                           const Tensor* target = nullptr) {
  const std::size_t count = inputs.size();
  const int first = op.first_typed_input;
  const DType dtype = common_dtype(op, inputs.subspan(static_cast<std::size_t>(first)));
  const kernels::ElementwiseKernel kernel = kernel_of(op, dtype);

  ConvertedNumber numbers[kMaxElementwiseInputs];
  kernels::Operand operands[kMaxElementwiseInputs];
  std::size_t element_sizes[kMaxElementwiseInputs];
  const Dims* shape = nullptr;       // of the largest input so far
  const TensorImpl* like = nullptr;  // the row-major one that it is of
  std::int64_t numel = 1;
  bool simple = true;  // single elements aside, all row-major and of one shape
  for (std::size_t i = 0; i < count; ++i) {
    const TensorImpl* input = inputs[i]->impl();
    if (static_cast<int>(i) < first) {
      if (input->dtype != boolean) fail(op.name, ": the condition must be bool, not ", input->dtype);
    } else if (input->dtype != dtype) {
      // Not worth an op: a number, or a tensor of rank 0 through which no gradient passes.
      if (input->is_number || (input->sizes.empty() && !(recording && input->requires_grad))) {
        convert_number(*input, dtype, numbers[i]);
        operands[i] = {numbers[i].bytes, 0};
        element_sizes[i] = size_of(dtype);
        if (!shape) shape = &input->sizes;
        continue;
      }
      cast[i] = cast_to(*inputs[i], dtype);
      inputs[i] = &cast[i];
      input = cast[i].impl();
    }
    element_sizes[i] = size_of(input->dtype);
    operands[i] = {input->data, input->numel == 1 ? 0 : 1};
    if (!input->is_contiguous) {
      if (repeats_one_element(*input))
        operands[i].step = 0;
      else
        simple = false;
    }
    if (!shape || (numel == 1 && input->sizes.size() >= shape->size())) {
      shape = &input->sizes;  // what came before is one element, repeated
      like = input->is_contiguous ? input : nullptr;
      numel = input->numel;
    } else if (!(input->numel == 1 && input->sizes.size() <= shape->size()) && !(*shape == input->sizes)) {
      simple = false;
    }
  }

  const DType result_dtype = op.to_bool ? boolean : dtype;
  if (target) {
    const TensorImpl& out = *target->impl();
    if (out.dtype != result_dtype) {
      if (kind_of(result_dtype) > kind_of(out.dtype)) {
        fail(op.name, ": a result of ", result_dtype, " cannot be stored in a tensor of ", out.dtype);
      }
      copy_elements(compute_elementwise(op, inputs, cast), *target);
      return *target;
    }
    simple = simple && out.is_contiguous && (numel == 1 || *shape == out.sizes);
  }
  if (simple) {
    Tensor result =
        target ? *target : Tensor::adopt(like ? make_impl_like(*like, result_dtype) : make_impl(*shape, result_dtype));
    const TensorImpl& out = *result.impl();
    run_contiguous(kernel, std::span(operands, count), std::span(element_sizes, count), out.data, size_of(result_dtype),
                   out.numel);
    return result;
  }

  Dims sizes = inputs[0]->impl()->sizes;
  for (std::size_t i = 1; i < count; ++i) sizes = broadcast_shapes(op.name, sizes, inputs[i]->impl()->sizes);
  if (target && !(sizes == target->impl()->sizes)) {
    fail(op.name, ": inputs broadcast to ", sizes, ", which does not fit into a tensor of shape ",
         target->impl()->sizes);
  }
  Tensor result = target ? *target : Tensor::adopt(make_impl(sizes, result_dtype));
  StridedOperand strided[kMaxElementwiseInputs];
  for (std::size_t i = 0; i < count; ++i) {
    strided[i] = broadcast_operand(*inputs[i]->impl(), sizes);
    if (operands[i].data == numbers[i].bytes) {
      strided[i].data = numbers[i].bytes;
      strided[i].element_size = size_of(dtype);
    }
  }
  run_elementwise(kernel, sizes, std::span(strided, count), broadcast_operand(*result.impl(), sizes));
  return result;
}

// An elementwise op that compute_alike leaves to others.
[[gnu::noinline]] Tensor apply_elementwise(const Op& op, Inputs inputs) {
  check_defined(op.name, inputs);
  const Tensor* promoted[kMaxElementwiseInputs];
  Tensor cast[kMaxElementwiseInputs];
  std::copy(inputs.begin(), inputs.end(), promoted);
  const std::span<const Tensor*> operands(promoted, inputs.size());
  Tensor result = compute_elementwise(op, operands, std::span(cast, inputs.size()));
  if (recording && !op.to_bool) record(op, operands, kNoAttributes, *result.impl());
  return result;
}

// An op that computes on inputs of one dtype, not all of which have it.
[[gnu::noinline]] Tensor apply_promoted(const Op& op, Inputs inputs, const Attributes& attributes, DType dtype) {
  std::vector<Tensor> cast(inputs.size());
  std::vector<const Tensor*> promoted(inputs.begin(), inputs.end());
  promote(promoted, cast, dtype);
  Tensor result = op.compute(promoted, attributes);
  if (recording) record(op, promoted, attributes, *result.impl());
  return result;
}

// An op that is not elementwise.
[[gnu::noinline]] Tensor apply_whole(const Op& op, Inputs inputs, const Attributes& attributes) {
  check_defined(op.name, inputs);
  if (op.kind == Kind::view) {
    TensorImpl* result = op.view(*inputs[0]->impl(), attributes);
    if (recording) record(op, inputs, attributes, *result);
    return Tensor::adopt(result);
  }
  if (op.promotion != Promotion::none) {
    const DType dtype = common_dtype(op, inputs);
    const auto has_other_dtype = [dtype](const Tensor* input) { return input->impl()->dtype != dtype; };
    if (std::any_of(inputs.begin(), inputs.end(), has_other_dtype)) {
      return apply_promoted(op, inputs, attributes, dtype);
    }
  }
  Tensor result = op.compute(inputs, attributes);
  if (recording) record(op, inputs, attributes, *result.impl());
  return result;
}

}  // namespace

bool grad_enabled() { return recording; }
void set_grad_enabled(bool enabled) { recording = enabled; }

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
  const auto category = [](int dtype) {
    return dtype == kNone ? kNone : static_cast<int>(kind_of(static_cast<DType>(dtype)));
  };
  const auto combine = [&](int strong, int weak) { return category(strong) >= category(weak) ? strong : weak; };
  return static_cast<DType>(combine(combine(with_dims, rank_0), numbers));
}

Tensor apply(const Op& op, Inputs inputs, const Attributes& attributes) {
  if (op.kind != Kind::elementwise) return apply_whole(op, inputs, attributes);
  TensorImpl* result = compute_alike(op, inputs);
  if (!result) return apply_elementwise(op, inputs);
  if (recording && !op.to_bool) record(op, inputs, kNoAttributes, *result);
  return Tensor::adopt(result);
}

void record(const Op& op, Inputs inputs, const Attributes& attributes, TensorImpl& result) {
  bool needed = false;
  std::uint32_t saves = kNothing;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i]->impl()->requires_grad) continue;
    needed = true;
    if (i < std::size(op.gradients)) saves |= op.gradients[i].saves;
  }
  if (!needed || !is_floating_point(result.dtype) || !differentiable(op)) return;
  const bool has_attributes = &attributes != &kNoAttributes;
  auto* history = new (allocate(History::bytes(inputs.size())))
      History{.op = &op,
              .attributes = has_attributes ? new (allocate(sizeof(Attributes))) Attributes(attributes) : nullptr,
              .input_count = static_cast<int>(inputs.size()),
              .saves_output = (saves & kOutput) != 0,
              .output_version = result.storage->version,
              .custom = nullptr,
              .passage = {}};
  History::Input* input = history->inputs();
  std::uint32_t saved = saves & (kInput0 | kInput1 | kInput2);
  for (const Tensor* tensor : inputs) {
    TensorImpl* impl = tensor->impl();
    new (input++) History::Input{.edge = impl->requires_grad ? impl : nullptr,
                                 .saved = (saved & 1) != 0 ? *tensor : Tensor(),
                                 .saved_version = impl->storage->version};
    if (impl->requires_grad) retain_edge(impl);
    saved >>= 1;
  }
  result.history = history;
  result.requires_grad = true;
}

namespace {

// A number is handed out in the type that the op gave it: among numbers alone, as in a rule, it would lose digits.
[[gnu::noinline]] void give_type(History::Input& input, DType dtype) {
  Tensor typed = Tensor::adopt(make_impl({}, dtype));
  copy_elements(input.saved, typed);
  input.saved = std::move(typed);
  input.saved_version = input.saved.impl()->storage->version;
}

}  // namespace

const Tensor& Call::input(int i) const {
  const History& history = *result_.history;
  History::Input& input = result_.history->inputs()[i];
  if (!input.saved.defined())
    fail("backward of ", history.op->name, ": its rule reads input ", i, " without saving it");
  const Storage& storage = *input.saved.impl()->storage;
  if (storage.version != input.saved_version) {
    fail("backward of ", history.op->name, ": its input ", i, " of shape ", input.saved.sizes(),
         " was changed in place by ", storage.last_change, " after ", history.op->name, " had saved it");
  }
  const bool typed = history.op->kind == Kind::elementwise && i >= history.op->first_typed_input;
  if (typed && input.saved.impl()->is_number) [[unlikely]]
    give_type(input, result_.dtype);
  return input.saved;
}

Tensor Call::output() const {
  const History& history = *result_.history;
  if (!history.saves_output) fail("backward of ", history.op->name, ": its rule reads the result without saving it");
  if (result_.storage->version != history.output_version) {
    fail("backward of ", history.op->name, ": its result of shape ", result_.sizes, " was changed in place by ",
         result_.storage->last_change, ", but the gradient needs it");
  }
  retain(&result_);
  return Tensor::adopt(&result_);
}

const Dims& Call::shape(int i) const {
  const TensorImpl* edge = result_.history->inputs()[i].edge;
  if (!edge)
    fail("backward of ", result_.history->op->name, ": its rule asks for the shape of input ", i,
         ", which needs no gradient");
  return edge->sizes;
}

const Attributes& Call::attributes() const { return *result_.history->attributes; }
CustomCall& Call::custom() const { return *result_.history->custom; }

void check_change(const char* name, const Tensor& target) {
  const TensorImpl& impl = impl_of(target, name);
  if (recording && impl.requires_grad) {
    if (impl.history) {
      fail(name, ": a tensor of shape ", impl.sizes, " made by ", impl.history->op->name,
           " has history, which a change in place would make wrong; compute a new tensor, or detach it");
    }
    fail(name, ": a leaf of shape ", impl.sizes,
         " that requires gradients is changed in place while recording; do it inside NoGrad");
  }
  for (int d = 0; !impl.is_contiguous && d < impl.sizes.size(); ++d) {
    if (impl.strides[d] == 0 && impl.sizes[d] > 1) {
      fail(name, ": a tensor expanded to ", impl.sizes, " has elements that share memory; clone() it first");
    }
  }
}

void note_change(const char* name, const Tensor& target) {
  Storage& storage = *target.impl()->storage;
  ++storage.version;
  storage.last_change = name;
}

namespace {

// Whether writing into `out` element by element would change elements of `input` before they are read.
bool overlaps(const TensorImpl& input, const TensorImpl& out) {
  return &input != &out && input.storage == out.storage &&
         !(input.data == out.data && input.sizes == out.sizes && input.strides == out.strides);
}

// A change in place that compute_alike leaves to others.
[[gnu::noinline]] void change_elementwise(const Op& op, const Tensor& target, Inputs inputs) {
  const Tensor* operands[kMaxElementwiseInputs];
  Tensor cast[kMaxElementwiseInputs];
  Tensor copies[kMaxElementwiseInputs];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    operands[i] = inputs[i];
    if (!overlaps(*inputs[i]->impl(), *target.impl())) continue;
    copies[i] = clone_elements(*inputs[i]);
    operands[i] = &copies[i];
  }
  compute_elementwise(op, std::span(operands, inputs.size()), std::span(cast, inputs.size()), &target);
}

}  // namespace

void apply_in_place(const char* name, const Op& op, const Tensor& target, std::initializer_list<const Tensor*> list) {
  const Inputs inputs(list.begin(), list.size());
  const TensorImpl& out = impl_of(target, name);
  bool any_overlaps = false;
  for (const Tensor* input : inputs) {
    const TensorImpl& impl = impl_of(*input, name);
    if (recording && impl.requires_grad && &impl != &out) {
      fail(name, ": an input of shape ", impl.sizes, " requires gradients, which a change in place does not record");
    }
    any_overlaps = any_overlaps || overlaps(impl, out);
  }
  check_change(name, target);
  struct Restore {
    bool value = std::exchange(recording, false);
    ~Restore() { recording = value; }
  } restore;
  if (any_overlaps || !compute_alike(op, inputs, target.impl())) change_elementwise(op, target, inputs);
  note_change(name, target);
}

}  // namespace descent
