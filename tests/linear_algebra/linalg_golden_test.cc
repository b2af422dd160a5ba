// Linear algebra against PyTorch's: tests/golden/linalg.py.
#include "golden/golden_table.h"

namespace descent {
namespace {

using golden::kInfinity;
using golden::Outputs;
using linalg::MatrixNorm;

Outputs parts(const linalg::Qr& f) { return std::vector<Tensor>{f.q, f.r}; }
Outputs parts(const linalg::Slogdet& f) { return std::vector<Tensor>{f.sign, f.logabsdet}; }
Outputs parts(const linalg::Lstsq& f) { return std::vector<Tensor>{f.solution, f.residuals.detach(), f.rank}; }
Outputs solution_and_rank(const linalg::Lstsq& f) { return std::vector<Tensor>{f.solution, f.rank}; }
Outputs signless(const linalg::Svd& f) { return std::vector<Tensor>{abs(f.u), f.s, abs(f.vh)}; }
Outputs signless_with_product(const linalg::Svd& f) {
  return std::vector<Tensor>{abs(f.u), f.s, abs(f.vh), matmul(f.u * square(unsqueeze(f.s, -2)), f.vh)};
}
Outputs signless_with_product(const linalg::Eigh& f) {
  const Tensor& v = f.eigenvectors;
  return std::vector<Tensor>{f.eigenvalues, abs(v),
                             matmul(v * pow(unsqueeze(f.eigenvalues, -2), 3), transpose(v, -1, -2))};
}
Tensor square_of(const Tensor& a) { return matmul(a, transpose(a, -1, -2)); }
Tensor twice_symmetric(const Tensor& a) { return a + transpose(a, -1, -2); }

const std::vector<golden::Expression> norms = {
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, 2)", linalg::vector_norm(a, 2)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, 0)", linalg::vector_norm(a, 0)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, 1)", linalg::vector_norm(a, 1)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, 3.5)", linalg::vector_norm(a, 3.5)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, -1)", linalg::vector_norm(a, -1)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, -2)", linalg::vector_norm(a, -2)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, inf)", linalg::vector_norm(a, kInfinity)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, -inf)", linalg::vector_norm(a, -kInfinity)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, 3, dim=(0, 2), keepdim=True)",
                       linalg::vector_norm(a, 3, {0, 2}, true)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a, dim=-1)", linalg::vector_norm(a, 2, -1)),
    DESCENT_EXPRESSION("torch.linalg.vector_norm(a.mT, dim=-1)", linalg::vector_norm(transpose(a, -1, -2), 2, -1)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, 'fro')", linalg::matrix_norm(a)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, 'nuc')", linalg::matrix_norm(a, MatrixNorm::nuc)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, 1)", linalg::matrix_norm(a, 1)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, -1)", linalg::matrix_norm(a, -1)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, 2)", linalg::matrix_norm(a, 2)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, -2)", linalg::matrix_norm(a, -2)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, inf)", linalg::matrix_norm(a, kInfinity)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, -inf)", linalg::matrix_norm(a, -kInfinity)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, 'fro', dim=(2, 0), keepdim=True)",
                       linalg::matrix_norm(a, MatrixNorm::fro, {2, 0}, true)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, 'nuc', dim=(2, 0), keepdim=True)",
                       linalg::matrix_norm(a, MatrixNorm::nuc, {2, 0}, true)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, 1, dim=(2, 0), keepdim=True)",
                       linalg::matrix_norm(a, 1, {2, 0}, true)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, -1, dim=(2, 0), keepdim=True)",
                       linalg::matrix_norm(a, -1, {2, 0}, true)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, 2, dim=(2, 0), keepdim=True)",
                       linalg::matrix_norm(a, 2, {2, 0}, true)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, -2, dim=(2, 0), keepdim=True)",
                       linalg::matrix_norm(a, -2, {2, 0}, true)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, inf, dim=(2, 0), keepdim=True)",
                       linalg::matrix_norm(a, kInfinity, {2, 0}, true)),
    DESCENT_EXPRESSION("torch.linalg.matrix_norm(a, -inf, dim=(2, 0), keepdim=True)",
                       linalg::matrix_norm(a, -kInfinity, {2, 0}, true)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, 'fro')", linalg::norm(a, MatrixNorm::fro)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, 'nuc')", linalg::norm(a, MatrixNorm::nuc)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, 1)", linalg::norm(a, 1)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, -1)", linalg::norm(a, -1)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, 2)", linalg::norm(a, 2)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, -2)", linalg::norm(a, -2)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, inf)", linalg::norm(a, kInfinity)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, -inf)", linalg::norm(a, -kInfinity)),
    DESCENT_EXPRESSION("torch.linalg.norm(a)", linalg::norm(a)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, 3)", linalg::norm(a, 3)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, 3, dim=1)", linalg::norm(a, 3, 1)),
    DESCENT_EXPRESSION("torch.linalg.norm(a, 1, dim=(0, 1))", linalg::norm(a, 1, {0, 1})),
    DESCENT_EXPRESSION("torch.linalg.norm(a, dim=(0, 1), keepdim=True)", linalg::norm(a, std::nullopt, {0, 1}, true)),
    DESCENT_EXPRESSION("torch.linalg.cond(a, None)", linalg::cond(a, std::nullopt)),
    DESCENT_EXPRESSION("torch.linalg.cond(a, 2)", linalg::cond(a, 2)),
    DESCENT_EXPRESSION("torch.linalg.cond(a, -2)", linalg::cond(a, -2)),
    DESCENT_EXPRESSION("torch.linalg.cond(a, 'fro')", linalg::cond(a, MatrixNorm::fro)),
    DESCENT_EXPRESSION("torch.linalg.cond(a, 'nuc')", linalg::cond(a, MatrixNorm::nuc)),
    DESCENT_EXPRESSION("torch.linalg.cond(a, 1)", linalg::cond(a, 1)),
    DESCENT_EXPRESSION("torch.linalg.cond(a, -1)", linalg::cond(a, -1)),
    DESCENT_EXPRESSION("torch.linalg.cond(a, inf)", linalg::cond(a, kInfinity)),
    DESCENT_EXPRESSION("torch.linalg.cond(a, -inf)", linalg::cond(a, -kInfinity)),
    DESCENT_EXPRESSION("torch.linalg.cond(a)", linalg::cond(a)),
    DESCENT_EXPRESSION("torch.linalg.matrix_rank(a)", linalg::matrix_rank(a)),
    DESCENT_EXPRESSION("torch.linalg.matrix_rank(a, atol=0.01)", linalg::matrix_rank(a, 0.01)),
    DESCENT_EXPRESSION("torch.linalg.matrix_rank(a, rtol=0.01)", linalg::matrix_rank(a, std::nullopt, 0.01)),
    DESCENT_EXPRESSION("torch.linalg.matrix_rank(a, atol=1e-4, rtol=0.01)", linalg::matrix_rank(a, 1e-4, 0.01)),
};

