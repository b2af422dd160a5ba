#!/usr/bin/env python3
"""Writes linalg.safetensors and linalg.txt: what torch.linalg gives. ops.py says what is in them.

Singular vectors and eigenvectors are compared without their signs. Inputs are near the identity, so that what is computed
in another order has the same digits. Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float32, float64, tensor


def near_identity(*batch_and_n, dtype=float64):
    """[..., n, n], far from singular, with values apart."""

    def draw(generator):
        n = batch_and_n[-1]
        noise = torch.rand((*batch_and_n, n), generator=generator, dtype=float64) - 0.5
        return (torch.diag(torch.arange(1, n + 1, dtype=float64)) + 0.8 * noise).to(dtype)

    return draw


def full(*shape, dtype=float64):
    return Draw(*shape, dtype=dtype)


# Fixed, for float32: elements of which PyTorch itself is not sure are left out.
SQUARE = tensor([[2.0, -1.0, 0.5], [0.25, 3.0, -0.75], [1.0, 0.5, 4.0]])
TALL = tensor([[2.0, -1.0], [0.25, 3.0], [1.0, 0.5]])


def norms(case):
    for order in ["2", "0", "1", "3.5", "-1", "-2", "inf", "-inf"]:
        case(f"vector_norm/{order}", f"torch.linalg.vector_norm(a, {order})", full(3, 4))
    case("vector_norm/dim", "torch.linalg.vector_norm(a, 3, dim=(0, 2), keepdim=True)", full(2, 3, 4))
    case("vector_norm/float32", "torch.linalg.vector_norm(a, dim=-1)", Draw(3, 4))
    case("vector_norm/transposed", "torch.linalg.vector_norm(a.mT, dim=-1)", Draw(3, 4))
    case("vector_norm/empty", "torch.linalg.vector_norm(a, 1)", Draw(0, 4))
    for order in ["'fro'", "'nuc'", "1", "-1", "2", "-2", "inf", "-inf"]:
        name = order.strip("'")
        case(f"matrix_norm/{name}", f"torch.linalg.matrix_norm(a, {order})", full(2, 3, 4))
        case(f"matrix_norm/{name}_dim", f"torch.linalg.matrix_norm(a, {order}, dim=(2, 0), keepdim=True)", full(2, 3, 4))
        case(f"norm/{name}", f"torch.linalg.norm(a, {order})", full(4, 3))
    case("norm/none", "torch.linalg.norm(a)", full(2, 3, 4))
    case("norm/vector", "torch.linalg.norm(a, 3)", full(5))
    case("norm/dim", "torch.linalg.norm(a, 3, dim=1)", full(2, 3, 4))
    case("norm/two_dims", "torch.linalg.norm(a, 1, dim=(0, 1))", full(2, 3, 4))
    case("norm/none_dim", "torch.linalg.norm(a, dim=(0, 1), keepdim=True)", full(2, 3, 4))
    for order in ["None", "2", "-2", "'fro'", "'nuc'", "1", "-1", "inf", "-inf"]:
        name = order.strip("'")
        case(f"cond/of_{name}", f"torch.linalg.cond(a, {order})", near_identity(2, 3))
    case("cond/tall", "torch.linalg.cond(a)", full(4, 2))
    case("cond/empty", "torch.linalg.cond(a, 1)", Draw(2, 0, 0))
    case("cond_singular/1", "torch.linalg.cond(a, 1)", tensor([[[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 4.0]]]))
    rank_one = tensor([[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [[1.0, 0.0], [0.0, 1e-3], [0.0, 0.0]]])
    case("matrix_rank/defaults", "torch.linalg.matrix_rank(a)", rank_one)
    case("matrix_rank/float64", "torch.linalg.matrix_rank(a)", rank_one.double())
    case("matrix_rank/atol", "torch.linalg.matrix_rank(a, atol=0.01)", rank_one)
    case("matrix_rank/rtol", "torch.linalg.matrix_rank(a, rtol=0.01)", rank_one)
    case("matrix_rank/both", "torch.linalg.matrix_rank(a, atol=1e-4, rtol=0.01)", rank_one)
    case("matrix_rank/empty", "torch.linalg.matrix_rank(a)", Draw(2, 0, 3))


def solving(case):
    solve = "torch.linalg.solve(a, b)"
    case("solve/matrix", solve, near_identity(3), full(3, 2))
    case("solve/vector", solve, near_identity(3), full(3))
    case("solve/batch", solve, near_identity(2, 3), full(2, 3, 2))
    case("solve/batch_of_vectors", solve, near_identity(2, 3), full(2, 3))
    case("solve/broadcast", solve, near_identity(3), full(2, 2, 3, 1))
    case("solve/broadcast_a", solve, near_identity(2, 1, 3), full(4, 3, 2))
    case("solve/pivots", solve, tensor([[0.0, 2.0, 1.0], [1.0, 0.0, 3.0], [2.0, 1.0, 0.0]], float64), full(3, 2))
    case("solve/float32", solve, SQUARE, tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 1.5]]))
    case("solve/empty", solve, Draw(2, 0, 0), Draw(2, 0, 3))
    case("solve/no_columns", solve, near_identity(3), full(3, 0))
    case("solve/right", "torch.linalg.solve(a, b, left=False)", near_identity(2, 3), full(2, 2, 3))
    case("solve/transposed", "torch.linalg.solve(a.mT, b.mT)", near_identity(3), full(2, 3))
    case("solve/singular", solve, tensor([[1.0, 2.0], [2.0, 4.0]]), Draw(2, 2))
    for upper in ["True", "False"]:
        for left in ["True", "False"]:
            for unit in ["True", "False"]:
                options = f"upper={upper}, left={left}, unitriangular={unit}"
                name = f"{upper}_{left}_{unit}"
                case(f"solve_triangular/{name}", f"torch.linalg.solve_triangular(a, b, {options})", near_identity(3),
                     full(3, 3))
    triangular = "torch.linalg.solve_triangular(a, b, upper=True)"
    case("solve_triangular/broadcast", triangular, near_identity(2, 1, 3), full(3, 3, 2))
    case("solve_triangular/float32", triangular, SQUARE, TALL)
    case("solve_triangular/empty", triangular, Draw(0, 3, 3), Draw(0, 3, 2))
    case("inv/matrix", "torch.linalg.inv(a)", near_identity(3))
    case("inv/batch", "torch.linalg.inv(a)", near_identity(2, 2, 4))
    case("inv/float32", "torch.linalg.inv(a)", SQUARE)
    case("inv/empty", "torch.linalg.inv(a)", Draw(2, 0, 0))
    case("inv/transposed", "torch.linalg.inv(a.mT)", near_identity(2, 3))
    singular = tensor([[1.0, 2.0], [2.0, 4.0]], float64)
    for name in ["det", "slogdet"]:
        case(f"{name}/matrix", f"torch.linalg.{name}(a)", near_identity(3))
        case(f"{name}/batch", f"torch.linalg.{name}(a)", full(3, 2, 2))
        case(f"{name}/float32", f"torch.linalg.{name}(a)", SQUARE)
        case(f"{name}/empty", f"torch.linalg.{name}(a)", Draw(2, 0, 0))
        case(f"{name}_singular/matrix", f"torch.linalg.{name}(a)", singular)
    case("slogdet/large", "torch.linalg.slogdet(a)", -torch.eye(5, dtype=float64) * 1e200)
    case("pinv/tall", "torch.linalg.pinv(a)", full(2, 4, 2))
    case("pinv/wide", "torch.linalg.pinv(a)", full(2, 4))
    case("pinv/float32", "torch.linalg.pinv(a)", TALL)
    case("pinv/empty", "torch.linalg.pinv(a)", Draw(2, 0, 3))
    case("pinv/rtol", "torch.linalg.pinv(a, rtol=0.5)", tensor([[4.0, 0.0], [0.0, 1.0], [0.0, 0.0]], float64))
    case("pinv/atol", "torch.linalg.pinv(a, atol=2.0)", tensor([[4.0, 0.0], [0.0, 1.0], [0.0, 0.0]], float64))
    rank_one = tensor([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], float64)
    case("pinv/rank_one", "torch.linalg.pinv(a)", rank_one)
    # The default driver gives no residuals.
    least = (
        "(lambda r, s: [r.solution, s.residuals.detach(), r.rank])"
        "(torch.linalg.lstsq(a, b), torch.linalg.lstsq(a, b, driver='gels'))"
    )
    case("lstsq/tall", least, full(4, 2), full(4, 3))
    case("lstsq/batch", least, full(2, 4, 2), full(2, 4, 1))
    case("lstsq/few_rows", least, full(2, 4), full(2, 3))
    case("lstsq/square", least, near_identity(3), full(3, 2))
    case("lstsq/rank_one", "(lambda r: [r.solution, r.rank])(torch.linalg.lstsq(a, b))", rank_one, full(3, 2))
    case("lstsq/float32", least, TALL, tensor([[1.0], [2.0], [0.5]]))


def decompositions(case):
    definite = "a @ a.mT + torch.eye(3)"
    case("cholesky/lower", f"torch.linalg.cholesky({definite})", near_identity(3))
    case("cholesky/upper", f"torch.linalg.cholesky({definite}, upper=True)", near_identity(3))
    case("cholesky/batch", f"torch.linalg.cholesky({definite})", near_identity(2, 3))
    case("cholesky/float32", f"torch.linalg.cholesky({definite})", SQUARE)
    case("cholesky/empty", "torch.linalg.cholesky(a)", Draw(2, 0, 0))
    case("cholesky_one_triangle/lower", "torch.linalg.cholesky(a)", tensor([[4.0, 9.0], [2.0, 10.0]], float64))
    case("cholesky_one_triangle/upper", "torch.linalg.cholesky(a, upper=True)", tensor([[4.0, 2.0], [9.0, 10.0]], float64))
    for upper in ["False", "True"]:
        case(f"cholesky_solve/{upper}", f"torch.cholesky_solve(a, torch.linalg.cholesky(b @ b.mT, upper={upper}), {upper})",
             full(3, 2), near_identity(3))
    for mode in ["reduced", "complete", "r"]:
        for name, shape in [("square", (3, 3)), ("tall", (4, 2)), ("wide", (2, 4)), ("batch", (2, 3, 2))]:
            case(f"qr/{mode}_{name}", f"torch.linalg.qr(a, '{mode}')", full(*shape))
        case(f"qr/{mode}_no_columns", f"torch.linalg.qr(a, '{mode}')", full(3, 0))
        case(f"qr/{mode}_no_rows", f"torch.linalg.qr(a, '{mode}')", full(0, 3))
    case("qr/float32", "torch.linalg.qr(a, 'reduced')", TALL)
    thin = "(lambda u, s, vh: [u.abs(), s, vh.abs(), (u * s[..., None, :] ** 2) @ vh])(*torch.linalg.svd(a, full_matrices=False))"
    for name, shape in [("square", (3, 3)), ("tall", (4, 2)), ("wide", (2, 4)), ("batch", (2, 3, 2))]:
        case(f"svd/thin_{name}", thin, full(*shape))
    case("svd/thin_float32", thin, TALL)
    case("svd/thin_empty", thin, full(2, 0, 3))
    whole = "(lambda u, s, vh: [u.abs(), s, vh.abs()])(*torch.linalg.svd(a))"
    for name, shape in [("square", (3, 3)), ("tall", (4, 3)), ("wide", (2, 3))]:
        case(f"svd/full_{name}", whole, full(*shape))
    case("svd/full_empty", whole, full(2, 0, 3))
    case("svdvals/wide", "torch.linalg.svdvals(a)", full(2, 4))
    case("svdvals/batch", "torch.linalg.svdvals(a)", full(2, 2, 4, 3))
    case("svdvals/float32", "torch.linalg.svdvals(a)", TALL)
    eigh = "(lambda l, v: [l, v.abs(), (v * l[..., None, :] ** 3) @ v.mT])(*torch.linalg.eigh(a + a.mT))"
    case("eigh/matrix", eigh, near_identity(3))
    case("eigh/batch", eigh, near_identity(2, 2, 4))
    case("eigh/float32", eigh, SQUARE)
    case("eigh/empty", eigh, full(2, 0, 0))
    one_triangle = tensor([[4.0, 9.0], [2.0, 10.0]], float64)
    case("eigvalsh/matrix", "torch.linalg.eigvalsh(a + a.mT)", near_identity(3))
    case("eigvalsh/float32", "torch.linalg.eigvalsh(a + a.mT)", SQUARE)
    case("eigvalsh_one_triangle/lower", "torch.linalg.eigvalsh(a)", one_triangle)
    case("eigvalsh_one_triangle/upper", "torch.linalg.eigvalsh(a, UPLO='U')", one_triangle)


def products(case):
    case("matrix_exp/matrix", "torch.linalg.matrix_exp(a)", full(3, 3))
    case("matrix_exp/batch", "torch.linalg.matrix_exp(a)", full(2, 2, 2))
    case("matrix_exp/small", "torch.linalg.matrix_exp(a)", Draw(3, 3, low=-1e-3, high=1e-3, dtype=float64))
    case("matrix_exp/nilpotent", "torch.linalg.matrix_exp(a)", tensor([[0.0, 8.0], [0.0, 0.0]], float64))
    case("matrix_exp/float32", "torch.linalg.matrix_exp(a)", tensor([[0.5, -1.0], [0.25, 1.0]]))
    case("matrix_exp/empty", "torch.linalg.matrix_exp(a)", full(2, 0, 0))
    for n in [0, 1, 2, 3, 7, -1, -3]:
        case(f"matrix_power/{n}", f"torch.linalg.matrix_power(a, {n})", near_identity(2, 3))
    case("matrix_power/float32", "torch.linalg.matrix_power(a, 3)", tensor([[1.0, 2.0], [3.0, 4.0]]))
    case("multi_dot/two", "torch.linalg.multi_dot([a, b])", full(2, 3), full(3, 4))
    case("multi_dot/four", "torch.linalg.multi_dot([a, b, c, d])", full(5, 2), full(2, 6), full(6, 1), full(1, 3))
    case("multi_dot/vectors", "torch.linalg.multi_dot([a, b, c])", full(3), full(3, 2), full(2))
    case("multi_dot/vector_first", "torch.linalg.multi_dot([a, b, c])", full(3), full(3, 2), full(2, 4))
    case("vander/defaults", "torch.linalg.vander(a)", full(2, 3))
    case("vander/columns", "torch.linalg.vander(a, N=5)", Draw(3))
    case("vander/integers", "torch.linalg.vander(a)", tensor([1, 2, 3]))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [norms, solving, decompositions, products]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
