// The instruction sets a kernel is compiled for, one pass of Highway's foreach_target.h each. Include this before
// "hwy/foreach_target.h".
#pragma once

#include <cstdint>

// On x86-64: the baseline (SSE2), AVX2 and AVX3 (AVX-512). On Arm: NEON. A vector of SVE has no size at compile time
// and cannot be the member of a class.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif

// The baseline of x86-64 runs lane by lane: Highway's emulated vectors are no faster and not right under every
// compiler.
#define HWY_BROKEN_EMU128 1

#include <hwy/detect_targets.h>

namespace descent::kernels {

/// The instruction set in use, one of the HWY_... bits: the best of the machine, or the one named by the environment
/// variable DESCENT_CPU. Fails when that is unknown or not available here. elementwise.h's cpu_target() is its name.
std::int64_t chosen_target();

/// The bit of the instruction set of that name; 0 where this machine or this build has none.
std::int64_t target_named(const char* name);

}  // namespace descent::kernels

/// Calls `function`, which every target's namespace has, of `target`.
#if HWY_TARGETS & HWY_AVX3
#define DESCENT_CALL_AVX3(target, function, ...) \
  if ((target) == HWY_AVX3) return N_AVX3::function(__VA_ARGS__);
#else
#define DESCENT_CALL_AVX3(target, function, ...)
#endif
#if HWY_TARGETS & HWY_AVX2
#define DESCENT_CALL_AVX2(target, function, ...) \
  if ((target) == HWY_AVX2) return N_AVX2::function(__VA_ARGS__);
#else
#define DESCENT_CALL_AVX2(target, function, ...)
#endif
#define DESCENT_CALL_TARGET(target, function, ...)     \
  do {                                                 \
    (void)(target);                                    \
    DESCENT_CALL_AVX3(target, function, __VA_ARGS__)   \
    DESCENT_CALL_AVX2(target, function, __VA_ARGS__)   \
    return HWY_STATIC_DISPATCH(function)(__VA_ARGS__); \
  } while (false)
