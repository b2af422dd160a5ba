#include <Eigen/Eigenvalues>

#include "core/apply.h"
#include "linear_algebra/decompositions.h"
#include "linear_algebra/matrix.h"

namespace descent {

Eigh eigh(const Tensor& a) {
  // [1 + n, n]: the values, and below them the vectors.
  static constexpr Op op = {
      .name = "eigh", .compute = [](Inputs inputs, const Attributes&, Output& out) {
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(to_matrix("eigh", *inputs[0]->impl()));
        const Eigen::Index n = solver.eigenvalues().size();
        Elements result = matrix_in(out, 1 + n, n);
        result.row(0) = solver.eigenvalues().transpose();
        result.bottomRows(n) = solver.eigenvectors();
      }};
  check_matrix("eigh", a);
  if (a.size(0) != a.size(1)) fail("eigh: a has shape ", a.sizes(), "; wanted a square matrix");
  const Tensor both = apply<op>({&a});
  return {both.select(0, 0), both.slice(0, 1, both.size(0))};
}

}  // namespace descent
