// Plain loops, which the compiler makes vectors of for each target.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/recurrent_cells.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/recurrent_cells.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
void lstm_gradient(std::int64_t n, const T* HWY_RESTRICT i, const T* HWY_RESTRICT f, const T* HWY_RESTRICT g,
                   const T* HWY_RESTRICT o, const T* HWY_RESTRICT c, const T* HWY_RESTRICT tanh_c,
                   const T* HWY_RESTRICT dh, T* HWY_RESTRICT dc, T* HWY_RESTRICT di, T* HWY_RESTRICT df,
                   T* HWY_RESTRICT dg, T* HWY_RESTRICT d_o) {
  for (std::int64_t j = 0; j < n; ++j) {
    const T of_c = dc[j] + dh[j] * o[j] * (1 - tanh_c[j] * tanh_c[j]);
    di[j] = of_c * g[j] * i[j] * (1 - i[j]);
    df[j] = of_c * c[j] * f[j] * (1 - f[j]);
    dg[j] = of_c * i[j] * (1 - g[j] * g[j]);
    d_o[j] = dh[j] * tanh_c[j] * o[j] * (1 - o[j]);
    dc[j] = of_c * f[j];
  }
}

template <class T>
void gru_gradient(std::int64_t n, const T* HWY_RESTRICT r, const T* HWY_RESTRICT z, const T* HWY_RESTRICT c,
                  const T* HWY_RESTRICT q, const T* HWY_RESTRICT h, T* HWY_RESTRICT dh, T* HWY_RESTRICT dr,
                  T* HWY_RESTRICT dz, T* HWY_RESTRICT dn, T* HWY_RESTRICT dq) {
  for (std::int64_t j = 0; j < n; ++j) {
    const T before_tanh = dh[j] * (1 - z[j]) * (1 - c[j] * c[j]);
    dz[j] = dh[j] * (h[j] - c[j]) * z[j] * (1 - z[j]);
    dn[j] = before_tanh;
    dq[j] = before_tanh * r[j];
    dr[j] = before_tanh * q[j] * r[j] * (1 - r[j]);
    dh[j] = dh[j] * z[j];
  }
}

template <class T>
void rnn_tanh_gradient(std::int64_t n, const T* HWY_RESTRICT h, const T* HWY_RESTRICT dh, T* HWY_RESTRICT dx) {
  for (std::int64_t j = 0; j < n; ++j) dx[j] = dh[j] * (1 - h[j] * h[j]);
}

template <class T>
void rnn_relu_gradient(std::int64_t n, const T* HWY_RESTRICT h, const T* HWY_RESTRICT dh, T* HWY_RESTRICT dx) {
  for (std::int64_t j = 0; j < n; ++j) dx[j] = h[j] > 0 ? dh[j] : T{0};
}

template <class T>
const CellGradients<T>& find_cell_gradients() {
  static constexpr CellGradients<T> gradients = {lstm_gradient<T>, gru_gradient<T>, rnn_tanh_gradient<T>,
                                                 rnn_relu_gradient<T>};
  return gradients;
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

template <class T>
const CellGradients<T>& cell_gradients(std::int64_t target) {
  DESCENT_CALL_TARGET(target, find_cell_gradients<T>);
}
template const CellGradients<float>& cell_gradients<float>(std::int64_t target);
template const CellGradients<double>& cell_gradients<double>(std::int64_t target);

}  // namespace descent::kernels
#endif
