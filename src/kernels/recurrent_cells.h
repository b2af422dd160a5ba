// What recurrent.cc asks of each target: gradients of a step, element by element, of n elements.
#pragma once

#include <cstdint>

namespace descent::kernels {

template <class T>
struct CellGradients {
  /// From the gradient of h, those of i, f, g and o before their sigmoid or tanh; that of c' becomes that of c.
  void (*lstm)(std::int64_t n, const T* i, const T* f, const T* g, const T* o, const T* c, const T* tanh_c, const T* dh,
               T* dc, T* di, T* df, T* dg, T* d_o);
  /// From the gradient of h', which becomes that part of h's which does not go through u, those of the thirds of x and
  /// of u; the first two are the same.
  void (*gru)(std::int64_t n, const T* r, const T* z, const T* c, const T* q, const T* h, T* dh, T* dr, T* dz, T* dn,
              T* dq);
  void (*rnn_tanh)(std::int64_t n, const T* h, const T* dh, T* dx);
  void (*rnn_relu)(std::int64_t n, const T* h, const T* dh, T* dx);
};

/// For float and double.
template <class T>
const CellGradients<T>& cell_gradients(std::int64_t target);

}  // namespace descent::kernels
