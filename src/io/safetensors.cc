#include "descent/safetensors.h"

#include <span>
#include <vector>

#include "descent/create.h"
#include "io/safetensors_format.h"

namespace descent {
namespace {

// The elements of a contiguous tensor.
std::span<std::byte> bytes_of(const Tensor& tensor) {
  return dispatch(tensor.dtype(), [&](auto zero) {
    return std::as_writable_bytes(std::span(tensor.data<decltype(zero)>(), static_cast<std::size_t>(tensor.numel())));
  });
}

}  // namespace

void save(const std::string& path, const StateDict& tensors, const std::map<std::string, std::string>& metadata) {
  std::vector<Tensor> contiguous;
  std::vector<io::SafetensorsTensor> entries;
  for (const auto& [name, tensor] : tensors) {
    if (!tensor.defined()) fail("save: tensor \"", name, "\" is undefined");
    contiguous.push_back(tensor.detach().contiguous());
    entries.push_back({name, tensor.dtype(), tensor.sizes(), bytes_of(contiguous.back())});
  }
  io::write_safetensors(path, std::move(entries), metadata);
}

Safetensors load(const std::string& path) {
  const io::SafetensorsFile file(path);
  Safetensors loaded{.tensors = {}, .metadata = file.header().metadata};
  for (const io::SafetensorsEntry& entry : file.header().entries) {
    const Tensor tensor = empty(entry.shape, {.dtype = entry.dtype});
    file.read(entry, bytes_of(tensor));
    loaded.tensors.emplace(entry.name, tensor);
  }
  return loaded;
}

}  // namespace descent
