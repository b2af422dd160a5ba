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

thread_local bool recording = true;

// An operand made from a C++ number, converted to the type the kernel wants.
struct ConvertedNumber {
  alignas(8) std::byte bytes[8];
};

// Writes the value of the number `from` to `out` as a `to`.
void convert_number(const TensorImpl& from, DType to, ConvertedNumber& out) {
  kernels::cast(from.dtype, from.data, to, out.bytes, 1);
}

// Whether every element is the same one in memory: an expanded scalar, as the gradient of a sum is.
bool repeats_one_element(const TensorImpl& input) {
  for (int d = 0; d < input.sizes.size(); ++d) {
    if (input.strides[d] != 0 && input.sizes[d] != 1) return false;
  }
  return true;
}

bool differentiable(const Op& op) {
  return op.gradient_of_each || op.gradient_of_all || op.gradients[0].rule || op.gradients[1].rule ||
         op.gradients[2].rule;
}

// Casts inputs that differ from `dtype`; what is cast is kept in `cast`, and `inputs` points to it.
void promote(std::span<const Tensor*> inputs, std::span<Tensor> cast, int first, DType dtype) {
  for (std::size_t i = static_cast<std::size_t>(first); i < inputs.size(); ++i) {
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

// The commonest case, with little to decide: inputs of one dtype, row-major, of one shape but for single elements; the
// result in a new tensor or in `target`. Returns an undefined tensor where the case is another.
Tensor compute_alike(const Op& op, Inputs inputs, const Tensor* target = nullptr) {
  // The one that the others must be like: of any shape rather than of rank 0, and a tensor rather than a number.
  const TensorImpl* largest = nullptr;
  for (const Tensor* tensor : inputs) {
    const TensorImpl* input = tensor->impl();
    if (input->is_number || !input->is_contiguous) continue;
    if (!largest || (largest->sizes.empty() && !input->sizes.empty())) largest = input;
  }
  if (!largest) return {};
  const DType dtype = largest->dtype;
  const bool floating = is_floating_point(dtype);
  if (op.promotion == Promotion::floating && !floating) return {};

  ConvertedNumber numbers[kMaxElementwiseInputs];
  kernels::Operand operands[kMaxElementwiseInputs];
  const TensorImpl* repeating = nullptr;  // an expanded scalar, such as the gradient of a mean
  std::size_t i = 0;
  for (const Tensor* tensor : inputs) {
    const TensorImpl* input = tensor->impl();
    if (input->dtype != dtype) {
      // Of rank 0, and giving way: not worth an op.
      const bool gives_way = input->is_number || (input->sizes.empty() && !largest->sizes.empty());
      if (!floating || !gives_way || (recording && input->requires_grad)) return {};
      convert_number(*input, dtype, numbers[i]);
      operands[i] = {numbers[i].bytes, 0};
    } else if (input->is_contiguous) {
      if (input != largest && !(input->sizes == largest->sizes)) {
        const bool largest_is_one = largest->numel == 1 && largest->sizes.size() <= input->sizes.size();
        const bool input_is_one = input->numel == 1 && input->sizes.size() <= largest->sizes.size();
        if (largest_is_one)
          largest = input;
        else if (!input_is_one)
          return {};
      }
      operands[i] = {input->data, input->numel != 1};
    } else if (repeats_one_element(*input)) {
      repeating = input;
      operands[i] = {input->data, 0};
    } else {
      return {};
    }
    ++i;
  }
  if (repeating && !(repeating->sizes == largest->sizes)) return {};
  const kernels::ElementwiseKernel kernel = kernels::elementwise(op.formula, dtype);
  if (!kernel || largest->numel > kSerial) return {};
  const DType result_dtype = op.to_bool ? boolean : dtype;
  if (target) {
    const TensorImpl& out = *target->impl();
    if (out.dtype != result_dtype || !out.is_contiguous || !(out.sizes == largest->sizes)) return {};
  }
  Tensor result = target ? *target : Tensor::adopt(make_impl_like(*largest, result_dtype));
  if (largest->numel > 0) kernel(operands, result.impl()->data, largest->numel);
  return result;
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
      if (std::min(result_dtype, float32) > std::min(out.dtype, float32)) {
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
    group = std::max(group, dtype);
  }
  const auto category = [](int dtype) { return dtype < 0 ? -1 : std::min(dtype, 2); };  // both float types are one
  const auto combine = [&](int strong, int weak) {
    return category(strong) >= category(weak) ? strong : std::max(strong, weak);
  };
  return static_cast<DType>(combine(combine(with_dims, rank_0), numbers));
}

Tensor apply(const Op& op, std::initializer_list<const Tensor*> inputs) {
  return apply(op, Inputs(inputs.begin(), inputs.size()), kNoAttributes);
}

Tensor apply(const Op& op, Inputs inputs, const Attributes& attributes) {
  for (const Tensor* input : inputs) impl_of(*input, op.name);
  Tensor result;
  if (op.kind == Kind::elementwise) {
    if (op.first_typed_input == 0) {
      result = compute_alike(op, inputs);
      if (result.defined()) {
        if (recording && !op.to_bool) record(op, inputs, attributes, result);
        return result;
      }
    }
    const Tensor* promoted[kMaxElementwiseInputs];
    Tensor cast[kMaxElementwiseInputs];
    std::copy(inputs.begin(), inputs.end(), promoted);
    const std::span<const Tensor*> operands(promoted, inputs.size());
    result = compute_elementwise(op, operands, std::span(cast, inputs.size()));
    if (recording && !op.to_bool) record(op, operands, attributes, result);
    return result;
  }
  if (op.kind == Kind::view) {
    const TensorImpl& input = *inputs[0]->impl();
    result = Tensor::adopt(op.view(input, attributes));
    if (recording) record(op, inputs, attributes, result);
    return result;
  }
  const auto has_wanted_dtype = [dtype = op.promotion == Promotion::none ? float32 : common_dtype(op, inputs)](
                                    const Tensor* input) { return input->impl()->dtype == dtype; };
  if (op.promotion == Promotion::none || std::all_of(inputs.begin(), inputs.end(), has_wanted_dtype)) {
    result = op.compute(inputs, attributes);
    if (recording) record(op, inputs, attributes, result);
    return result;
  }
  std::vector<Tensor> cast(inputs.size());
  std::vector<const Tensor*> promoted(inputs.begin(), inputs.end());
  promote(promoted, cast, 0, common_dtype(op, inputs));
  result = op.compute(promoted, attributes);
  if (recording) record(op, promoted, attributes, result);
  return result;
}

void record(const Op& op, Inputs inputs, const Attributes& attributes, Tensor& result) {
  bool needed = false;
  for (const Tensor* input : inputs) needed |= input->impl()->requires_grad;
  if (!needed) return;
  std::uint32_t saves = kNothing;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i]->impl()->requires_grad) continue;
    if (i < std::size(op.gradients)) saves |= op.gradients[i].saves;
  }
  TensorImpl& out = *result.impl();
  if (!is_floating_point(out.dtype) || !differentiable(op)) return;
  History* history = History::make(static_cast<int>(inputs.size()));
  history->op = &op;
  if (&attributes != &kNoAttributes) history->attributes = new (allocate(sizeof(Attributes))) Attributes(attributes);
  history->saves_output = (saves & kOutput) != 0;
  history->output_version = out.storage->version;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    History::Input& input = history->inputs()[i];
    TensorImpl* impl = inputs[i]->impl();
    if (impl->requires_grad) {
      retain_edge(impl);
      input.edge = impl;
    }
    if (i < std::size(op.gradients) && (saves & (1u << i))) {
      input.saved = *inputs[i];
      input.saved_version = impl->storage->version;
    }
  }
  out.history = history;
  out.requires_grad = true;
}

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
  // A number is handed out in the type that the op gave it: among numbers alone, as in a rule, it would lose digits.
  if (input.saved.impl()->is_number && history.op->kind == Kind::elementwise && i >= history.op->first_typed_input) {
    Tensor typed = Tensor::adopt(make_impl({}, result_.dtype));
    copy_elements(input.saved, typed);
    input.saved = std::move(typed);
    input.saved_version = input.saved.impl()->storage->version;
  }
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
void* Call::custom() const { return result_.history->custom.get(); }

