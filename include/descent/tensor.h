// Tensor: an n-dimensional array of numbers that can remember how it was computed.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "descent/dims.h"
#include "descent/dtype.h"
#include "descent/error.h"

namespace DESCENT_EXPORT descent {

class Tensor;
class RowIterator;
struct TensorImpl;
class Index;
class Generator;
class NestedList;
Generator& default_generator();

namespace detail {
void retain(TensorImpl* impl);
void release(TensorImpl* impl) noexcept;
}  // namespace detail

/// How to make a tensor. `dtype` defaults to float32, or to what the function making it says.
struct TensorOptions {
  std::optional<DType> dtype = std::nullopt;
  bool requires_grad = false;
};

/// Options of Tensor::backward and grad.
struct BackwardOptions {
  /// Keep what the backward pass needs, so that another one can follow through the same graph.
  bool retain_graph = false;
  /// Record the backward pass itself, so that its results can be differentiated again. Implies retain_graph.
  bool create_graph = false;
};

/// What `x.register_hook(f)` hands out; remove() ends the hook.
class HookHandle {
 public:
  HookHandle(std::function<void()> remove) : remove_(std::move(remove)) {}
  void remove() {
    if (auto remove = std::exchange(remove_, nullptr)) remove();
  }

 private:
  std::function<void()> remove_;
};

/// A C++ number that converts to a Tensor.
template <class T>
concept Number = std::is_arithmetic_v<T> && !std::is_same_v<T, char>;

/// A handle to an n-dimensional array (rank 0 to 8) of one of the dtypes in dtype.h. Copying the handle shares the
/// array, as in PyTorch; `clone()` copies the elements. Views (reshape, transpose, x[0], ...) share storage too.
///
/// Functions on tensors are in ops.h; the ones that read better as methods are here too and do the same. Where PyTorch
/// has a function of the name, semantics and defaults are PyTorch's.
class Tensor {
 public:
  /// No tensor at all; defined() is false and any use is an error.
  constexpr Tensor() noexcept : impl_(nullptr) {}
  /// A number standing for a tensor in an expression: `x * 2`, `pow(x, 2)`. Rank 0; it does not change the dtype of
  /// what it meets unless it is of a higher kind (bool < integer < floating point).
  template <Number T>
  Tensor(T value) : Tensor(from_number(value)) {}

  Tensor(const Tensor& other) : impl_(other.impl_) {
    if (impl_) detail::retain(impl_);
  }
  Tensor(Tensor&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
  ~Tensor() {
    if (impl_) detail::release(impl_);
  }
  /// Makes this handle refer to what `other` refers to.
  Tensor& operator=(const Tensor& other) & { return *this = Tensor(other); }
  Tensor& operator=(Tensor&& other) & noexcept {
    TensorImpl* taken = std::exchange(other.impl_, nullptr);
    if (TensorImpl* old = std::exchange(impl_, taken)) detail::release(old);
    return *this;
  }
  /// `x[0] = y`, `x(Slice(1, 3)) = 0`: writes y into the part of x named on the left. An error where the left side is a
  /// copy, which nobody would see change (indexing by a tensor: use index_put_).
  const Tensor& operator=(const Tensor& other) &&;

  bool defined() const { return impl_ != nullptr; }

  // Shape and type.
  const Dims sizes() const;
  /// The size of one dimension; negative ones count from the end.
  std::int64_t size(std::int64_t dim) const;
  const Dims strides() const;
  int dim() const;
  std::int64_t numel() const;
  DType dtype() const;
  bool is_contiguous() const;

  // To and from the host.
  /// The only element, as a T. An error unless numel() == 1.
  template <Number T = double>
  T item() const {
    return static_cast<T>(item_as_double_or_int<std::is_integral_v<T>>());
  }
  /// All elements in row-major order, converted to T.
  template <Number T>
  std::vector<T> to_vector() const {
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, float> ||
                  std::is_same_v<T, double>) {
      std::vector<T> values(static_cast<std::size_t>(numel()));
      if constexpr (std::is_same_v<T, bool>) {
        const auto bytes = to_vector_of_bytes();
        std::copy(bytes.begin(), bytes.end(), values.begin());
      } else {
        copy_to(std::span<T>(values));
      }
      return values;
    } else {
      const auto values = to_vector<std::conditional_t<std::is_integral_v<T>, std::int64_t, double>>();
      return std::vector<T>(values.begin(), values.end());
    }
  }
  /// Copies all elements, in row-major order, to `out`, which must have numel() elements of this tensor's dtype or of
  /// one that it converts to.
  void copy_to(std::span<float> out) const;
  void copy_to(std::span<double> out) const;
  void copy_to(std::span<std::int64_t> out) const;
  /// The elements in place. An error unless the tensor is contiguous and T is its type (bool, std::int64_t, float or
  /// double). This is an escape: neither autograd nor a captured step sees what is read or written through it; copy_to,
  /// item and to_vector read, tensor() and copy_ write.
  template <class T>
  T* data() const {
    return static_cast<T*>(raw_data(dtype_of<T>()));
  }

