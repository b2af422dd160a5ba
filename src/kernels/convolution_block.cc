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

#include "kernels/convolution_kernels.h"
#include "kernels/matmul_tile.h"
#include "kernels/thread_memory.h"

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

  /// Memory of the thread, for so many elements, at the beginning of a cache line.
  static T* scratch(std::int64_t size) {
    constinit thread_local ThreadMemory memory;
    return memory.at_least<T>(size);
  }
  static constexpr std::int64_t kLine = 64 / sizeof(T);
  static constexpr std::int64_t whole_lines(std::int64_t size) { return (size + kLine - 1) / kLine * kLine; }

  /// Lane i is from[i * step] if it lies in [begin, end), and else 0.
  static HWY_INLINE V load_between(const T* from, std::int64_t step, std::int64_t begin, std::int64_t end) {
    const D d;
    if (begin >= kVector || end <= 0 || begin >= end) return hn::Zero(d);
    if (step == 1) {
      if (begin <= 0 && end >= kVector) return hn::LoadU(d, from);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
      const auto until_end = hn::FirstN(d, static_cast<std::size_t>(std::min(end, kVector)));
      const auto until_begin = hn::FirstN(d, static_cast<std::size_t>(std::max<std::int64_t>(begin, 0)));
      return hn::MaskedLoad(hn::AndNot(until_begin, until_end), d, from);
#endif
    }
#if HWY_TARGET != HWY_SCALAR
    if (step == 2 && begin <= 0 && end > kVector) {
      V even, odd;
      hn::LoadInterleaved2(d, from, even, odd);
      return even;
    }
#endif
    HWY_ALIGN T lanes[kVector];
    for (std::int64_t i = 0; i < kVector; ++i) lanes[i] = i >= begin && i < end ? from[i * step] : T{0};
    return hn::Load(d, lanes);
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

    /// How far from an output's place (Cursor) rows [begin, begin + n) of all channels and taps lie, for a window that
    /// begins with channel `channel`.
    void places_of_rows(std::int64_t begin, std::int64_t n, std::int64_t channel, std::int64_t* to) const {
      const CorrelationAxis(&axes)[3] = c.axes;
      const std::int64_t step = axes[2].step;
      std::int64_t row = begin;
      std::int64_t j[3];
      for (int i = 2; i >= 0; row /= axes[i--].taps) j[i] = row % axes[i].taps;
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t at = j[2] * axes[2].tap_step - lowest_tap(axes[2]);
        to[i] = (row - channel) * plane +
                ((j[0] * axes[0].tap_step - lowest_tap(axes[0])) * size[1] + j[1] * axes[1].tap_step -
                 lowest_tap(axes[1])) *
                    size[2] +
                (step == 1 ? at : at % step * strip + at / step);
        if (++j[2] < axes[2].taps) continue;
        j[2] = 0;
        if (++j[1] < axes[1].taps) continue;
        j[1] = 0;
        if (++j[0] < axes[0].taps) continue;
        j[0] = 0;
        ++row;
      }
    }

    /// Copies `channels` channels; `in` is the first of them. Rows are written in order, each a little too far.
    void fill(const T* in, std::int64_t channels, T* to) const {
      const D d;
      const CorrelationAxis(&axes)[3] = c.axes;
      const std::int64_t step = axes[2].step;
      for (std::int64_t channel = 0; channel < channels; ++channel) {
        for (std::int64_t i = 0; i < size[0]; ++i) {
          for (std::int64_t j = 0; j < size[1]; ++j) {
            const std::int64_t y = low[0] + i, x = low[1] + j;
            const bool is_there = y >= 0 && y < axes[0].inputs && x >= 0 && x < axes[1].inputs;
            const T* const row = in + channel * c.in_plane + (y * axes[1].inputs + x) * axes[2].inputs;
            for (std::int64_t phase = 0; phase < step; ++phase, to += strip) {
              // Positions at + u * step, of which these are there.
              const std::int64_t at = low[2] + phase;
              const std::int64_t begin = is_there ? divide_up(-at, step) : 0;
              const std::int64_t end = is_there ? divide_up(axes[2].inputs - at, step) : 0;
              for (std::int64_t u = 0; u < strip; u += kVector)
                hn::StoreU(load_between(row + at + u * step, step, begin - u, end - u), d, to + u);
            }
          }
        }
      }
    }

    static std::int64_t divide_up(std::int64_t a, std::int64_t b) {
      if (b == 1) return a;  // a division takes as long as a short row does
      return a > 0 ? (a + b - 1) / b : -(-a / b);
    }
  };

  /// An output: where it lies in a window, and in a row of out.
  class Cursor {
   public:
    Cursor(const Window& window, std::int64_t q) : window_(&window) {
      const CorrelationAxis(&axes)[3] = window.c.axes;
      column_ = q % axes[2].outputs;
      row_ = q / axes[2].outputs % axes[1].outputs;
      plane_ = q / axes[2].outputs / axes[1].outputs;
      find_row();
    }

    std::int64_t in_window() const { return in_window_ + column_ - window_->first[2]; }
    std::int64_t in_out() const { return in_out_ + column_ * window_->c.axes[2].out_stride; }
    /// Outputs from this one to the end of its row.
    std::int64_t left() const { return window_->c.axes[2].outputs - column_; }
    void next_row() {
      column_ = 0;
      if (++row_ == window_->c.axes[1].outputs) {
        row_ = 0;
        ++plane_;
      }
      find_row();
    }
    void advance(std::int64_t n) {
      for (; n >= left(); next_row()) n -= left();
      column_ += n;
    }

   private:
    void find_row() {
      const CorrelationAxis(&axes)[3] = window_->c.axes;
      in_window_ =
          ((plane_ - window_->first[0]) * axes[0].step * window_->size[1] + (row_ - window_->first[1]) * axes[1].step) *
          window_->size[2];
      in_out_ = plane_ * axes[0].out_stride + row_ * axes[1].out_stride;
    }

    const Window* window_;
    std::int64_t column_, row_, plane_;
    std::int64_t in_window_, in_out_;
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
    Place places[kVector];            // of each lane, from the first, of more runs

    /// `outputs` of them from `at` on.
    Runs(Cursor at, std::int64_t outputs) : first(at.in_window()), lanes(std::min(kVector, outputs)) {
      const Cursor start = at;
      for (std::int64_t lane = at.left(); lane < lanes; lane += at.left()) {
        at.next_row();
        if (count < kMost) {
          begins[count] = lane;
          jumps[count] = at.in_window() - lane - first;
        }
        ++count;
      }
      if (count <= kMost) return;
      at = start;
      for (std::int64_t lane = 0; lane < kVector; ++lane) {
        places[lane] = static_cast<Place>(lane < lanes ? at.in_window() - first : 0);
        if (lane + 1 < lanes) at.advance(1);
      }
    }
    /// Of outputs that lie as they are.
    Runs(std::int64_t begin, std::int64_t outputs) : first(begin), lanes(std::min(kVector, outputs)) {}
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

  static Runs runs_of(const Window& window, const Cursor& at, std::int64_t q, std::int64_t end) {
    return window.in_place ? Runs(q, end - q) : Runs(at, end - q);
  }

  // Packed weights: of each block of depth, of each tile of rows, a column after the other.
  static constexpr std::int64_t kDepth = 256;
  static std::int64_t depth_of_block(const Correlation& c) {
    const std::int64_t taps = c.taps();
    return taps <= kDepth ? kDepth / taps * taps : kDepth;
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
      Cursor at(window, range.begin);
      for (std::int64_t q = range.begin; q < range.end; q += kTileColumns) {
        const std::int64_t columns = std::min(kTileColumns, range.end - q);
        const Cursor first = at;
        for (std::int64_t v = 0; v < columns; v += kVector) {
          unfold(window, values, parts.rows, n, runs_of(window, at, q + v, range.end), panel + v, kTileColumns);
          at.advance(kVector);
        }
        if (!dense && p > 0) move_columns<false>(c, rows, first, columns, tile, out);
        T* const to = dense ? out + q : tile;
        const std::int64_t stride = dense ? c.out_plane : kTileColumns;
        for (std::int64_t i = 0; i < rows; i += kTileRows)
          Tiles<T>::any_tiles(std::min(kTileRows, rows - i), n, {packed + i * n, 1, kTileRows}, panel, kTileColumns,
                              true, to + i * stride, stride, columns, before.from(i));
        if (!dense) move_columns<true>(c, rows, first, columns, tile, out);
      }
    });
  }

  /// Between a tile and outputs that do not lie side by side.
  template <bool kOut>
  static void move_columns(const Correlation& c, std::int64_t rows, Cursor at, std::int64_t columns, T* tile, T* out) {
    std::int64_t places[kTileColumns];
    for (std::int64_t j = 0; j < columns; ++j) {
      places[j] = at.in_out();
      at.advance(1);
    }
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
    const std::int64_t stride = c.axes[2].out_stride;
    for_each_block(c, window, parts, in, [&](std::int64_t p, std::int64_t n, const T* values) {
      for (std::int64_t r = 0; r < c.rows; ++r) {
        const Line line = {w + r * c.depth() + p, parts.rows, n, {start ? start + r : nullptr, p > 0}};
        Cursor at(window, range.begin);
        for (std::int64_t q = range.begin; q < range.end; q += at.left(), at.next_row()) {
          const T* from = values + at.in_window();
          T* to = out + r * c.out_plane + at.in_out();
          for (std::int64_t left = std::min(at.left(), range.end - q); left > 0; left -= kMostVectors * kVector) {
            line.outputs(from, std::min(left, kMostVectors * kVector), to, stride, parts.more);
            from += kMostVectors * kVector;
            to += kMostVectors * kVector * stride;
          }
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
    if (c.has_few_rows()) return products_row_by_row(c, in, out, row_begin, row_end, range, add, sums, columns);
    const std::int64_t rows = c.depth(), depth = range.end - range.begin;
    const Window window(c, range, true);
    // Not a power of two apart: rows would share few lines of the first cache.
    const std::int64_t stride = whole_lines(depth + kVector) | kLine;
    const std::int64_t panels = (row_end - row_begin + kTileColumns - 1) / kTileColumns;
    const Parts parts(window, rows, c.channels, kRowsUnfolded * stride + panels * kTileColumns * depth);
    T* const unfolded = parts.more;
    T* const packed = unfolded + kRowsUnfolded * stride;
    Tiles<T>::template pack<kTileColumns>(row_end - row_begin, depth,
                                          {out + row_begin * c.out_plane + range.begin, c.out_plane, 1}, packed);
    if (!window.in_place) window.fill(in, c.channels, parts.window);
    window.places_of_rows(0, rows, 0, parts.rows);
    for (std::int64_t i = 0; i < rows; i += kRowsUnfolded) {
      const std::int64_t n = std::min(kRowsUnfolded, rows - i);
      Strided some = {in + i * c.in_plane + range.begin, c.in_plane, 1};
      if (!window.in_place) {
        some = {unfolded, stride, 1};
        Cursor at(window, range.begin);
        for (std::int64_t q = 0; q < depth; q += kVector, at.advance(kVector))
          unfold(window, parts.window, parts.rows + i, n, Runs(at, depth - q), unfolded + q, stride);
      }
      for (std::int64_t r = row_begin; r < row_end; r += kTileColumns)
        Tiles<T>::any_tiles(n, depth, some, packed + (r - row_begin) * depth, kTileColumns, true,
                            sums + i * columns + r, columns, std::min(kTileColumns, row_end - r), {.is_there = add});
    }
  }
  /// Rows that stay, unfolded, in the first cache.
  static constexpr std::int64_t kRowsUnfolded = 24;

  static void products_row_by_row(const Correlation& c, const T* in, const T* out, std::int64_t row_begin,
                                  std::int64_t row_end, OutputRange range, bool add, T* sums, std::int64_t columns) {
    const Window window(c, range, false);
    const std::int64_t rows = c.depth();
    const Parts parts(window, rows, c.channels, 0);
    window.fill(in, c.channels, parts.window);
    window.places_of_rows(0, rows, 0, parts.rows);
    for (std::int64_t r = row_begin; r < row_end; ++r) {
      const T* const factors = out + r * c.out_plane;
      std::int64_t i = 0;
      for (; i + 9 <= rows; i += 9) dots<9>(window, parts, i, factors, range, add, sums + i * columns + r, columns);
      for (; i + 3 <= rows; i += 3) dots<3>(window, parts, i, factors, range, add, sums + i * columns + r, columns);
      for (; i < rows; ++i) dots<1>(window, parts, i, factors, range, add, sums + i * columns + r, columns);
    }
  }

  /// The sums over outputs of their factor times what they meet in kRows rows: in lanes of 64 bytes together.
  template <int kRows>
  static void dots(const Window& window, const Parts& parts, std::int64_t row, const T* factors, OutputRange range,
                   bool add, T* sums, std::int64_t stride) {
    constexpr int kVecs = static_cast<int>(kLine / kVector);
    const D d;
    V lanes[kRows][kVecs];
    DESCENT_UNROLL
    for (int i = 0; i < kRows; ++i) {
      DESCENT_UNROLL
      for (int v = 0; v < kVecs; ++v) lanes[i][v] = hn::Zero(d);
    }
    const std::int64_t* const rows = parts.rows + row;
    Cursor at(window, range.begin);
    for (std::int64_t line = range.begin; line < range.end; line += at.left(), at.next_row()) {
      const T* from = parts.window + at.in_window();
      const std::int64_t end = line + std::min(at.left(), range.end - line);
      for (std::int64_t q = line; q < end; q += kLine, from += kLine) {
        DESCENT_UNROLL
        for (int v = 0; v < kVecs; ++v) {
          const std::int64_t left = end - q - v * kVector;
          if (left <= 0) break;
          const V factor = left >= kVector ? hn::LoadU(d, factors + q + v * kVector)
                                           : load_first(d, factors + q + v * kVector, left, T{0});
          DESCENT_UNROLL
          for (int i = 0; i < kRows; ++i) {
            // What lies behind the last output is anything, NaN too.
            const V values = hn::LoadU(d, from + rows[i] + v * kVector);
            lanes[i][v] = hn::MulAdd(factor, left >= kVector ? values : first_lanes(values, left), lanes[i][v]);
          }
        }
      }
    }
    DESCENT_UNROLL
    for (int i = 0; i < kRows; ++i) {
      for (int half = kVecs / 2; half > 0; half /= 2)
        for (int v = 0; v < half; ++v) lanes[i][v] = hn::Add(lanes[i][v], lanes[i][v + half]);
      const T sum = fold_lanes<Sum<T>>(d, lanes[i][0]);
      sums[i * stride] = add ? sums[i * stride] + sum : sum;
    }
  }
  static HWY_INLINE V first_lanes(V v, std::int64_t n) {
    const D d;
    return hn::IfThenElseZero(hn::FirstN(d, static_cast<std::size_t>(n)), v);
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
