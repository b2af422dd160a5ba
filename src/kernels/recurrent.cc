// Sequences of a batch do not meet: each block of them goes through all steps on one thread.
#include "kernels/recurrent.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "descent/error.h"
#include "kernels/elementwise.h"
#include "kernels/matmul.h"
#include "kernels/parallel.h"
#include "kernels/recurrent_cells.h"
#include "kernels/targets.h"

namespace descent::kernels {
namespace {

/// How many sequences go together: enough for the matrix product's tiles, few enough for several threads.
std::int64_t block_of(std::int64_t batch) {
  if (batch <= 8) return std::max<std::int64_t>(batch, 1);
  return batch < 24 ? (batch + 1) / 2 : batch < 96 ? 12 : 24;
}

/// Elementwise functions of spans.
template <class T>
struct Spans {
  static void apply(Formula formula, std::int64_t n, T* out, const T* a, const T* b = nullptr, const T* c = nullptr) {
    const Operand in[] = {{a, 1}, {b, 1}, {c, 1}};
    elementwise(formula, dtype_of<T>())(in, out, n);
  }
};

/// Some sequences of a layer.
template <class T>
class Block {
 public:
  Block(const Recurrence& layer, std::int64_t begin, std::int64_t end)
      : layer_(layer),
        begin_(begin),
        rows_(end - begin),
        hidden_(layer.hidden),
        gates_(gates_of(layer.cell) * hidden_) {}

  /// `transposed` is the weight, [hidden, gates * hidden].
  void forward(const T* transposed, const T* x, T* planes) const {
    std::vector<T> scratch(size(rows_ * gates_) + size(rows_ * hidden_));
    T* const sums = scratch.data();
    T* const more = sums + rows_ * gates_;
    for (std::int64_t s = 0; s < layer_.steps; ++s) {
      const std::int64_t t = step(s);
      const T* const h = before(planes, 0, t, layer_.h);
      matmul(dtype_of<T>(), rows_, gates_, hidden_, {h, hidden_, false}, 0, {transposed, gates_, false}, 0, sums, 1);
      const T* const input = x + (t * layer_.batch + begin_) * gates_;
      switch (layer_.cell) {
        case Cell::rnn_tanh:
        case Cell::rnn_relu: {
          T* const out = at(planes, 0, t);
          Spans<T>::apply(Formula::add, rows_ * hidden_, out, sums, input);
          const Formula bend = layer_.cell == Cell::rnn_tanh ? Formula::tanh : Formula::relu;
          Spans<T>::apply(bend, rows_ * hidden_, out, out);
          break;
        }
        case Cell::lstm:
          lstm(planes, t, input, sums, more);
          break;
        case Cell::gru:
          gru(planes, t, input, h, sums, more);
          break;
      }
      keep_ended(planes, t);
    }
  }

