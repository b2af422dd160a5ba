// What normalize.h's functions ask of each target.
#pragma once

#include <cmath>

#include "kernels/normalize.h"

namespace descent::kernels {

/// The factor that makes `variance` 1.
inline double inverse_deviation(double variance, double eps) { return 1 / std::sqrt(variance + eps); }

/// Arguments as those of normalize.h, of form.rows rows from `first` on, as one block; x, g, y and dx are theirs.
struct RowKernels {
  void (*forward)(const NormalizedRows& form, std::int64_t first, const void* x, const void* weight, const void* bias,
                  void* y);
  void (*backward)(const NormalizedRows& form, std::int64_t first, const void* g, const void* x, const void* weight,
                   void* dx, void* partial);
};

/// Arguments as there, of one channel.
struct ChannelKernels {
  void (*moments)(const NormalizedChannels& form, std::int64_t channel, const void* x, void* moments);
  void (*forward)(const NormalizedChannels& form, std::int64_t channel, const void* x, const void* moments,
                  const void* affine, void* y);
  void (*backward)(const NormalizedChannels& form, std::int64_t channel, const void* g, const void* x,
                   const void* moments, const void* affine, void* dx, void* daffine);
};
const ChannelKernels& channel_kernels(std::int64_t target, DType type);

/// Of all columns of some rows.
struct ColumnKernels {
  /// sums[c] = sum over rows of (x - mean[c])^2.
  void (*squares)(const void* x, std::int64_t rows, std::int64_t columns, const void* mean, void* sums);
  /// sums[0, c] = sum over rows of g, sums[1, c] of g (x - mean[c]).
  void (*slopes)(const void* g, const void* x, std::int64_t rows, std::int64_t columns, const void* mean, void* sums);
  /// y = (x - mean) scale + bias; maps: mean, scale and bias of each column.
  void (*forward)(const void* x, std::int64_t rows, std::int64_t columns, const void* maps, void* y);
  /// dx = (g - mean_slope - (x - mean) along) scale; maps: mean, scale, mean_slope and along.
  void (*backward)(const void* g, const void* x, std::int64_t rows, std::int64_t columns, const void* maps, void* dx);
};
const ColumnKernels& column_kernels(std::int64_t target, DType type);

}  // namespace descent::kernels
