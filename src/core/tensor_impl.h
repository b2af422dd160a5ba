// What a Tensor handle points to: geometry, storage, and how it was computed.
//
// A tensor *is* the node of the autograd graph: its History names the op and the inputs. Two kinds of reference keep
// it: handles (users' Tensors, and inputs that a gradient rule asked to be saved) keep its elements too; edges (from
// the History of later results) keep only the node. So an activation that no gradient rule needs is freed as soon as
// the user's handle goes, although the graph still passes through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/allocator.h"
#include "core/reference_count.h"
#include "descent/tensor.h"

namespace descent {

struct Op;
struct History;

/// The head of a block of elements, shared by a tensor and its views.
struct Storage {
  ReferenceCount references{1};
  std::uint32_t version = 0;          // counts changes in place
  const char* last_change = nullptr;  // the op that made the latest
  std::size_t block_bytes;            // all of the block, which begins here

  explicit Storage(std::size_t block_bytes) : block_bytes(block_bytes) {}
  void release() {
    if (references.release()) deallocate(this, block_bytes);
  }
};

/// The parts few tensors have.
struct AutogradExtras {
  Tensor grad;
  struct Hook {
    std::uint64_t id;
    std::function<Tensor(const Tensor&)> function;
  };
  std::vector<Hook> hooks;
  bool retains_grad = false;
};

struct TensorImpl {
  ReferenceCount handles{1};
  ReferenceCount edges{1};  // all handles together hold one of these
  Storage* storage;
  std::byte* data;  // element 0
  std::int64_t numel;
  History* history = nullptr;
  AutogradExtras* extras = nullptr;
  DType dtype;
  bool requires_grad = false;
  bool is_contiguous;
  bool is_number = false;  // made from a C++ number: gives way in type promotion
  bool lies_in_storage;    // a small tensor: one block of memory holds storage head, tensor and elements
  Dims sizes;
  Dims strides;

  TensorImpl(Storage* storage, std::byte* data, std::int64_t numel, DType dtype, bool is_contiguous,
             bool lies_in_storage, const Dims& sizes, const Dims& strides)
      : storage(storage),
        data(data),
        numel(numel),
        dtype(dtype),
        is_contiguous(is_contiguous),
        lies_in_storage(lies_in_storage),
        sizes(sizes),
        strides(strides) {}
};

extern constinit const Tensor kNoTensor;
/// The gradient that a tensor keeps, undefined if there is none.
inline const Tensor& grad_of(const TensorImpl& impl) { return impl.extras ? impl.extras->grad : kNoTensor; }
/// Those of a tensor, made if it has none yet.
AutogradExtras& autograd_extras(TensorImpl& impl);

inline constexpr std::size_t kSmall = 512;  // bytes of elements that share a block with their tensor
inline constexpr std::size_t kSmallHeadBytes = allocator::aligned(sizeof(Storage) + sizeof(TensorImpl));

// make_impl of more bytes than that.
TensorImpl* make_large_impl(const Dims& sizes, const Dims& strides, std::int64_t numel, DType dtype);

/// A new tensor of uninitialised elements, row-major.
TensorImpl* make_impl(const Dims& sizes, DType dtype);

// The same, told what follows from the sizes.
[[gnu::always_inline]] inline TensorImpl* make_impl(const Dims& sizes, const Dims& strides, std::int64_t numel,
                                                    DType dtype) {
  const std::size_t bytes = static_cast<std::size_t>(numel) * size_of(dtype);
  if (bytes > kSmall) return make_large_impl(sizes, strides, numel, dtype);
  auto* storage = new (allocate(kSmallHeadBytes + bytes)) Storage(kSmallHeadBytes + bytes);
  std::byte* elements = reinterpret_cast<std::byte*>(storage) + kSmallHeadBytes;
  return new (storage + 1) TensorImpl(storage, elements, numel, dtype, true, true, sizes, strides);
}

/// A new tensor of uninitialised elements, with the geometry of `other`, which is row-major.
[[gnu::always_inline]] inline TensorImpl* make_impl_like(const TensorImpl& other, DType dtype) {
  return make_impl(other.sizes, other.strides, other.numel, dtype);
}
/// A new tensor over the storage of `base`, without history; `data` points to its element 0.
TensorImpl* make_view(const TensorImpl& base, std::byte* data, const Dims& sizes, const Dims& strides);
/// Such a one in which dimension d is dimension dims[d] of `base`.
TensorImpl* permuted_view(const TensorImpl& base, const Dims& dims);
/// Such a one of the shape `sizes`, to which that of `base` broadcasts.
TensorImpl* expanded_view(const TensorImpl& base, const Dims& sizes);

inline void retain(TensorImpl* impl) {
  if (impl->handles.increment() == 0) impl->edges.increment();  // the graph hands out a tensor its users had let go
}
inline void retain_edge(TensorImpl* impl) { impl->edges.increment(); }
void release_edge(TensorImpl* impl) noexcept;

/// Row-major strides.
Dims contiguous_strides(const Dims& sizes);
bool is_row_major(const Dims& sizes, const Dims& strides);

/// The implementation of a defined tensor; an error naming `what` otherwise.
inline TensorImpl& impl_of(const Tensor& tensor, const char* what = "tensor") {
  if (!tensor.defined()) [[unlikely]]
    fail(what, ": the tensor is undefined");
  return *tensor.impl();
}

/// `dim` counted from the front, checked against `rank`; `what` is the op's name for the error.
int wrap_dim(std::int64_t dim, int rank, const char* what);
/// All of them wrapped; a repeated one is an error. An empty list stands for all dimensions.
Dims wrap_dims(const Dims& dims, int rank, const char* what);

}  // namespace descent
