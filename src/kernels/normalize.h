// Numbers moved and scaled to mean 0 and variance 1, and the gradients of that: float32 and float64, contiguous.
//
// Sums are taken in lanes and chunks that depend on the sizes alone, and so are blocks of rows: the same bits at every
// vector width and on any number of threads. A variance is that of differences from the mean, never one of squares.
#pragma once

#include <cstdint>

#include "descent/dtype.h"
#include "kernels/finish.h"

namespace descent::kernels {

/// Rows of n numbers each. `centered`: mean and variance; else the mean is taken for 0. A weight and a bias stand for
/// `inner` numbers of a row, one after another; they are those of the first row again after `groups` rows.
struct NormalizedRows {
  DType type;
  std::int64_t rows, n;
  double eps;
  bool centered;
  std::int64_t groups = 1, inner = 1;
  std::int64_t result_bytes = 0;  // of all rows, where these are some of them

  /// How many weights there are.
  std::int64_t weights() const { return groups * (n / inner); }
};

/// y = (x - mean) / sqrt(variance + eps) * weight + bias for each row; weight and bias are null if there is none (no
/// bias without a weight).
void normalize_rows(const NormalizedRows& form, const void* x, const void* weight, const void* bias, void* y,
                    Finish finish = {});

/// How many blocks of rows share out what follows.
std::int64_t normalize_rows_blocks(const NormalizedRows& form);

/// From g, the gradient of y, that of x. Where there is a weight, block b leaves its part of the gradients of weights
/// and biases in partial[b, 0, :] and partial[b, 1, :].
void normalize_rows_backward(const NormalizedRows& form, const void* g, const void* x, const void* weight, void* dx,
                             void* partial);

/// [batch, channels, inner], where each channel has a mean and a variance.
struct NormalizedChannels {
  DType type;
  std::int64_t batch, channels, inner;
  double eps;
};

/// The bytes of memory for intermediate sums that the following want.
std::int64_t normalize_channels_scratch(const NormalizedChannels& form);

/// moments[0, c] = mean, moments[1, c] = variance of channel c. There must be numbers.
void channel_moments(const NormalizedChannels& form, const void* x, void* moments, void* scratch);

/// y = (x - mean) / sqrt(variance + eps) * affine[0, c] + affine[1, c]; without `affine`, 1 and 0.
void normalize_channels(const NormalizedChannels& form, const void* x, const void* moments, const void* affine, void* y,
                        void* scratch);

/// From g, the gradient of y, those of x, to which mean and variance belong, and of affine (also where there is none).
void normalize_channels_backward(const NormalizedChannels& form, const void* g, const void* x, const void* moments,
                                 const void* affine, void* dx, void* daffine, void* scratch);

}  // namespace descent::kernels