  void backward(const T* planes, const T* gradient_h, const T* gradient_c, T* gradient_x, T* gradient_u,
                T* gradient_first_h, T* gradient_first_c) const {
    const auto& gradients = cell_gradients<T>(chosen_target());
    const std::int64_t count = rows_ * hidden_, offset = begin_ * hidden_;
    std::vector<T> scratch(3 * size(count));
    T* const dh = scratch.data();  // of h after the step
    T* const through_u = dh + count;
    T* const tanh_c = through_u + count;
    T* const dc = gradient_first_c ? gradient_first_c + offset : nullptr;
    if (dc && gradient_c) std::copy_n(gradient_c + offset, count, dc);
    if (dc && !gradient_c) std::fill_n(dc, count, T{0});
    std::fill_n(dh, count, T{0});
    for (std::int64_t s = layer_.steps - 1; s >= 0; --s) {
      const std::int64_t t = step(s), place = t * layer_.batch + begin_;
      Spans<T>::apply(Formula::add, count, dh, dh, gradient_h + place * hidden_);
      T* const dx = gradient_x + place * gates_;
      T* const du = gradient_u ? gradient_u + place * gates_ : dx;
      if (layer_.cell == Cell::lstm) Spans<T>::apply(Formula::tanh, count, tanh_c, at(planes, 1, t));
      const T* const h = before(planes, 0, t, layer_.h);
      const T* const c = layer_.cell == Cell::lstm ? before(planes, 1, t, layer_.c) : nullptr;
      for (std::int64_t row = 0; row < rows_; ++row) {
        const std::int64_t first = row * hidden_;
        T* const dx_row = dx + row * gates_;
        T* const du_row = du + row * gates_;
        const auto plane = [&](std::int64_t k) { return at(planes, k, t) + first; };
        if (has_ended(row, t)) {
          std::fill_n(dx_row, gates_, T{0});
          std::fill_n(du_row, gates_, T{0});
          continue;
        }
        switch (layer_.cell) {
          case Cell::rnn_tanh:
            gradients.rnn_tanh(hidden_, plane(0), dh + first, dx_row);
            break;
          case Cell::rnn_relu:
            gradients.rnn_relu(hidden_, plane(0), dh + first, dx_row);
            break;
          case Cell::lstm:
            gradients.lstm(hidden_, plane(2), plane(3), plane(4), plane(5), c + first, tanh_c + first, dh + first,
                           dc + first, dx_row, dx_row + hidden_, dx_row + 2 * hidden_, dx_row + 3 * hidden_);
            break;
          case Cell::gru:
            gradients.gru(hidden_, plane(1), plane(2), plane(3), plane(4), h + first, dh + first, dx_row,
                          dx_row + hidden_, dx_row + 2 * hidden_, du_row + 2 * hidden_);
            std::copy_n(dx_row, 2 * hidden_, du_row);
            break;
        }
        // What is left for the step before comes through u, and of gru besides.
        if (layer_.cell != Cell::gru) std::fill_n(dh + first, hidden_, T{0});
      }
      matmul(dtype_of<T>(), rows_, hidden_, gates_, {du, gates_, false}, 0, {layer_.weight, hidden_, false}, 0,
             through_u, 1);
      Spans<T>::apply(Formula::add, count, dh, dh, through_u);
    }
    std::copy_n(dh, count, gradient_first_h + offset);
  }

 private:
  static std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }
  std::int64_t step(std::int64_t s) const { return layer_.reversed ? layer_.steps - 1 - s : s; }

  /// The block's rows of plane k at step t.
  template <class P>
  P* at(P* planes, std::int64_t k, std::int64_t t) const {
    return planes + ((layer_.plane(k) + t) * layer_.batch + begin_) * hidden_;
  }
  /// The same of the step before, or of the first state.
  const T* before(const T* planes, std::int64_t k, std::int64_t t, const void* first) const {
    if (t == step(0)) return static_cast<const T*>(first) + begin_ * hidden_;
    return at(planes, k, layer_.reversed ? t + 1 : t - 1);
  }

  bool has_ended(std::int64_t row, std::int64_t t) const { return layer_.lengths && t >= layer_.lengths[begin_ + row]; }
  /// What has ended stays as it was.
  void keep_ended(T* planes, std::int64_t t) const {
    if (!layer_.lengths) return;
    for (std::int64_t row = 0; row < rows_; ++row) {
      if (!has_ended(row, t)) continue;
      std::copy_n(before(planes, 0, t, layer_.h) + row * hidden_, hidden_, at(planes, 0, t) + row * hidden_);
      if (layer_.cell == Cell::lstm)
        std::copy_n(before(planes, 1, t, layer_.c) + row * hidden_, hidden_, at(planes, 1, t) + row * hidden_);
    }
  }

  void lstm(T* planes, std::int64_t t, const T* input, T* sums, T* more) const {
    static constexpr Formula kBends[] = {Formula::sigmoid, Formula::sigmoid, Formula::tanh, Formula::sigmoid};
    Spans<T>::apply(Formula::add, rows_ * gates_, sums, sums, input);
    for (std::int64_t k = 0; k < 4; ++k) {
      for (std::int64_t row = 0; row < rows_; ++row)
        Spans<T>::apply(kBends[k], hidden_, at(planes, 2 + k, t) + row * hidden_, sums + row * gates_ + k * hidden_);
    }
    const std::int64_t count = rows_ * hidden_;
    T* const c = at(planes, 1, t);
    Spans<T>::apply(Formula::mul, count, c, at(planes, 3, t), before(planes, 1, t, layer_.c));
    Spans<T>::apply(Formula::addcmul, count, c, c, at(planes, 2, t), at(planes, 4, t));
    Spans<T>::apply(Formula::tanh, count, more, c);
    Spans<T>::apply(Formula::mul, count, at(planes, 0, t), at(planes, 5, t), more);
  }