  // Copies and conversions.
  Tensor to(DType dtype) const;
  Tensor clone() const;
  Tensor contiguous() const;

  // Autograd; see autograd.h.
  bool requires_grad() const;
  /// Makes a leaf record (or stop recording) what is computed from it. Floating point only.
  const Tensor& requires_grad_(bool value = true) const;
  bool is_leaf() const;
  /// The accumulated gradient; undefined before the first backward.
  Tensor grad() const;
  void set_grad(const Tensor& grad) const;
  /// Keep the gradient of this non-leaf in grad() too.
  void retain_grad() const;
  /// Adds the gradient of this tensor with respect to every leaf it was computed from to that leaf's grad().
  /// `gradient` is d(something)/d(this); 1 if this has one element, required otherwise.
  void backward(const Tensor& gradient = {}, BackwardOptions options = {}) const;
  /// The same elements without history.
  Tensor detach() const;
  /// `hook` sees the gradient of this tensor in every backward pass, and may return another in its place (or an
  /// undefined tensor to leave it).
  HookHandle register_hook(std::function<Tensor(const Tensor&)> hook) const;
  /// The name of the op that made this tensor, "" for a leaf.
  const char* made_by() const;

  // Indexing: x[0], x(0, Slice(1, 3)), x(Ellipsis, NewAxis), x(mask), x(rows, columns). Integers and slices give views.
  Tensor operator[](std::int64_t index) const;
  template <class... I>
  Tensor operator()(const I&... indices) const;
  Tensor index(const std::vector<Index>& indices) const;
  /// Writes `values` (broadcast) to the elements that index(indices) names; `accumulate` adds, repeated indices
  /// included.
  void index_put_(const std::vector<Index>& indices, const Tensor& values, bool accumulate = false) const;
  /// `for (auto row : x)`: x[0], x[1], ... An Error for a tensor of rank 0.
  RowIterator begin() const;
  RowIterator end() const;

  // Views.
  Tensor reshape(const Dims& shape) const;
  /// reshape that never copies: an error where the memory layout does not allow it.
  Tensor view(const Dims& shape) const;
  Tensor transpose(std::int64_t dim0, std::int64_t dim1) const;
  Tensor t() const;
  Tensor permute(const Dims& dims) const;
  Tensor expand(const Dims& shape) const;
  Tensor squeeze() const;
  Tensor squeeze(const Dims& dims) const;
  Tensor unsqueeze(std::int64_t dim) const;
  Tensor flatten(std::int64_t start_dim = 0, std::int64_t end_dim = -1) const;
  Tensor diagonal(std::int64_t offset = 0, std::int64_t dim1 = 0, std::int64_t dim2 = 1) const;
  Tensor select(std::int64_t dim, std::int64_t index) const;
  Tensor slice(std::int64_t dim, std::int64_t start, std::int64_t end, std::int64_t step = 1) const;
  Tensor unflatten(std::int64_t dim, const Dims& sizes) const;
  std::vector<Tensor> unbind(std::int64_t dim = 0) const;
  /// view, reshape and expand to the shape of `other`.
  Tensor view_as(const Tensor& other) const;
  Tensor reshape_as(const Tensor& other) const;
  Tensor expand_as(const Tensor& other) const;

  // New tensors of this one's dtype, unless `options` say another; see create.h.
  Tensor new_empty(const Dims& shape, TensorOptions options = {}) const;
  Tensor new_zeros(const Dims& shape, TensorOptions options = {}) const;
  Tensor new_ones(const Dims& shape, TensorOptions options = {}) const;
  Tensor new_full(const Dims& shape, const Tensor& value, TensorOptions options = {}) const;
  Tensor new_tensor(const NestedList& values, TensorOptions options = {}) const;

  // Ops that read well as methods.
  Tensor exp() const;
  Tensor log() const;
  Tensor sqrt() const;
  Tensor abs() const;
  Tensor pow(const Tensor& exponent) const;
  Tensor sum() const;
  Tensor sum(const Dims& dims, bool keepdim = false) const;
  Tensor mean() const;
  Tensor mean(const Dims& dims, bool keepdim = false) const;
  Tensor var() const;
  Tensor var(const Dims& dims, double correction = 1, bool keepdim = false) const;
  /// standard_deviation in ops.h, under PyTorch's name.
  Tensor std() const;
  Tensor std(const Dims& dims, double correction = 1, bool keepdim = false) const;
  Tensor max() const;
  Tensor min() const;
  Tensor argmax() const;
  Tensor argmax(std::int64_t dim, bool keepdim = false) const;
  Tensor matmul(const Tensor& other) const;
  Tensor masked_fill(const Tensor& mask, const Tensor& value) const;

