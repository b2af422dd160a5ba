#include "fuzz/checkpoint_target.h"
#include "fuzz/memory_cap.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  descent::fuzz::within_memory(16 << 20, 1000, size, [&] { descent::fuzz::run_checkpoint({data, size}); });
  return 0;
}
