// An op: what it is called, how its result looks, how it is computed, and its gradient, one rule per input.
// apply.h has the way through which all of them go.
//
// Gradient rules are written in the public tensor language (ops.h), so that they can be differentiated in turn. A rule
// returns the gradient in the shape and dtype of the result of broadcasting; the backward walk sums it back to the
// input's shape and casts it to the input's dtype.
#pragma once

#include <algorithm>
#include <cassert>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>

#include "core/tensor_impl.h"
#include "descent/tensor.h"
#include "kernels/elementwise.h"
#include "kernels/finish.h"

namespace descent {

/// Some of a tensor's dimensions, a bit for each.
struct DimSet {
  std::uint32_t bits = 0;

  bool empty() const { return bits == 0; }
  bool contains(int dim) const { return (bits >> dim & 1) != 0; }
  void insert(int dim) { bits |= 1u << dim; }
  /// Whether `dim` comes before one of them.
  bool any_after(int dim) const { return bits >> dim > 1; }
  /// Whether they are neighbours.
  bool is_run() const { return (bits & (bits + (bits & -bits))) == 0; }
};

class Generator;

/// What an op needs to know besides its inputs. One plain struct serves every op, so that a graph can be copied,
/// compared and printed without knowing which op it is; an op says in its own paragraph which fields it reads.
struct Attributes {
  Dims dims;
  Dims sizes;
  Dims strides;
  std::int64_t index = 0;
  DimSet set;
  bool flag = false;
  DType dtype = DType::float32;
  Generator* generator = nullptr;  // of random ops, which must live as long as what repeats the call
  const char* text[3] = {};        // literals: what an error is to say
};

/// One of the texts, each % in it replaced by the next of `dims`.
std::string text_with_numbers(const Attributes& attributes, int text);

using Inputs = std::span<const Tensor* const>;

/// Of an op that needs none.
inline const Attributes kNoAttributes{};

struct CustomCall;

/// One application of an op, as its gradient rules see it.
class Call {
 public:
  explicit Call(TensorImpl& result) : result_(result) {}
  /// The elements of input i; the rule must have declared that it saves them.
  const Tensor& input(int i) const;
  /// The result itself, likewise.
  Tensor output() const;
  /// The shape of input i, which must be one that requires a gradient.
  const Dims& shape(int i) const;
  const Dims& output_shape() const { return result_.sizes; }
  /// Whether input i, likewise, lies in memory column by column, as the transpose of a row-major matrix does.
  bool lies_transposed(int i) const;
  const Attributes& attributes() const;
  /// What a custom function left.
  CustomCall& custom() const;

 private:
  TensorImpl& result_;
};

/// A bit for each thing a gradient rule reads.
enum Saves : std::uint32_t {
  kNothing = 0,
  kInput0 = 1,
  kInput1 = 2,
  kInput2 = 4,
  kInput3 = 8,
  kInput4 = 16,
  kOutput = 1u << 31
};

struct Gradient {
  using Rule = Tensor (*)(const Tensor& gradient, const Call& call);
  Rule rule = nullptr;
  std::uint32_t saves = kNothing;
};

/// How the inputs' dtypes become one.
enum class Promotion : std::uint8_t {
  none,      // inputs are taken as they are
  common,    // PyTorch's result_type
  floating,  // the same, and integers become float32
};

enum class Kind : std::uint8_t {
  whole,        // a new tensor, computed from all of the inputs
  elementwise,  // element by element, after broadcasting
  view,         // the input's elements in a new geometry
  write,        // elements of a tensor that is there: always in place
  function,     // a custom function (custom_function in autograd.h): its forward applies ops of its own
};

/// What an op computes that is not elementwise, for those that are told apart.
enum class Whole : std::uint8_t {
  other,
  nothing,
  sum,
  maximum,
  minimum,
  mean,
  share_of_mean,
  any,
  all,
  matmul,
  copy,
  embed_slice,
  cat,
  gather,
  scatter_add,
  index_select,
  index_add,
  check,
};

/// Where a whole op's result goes: into a new tensor, or to a place that is there.
class Output {
 public:
  Output() = default;
  explicit Output(TensorImpl& place, const kernels::Finish* finish = nullptr) : place_(&place), finish_(finish) {}