void note_change(const char* name, const Tensor& target) {
  TensorImpl& impl = impl_of(target, name);
  if (recording && impl.requires_grad) {
    if (impl.history) {
      fail(name, ": a tensor of shape ", impl.sizes, " made by ", impl.history->op->name,
           " has history, which a change in place would make wrong; compute a new tensor, or detach it");
    }
    fail(name, ": a leaf of shape ", impl.sizes,
         " that requires gradients is changed in place while recording; do it inside NoGrad");
  }
  for (int d = 0; d < impl.sizes.size(); ++d) {
    if (impl.strides[d] == 0 && impl.sizes[d] > 1) {
      fail(name, ": a tensor expanded to ", impl.sizes, " has elements that share memory; clone() it first");
    }
  }
  ++impl.storage->version;
  impl.storage->last_change = name;
}

void apply_in_place(const char* name, const Op& op, const Tensor& target, std::initializer_list<const Tensor*> inputs) {
  const Tensor* operands[kMaxElementwiseInputs];
  Tensor cast[kMaxElementwiseInputs];
  Tensor copies[kMaxElementwiseInputs];
  const TensorImpl& out = impl_of(target, name);
  std::size_t count = 0;
  for (const Tensor* input : inputs) {
    const TensorImpl& impl = impl_of(*input, name);
    if (recording && impl.requires_grad && &impl != &out) {
      fail(name, ": an input of shape ", impl.sizes, " requires gradients, which a change in place does not record");
    }
    // Elements that the loop would change before it reads them are copied first.
    const bool overlaps = &impl != &out && impl.storage == out.storage &&
                          !(impl.data == out.data && impl.sizes == out.sizes && impl.strides == out.strides);
    if (overlaps) copies[count] = clone_elements(*input);
    operands[count] = overlaps ? &copies[count] : input;
    ++count;
  }
  note_change(name, target);
  struct Restore {
    bool value = std::exchange(recording, false);
    ~Restore() { recording = value; }
  } restore;
  if (compute_alike(op, Inputs(operands, count), &target).defined()) return;
  compute_elementwise(op, std::span(operands, count), std::span(cast, count), &target);
}

}  // namespace descent
