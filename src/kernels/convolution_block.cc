// Parts of convolutions of floats and doubles on one thread, on every target.
//
// The input around some outputs is copied into a window, with zeros where there is none. From it the inputs that a tile
// of outputs meets are unfolded, one row for each channel and tap, and multiplied by the weights as matrices are.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/convolution_block.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "kernels/convolution_kernels.h"
#include "kernels/matmul_tile.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct Correlator : Tiles<T> {
  using typename Tiles<T>::D;
  using typename Tiles<T>::V;
  using typename Tiles<T>::Strided;
  using typename Tiles<T>::Start;
  using Tiles<T>::kVector, Tiles<T>::kTileColumns, Tiles<T>::kTileRows;
  static_assert(kRowsTogether % kTileRows == 0);

  /// Memory of the thread, for so many elements.
  static T* scratch(std::int64_t size) {
    struct Buffer {
      std::unique_ptr<T[]> values;
      std::int64_t size = 0;
    };
    thread_local Buffer buffer;
    if (buffer.size < size) buffer = {std::unique_ptr<T[]>(new T[static_cast<std::size_t>(size + kLine)]), size};
    void* start = buffer.values.get();
    std::size_t space = static_cast<std::size_t>(size + kLine) * sizeof(T);
    return static_cast<T*>(std::align(kLine * sizeof(T), static_cast<std::size_t>(size) * sizeof(T), start, space));
  }
  static constexpr std::int64_t kLine = 64 / sizeof(T);
  static constexpr std::int64_t whole_lines(std::int64_t size) { return (size + kLine - 1) / kLine * kLine; }

  static HWY_INLINE void copy(const T* from, std::int64_t n, T* to) {
    const D d;
    std::int64_t i = 0;
    for (; i + kVector <= n; i += kVector) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    if (i < n) store_first(load_first(d, from + i, n - i, T{0}), d, to + i, n - i);
  }
  static HWY_INLINE void fill_zeros(std::int64_t n, T* to) {
    const D d;
    std::int64_t i = 0;
    for (; i + kVector <= n; i += kVector) hn::StoreU(hn::Zero(d), d, to + i);
    if (i < n) store_first(hn::Zero(d), d, to + i, n - i);
  }

  /// The input that some outputs meet, of any channel. Along the last axis, positions a step apart lie side by side.
  struct Window {
    const Correlation& c;
    std::int64_t first[3];  // output
    std::int64_t low[3];    // the input with which it begins
    std::int64_t size[3];
    std::int64_t strip;  // positions a step apart
    std::int64_t plane;  // elements from a channel to the next
    bool in_place;       // the input itself serves

    Window(const Correlation& correlation, OutputRange range, bool can_stay)
        : c(correlation), in_place(can_stay && c.is_pointwise()) {
      const std::int64_t columns = c.axes[2].outputs, rows = c.axes[1].outputs;
      const std::int64_t row = range.begin / columns, last_row = (range.end - 1) / columns;
      std::int64_t count[3];
      first[0] = row / rows;
      count[0] = last_row / rows - first[0] + 1;
      first[1] = count[0] == 1 ? row % rows : 0;
      count[1] = count[0] == 1 ? last_row - row + 1 : rows;
      first[2] = row == last_row ? range.begin % columns : 0;
      count[2] = row == last_row ? range.end - range.begin : columns;
      for (int i = 0; i < 3; ++i) {
        const CorrelationAxis& axis = c.axes[i];
        low[i] = first[i] * axis.step + axis.start + lowest_tap(axis);
        size[i] = (count[i] - 1) * axis.step + (axis.taps - 1) * std::abs(axis.tap_step) + 1;
      }
      const CorrelationAxis& last = c.axes[2];
      strip = count[2] + (last.taps - 1) * std::abs(last.tap_step) / last.step;
      size[2] = strip * last.step;
      plane = in_place ? c.in_plane : size[0] * size[1] * size[2];
    }

    static std::int64_t lowest_tap(const CorrelationAxis& axis) {
      return std::min<std::int64_t>(0, (axis.taps - 1) * axis.tap_step);
    }

    /// Where output q lies.
    std::int64_t output(std::int64_t q) const {
      if (in_place) return q;
      const std::int64_t columns = c.axes[2].outputs, rows = c.axes[1].outputs;
      const std::int64_t t2 = q % columns - first[2], t1 = q / columns % rows - first[1],
                         t0 = q / columns / rows - first[0];
      return (t0 * c.axes[0].step * size[1] + t1 * c.axes[1].step) * size[2] + t2;
    }

    /// How far from there rows [begin, begin + n) of all channels and taps lie, for a window that begins with channel
    /// `channel`.
    void places_of_rows(std::int64_t begin, std::int64_t n, std::int64_t channel, std::int64_t* to) const {
      const CorrelationAxis(&axes)[3] = c.axes;
      const std::int64_t taps = c.taps();
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t p = begin + i, j = p % taps;
        const std::int64_t j2 = j % axes[2].taps, j1 = j / axes[2].taps % axes[1].taps,
                           j0 = j / axes[2].taps / axes[1].taps;
        const std::int64_t at2 = j2 * axes[2].tap_step - lowest_tap(axes[2]),
                           at1 = j1 * axes[1].tap_step - lowest_tap(axes[1]),
                           at0 = j0 * axes[0].tap_step - lowest_tap(axes[0]);
        to[i] = (p / taps - channel) * plane + (at0 * size[1] + at1) * size[2] + at2 % axes[2].step * strip +
                at2 / axes[2].step;
      }
    }

    /// Copies `channels` channels; `in` is the first of them.
    void fill(const T* in, std::int64_t channels, T* to) const {
      const CorrelationAxis(&axes)[3] = c.axes;
      const std::int64_t step = axes[2].step;
      for (std::int64_t phase = 0; phase < step; ++phase) {
        // Positions low + u * step + phase that are there.
        const std::int64_t at = low[2] + phase;
        const std::int64_t begin = std::clamp<std::int64_t>(divide_up(-at, step), 0, strip);
        const std::int64_t end = std::clamp<std::int64_t>(divide_up(axes[2].inputs - at, step), begin, strip);
        T* row = to + phase * strip;
        for (std::int64_t channel = 0; channel < channels; ++channel) {
          for (std::int64_t i = 0; i < size[0]; ++i) {
            for (std::int64_t j = 0; j < size[1]; ++j, row += size[2]) {
              const std::int64_t y = low[0] + i, x = low[1] + j;
              if (y < 0 || y >= axes[0].inputs || x < 0 || x >= axes[1].inputs || begin == end) {
                fill_zeros(strip, row);
                continue;
              }
              const T* from = in + channel * c.in_plane + (y * axes[1].inputs + x) * axes[2].inputs + at;
              fill_zeros(begin, row);
              if (step == 1) {
                copy(from + begin, end - begin, row + begin);
              } else {
                for (std::int64_t u = begin; u < end; ++u) row[u] = from[u * step];
              }
              fill_zeros(strip - end, row + end);
            }
          }
        }
      }
    }

    static std::int64_t divide_up(std::int64_t a, std::int64_t b) { return a > 0 ? (a + b - 1) / b : -(-a / b); }
  };

  /// Where the outputs of one vector lie in a window: in runs of neighbours.
  struct Runs {
    using Place = hn::TFromD<hn::RebindToSigned<D>>;
    static constexpr int kMost = 3;

    std::int64_t first;
    std::int64_t lanes;  // that are outputs
    int count = 1;
    std::int64_t begins[kMost] = {};  // the lane with which a run begins...
    std::int64_t jumps[kMost] = {};   // ...and how much further it lies than if it went on from the first
    Place places[kVector];            // of each lane, from the first

    Runs(const Window& window, std::int64_t begin, std::int64_t end)
        : first(window.output(begin)), lanes(std::min(kVector, end - begin)) {
      const std::int64_t columns = window.in_place ? end : window.c.axes[2].outputs;
      std::int64_t column = begin % columns, jump = 0;
      for (std::int64_t lane = 0; lane < kVector; ++lane, ++column) {
        if (column == columns && lane < lanes) {
          column = 0;
          jump = window.output(begin + lane) - lane - first;
          if (count < kMost) {
            begins[count] = lane;
            jumps[count] = jump;
          }
          ++count;
        }
        places[lane] = static_cast<Place>(jump + lane);
      }
    }
  };

  /// Row p of `to`, rows `stride` apart, is the vector of inputs that the outputs `runs` meet at window + rows[p].
  template <int kRuns>
  static void unfold_runs(const T* window, const std::int64_t* rows, std::int64_t n, const Runs& runs, T* to,
                          std::int64_t stride) {
    const D d;
    const T* const second = window + runs.first + runs.jumps[1];
    const T* const third = window + runs.first + runs.jumps[2];
    const auto before_second = hn::FirstN(d, static_cast<std::size_t>(runs.begins[1]));
    const auto before_third = hn::FirstN(d, static_cast<std::size_t>(runs.begins[2]));
    window += runs.first;
    for (std::int64_t p = 0; p < n; ++p, to += stride) {
      V values = hn::LoadU(d, window + rows[p]);
      if constexpr (kRuns > 1) values = hn::IfThenElse(before_second, values, hn::LoadU(d, second + rows[p]));
      if constexpr (kRuns > 2) values = hn::IfThenElse(before_third, values, hn::LoadU(d, third + rows[p]));
      hn::StoreU(values, d, to);
    }
  }

  static void unfold(const Window& window, const T* values, const std::int64_t* rows, std::int64_t n, const Runs& runs,
                     T* to, std::int64_t stride) {
    const D d;
    if (window.in_place && runs.lanes < kVector) {  // whose end may be that of memory
      for (std::int64_t p = 0; p < n; ++p)
        hn::StoreU(load_first(d, values + rows[p] + runs.first, runs.lanes, T{0}), d, to + p * stride);
    } else if (runs.count == 1) {
      unfold_runs<1>(values, rows, n, runs, to, stride);
    } else if (runs.count == 2) {
      unfold_runs<2>(values, rows, n, runs, to, stride);
    } else if (runs.count == 3) {
      unfold_runs<3>(values, rows, n, runs, to, stride);
    } else {
      const auto places = hn::LoadU(hn::RebindToSigned<D>(), runs.places);
      for (std::int64_t p = 0; p < n; ++p)
        hn::StoreU(hn::GatherIndex(d, values + rows[p] + runs.first, places), d, to + p * stride);
    }
  }

  // Packed weights: of each block of depth, of each tile of rows, a column after the other.
  static std::int64_t depth_of_block(const Correlation& c) {
    const std::int64_t taps = c.taps();
    return taps <= kProductDepth ? kProductDepth / taps * taps : kProductDepth;
  }
  static std::int64_t whole_tiles(std::int64_t rows) { return (rows + kTileRows - 1) / kTileRows * kTileRows; }
  static std::int64_t packed_size(const Correlation& c) { return whole_tiles(c.rows) * c.depth(); }
  static void pack_weights(const Correlation& c, const T* w, std::int64_t begin, std::int64_t end, T* packed) {
    const std::int64_t depth = c.depth(), block = depth_of_block(c);
    for (std::int64_t p = 0; p < depth; p += block) {
      const std::int64_t n = std::min(block, depth - p);
      Tiles<T>::template pack<kTileRows>(end - begin, n, Strided{w, depth, 1}.from(begin, p),
                                         packed + whole_tiles(c.rows) * p + begin * n);
    }
  }

  /// What a thread needs for a window of rows [begin, begin + n), and `more` elements.
  struct Parts {
    std::int64_t* rows;  // where each lies
    T* window;
    T* more;

    Parts(const Window& window, std::int64_t rows, std::int64_t channels, std::int64_t more) {
      const std::int64_t places = whole_lines(rows * static_cast<std::int64_t>(sizeof(std::int64_t) / sizeof(T)));
      // Vectors at the end of a window read past it.
      const std::int64_t values = window.in_place ? 0 : whole_lines(channels * window.plane + kVector);
      T* const memory = scratch(places + values + more);
      this->rows = reinterpret_cast<std::int64_t*>(memory);
      this->window = memory + places;
      this->more = memory + places + values;
    }
  };

  /// From where output q lies in a row of out.
  static std::int64_t place_of_output(const Correlation& c, std::int64_t q) {
    const std::int64_t columns = c.axes[2].outputs, rows = c.axes[1].outputs;
    return q % columns * c.axes[2].out_stride + q / columns % rows * c.axes[1].out_stride +
           q / columns / rows * c.axes[0].out_stride;
  }

  /// Calls body(p, n, values) for each block [p, p + n) of the depth, once parts.rows and the window are those of it.
  template <class Body>
  static void for_each_block(const Correlation& c, const Window& window, const Parts& parts, const T* in,
                             const Body& body) {
    const std::int64_t depth = c.depth(), block = depth_of_block(c), taps = c.taps();
    for (std::int64_t p = 0; p < depth; p += block) {
      const std::int64_t n = std::min(block, depth - p), channel = p / taps;
      const T* const values = in + channel * c.in_plane;
      if (!window.in_place) window.fill(values, (p + n - 1) / taps - channel + 1, parts.window);
      window.places_of_rows(p, n, channel, parts.rows);
      body(p, n, window.in_place ? values : parts.window);
    }
  }
  /// The most channels of a block.
  static std::int64_t channels_of_block(const Correlation& c) {
    const std::int64_t taps = c.taps(), block = depth_of_block(c);
    return std::min(c.channels, block % taps == 0 ? block / taps : block / taps + 2);
  }

  static void correlate(const Correlation& c, const T* in, const T* w, const T* start, std::int64_t row_begin,
                        std::int64_t row_end, OutputRange range, T* out) {
    if (c.has_few_rows()) return correlate_row_by_row(c, in, w, start, range, out);
    const std::int64_t rows = row_end - row_begin, block = std::min(c.depth(), depth_of_block(c));
    const bool dense = c.is_dense();
    const Window window(c, range, true);
    const Parts parts(window, block, channels_of_block(c), kTileColumns * (block + (dense ? 0 : rows)));
    T* const panel = parts.more;
    T* const tile = panel + kTileColumns * block;
    out += row_begin * c.out_plane;
    for_each_block(c, window, parts, in, [&](std::int64_t p, std::int64_t n, const T* values) {
      const T* const packed = w + whole_tiles(c.rows) * p + row_begin * n;
      const Start before = {start ? start + row_begin : nullptr, p > 0};
      for (std::int64_t q = range.begin; q < range.end; q += kTileColumns) {
        const std::int64_t columns = std::min(kTileColumns, range.end - q);
        for (std::int64_t v = 0; v < columns; v += kVector)
          unfold(window, values, parts.rows, n, Runs(window, q + v, range.end), panel + v, kTileColumns);
        if (!dense && p > 0) move_columns<false>(c, rows, q, columns, tile, out);
        T* const to = dense ? out + q : tile;
        const std::int64_t stride = dense ? c.out_plane : kTileColumns;
        for (std::int64_t i = 0; i < rows; i += kTileRows)
          Tiles<T>::any_tiles(std::min(kTileRows, rows - i), n, {packed + i * n, 1, kTileRows}, panel, kTileColumns,
                              true, to + i * stride, stride, columns, before.from(i));
        if (!dense) move_columns<true>(c, rows, q, columns, tile, out);
      }
    });
  }

  /// Between a tile and outputs that do not lie side by side.
  template <bool kOut>
  static void move_columns(const Correlation& c, std::int64_t rows, std::int64_t q, std::int64_t columns, T* tile,
                           T* out) {
    std::int64_t places[kTileColumns];
    for (std::int64_t j = 0; j < columns; ++j) places[j] = place_of_output(c, q + j);
    for (std::int64_t i = 0; i < rows; ++i, tile += kTileColumns, out += c.out_plane) {
      for (std::int64_t j = 0; j < columns; ++j) {
        if constexpr (kOut)
          out[places[j]] = tile[j];
        else
          tile[j] = out[places[j]];
      }
    }
  }

  /// Weights [rows, depth] as they are.
  static void correlate_row_by_row(const Correlation& c, const T* in, const T* w, const T* start, OutputRange range,
                                   T* out) {
    const Window window(c, range, false);  // vectors of which may be read past the end
    const Parts parts(window, std::min(c.depth(), depth_of_block(c)), channels_of_block(c), kMostVectors * kVector);
    const std::int64_t columns = c.axes[2].outputs, stride = c.axes[2].out_stride;
    for_each_block(c, window, parts, in, [&](std::int64_t p, std::int64_t n, const T* values) {
      for (std::int64_t r = 0; r < c.rows; ++r) {
        const Line line = {w + r * c.depth() + p, parts.rows, n, {start ? start + r : nullptr, p > 0}};
        for (std::int64_t q = range.begin; q < range.end;) {
          const std::int64_t end = std::min(range.end, q + columns - q % columns);
          const T* from = values + window.output(q);
          T* to = out + r * c.out_plane + place_of_output(c, q);
          for (std::int64_t left = end - q; left > 0; left -= kMostVectors * kVector)
            line.outputs(from + (end - q - left), std::min(left, kMostVectors * kVector),
                         to + (end - q - left) * stride, stride, parts.more);
          q = end;
        }
      }
    });
  }
  static constexpr std::int64_t kMostVectors = 4;

  /// A row of weights, to be summed over neighbouring outputs.
  struct Line {
    const T* weights;
    const std::int64_t* rows;
    std::int64_t depth;
    Start start;

    void outputs(const T* from, std::int64_t n, T* to, std::int64_t stride, T* room) const {
      if (stride != 1) {
        for (std::int64_t i = 0; start.is_there && i < n; ++i) room[i] = to[i * stride];
        outputs(from, n, room, 1, nullptr);
        for (std::int64_t i = 0; i < n; ++i) to[i * stride] = room[i];
      } else if (n > 2 * kVector) {
        vectors<4>(from, n, to);
      } else if (n > kVector) {
        vectors<2>(from, n, to);
      } else {
        vectors<1>(from, n, to);
      }
    }

    template <int kVecs>
    HWY_INLINE void vectors(const T* from, std::int64_t n, T* to) const {
      const D d;
      V sums[kVecs];
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v)
        sums[v] = start.is_there ? load_first(d, to + v * kVector, lanes(n, v), T{0}) : start.of_row(0);
      for (std::int64_t p = 0; p < depth; ++p) {
        const V weight = hn::Set(d, weights[p]);
        const T* const values = from + rows[p];
        DESCENT_UNROLL
        for (int v = 0; v < kVecs; ++v) sums[v] = hn::MulAdd(weight, hn::LoadU(d, values + v * kVector), sums[v]);
      }
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v) store_first(sums[v], d, to + v * kVector, lanes(n, v));
    }
    static std::int64_t lanes(std::int64_t n, int v) { return std::clamp<std::int64_t>(n - v * kVector, 0, kVector); }
  };

  static void products(const Correlation& c, const T* in, const T* out, std::int64_t row_begin, std::int64_t row_end,
                       OutputRange range, bool add, T* sums, std::int64_t columns) {
    const std::int64_t rows = c.depth(), depth = range.end - range.begin;
    // Not a power of two, at which all rows would share few lines of the first cache.
    const std::int64_t stride = whole_lines(depth + kVector) | kLine;
    const Window window(c, range, true);
    const std::int64_t unfolded_size = window.in_place ? 0 : rows * stride;
    const Parts parts(window, rows, c.channels, unfolded_size + kTileColumns * depth + rows);
    Strided unfolded = {in + range.begin, c.in_plane, 1};
    if (!window.in_place) {
      unfolded = {parts.more, stride, 1};
      window.fill(in, c.channels, parts.window);
      window.places_of_rows(0, rows, 0, parts.rows);
      for (std::int64_t q = 0; q < depth; q += kVector)
        unfold(window, parts.window, parts.rows, rows, Runs(window, range.begin + q, range.end), parts.more + q,
               stride);
    }
    if (c.has_few_rows()) {
      T* const dots = parts.more + unfolded_size;
      for (std::int64_t r = row_begin; r < row_end; ++r) {
        Tiles<T>::row_times_columns(rows, depth, out + r * c.out_plane + range.begin, unfolded, dots);
        for (std::int64_t i = 0; i < rows; ++i) sums[i * columns + r] = add ? sums[i * columns + r] + dots[i] : dots[i];
      }
      return;
    }
    T* const panel = parts.more + unfolded_size;
    for (std::int64_t r = row_begin; r < row_end; r += kTileColumns) {
      const std::int64_t width = std::min(kTileColumns, row_end - r);
      Tiles<T>::template pack<kTileColumns>(width, depth, {out + r * c.out_plane + range.begin, c.out_plane, 1}, panel);
      Tiles<T>::any_tiles(rows, depth, unfolded, panel, kTileColumns, true, sums + r, columns, width,
                          {.is_there = add});
    }
  }
};

template <class T>
const ConvolutionKernels<T>& find_convolution_kernels() {
  static constexpr ConvolutionKernels<T> kernels = {Correlator<T>::packed_size, Correlator<T>::pack_weights,
                                                    Correlator<T>::correlate, Correlator<T>::products};
  return kernels;
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

template <class T>
const ConvolutionKernels<T>& convolution_kernels(std::int64_t target) {
  DESCENT_CALL_TARGET(target, find_convolution_kernels<T>);
}
template const ConvolutionKernels<float>& convolution_kernels<float>(std::int64_t target);
template const ConvolutionKernels<double>& convolution_kernels<double>(std::int64_t target);

}  // namespace descent::kernels
#endif
