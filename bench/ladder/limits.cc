// What the machine can do: a copy of memory, and multiplications with additions that wait for nothing.
#include "kernels/parallel.h"
#include "ladder/rung.h"

using namespace descent;

namespace ladder {
namespace {

constexpr std::int64_t kRounds = 1 << 20;
constexpr int kSums = 10;  // as many as two units of four cycles each keep busy, and two more

#ifdef __AVX512F__
constexpr int kBytes = 64;
#else
constexpr int kBytes = 32;
#endif
using Lanes [[gnu::vector_size(kBytes)]] = float;

/// Compiled for the machine at hand, with multiplications and additions joined.
void multiply_and_add() {
  kernels::parallel_for(num_threads(), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t thread = begin; thread < end; ++thread) {
      // No two alike, or the compiler would take one for all.
      Lanes sums[kSums];
      for (int s = 0; s < kSums; ++s) sums[s] = Lanes{} + static_cast<float>(s);
      for (std::int64_t i = 0; i < kRounds; ++i) {
#pragma GCC unroll 16
        for (Lanes& sum : sums) sum = sum * 0.999f + 1e-3f;
      }
      Lanes total = {};
      for (const Lanes& sum : sums) total += sum;
      volatile float sink = total[0];
      static_cast<void>(sink);
    }
  });
}

}  // namespace

void add_limits() {
  constexpr std::int64_t n = 40'000'000;
  add_eager("limit: copy of 160 MB", {.bytes = 8.0 * n}, [](auto way) {
    return way([](const Tensor& from, const Tensor& to) { to.copy_(from); }, ones(n), zeros(n));
  });
  constexpr double flops = 2.0 * kBytes / sizeof(float) * kSums * kRounds;
  add_eager("limit: multiply-adds", {.flops = flops * static_cast<double>(num_threads())},
            [](auto way) { return way(multiply_and_add); });
}

}  // namespace ladder
