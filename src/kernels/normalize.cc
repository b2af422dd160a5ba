// Channels that are normalized: each by itself where its numbers lie together in runs, else as columns of rows.
#include "kernels/normalize.h"

#include <algorithm>
#include <cstddef>

#include "kernels/normalize_kernels.h"
#include "kernels/parallel.h"
#include "kernels/reduce.h"
#include "kernels/targets.h"

namespace descent::kernels {
namespace {

/// Elements that are worth waking a thread for.
constexpr std::int64_t kGrain = 1 << 13;

/// Shorter runs than this are columns.
constexpr std::int64_t kShortestRun = 8;
bool lies_in_columns(const NormalizedChannels& form) { return form.inner < kShortestRun && form.batch > 1; }

/// Calls body(kernels, channel) for each channel.
template <class Body>
void for_each_channel(const NormalizedChannels& form, const Body& body) {
  const ChannelKernels& kernels = channel_kernels(chosen_target(), form.type);
  const std::int64_t size = std::max<std::int64_t>(1, form.batch * form.inner);
  parallel_for(form.channels, std::max<std::int64_t>(1, kGrain / size), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t channel = begin; channel < end; ++channel) body(kernels, channel);
  });
}

/// Items of the batch as rows of channels * inner columns, in blocks of some rows.
template <class T>
class Columns {
 public:
  Columns(const NormalizedChannels& form, void* scratch)
      : form_(form),
        kernels_(column_kernels(chosen_target(), form.type)),
        columns_(form.channels * form.inner),
        block_(block_rows(form)),
        maps_(static_cast<T*>(scratch)),
        sums_(maps_ + 4 * columns_),
        partial_(sums_ + 4 * columns_) {}

  static std::int64_t scratch(const NormalizedChannels& form) {
    const std::int64_t blocks = (form.batch + block_rows(form) - 1) / block_rows(form);
    return (8 + 2 * blocks) * form.channels * form.inner * static_cast<std::int64_t>(sizeof(T));
  }

  void moments(const T* x, T* moments) {
    reduce(ReduceOp::sum, form_.type, x, 1, form_.batch, columns_, sums_);
    sum_of_channels(1);
    for (std::int64_t c = 0; c < form_.channels; ++c)
      moments[c] = static_cast<T>(static_cast<double>(channel_sum(0, c)) / count());
    spread(0, [&](std::int64_t c) { return moments[c]; });
    sum_blocks(1, [&](std::int64_t first, std::int64_t rows, T* sums) {
      kernels_.squares(x + first * columns_, rows, columns_, maps_, sums);
    });
    for (std::int64_t c = 0; c < form_.channels; ++c)
      moments[form_.channels + c] = static_cast<T>(static_cast<double>(channel_sum(0, c)) / count());
  }

  void forward(const T* x, const T* moments, const T* affine, T* y) {
    spread(0, [&](std::int64_t c) { return moments[c]; });
    spread(1, [&](std::int64_t c) { return static_cast<T>(scale(moments, c) * weight(affine, c)); });
    spread(2, [&](std::int64_t c) { return affine ? affine[form_.channels + c] : T{0}; });
    for_each_block([&](std::int64_t, std::int64_t first, std::int64_t rows) {
      kernels_.forward(x + first * columns_, rows, columns_, maps_, y + first * columns_);
    });
  }

  void backward(const T* g, const T* x, const T* moments, const T* affine, T* dx, T* daffine) {
    spread(0, [&](std::int64_t c) { return moments[c]; });
    sum_blocks(2, [&](std::int64_t first, std::int64_t rows, T* sums) {
      kernels_.slopes(g + first * columns_, x + first * columns_, rows, columns_, maps_, sums);
    });
    for (std::int64_t c = 0; c < form_.channels; ++c) {
      daffine[c] = static_cast<T>(static_cast<double>(channel_sum(1, c)) * scale(moments, c));
      daffine[form_.channels + c] = channel_sum(0, c);
    }
    spread(1, [&](std::int64_t c) { return static_cast<T>(scale(moments, c) * weight(affine, c)); });
    spread(2,
           [&](std::int64_t c) { return static_cast<T>(static_cast<double>(daffine[form_.channels + c]) / count()); });
    spread(3, [&](std::int64_t c) {
      return static_cast<T>(static_cast<double>(daffine[c]) * scale(moments, c) / count());
    });
    for_each_block([&](std::int64_t, std::int64_t first, std::int64_t rows) {
      kernels_.backward(g + first * columns_, x + first * columns_, rows, columns_, maps_, dx + first * columns_);
    });
  }