#define DESCENT_TRIANGULAR(upper, left, unit, ...)                                                                  \
  DESCENT_EXPRESSION("torch.linalg.solve_triangular(a, b, upper=" upper ", left=" left ", unitriangular=" unit ")", \
                     linalg::solve_triangular(a, b, __VA_ARGS__))

const std::vector<golden::Expression> solving = {
    DESCENT_EXPRESSION("torch.linalg.solve(a, b)", linalg::solve(a, b)),
    DESCENT_EXPRESSION("torch.linalg.solve(a, b, left=False)", linalg::solve(a, b, false)),
    DESCENT_EXPRESSION("torch.linalg.solve(a.mT, b.mT)", linalg::solve(a.t(), b.t())),
    DESCENT_TRIANGULAR("True", "True", "True", true, true, true),
    DESCENT_TRIANGULAR("True", "True", "False", true),
    DESCENT_TRIANGULAR("True", "False", "True", true, false, true),
    DESCENT_TRIANGULAR("True", "False", "False", true, false),
    DESCENT_TRIANGULAR("False", "True", "True", false, true, true),
    DESCENT_TRIANGULAR("False", "True", "False", false),
    DESCENT_TRIANGULAR("False", "False", "True", false, false, true),
    DESCENT_TRIANGULAR("False", "False", "False", false, false),
    DESCENT_EXPRESSION("torch.linalg.solve_triangular(a, b, upper=True)", linalg::solve_triangular(a, b, true)),
    DESCENT_EXPRESSION("torch.linalg.inv(a)", linalg::inv(a)),
    DESCENT_EXPRESSION("torch.linalg.inv(a.mT)", linalg::inv(transpose(a, -1, -2))),
    DESCENT_EXPRESSION("torch.linalg.det(a)", linalg::det(a)),
    DESCENT_EXPRESSION("torch.linalg.slogdet(a)", parts(linalg::slogdet(a))),
    DESCENT_EXPRESSION("torch.linalg.pinv(a)", linalg::pinv(a)),
    DESCENT_EXPRESSION("torch.linalg.pinv(a, rtol=0.5)", linalg::pinv(a, std::nullopt, 0.5)),
    DESCENT_EXPRESSION("torch.linalg.pinv(a, atol=2.0)", linalg::pinv(a, 2)),
    DESCENT_EXPRESSION("(lambda r, s: [r.solution, s.residuals.detach(), r.rank])"
                       "(torch.linalg.lstsq(a, b), torch.linalg.lstsq(a, b, driver='gels'))",
                       parts(linalg::lstsq(a, b))),
    DESCENT_EXPRESSION("(lambda r: [r.solution, r.rank])(torch.linalg.lstsq(a, b))",
                       solution_and_rank(linalg::lstsq(a, b))),
};

