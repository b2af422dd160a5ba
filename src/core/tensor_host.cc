// Elements on their way between tensors and the host.
#include <cstring>

#include "core/copy.h"
#include "core/host.h"
#include "descent/grad_mode.h"
#include "descent/tensor.h"

namespace descent {
namespace {

// Copies the elements of `tensor`, converted to T, to `out`.
template <class T>
void copy_out(const Tensor& tensor, std::span<T> out) {
  const TensorImpl& impl = host_read(tensor, "copy_to");
  if (static_cast<std::int64_t>(out.size()) != impl.numel) {
    fail("copy_to: a span of ", out.size(), " elements does not hold shape ", impl.sizes);
  }
  const NoGrad no_grad;
  const Tensor source = cast_to(tensor, dtype_of<T>()).contiguous();
  if (!out.empty()) std::memcpy(out.data(), source.impl()->data, out.size_bytes());
}

template <class T>
T only_element(const Tensor& tensor) {
  const TensorImpl& impl = host_read(tensor, "item");
  if (impl.numel != 1) fail("item: a tensor of shape ", impl.sizes, " has ", impl.numel, " elements, not 1");
  return value_of<T>(impl);
}

}  // namespace

double Tensor::item_as_double() const { return only_element<double>(*this); }
std::int64_t Tensor::item_as_int() const { return only_element<std::int64_t>(*this); }

void Tensor::copy_to(std::span<float> out) const { copy_out(*this, out); }
void Tensor::copy_to(std::span<double> out) const { copy_out(*this, out); }
void Tensor::copy_to(std::span<std::int64_t> out) const { copy_out(*this, out); }

std::vector<std::uint8_t> Tensor::to_vector_of_bytes() const {
  host_read(*this, "to_vector");
  const NoGrad no_grad;
  const Tensor source = cast_to(*this, boolean).contiguous();
  const TensorImpl& impl = *source.impl();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(impl.data);
  return {bytes, bytes + impl.numel};
}

void* Tensor::raw_data(DType dtype) const {
  const TensorImpl& impl = host_read(*this, "data");
  if (impl.dtype != dtype) fail("data: the elements are ", impl.dtype, ", not ", dtype);
  if (!impl.is_contiguous)
    fail("data: a tensor of shape ", impl.sizes, " and strides ", impl.strides, " is not contiguous");
  return impl.data;
}

}  // namespace descent
