#include "fuzz/memory_cap.h"
#include "fuzz/safetensors_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  descent::fuzz::within_memory(4 << 20, 100, size, [&] { descent::fuzz::run_safetensors({data, size}); });
  return 0;
}