const std::vector<golden::Expression> decompositions = {
    DESCENT_EXPRESSION("torch.linalg.cholesky(a @ a.mT + torch.eye(3))", linalg::cholesky(square_of(a) + eye(3))),
    DESCENT_EXPRESSION("torch.linalg.cholesky(a @ a.mT + torch.eye(3), upper=True)",
                       linalg::cholesky(square_of(a) + eye(3), true)),
    DESCENT_EXPRESSION("torch.linalg.cholesky(a)", linalg::cholesky(a)),
    DESCENT_EXPRESSION("torch.linalg.cholesky(a, upper=True)", linalg::cholesky(a, true)),
    DESCENT_EXPRESSION("torch.cholesky_solve(a, torch.linalg.cholesky(b @ b.mT, upper=False), False)",
                       linalg::cholesky_solve(a, linalg::cholesky(square_of(b)))),
    DESCENT_EXPRESSION("torch.cholesky_solve(a, torch.linalg.cholesky(b @ b.mT, upper=True), True)",
                       linalg::cholesky_solve(a, linalg::cholesky(square_of(b), true), true)),
    DESCENT_EXPRESSION("torch.linalg.qr(a, 'reduced')", parts(linalg::qr(a))),
    DESCENT_EXPRESSION("torch.linalg.qr(a, 'complete')", parts(linalg::qr(a, linalg::QrMode::complete))),
    DESCENT_EXPRESSION("torch.linalg.qr(a, 'r')", parts(linalg::qr(a, linalg::QrMode::r))),
    DESCENT_EXPRESSION("(lambda u, s, vh: [u.abs(), s, vh.abs(), (u * s[..., None, :] ** 2) @ vh])"
                       "(*torch.linalg.svd(a, full_matrices=False))",
                       signless_with_product(linalg::svd(a, false))),
    DESCENT_EXPRESSION("(lambda u, s, vh: [u.abs(), s, vh.abs()])(*torch.linalg.svd(a))", signless(linalg::svd(a))),
    DESCENT_EXPRESSION("torch.linalg.svdvals(a)", linalg::svdvals(a)),
    DESCENT_EXPRESSION("(lambda l, v: [l, v.abs(), (v * l[..., None, :] ** 3) @ v.mT])(*torch.linalg.eigh(a + a.mT))",
                       signless_with_product(linalg::eigh(twice_symmetric(a)))),
    DESCENT_EXPRESSION("torch.linalg.eigvalsh(a + a.mT)", linalg::eigvalsh(twice_symmetric(a))),
    DESCENT_EXPRESSION("torch.linalg.eigvalsh(a)", linalg::eigvalsh(a)),
    DESCENT_EXPRESSION("torch.linalg.eigvalsh(a, UPLO='U')", linalg::eigvalsh(a, linalg::Triangle::upper)),
};

