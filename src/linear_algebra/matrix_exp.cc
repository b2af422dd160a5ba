#include <unsupported/Eigen/MatrixFunctions>

#include "core/apply.h"
#include "descent/create.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {

// Padé approximations with scaling and squaring (Higham, The scaling and squaring method for the matrix exponential
// revisited, 2005). The gradient is a block of the exponential of a matrix of twice the size (Mathias, 1996).
Tensor matrix_exp(const Tensor& a) {
  static constexpr Op op = {
      .name = "matrix_exp",
      .compute =
          [](Inputs inputs, const Attributes&, Output& out) {
            const TensorImpl& a = *inputs[0]->impl();
            const std::int64_t n = a.sizes.back();
            each_matrix({inputs[0]}, n, n, a.dtype, out, [n](std::int64_t, const Matrices& in) {
              if (!in[0].allFinite()) return Matrix(Matrix::Constant(n, n, std::numeric_limits<double>::quiet_NaN()));
              return Matrix(Eigen::MatrixXd(in[0]).exp());
            });
          },
      .gradients = {{[](const Tensor& g, const Call& c) {
                       const Tensor at = transposed(c.input(0));
                       const std::int64_t n = at.size(-1);
                       const Tensor blocks = cat({cat({at, g}, -1), cat({zeros_like(at), at}, -1)}, -2);
                       return narrow(narrow(matrix_exp(blocks), -2, 0, n), -1, n, n);
                     },
                     kInput0}}};
  check_square("matrix_exp", a);
  return apply<op>({&a});
}

}  // namespace descent::linalg