 private:
  /// Enough work for a thread, and of many rows some more, so that the partial sums stay few.
  static std::int64_t block_rows(const NormalizedChannels& form) {
    const std::int64_t columns = std::max<std::int64_t>(1, form.channels * form.inner);
    return std::max({std::int64_t{1}, 2 * kGrain / columns, std::min<std::int64_t>(64, form.batch / 32)});
  }

  double count() const { return static_cast<double>(form_.batch * form_.inner); }
  double scale(const T* moments, std::int64_t channel) const {
    return inverse_deviation(static_cast<double>(moments[form_.channels + channel]), form_.eps);
  }
  static double weight(const T* affine, std::int64_t channel) {
    return affine ? static_cast<double>(affine[channel]) : 1;
  }

  /// Map `which` of each column is f of its channel.
  template <class F>
  void spread(std::int64_t which, const F& f) {
    T* map = maps_ + which * columns_;
    for (std::int64_t c = 0; c < form_.channels; ++c) std::fill_n(map + c * form_.inner, form_.inner, f(c));
  }

  /// Calls body(block, first row, rows).
  template <class Body>
  void for_each_block(const Body& body) const {
    parallel_for(form_.batch, block_, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t first = begin; first < end; first += block_)
        body(first / block_, first, std::min(block_, end - first));
    });
  }

  /// What body(first row, rows, sums) leaves in `kinds` sums of each column, of all blocks together, and then of all
  /// columns of a channel.
  template <class Body>
  void sum_blocks(std::int64_t kinds, const Body& body) {
    for_each_block([&](std::int64_t block, std::int64_t first, std::int64_t rows) {
      body(first, rows, partial_ + block * kinds * columns_);
    });
    const std::int64_t blocks = (form_.batch + block_ - 1) / block_;
    reduce(ReduceOp::sum, form_.type, partial_, 1, blocks, kinds * columns_, sums_);
    sum_of_channels(kinds);
  }
  void sum_of_channels(std::int64_t kinds) {
    reduce(ReduceOp::sum, form_.type, sums_, kinds * form_.channels, form_.inner, 1, sums_ + 2 * columns_);
  }
  T channel_sum(std::int64_t kind, std::int64_t channel) const {
    return sums_[2 * columns_ + kind * form_.channels + channel];
  }

  const NormalizedChannels& form_;
  const ColumnKernels& kernels_;
  const std::int64_t columns_, block_;
  T* maps_;     // 4 of each column
  T* sums_;     // 2 of each column, then those of each channel
  T* partial_;  // 2 of each column and block
};

/// Calls f(T{}) with the type of the numbers.
template <class F>
decltype(auto) with_type(DType type, const F& f) {
  return type == DType::float32 ? f(float{}) : f(double{});
}

}  // namespace

std::int64_t normalize_channels_scratch(const NormalizedChannels& form) {
  if (!lies_in_columns(form)) return 0;
  return with_type(form.type, [&](auto zero) { return Columns<decltype(zero)>::scratch(form); });
}

void channel_moments(const NormalizedChannels& form, const void* x, void* moments, void* scratch) {
  if (lies_in_columns(form)) {
    return with_type(form.type, [&]<class T>(T) {
      Columns<T>(form, scratch).moments(static_cast<const T*>(x), static_cast<T*>(moments));
    });
  }
  for_each_channel(
      form, [&](const ChannelKernels& kernels, std::int64_t channel) { kernels.moments(form, channel, x, moments); });
}

void normalize_channels(const NormalizedChannels& form, const void* x, const void* moments, const void* affine, void* y,
                        void* scratch) {
  if (lies_in_columns(form)) {
    return with_type(form.type, [&]<class T>(T) {
      Columns<T>(form, scratch)
          .forward(static_cast<const T*>(x), static_cast<const T*>(moments), static_cast<const T*>(affine),
                   static_cast<T*>(y));
    });
  }
  for_each_channel(form, [&](const ChannelKernels& kernels, std::int64_t channel) {
    kernels.forward(form, channel, x, moments, affine, y);
  });
}

void normalize_channels_backward(const NormalizedChannels& form, const void* g, const void* x, const void* moments,
                                 const void* affine, void* dx, void* daffine, void* scratch) {
  if (lies_in_columns(form)) {
    return with_type(form.type, [&]<class T>(T) {
      Columns<T>(form, scratch)
          .backward(static_cast<const T*>(g), static_cast<const T*>(x), static_cast<const T*>(moments),
                    static_cast<const T*>(affine), static_cast<T*>(dx), static_cast<T*>(daffine));
    });
  }
  for_each_channel(form, [&](const ChannelKernels& kernels, std::int64_t channel) {
    kernels.backward(form, channel, g, x, moments, affine, dx, daffine);
  });
}

}  // namespace descent::kernels