  void gru(T* planes, std::int64_t t, const T* input, const T* h, T* sums, T* more) const {
    for (std::int64_t row = 0; row < rows_; ++row) {
      T* const u = sums + row * gates_;
      const T* const x = input + row * gates_;
      const auto plane = [&](std::int64_t k) { return at(planes, k, t) + row * hidden_; };
      Spans<T>::apply(Formula::add, 2 * hidden_, u, u, x);
      Spans<T>::apply(Formula::sigmoid, hidden_, plane(1), u);
      Spans<T>::apply(Formula::sigmoid, hidden_, plane(2), u + hidden_);
      if (layer_.bias)
        Spans<T>::apply(Formula::add, hidden_, plane(4), u + 2 * hidden_, static_cast<const T*>(layer_.bias));
      else
        std::copy_n(u + 2 * hidden_, hidden_, plane(4));
      Spans<T>::apply(Formula::addcmul, hidden_, plane(3), x + 2 * hidden_, plane(1), plane(4));
    }
    const std::int64_t count = rows_ * hidden_;
    T* const n = at(planes, 3, t);
    Spans<T>::apply(Formula::tanh, count, n, n);
    Spans<T>::apply(Formula::sub, count, more, h, n);
    Spans<T>::apply(Formula::addcmul, count, at(planes, 0, t), n, at(planes, 2, t), more);
  }

  const Recurrence& layer_;
  std::int64_t begin_, rows_, hidden_, gates_;
};

/// Calls use(block) for blocks of sequences, on threads.
template <class T, class Use>
void for_each_block(const Recurrence& layer, const Use& use) {
  parallel_for(layer.batch, block_of(layer.batch),
               [&](std::int64_t begin, std::int64_t end) { use(Block<T>(layer, begin, end)); });
}

template <class T>
void run(const Recurrence& layer, const void* x, void* planes) {
  const std::int64_t hidden = layer.hidden, gates = gates_of(layer.cell) * hidden;
  // Rows of the matrix product's second operand then lie as it reads them, at every step.
  std::vector<T> transposed(static_cast<std::size_t>(gates * hidden));
  const T* const weight = static_cast<const T*>(layer.weight);
  for (std::int64_t g = 0; g < gates; ++g) {
    for (std::int64_t h = 0; h < hidden; ++h)
      transposed[static_cast<std::size_t>(h * gates + g)] = weight[g * hidden + h];
  }
  for_each_block<T>(layer, [&](const Block<T>& block) {
    block.forward(transposed.data(), static_cast<const T*>(x), static_cast<T*>(planes));
  });
}

template <class T>
void run_backward(const Recurrence& layer, const void* planes, const void* gradient_h, const void* gradient_c,
                  void* gradient_x, void* gradient_u, void* gradient_first_h, void* gradient_first_c) {
  for_each_block<T>(layer, [&](const Block<T>& block) {
    block.backward(static_cast<const T*>(planes), static_cast<const T*>(gradient_h), static_cast<const T*>(gradient_c),
                   static_cast<T*>(gradient_x), static_cast<T*>(gradient_u), static_cast<T*>(gradient_first_h),
                   static_cast<T*>(gradient_first_c));
  });
}

}  // namespace

void recurrent(const Recurrence& layer, const void* x, void* planes) {
  if (layer.batch == 0 || layer.hidden == 0) return;
  if (layer.dtype == DType::float32)
    run<float>(layer, x, planes);
  else
    run<double>(layer, x, planes);
}

void recurrent_backward(const Recurrence& layer, const void* planes, const void* gradient_h, const void* gradient_c,
                        void* gradient_x, void* gradient_u, void* gradient_first_h, void* gradient_first_c) {
  if (layer.batch == 0 || layer.hidden == 0) return;
  const auto run = layer.dtype == DType::float32 ? run_backward<float> : run_backward<double>;
  run(layer, planes, gradient_h, gradient_c, gradient_x, gradient_u, gradient_first_h, gradient_first_c);
}

}  // namespace descent::kernels