const std::vector<golden::Expression> products = {
    DESCENT_EXPRESSION("torch.linalg.matrix_exp(a)", linalg::matrix_exp(a)),
    DESCENT_EXPRESSION("torch.linalg.matrix_power(a, 0)", linalg::matrix_power(a, 0)),
    DESCENT_EXPRESSION("torch.linalg.matrix_power(a, 1)", linalg::matrix_power(a, 1)),
    DESCENT_EXPRESSION("torch.linalg.matrix_power(a, 2)", linalg::matrix_power(a, 2)),
    DESCENT_EXPRESSION("torch.linalg.matrix_power(a, 3)", linalg::matrix_power(a, 3)),
    DESCENT_EXPRESSION("torch.linalg.matrix_power(a, 7)", linalg::matrix_power(a, 7)),
    DESCENT_EXPRESSION("torch.linalg.matrix_power(a, -1)", linalg::matrix_power(a, -1)),
    DESCENT_EXPRESSION("torch.linalg.matrix_power(a, -3)", linalg::matrix_power(a, -3)),
    DESCENT_EXPRESSION("torch.linalg.multi_dot([a, b])", linalg::multi_dot({a, b})),
    DESCENT_EXPRESSION("torch.linalg.multi_dot([a, b, c])", linalg::multi_dot({a, b, c})),
    DESCENT_EXPRESSION("torch.linalg.multi_dot([a, b, c, d])", linalg::multi_dot({a, b, c, d})),
    DESCENT_EXPRESSION("torch.linalg.vander(a)", linalg::vander(a)),
    DESCENT_EXPRESSION("torch.linalg.vander(a, N=5)", linalg::vander(a, 5)),
};

golden::Family linear_algebra() {
  // PyTorch gives 0 where there is another gradient; linalg_test.cc has it.
  golden::Family family = {.stem = "linalg", .expressions = {}, .without_gradient = {"det_singular"}};
  for (const auto* part : {&norms, &solving, &decompositions, &products}) {
    family.expressions.insert(family.expressions.end(), part->begin(), part->end());
  }
  return family;
}

}  // namespace

TEST_CASE("linear algebra is what PyTorch gives") { golden::check_golden(linear_algebra()); }

TEST_CASE("linear algebra, of inputs of any kind") { golden::check_golden_with_any_inputs(linear_algebra()); }

TEST_CASE("linear algebra, compiled") {
  CHECK(golden::check_golden_compiled(linear_algebra(), {.native = false}).empty());
  CHECK(golden::check_golden_native(linear_algebra()).empty());
  const std::set<std::string> not_exported = {"cholesky",
                                              "cholesky_one_triangle",
                                              "cholesky_solve",
                                              "cond_singular",
                                              "det",
                                              "det_singular",
                                              "eigh",
                                              "eigvalsh",
                                              "eigvalsh_one_triangle",
                                              "inv",
                                              "lstsq",
                                              "matrix_exp",
                                              "pinv",
                                              "qr",
                                              "slogdet",
                                              "slogdet_singular",
                                              "solve",
                                              "solve_triangular",
                                              "svd",
                                              "svdvals"};
  CHECK(golden::check_golden_exported(linear_algebra()) == not_exported);
}

}  // namespace descent
