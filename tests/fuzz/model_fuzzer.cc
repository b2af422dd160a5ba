#include "fuzz/memory_cap.h"
#include "fuzz/model_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  descent::fuzz::within_memory(16 << 20, 1000, size, [&] { descent::fuzz::run_model({data, size}); });
  return 0;
}