  // Changes in place, for tensors without history (parameters inside NoGrad, buffers). Each returns this tensor.
  const Tensor& copy_(const Tensor& source) const;
  const Tensor& fill_(const Tensor& value) const;
  const Tensor& zero_() const;
  const Tensor& add_(const Tensor& other) const;
  const Tensor& sub_(const Tensor& other) const;
  const Tensor& mul_(const Tensor& other) const;
  const Tensor& div_(const Tensor& other) const;
  /// this = this + a * b, with one rounding.
  const Tensor& addcmul_(const Tensor& a, const Tensor& b) const;
  const Tensor& operator+=(const Tensor& other) const { return add_(other); }
  const Tensor& operator-=(const Tensor& other) const { return sub_(other); }
  const Tensor& operator*=(const Tensor& other) const { return mul_(other); }
  const Tensor& operator/=(const Tensor& other) const { return div_(other); }

  // Random numbers, in row-major order: PyTorch's for the same seed where the tensor is contiguous. Floating point
  // only, but for bernoulli_.
  /// Uniform on [from, to).
  const Tensor& uniform_(double from = 0, double to = 1, Generator& generator = default_generator()) const;
  const Tensor& normal_(double mean = 0, double std = 1, Generator& generator = default_generator()) const;
  /// Of density lambda exp(-lambda x).
  const Tensor& exponential_(double lambda = 1, Generator& generator = default_generator()) const;
  /// 1 with probability p (which broadcasts, if it is a tensor), else 0.
  const Tensor& bernoulli_(double p = 0.5, Generator& generator = default_generator()) const;
  const Tensor& bernoulli_(const Tensor& p, Generator& generator = default_generator()) const;

  /// For Descent's own code: the object behind the handle; takes over, or gives away, one reference.
  TensorImpl* impl() const { return impl_; }
  static Tensor adopt(TensorImpl* impl) {
    Tensor tensor;
    tensor.impl_ = impl;
    return tensor;
  }

 private:
  static Tensor from_bool(bool value);
  static Tensor from_int(std::int64_t value);
  static Tensor from_double(double value);
  template <Number T>
  static Tensor from_number(T value) {
    if constexpr (std::is_same_v<T, bool>)
      return from_bool(value);
    else if constexpr (std::is_integral_v<T>)
      return from_int(static_cast<std::int64_t>(value));
    else
      return from_double(static_cast<double>(value));
  }
  template <bool is_integer>
  auto item_as_double_or_int() const {
    if constexpr (is_integer)
      return item_as_int();
    else
      return item_as_double();
  }
  double item_as_double() const;
  std::int64_t item_as_int() const;
  std::vector<std::uint8_t> to_vector_of_bytes() const;
  void* raw_data(DType dtype) const;

  TensorImpl* impl_;
};

/// A range of positions: from `start` up to, not including, `stop`, every `step`-th; negative positions count from the
/// end. Slice() is all of them, Slice(2) those from the third on.
struct Slice {
  static constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  std::int64_t start, stop, step;
  Slice(std::int64_t start_ = 0, std::int64_t stop_ = kEnd, std::int64_t step_ = 1)
      : start(start_), stop(stop_), step(step_) {}
};

/// As many whole dimensions as fit: x(Ellipsis, 0) is the first of the last dimension.
inline constexpr struct EllipsisType {
} Ellipsis;
/// A new dimension of size 1.
inline constexpr struct NewAxisType {
} NewAxis;

/// What can stand between the parentheses of x(...).
class Index {
 public:
  enum class Kind : std::uint8_t { integer, slice, ellipsis, new_axis, tensor };
  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Index(T position)
      : kind(Kind::integer), range(static_cast<std::int64_t>(position)) {}
  Index(const Slice& slice) : kind(Kind::slice), range(slice) {}
  Index(EllipsisType) : kind(Kind::ellipsis) {}
  Index(NewAxisType) : kind(Kind::new_axis) {}
  /// Positions (int64), or a mask (bool) as long as the dimensions it stands for.
  Index(const Tensor& positions) : kind(Kind::tensor), tensor(positions) {}

  Kind kind;
  Slice range;
  Tensor tensor;
};

template <class... I>
Tensor Tensor::operator()(const I&... indices) const {
  return index({Index(indices)...});
}

/// Goes along the first dimension of a tensor.
class RowIterator {
 public:
  Tensor operator*() const { return tensor_[position_]; }
  RowIterator& operator++() { return ++position_, *this; }
  bool operator==(const RowIterator& other) const { return position_ == other.position_; }

 private:
  friend class Tensor;
  RowIterator(const Tensor& tensor, std::int64_t position) : tensor_(tensor), position_(position) {}
  Tensor tensor_;
  std::int64_t position_;
};

struct PrintOptions {
  /// What stands before the name of a dtype: "torch." makes the text PyTorch's.
  std::string_view dtype_prefix = "";
};
/// Prints as PyTorch prints: aligned, four digits after the point, summarised above 1,000 elements.
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);
std::string to_string(const Tensor& tensor, const PrintOptions& options = {});

}  // namespace descent
