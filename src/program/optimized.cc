#include <atomic>
#include <utility>

#include "program/passes.h"

namespace descent::program {

#ifdef NDEBUG
std::atomic<bool> verifies_passes = false;
#else
std::atomic<bool> verifies_passes = true;
#endif

Program optimized(Program result, Target target) {
  const auto verified = [&](const char* after) {
    if (verifies_passes) verify(result, after);
  };
  verified("capture");
  result = with_whole_ops(std::move(result), target);
  verified("with_whole_ops");
  result = with_constants(std::move(result));
  verified("with_constants");
  result = without_common_subexpressions(std::move(result));
  verified("without_common_subexpressions");
  result = without_dead_code(std::move(result));
  verified("without_dead_code");
  result = fuse(result);
  verified("fuse");
  if (target == Target::native) {
    result = chain_rows(std::move(result));
    verified("chain_rows");
    result = chain_sums(std::move(result));
    verified("chain_sums");
  }
  if (target != Target::exported) {
    result = chain_tiles(std::move(result), target);
    verified("chain_tiles");
    result = without_lone_loops(std::move(result));
    verified("without_lone_loops");
  }
  result = plan_memory(std::move(result));
  verified("plan_memory");
  return result;
}

}  // namespace descent::program
