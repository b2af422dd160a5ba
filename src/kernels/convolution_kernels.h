// What convolution.cc asks of each target.
#pragma once

#include <cstdint>

namespace descent::kernels {

/// Along one axis, output t and tap j meet input t * step + j * tap_step + start, or a zero outside of [0, inputs).
struct CorrelationAxis {
  std::int64_t inputs, outputs, taps;
  std::int64_t step, tap_step, start;
  std::int64_t out_stride;  // elements from an output to the next
};

/// out[r, t] = the sum over channels c and taps j of w[r, c, j] * in[c, where t and j meet]: what both a convolution
/// and the gradient of its input are, for one image and one group.
struct Correlation {
  std::int64_t channels, rows;
  CorrelationAxis axes[3];
  std::int64_t in_plane, out_plane;  // elements from a channel to the next, and from a row

  std::int64_t taps() const { return axes[0].taps * axes[1].taps * axes[2].taps; }
  std::int64_t depth() const { return channels * taps(); }
  std::int64_t outputs() const { return axes[0].outputs * axes[1].outputs * axes[2].outputs; }
  /// Whether the outputs of a row lie side by side.
  bool is_dense() const {
    return axes[2].out_stride == 1 && axes[1].out_stride == axes[2].outputs &&
           axes[0].out_stride == axes[1].outputs * axes[2].outputs;
  }
  /// Whether output t just meets input t.
  bool is_pointwise() const {
    for (const CorrelationAxis& axis : axes) {
      if (axis.taps != 1 || axis.step != 1 || axis.start != 0 || axis.inputs != axis.outputs) return false;
    }
    return true;
  }
  /// Too few for tiles of a product: computed row by row.
  bool has_few_rows() const { return rows <= 2; }
};

/// Some outputs, [begin, end) in row-major order.
struct OutputRange {
  std::int64_t begin, end;
};

template <class T>
struct ConvolutionKernels {
  /// Elements of packed weights.
  std::int64_t (*packed_size)(const Correlation& c);
  /// Packs w [rows, channels, taps], for rows [begin, end), a multiple of kRowsTogether but for the last.
  void (*pack)(const Correlation& c, const T* w, std::int64_t begin, std::int64_t end, T* packed);
  /// Rows [row_begin, row_end) of out at `range`; `w` is packed, or as it is if there are few rows. `start` has a
  /// number for each row, or is null.
  void (*correlate)(const Correlation& c, const T* in, const T* w, const T* start, std::int64_t row_begin,
                    std::int64_t row_end, OutputRange range, T* out);
  /// sums[c * taps + j, r] = (or +=, if `add`) the sum over `range` of in[c, where t and j meet] * out[r, t]; for rows
  /// [row_begin, row_end), `columns` in a row of `sums`, and all channels.
  void (*products)(const Correlation& c, const T* in, const T* out, std::int64_t row_begin, std::int64_t row_end,
                   OutputRange range, bool add, T* sums, std::int64_t columns);
};

/// Rows are cut into multiples of this: whole tiles of every target.
inline constexpr std::int64_t kRowsTogether = 12;

/// For float and double.
template <class T>
const ConvolutionKernels<T>& convolution_kernels(std::int64_t target);

}  // namespace descent::kernels