  /// The result, row-major and uninitialised, once the op knows what it will look like.
  TensorImpl& make(const Dims& sizes, DType dtype) {
    if (place_) {
      assert(place_->sizes == sizes && place_->dtype == dtype);
      return *place_;
    }
    result_ = Tensor::adopt(make_impl(sizes, dtype));
    return *result_.impl();
  }
  /// The same, where along the dimensions `repeated` one element stands for all.
  TensorImpl& make_repeated(const Dims& sizes, DimSet repeated, DType dtype);

  /// What an op that hands out tiles calls for each part of the result that is done.
  kernels::Finish finish() const { return finish_ ? *finish_ : kernels::Finish{}; }

  /// What was made.
  Tensor take() { return std::move(result_); }

 private:
  TensorImpl* place_ = nullptr;
  const kernels::Finish* finish_ = nullptr;
  Tensor result_;
};

struct Op {
  const char* name;

  // whole: it moves elements, of any dtype. Others are given float16 and bfloat16 as float32, smaller integers as int64
  // (dtype.h); float32 that they make of those is converted back, and int64 where they keep integers.
  bool moves = false;
  bool keeps_integers = false;

  Kind kind = Kind::whole;
  Promotion promotion = Promotion::none;

  // elementwise: out[i] = formula(inputs[i]...).
  kernels::Formula formula{};
  bool to_bool = false;       // the result is bool, whatever the inputs
  int first_typed_input = 0;  // where(condition, a, b): the condition keeps its type

  // view: a new geometry over the input's storage.
  TensorImpl* (*view)(const TensorImpl& input, const Attributes& attributes) = nullptr;

  // whole, write: what it computes, where that can be written in C (program/c/whole.h).
  Whole whole = Whole::other;

  // whole: calls out.finish() for tiles that together are the result, rows of its last dimension or parts of such, each
  // element once.
  bool hands_out_tiles = false;

  // whole: computes the result from the inputs, whose elements it may take in any layout, into what out.make() gives.
  // It applies no op.
  void (*compute)(Inputs inputs, const Attributes& attributes, Output& out) = nullptr;

  // whole: the same to the last bit, made of other ops, where their kernels take several walks over memory and
  // `compute` takes one. A program takes whichever is faster; the parts it fuses in its own way, and they can be
  // written in C.
  Tensor (*compose)(Inputs inputs, const Attributes& attributes) = nullptr;

  // write: writes elements of `target`, which may have any layout; what it does not write stays.
  void (*write)(Inputs inputs, const Attributes& attributes, const TensorImpl& target) = nullptr;

  // How many products it adds up, for ops that do little else (nn/summary.h).
  std::int64_t (*multiply_adds)(Inputs inputs, const Attributes& attributes, const TensorImpl& result) = nullptr;

  // Ends in an Error where elements are not as they must be, so that it is applied for that alone.
  bool may_refuse = false;

  // No rule at all: the result does not require gradients (integers, comparisons). A rule missing for one input only:
  // a backward pass through it is an error.
  Gradient gradients[3] = {};
  // For ops with any number of inputs (cat): one rule for all, told which.
  Tensor (*gradient_of_each)(const Tensor& gradient, const Call& call, int input) = nullptr;
  // For those whose gradients share work, and for custom functions: all at once, undefined where there is none. It
  // reads what the first of `gradients` saves.
  std::vector<Tensor> (*gradient_of_all)(const Tensor& gradient, const Call& call) = nullptr;
};

/// Every op record that is applied anywhere in the program, in no particular order. Only the records that
/// custom_function makes while the program runs are not among them.
class OpList {
 public:
  explicit OpList(const Op& op) : op_(op), next_(first_) { first_ = this; }

  template <class Visit>
  static void for_each(const Visit& visit) {
    for (const OpList* entry = first_; entry; entry = entry->next_) visit(entry->op_);
  }

 private:
  static const OpList* first_;

  const Op& op_;
  const OpList* next_;
};

/// The entry of `op`; who names it has the op listed when the program starts.
template <const Op& op>
inline const OpList kListed{op};

}  // namespace descent
