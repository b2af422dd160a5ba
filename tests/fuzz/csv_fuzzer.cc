#include <string_view>

#include "fuzz/csv_target.h"
#include "fuzz/memory_cap.h"

namespace {

/// A packed file may hold a thousand times its size, and zstd wants a window of the size that the file says.
std::size_t fixed_memory(std::string_view file) {
  const bool packed = file.starts_with("\x1f\x8b") || file.starts_with("\x28\xb5\x2f\xfd") || file.starts_with("PK");
  return std::size_t{packed ? 256U : 16U} << 20;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  descent::fuzz::within_memory(fixed_memory(input.substr(input.empty() ? 0 : 1)), 1000, size, [&] {
    descent::fuzz::run_csv({data, size});
  });
  return 0;
}
