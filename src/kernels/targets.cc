#include "kernels/targets.h"

#include <hwy/targets.h>

#include <cstdlib>
#include <string>

#include "descent/error.h"
#include "kernels/elementwise.h"

namespace descent::kernels {
namespace {

const char* target_name(std::int64_t target) {
#if HWY_ARCH_X86
  // Highway calls it by how it emulates vectors there.
  if (target == HWY_SCALAR) return "SSE2";
#endif
  return hwy::TargetName(target);
}

/// What the kernels of this machine can be. Highway's own answer is in its library, which Debian has as a shared one
/// only: of Highway there are but the headers here, so that Descent can be linked into a program that is static
/// throughout.
std::int64_t supported_targets() {
  std::int64_t targets = HWY_STATIC_TARGET;
#if HWY_ARCH_X86
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul");
  if (avx2) targets |= HWY_AVX2;
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")) {
    targets |= HWY_AVX3;
  }
#endif
  return targets;
}

/// Calls `visit` with each available target, the best first.
template <class Visit>
void for_each_target(const Visit& visit) {
  const std::int64_t available = supported_targets() & HWY_TARGETS;
  for (std::int64_t rest = available; rest != 0; rest &= rest - 1) visit(rest & -rest);
}

std::int64_t choose_target() {
  std::int64_t best = 0;
  std::string names;
  for_each_target([&](std::int64_t target) {
    if (best == 0) best = target;
    names += (names.empty() ? "" : ", ") + std::string(target_name(target));
  });
  const char* wanted = std::getenv("DESCENT_CPU");
  if (wanted == nullptr || *wanted == '\0') return best;
  const std::int64_t named = target_named(wanted);
  if (named == 0) fail("DESCENT_CPU is '", wanted, "', which this machine does not have; it has ", names);
  return named;
}

}  // namespace

std::int64_t target_named(const char* name) {
  std::int64_t found = 0;
  for_each_target([&](std::int64_t target) {
    if (std::string(name) == target_name(target)) found = target;
  });
  return found;
}

std::int64_t chosen_target() {
  static const std::int64_t target = choose_target();
  return target;
}

const char* cpu_target() { return target_name(chosen_target()); }

bool has_fma() { return chosen_target() != HWY_SCALAR; }

}  // namespace descent::kernels
