#include "core/tensor_impl.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <new>

#include "core/allocator.h"
#include "core/history.h"

namespace descent {

constinit const Tensor kNoTensor;

AutogradExtras& autograd_extras(TensorImpl& impl) {
  if (!impl.extras) impl.extras = new AutogradExtras;
  return *impl.extras;
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

TensorImpl* make_large_impl(const Dims& sizes, const Dims& strides, std::int64_t numel, DType dtype) {
  constexpr std::size_t kHeadBytes = allocator::aligned(sizeof(Storage));
  const std::size_t bytes = kHeadBytes + static_cast<std::size_t>(numel) * size_of(dtype);
  void* const impl = allocate(sizeof(TensorImpl));
  void* block;
  try {
    block = allocate(bytes);
  } catch (...) {
    deallocate(impl, sizeof(TensorImpl));
    throw;
  }
  auto* const storage = new (block) Storage(bytes);
  return new (impl)
      TensorImpl(storage, static_cast<std::byte*>(block) + kHeadBytes, numel, dtype, true, false, sizes, strides);
}

TensorImpl* make_impl(const Dims& sizes, DType dtype) {
  std::int64_t numel = 1;
  for (const std::int64_t size : sizes) {
    if (size >= 0 && !__builtin_mul_overflow(numel, size, &numel)) continue;
    numel = numel_of(sizes);  // says what is wrong, unless a later 0 makes it right
    break;
  }
  if (numel > std::numeric_limits<std::int64_t>::max() / 16) fail("a tensor of shape ", sizes, " is too large");
  TensorImpl* impl = make_impl(sizes, sizes, numel, dtype);
  // Computed in place: a vector load of what was just stored in pieces would stall.
  std::uint64_t stride = 1;  // wraps where nothing has to be found
  for (int d = sizes.size() - 1; d >= 0; --d) {
    impl->strides[d] = static_cast<std::int64_t>(stride);
    stride *= static_cast<std::uint64_t>(std::max<std::int64_t>(sizes[d], 1));
  }
  return impl;
}

TensorImpl* make_view(const TensorImpl& base, std::byte* data, const Dims& sizes, const Dims& strides) {
  std::int64_t numel = 1;
  bool row_major = true;
  for (int d = sizes.size() - 1; d >= 0; --d) {
    row_major = row_major && (sizes[d] == 1 || strides[d] == numel);
    if (sizes[d] > 0 && !__builtin_mul_overflow(numel, sizes[d], &numel)) continue;
    numel = numel_of(sizes);
    row_major = is_row_major(sizes, strides);
    break;
  }
  void* const impl = allocate(sizeof(TensorImpl));
  base.storage->references.increment();
  return new (impl) TensorImpl(base.storage, data, numel, base.dtype, row_major, false, sizes, strides);
}

TensorImpl* permuted_view(const TensorImpl& base, const Dims& dims) {
  Dims sizes, strides;
  for (const std::int64_t d : dims) {
    sizes.push_back(base.sizes[static_cast<int>(d)]);
    strides.push_back(base.strides[static_cast<int>(d)]);
  }
  return make_view(base, base.data, sizes, strides);
}

TensorImpl* expanded_view(const TensorImpl& base, const Dims& sizes) {
  Dims strides = Dims::filled(sizes.size(), 0);
  const int shift = sizes.size() - base.sizes.size();
  for (int d = 0; d < base.sizes.size(); ++d) {
    if (base.sizes[d] == sizes[shift + d]) strides[shift + d] = base.strides[d];
  }
  return make_view(base, base.data, sizes, strides);
}

namespace {

void destroy(History* history) noexcept {
  if (!history->freed) history->release_inputs();
  if (history->attributes) deallocate(history->attributes, sizeof(Attributes));
  const std::size_t block_bytes = History::bytes(static_cast<std::size_t>(history->input_count));
  history->~History();
  deallocate(history, block_bytes);
}

void destroy(TensorImpl* impl) noexcept {
  if (impl->history) destroy(impl->history);
  if (impl->extras) [[unlikely]]
    delete impl->extras;
  Storage* storage = impl->storage;
  if (!impl->lies_in_storage) deallocate(impl, sizeof(TensorImpl));
  if (storage) storage->release();
}

// Destroying a tensor releases its inputs, which may destroy them in turn, and so on down a chain a million long: the
// inner ones queue up for the outermost to work off.
struct Doomed {
  TensorImpl* first;  // linked by their histories
  bool being_destroyed;
};
[[gnu::tls_model("initial-exec")]] constinit thread_local Doomed doomed{};

// Destroys one, and all that only it kept.
[[gnu::noinline]] void destroy_chain(TensorImpl* impl) noexcept {
  if (!impl->history || impl->history->freed) return destroy(impl);
  Doomed& list = doomed;
  impl->history->passage.next = std::exchange(list.first, impl);
  if (list.being_destroyed) return;
  list.being_destroyed = true;
  while (TensorImpl* next = list.first) {
    list.first = next->history->passage.next;
    destroy(next);
  }
  list.being_destroyed = false;
}

// The last handle is gone, but not the last edge: the node stays, and its elements if a gradient rule wants them.
[[gnu::noinline]] void outlive_handles(TensorImpl* impl) noexcept {
  if (!impl->lies_in_storage && !(impl->history && impl->history->keeps_output())) {
    // Two threads may come here, one after the graph had handed the tensor out again.
    Storage* storage = std::atomic_ref(impl->storage).exchange(nullptr, std::memory_order_acq_rel);
    if (storage) storage->release();
  }
  release_edge(impl);
}

}  // namespace

void release_edge(TensorImpl* impl) noexcept {
  if (impl->edges.release()) destroy_chain(impl);
}

void detail::retain(TensorImpl* impl) { descent::retain(impl); }

void detail::release(TensorImpl* impl) noexcept {
  if (impl->handles.decrement() != 0) return;
  if (impl->edges.count() != 1) return outlive_handles(impl);  // 1: that of the handles
  const bool bare = impl->lies_in_storage && !impl->history && !impl->extras;
  if (!bare) return destroy_chain(impl);
  impl->storage->release();
}

void History::release_inputs() noexcept {
  for (Input *input = inputs(), *end = input + input_count; input < end; ++input) {
    if (input->saved.defined()) input->saved = Tensor();
    if (input->edge) release_edge(std::exchange(input->edge, nullptr));
  }
  if (custom) [[unlikely]]
    custom->release();
}

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
  static const Dims rank_0;
  TensorImpl* impl = make_impl(rank_0, rank_0, 1, dtype_of<T>());
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
