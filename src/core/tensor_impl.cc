#include "core/tensor_impl.h"

#include <algorithm>
#include <limits>
#include <new>

#include "core/allocator.h"
#include "core/op.h"

namespace descent {

AutogradExtras& TensorImpl::autograd_extras() {
  if (!extras) extras = new AutogradExtras;
  return *extras;
}

Dims contiguous_strides(const Dims& sizes) {
  Dims strides = Dims::filled(sizes.size(), 1);
  for (int d = sizes.size() - 2; d >= 0; --d) strides[d] = strides[d + 1] * std::max<std::int64_t>(sizes[d + 1], 1);
  return strides;
}

bool is_row_major(const Dims& sizes, const Dims& strides) {
  std::int64_t expected = 1;
  for (int d = sizes.size() - 1; d >= 0; --d) {
    if (sizes[d] == 0) return true;
    if (sizes[d] != 1 && strides[d] != expected) return false;
    expected *= sizes[d];
  }
  return true;
}

namespace {

constexpr std::size_t kSmall = 512;  // bytes of elements that share a block with their tensor

constexpr std::size_t kStorageOffset =
    (sizeof(TensorImpl) + alignof(Storage) - 1) / alignof(Storage) * alignof(Storage);

TensorImpl* make_impl(std::int64_t numel, DType dtype, const Dims& sizes, const Dims& strides) {
  const std::size_t bytes = static_cast<std::size_t>(numel) * size_of(dtype);
  if (bytes <= kSmall) {
    const std::size_t block_bytes = kStorageOffset + sizeof(Storage) + bytes;
    auto* block = static_cast<std::byte*>(allocate(block_bytes));
    auto* storage = new (block + kStorageOffset) Storage(block, block_bytes);
    auto* impl = new (block) TensorImpl(storage, storage->elements(), numel, dtype, true, sizes, strides);
    impl->lies_in_storage = true;
    return impl;
  }
  void* block = allocate(sizeof(Storage) + bytes);
  auto* storage = new (block) Storage(block, sizeof(Storage) + bytes);
  return new (allocate(sizeof(TensorImpl)))
      TensorImpl(storage, storage->elements(), numel, dtype, true, sizes, strides);
}

}  // namespace

TensorImpl* make_impl(const Dims& sizes, DType dtype) {
  std::int64_t numel = 1;
  for (const std::int64_t size : sizes) {
    if (size >= 0 && !__builtin_mul_overflow(numel, size, &numel)) continue;
    numel = numel_of(sizes);  // says what is wrong, unless a later 0 makes it right
    break;
  }
  if (numel > std::numeric_limits<std::int64_t>::max() / 16) fail("a tensor of shape ", sizes, " is too large");
  TensorImpl* impl = make_impl(numel, dtype, sizes, sizes);
  // Computed in place: a vector load of what was just stored in pieces would stall.
  std::uint64_t stride = 1;  // wraps where nothing has to be found
  for (int d = sizes.size() - 1; d >= 0; --d) {
    impl->strides[d] = static_cast<std::int64_t>(stride);
    stride *= static_cast<std::uint64_t>(std::max<std::int64_t>(sizes[d], 1));
  }
  return impl;
}

TensorImpl* make_impl_like(const TensorImpl& other, DType dtype) {
  return make_impl(other.numel, dtype, other.sizes, other.strides);
}

TensorImpl* make_filled(const Dims& sizes, DType dtype, double value) {
  TensorImpl* impl = make_impl(sizes, dtype);
  dispatch(dtype, [&](auto zero) {
    using Element = decltype(zero);
    std::fill_n(reinterpret_cast<Element*>(impl->data), impl->numel, static_cast<Element>(value));
  });
  return impl;
}

TensorImpl* make_view(const TensorImpl& base, std::byte* data, const Dims& sizes, const Dims& strides) {
  base.storage->references.increment();
  return new (allocate(sizeof(TensorImpl)))
      TensorImpl(base.storage, data, numel_of(sizes), base.dtype, is_row_major(sizes, strides), sizes, strides);
}

namespace {

// Destroying a tensor releases its inputs, which may destroy them in turn, and so on down a chain a million long: the
// inner ones queue up for the outermost to work off.
thread_local std::vector<TensorImpl*>* doomed = nullptr;

void destroy(TensorImpl* impl) noexcept {
  if (impl->history) History::destroy(impl->history);
  delete impl->extras;
  Storage* storage = impl->storage;
  const bool lies_in_storage = impl->lies_in_storage;
  impl->~TensorImpl();
  if (!lies_in_storage) deallocate(impl, sizeof(TensorImpl));
  if (storage) storage->release();
}

// Destroys one, and all that only it kept.
void destroy_chain(TensorImpl* impl) noexcept {
  if (!impl->history) return destroy(impl);
  if (doomed) return doomed->push_back(impl);
  thread_local std::vector<TensorImpl*> queue;
  doomed = &queue;
  destroy(impl);
  while (!queue.empty()) {
    TensorImpl* next = queue.back();
    queue.pop_back();
    destroy(next);
  }
  doomed = nullptr;
}

}  // namespace

void release_edge(TensorImpl* impl) noexcept {
  if (impl->edges.decrement()) destroy_chain(impl);
}

void detail::retain(TensorImpl* impl) { descent::retain(impl); }

void detail::release(TensorImpl* impl) noexcept {
  if (!impl->handles.decrement()) return;
  if (impl->edges.count() == 1) return destroy_chain(impl);  // that of the handles, which are gone
  const bool output_is_saved = impl->history && impl->history->saves_output && !impl->history->freed;
  if (impl->storage && !output_is_saved && !impl->lies_in_storage) std::exchange(impl->storage, nullptr)->release();
  release_edge(impl);
}

History* History::make(int input_count) {
  const std::size_t bytes = sizeof(History) + static_cast<std::size_t>(input_count) * sizeof(Input);
  auto* history = new (allocate(bytes)) History;
  history->input_count = input_count;
  for (int i = 0; i < input_count; ++i) new (history->inputs() + i) Input;
  return history;
}

void History::release_inputs() noexcept {
  for (int i = 0; i < input_count; ++i) {
    Input& input = inputs()[i];
    input.saved = Tensor();
    if (input.edge) release_edge(std::exchange(input.edge, nullptr));
  }
  custom = nullptr;
}

void History::destroy(History* history) noexcept {
  if (!history->freed) history->release_inputs();
  if (history->attributes) deallocate(history->attributes, sizeof(Attributes));
  const std::size_t bytes = sizeof(History) + static_cast<std::size_t>(history->input_count) * sizeof(Input);
  history->~History();
  deallocate(history, bytes);
}

const TensorImpl& host_read(const Tensor& tensor, const char* what) { return impl_of(tensor, what); }

int wrap_dim(std::int64_t dim, int rank, const char* what) {
  const int limit = std::max(rank, 1);
  if (dim < -limit || dim >= limit) {
    fail(what, ": dimension ", dim, " is out of range for a tensor of rank ", rank, " (", -limit, " to ", limit - 1,
         ")");
  }
  return static_cast<int>(dim < 0 ? dim + limit : dim);
}

Dims wrap_dims(const Dims& dims, int rank, const char* what) {
  Dims wrapped;
  if (dims.empty()) {
    for (int d = 0; d < rank; ++d) wrapped.push_back(d);
    return wrapped;
  }
  for (const std::int64_t dim : dims) {
    const int d = wrap_dim(dim, rank, what);
    if (wrapped.contains(d)) fail(what, ": dimension ", d, " is named twice in ", dims);
    if (rank > 0) wrapped.push_back(d);
  }
  return wrapped;
}

// Tensor: the handle.

namespace {
template <class T>
Tensor number(T value) {
  TensorImpl* impl = make_impl({}, dtype_of<T>());
  *reinterpret_cast<T*>(impl->data) = value;
  impl->is_number = true;
  return Tensor::adopt(impl);
}
}  // namespace

Tensor Tensor::from_bool(bool value) { return number(value); }
Tensor Tensor::from_int(std::int64_t value) { return number(value); }
Tensor Tensor::from_double(double value) { return number(value); }

const Dims Tensor::sizes() const { return impl_of(*this, "sizes").sizes; }
const Dims Tensor::strides() const { return impl_of(*this, "strides").strides; }
int Tensor::dim() const { return impl_of(*this, "dim").sizes.size(); }
std::int64_t Tensor::size(std::int64_t dim) const {
  const TensorImpl& impl = impl_of(*this, "size");
  if (impl.sizes.empty()) fail("size: a tensor of rank 0 has no dimensions");
  return impl.sizes[wrap_dim(dim, impl.sizes.size(), "size")];
}
std::int64_t Tensor::numel() const { return impl_of(*this, "numel").numel; }
DType Tensor::dtype() const { return impl_of(*this, "dtype").dtype; }
bool Tensor::is_contiguous() const { return impl_of(*this, "is_contiguous").is_contiguous; }

}  // namespace descent
