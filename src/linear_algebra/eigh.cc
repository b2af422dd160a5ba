#include <Eigen/Eigenvalues>

#include "core/apply.h"
#include "descent/linalg.h"
#include "linear_algebra/matrix.h"

namespace descent::linalg {
namespace {

// Of [..., 1 + n, n]: the values, and below them the vectors.
Eigh parts_of(const Tensor& both) { return {select(both, -2, 0), narrow(both, -2, 1, both.size(-1))}; }

Tensor eigh_gradient(const Tensor& g, const Call& c) {
  const Eigh e = parts_of(c.output()), slope = parts_of(g);
  const Tensor& v = e.eigenvectors;
  const Tensor gaps = unsqueeze(e.eigenvalues, -2) - unsqueeze(e.eigenvalues, -1);
  const Tensor turn = matmul(transposed(v), slope.eigenvectors);
  const Tensor is_diagonal = identity_like(v) != 0;
  return matmul(
      matmul(v, where(is_diagonal, unsqueeze(slope.eigenvalues, -1), quotient(where(is_diagonal, 0, turn), gaps))),
      transposed(v));
}

void compute_eigh(Inputs inputs, const Attributes&, Output& out) {
  const TensorImpl& a = *inputs[0]->impl();
  const std::int64_t n = a.sizes.back();
  each_matrix({inputs[0]}, 1 + n, n, a.dtype, out, [&a, n](std::int64_t i, const Matrices& in) {
    check_finite("eigh", a, i, in[0]);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(in[0]);
    if (solver.info() != Eigen::Success) fail("eigh: no convergence for ", which_matrix(a, i));
    Matrix result(1 + n, n);
    result.row(0) = solver.eigenvalues().transpose();
    result.bottomRows(n) = solver.eigenvectors();
    return result;
  });
}

}  // namespace

Eigh eigh(const Tensor& a, Triangle read) {
  static constexpr Op op = {.name = "eigh", .compute = compute_eigh, .gradients = {{eigh_gradient, kOutput}}};
  check_square("eigh", a);
  const Tensor lower = read == Triangle::upper ? transposed(a) : a;
  return parts_of(apply<op>({&lower}));
}

Tensor eigvalsh(const Tensor& a, Triangle read) try { return eigh(a, read).eigenvalues; } catch (const Error& error) {
  fail_as("eigvalsh", error);
}

}  // namespace descent::linalg
