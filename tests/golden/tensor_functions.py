#!/usr/bin/env python3
"""Writes tensor_functions.safetensors and tensor_functions.txt: what PyTorch's less common functions of tensors give,
by the headers of include/descent. ops.py says what is in the files.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib
import warnings

import torch

from cases import Cases, Draw, apart, boolean, float64, inf, int64, nan, tensor

EDGES = tensor([nan, inf, -inf, 0.0, -0.0, 1.0, -2.5])
CUBE = Draw(2, 3, 4)
MATRIX = Draw(3, 4)
TIES = tensor([[2.0, 1.0, 2.0, 1.0], [3.0, 3.0, 3.0, 0.0]])
WITH_NAN = tensor([[3.0, nan, 1.0, nan], [nan, nan, nan, nan], [4.0, 2.0, 1.0, 3.0]])
INTEGERS = tensor([[3, -1, 2, 2], [0, 0, 5, -7]])


def double(*shape, low=-2.0, high=2.0):
    return Draw(*shape, low=low, high=high, dtype=float64)


def each(case, op, expressions, *inputs, name=""):
    """A case of each expression, a part of which names it."""
    for part, expression in expressions.items():
        case(f"{op}/{name}{part}", expression, *inputs)


def pointwise(case):
    away = Draw(3, 1, low=0.5, high=2)
    case("addcdiv/value1", "torch.addcdiv(a, b, c)", MATRIX, Draw(4), away)
    case("addcdiv/value", "torch.addcdiv(a, b, c, value=0.5)", MATRIX, Draw(4), away)
    case("clip/both", "torch.clip(a, -0.5, 1)", MATRIX)
    for op in ["positive", "sgn", "signbit"]:
        case(f"{op}/float32", f"torch.{op}(a)", MATRIX)
        case(f"{op}/edges", f"torch.{op}(a)", EDGES)
        case(f"{op}/int64", f"torch.{op}(a)", INTEGERS)
    case("float_power/float32", "torch.float_power(a, b)", Draw(3, 1, low=0.3, high=2), Draw(4))
    case("float_power/int64", "torch.float_power(a, 2)", INTEGERS)
    case("ldexp/float32", "torch.ldexp(a, b)", MATRIX, tensor([1, 0, -2, 3]))
    case("ldexp/int64", "torch.ldexp(a, b)", INTEGERS, tensor([1, 0, -2, 3]))
    for op in ["rad2deg", "deg2rad", "special.expit", "sinc"]:
        name = op.removeprefix("special.")
        case(f"{name}/float32", f"torch.{op}(a)", Draw(3, 4, low=0.1, high=0.9))
        case(f"{name}/float64", f"torch.{op}(a)", double(3, 4))
        case(f"{name}/int64", f"torch.{op}(a)", tensor([0, 1, 2]) if op != "sinc" else tensor([0, 0]))
        case(f"{name}/zero", f"torch.{op}(a)", tensor([0.0, -0.0]))
    case("logit/float32", "torch.logit(a)", Draw(3, 4, low=0.1, high=0.4))
    case("logit/float64", "torch.logit(a)", double(3, 4, low=0.01, high=0.99))
    case("logit/eps", "torch.logit(a, eps=0.2)", double(3, 4, low=0.01, high=0.99))
    case("logit/ends", "torch.logit(a)", tensor([0.0, 1.0, 0.5]))
    case("xlogy/float32", "torch.xlogy(a, b)", Draw(3, 1), Draw(4, low=1.5, high=3))
    case("xlogy/float64", "torch.xlogy(a, b)", double(3, 1), double(4, low=0.1, high=3))
    case("xlogy/int64", "torch.xlogy(a, b)", tensor([0, 1, 2]), tensor([0, 2, 3]))
    case("xlogy_edges/edges", "torch.xlogy(a, b)", tensor([0.0, 0.0, 0.0, 1.0, nan]), tensor([0.0, nan, inf, 0.0, 1.0]))
    case("heaviside/float32", "torch.heaviside(a, b)", EDGES, tensor(0.5))
    case("heaviside/int64", "torch.heaviside(a, b)", INTEGERS, tensor([1, 2, 3, 4]))
    case("nan_to_num/edges", "torch.nan_to_num(a)", EDGES)
    case("nan_to_num/float64", "torch.nan_to_num(a)", EDGES.double())
    case("nan_to_num/given", "torch.nan_to_num(a, nan=1.0, posinf=2.0, neginf=-3.0)", EDGES)
    case("nan_to_num/int64", "torch.nan_to_num(a)", INTEGERS)
    near = tensor([nan, inf, inf, 1.0, 1.0, 1.0, -2.5])
    case("isclose/edges", "torch.isclose(a, b)", EDGES, near)
    case("isclose/rtol", "torch.isclose(a, b, rtol=0.5, atol=0.25)", Draw(3, 4, low=0.5), Draw(3, 4, low=0.5))
    case("isclose/equal_nan", "torch.isclose(a, b, equal_nan=True)", EDGES, near)
    case("isclose/int64", "torch.isclose(a, b, rtol=0.5)", INTEGERS, tensor([3, -2, 3, 0]))
    for op in ["isposinf", "isneginf", "isreal"]:
        case(f"{op}/edges", f"torch.{op}(a)", EDGES)
        case(f"{op}/int64", f"torch.{op}(a)", INTEGERS)


def rearrangement(case):
    each(case, "unbind", {"dim0": "torch.unbind(a)", "dim_last": "torch.unbind(a, dim=-1)"}, CUBE)
    each(case, "unflatten", {"dim1": "torch.unflatten(a, 1, (2, -1))", "last": "torch.unflatten(a, -1, (2, 2, 1))"},
         Draw(2, 4))  # fmt: skip
    each(case, "movedim", {"one": "torch.movedim(a, 0, 2)", "two": "torch.movedim(a, (0, 1), (-1, 0))",
                           "axis": "torch.moveaxis(a, 1, 0)", "axes": "torch.swapaxes(a, 0, 2)",
                           "dims": "torch.swapdims(a, -1, 0)"}, CUBE)  # fmt: skip
    for rank in [1, 2, 3]:
        for shape in [(), (3,), (2, 3)]:
            case(f"atleast_{rank}d/rank{len(shape)}", f"torch.atleast_{rank}d(a)", Draw(*shape))
    case("broadcast_to/row", "torch.broadcast_to(a, (2, 3))", Draw(3))
    case("broadcast_tensors/three", "torch.broadcast_tensors(a, b, c)", Draw(3, 1), Draw(4), Draw())
    for op in ["hstack", "vstack", "dstack", "column_stack"]:
        case(f"{op}/vectors", f"torch.{op}((a, b))", Draw(3), Draw(3))
        case(f"{op}/matrices", f"torch.{op}((a, b))", MATRIX, MATRIX)
        case(f"{op}/numbers", f"torch.{op}((a, b))", Draw(), tensor(2))
    case("column_stack/mixed", "torch.column_stack((a, b))", Draw(3), MATRIX)
    case("block_diag/mixed", "torch.block_diag(a, b, c)", Draw(2, 3), Draw(), tensor([1, 2]))
    each(case, "tile", {"fewer": "torch.tile(a, (2,))", "more": "torch.tile(a, (2, 1, 3))"}, Draw(2, 3))
    each(case, "repeat_interleave", {"all": "torch.repeat_interleave(a, 2)",
                                     "dim1": "torch.repeat_interleave(a, 3, dim=1)",
                                     "none": "torch.repeat_interleave(a, 0, dim=-1)"}, Draw(2, 3))  # fmt: skip
    case("repeat_interleave/transposed", "torch.repeat_interleave(a.t(), 2, dim=0)", Draw(2, 3))
    case("repeat_interleave/number", "torch.repeat_interleave(a, 2)", Draw())
    counts = tensor([2, 0, 3])
    case("repeat_interleave/tensor", "torch.repeat_interleave(a, b, dim=0)", MATRIX, counts)
    case("repeat_interleave/tensor_all", "torch.repeat_interleave(a, b)", Draw(3), counts)
    case("repeat_interleave/one_number", "torch.repeat_interleave(a, b, dim=0)", MATRIX, tensor(2))
    case("repeat_interleave/output_size", "torch.repeat_interleave(a, b, dim=0, output_size=5)", MATRIX, counts)
    case("repeat_interleave/positions", "torch.repeat_interleave(a)", counts)
    case("repeat_interleave/empty", "torch.repeat_interleave(a, b, dim=0)", Draw(0, 2), tensor([], dtype=int64))
    each(case, "fliplr", {"left": "torch.fliplr(a)", "up": "torch.flipud(a)"}, MATRIX)
    each(case, "rot90", {"once": "torch.rot90(a)", "twice": "torch.rot90(a, 2)", "back": "torch.rot90(a, -1)",
                         "not": "torch.rot90(a, 4)", "plane": "torch.rot90(a, 1, (2, 0))"}, CUBE)  # fmt: skip
    for name, x in [("vector", Draw(3)), ("matrix", MATRIX), ("empty", Draw(0))]:
        each(case, "diag", {"0": "torch.diag(a)", "1": "torch.diag(a, 1)", "-2": "torch.diag(a, -2)"}, x, name=name)
    each(case, "diag_embed", {"last": "torch.diag_embed(a)", "dims": "torch.diag_embed(a, 1, 0, 2)",
                              "turned": "torch.diag_embed(a, -1, -1, 0)", "flat": "torch.diagflat(a)",
                              "flat_below": "torch.diagflat(a, -1)"}, Draw(2, 3))  # fmt: skip


def grids(case):
    for name, shapes in [("two", [(2,), (3,)]), ("three", [(2,), (3,), ()]), ("empty", [(2,), (0,)]), ("one", [(2,)])]:
        letters = ", ".join("abc"[: len(shapes)])
        for indexing in ["ij", "xy"]:
            if (name, indexing) != ("one", "xy"):
                case(f"meshgrid/{name}_{indexing}", f"torch.meshgrid({letters}, indexing='{indexing}')",
                     *(Draw(*shape) for shape in shapes))  # fmt: skip
    case("cartesian_prod/two", "torch.cartesian_prod(a, b)", Draw(2), Draw(3))
    case("cartesian_prod/one", "torch.cartesian_prod(a)", Draw(2))
    each(case, "combinations", {"2": "torch.combinations(a)", "3": "torch.combinations(a, r=3)",
                                "0": "torch.combinations(a, r=0)", "5": "torch.combinations(a, r=5)",
                                "again": "torch.combinations(a, with_replacement=True)"}, Draw(4))  # fmt: skip
    for name, x in [("float32", Draw(3)), ("int64", tensor([0, 2, -3]))]:
        each(case, "vander", {"square": "torch.vander(a)", "up": "torch.vander(a, 4, increasing=True)"}, x, name=name)
    each(case, "tril_indices", {"0": "torch.tril_indices(3, 4)", "-1": "torch.tril_indices(3, 4, -1)",
                                "above": "torch.triu_indices(3, 4, 1)",
                                "none": "torch.triu_indices(2, 2, 2)"})  # fmt: skip
    each(case, "logspace", {"10": "torch.logspace(0, 2, 5)", "2": "torch.logspace(0, 3, 4, base=2, dtype=int64)",
                            "float64": "torch.logspace(-1, 1, 4, dtype=float64)"})  # fmt: skip


def indexing(case):
    case("take/matrix", "torch.take(a, b)", MATRIX, tensor([[0, -1], [5, 5]]))
    case("take/number", "torch.take(a, b)", MATRIX, tensor(7))
    case("take/transposed", "torch.take(a.t(), b)", MATRIX, tensor([0, 1, 2]))
    case("take_along_dim/dim1", "torch.take_along_dim(a, b, dim=1)", MATRIX, tensor([[0], [3], [1]]))
    case("take_along_dim/broadcast", "torch.take_along_dim(a, b, dim=1)", MATRIX, tensor([[2, 0]]))
    case("take_along_dim/dim0", "torch.take_along_dim(a, b, dim=0)", Draw(3, 1), tensor([[2, 0], [0, 1]]))
    case("take_along_dim/flat", "torch.take_along_dim(a, b)", MATRIX, tensor([[0, 11], [5, 5]]))
    case("put/replace", "a.put(b, c)", MATRIX, tensor([[0, -1], [5, 6]]), Draw(4))
    case("put/accumulate", "a.put(b, c, accumulate=True)", MATRIX, tensor([[0, -1], [5, 5]]), Draw(2, 2))
    rows = tensor([[0, 2, 1], [2, 0, 3]])
    case("scatter/dim1", "torch.scatter(a, 1, b, c)", MATRIX, rows, Draw(2, 3))
    case("scatter/dim0", "torch.scatter(a, 0, b, c)", Draw(4, 3), rows, Draw(3, 4))
    case("scatter/value", "torch.scatter(a, 1, b, 1.5)", MATRIX, rows)
    case("scatter/int64", "torch.scatter(a, 1, b, c)", INTEGERS, rows, tensor([[9, 8, 7], [6, 5, 4]]))
    case("scatter/number", "torch.scatter(a, 0, b, c)", Draw(), tensor(0), Draw())
    case("scatter/empty", "torch.scatter(a, 1, b, c)", MATRIX, tensor([[]], dtype=int64), Draw(1, 0))
    case("index_copy/dim0", "torch.index_copy(a, 0, b, c)", MATRIX, tensor([2, 0]), Draw(2, 4))
    case("index_copy/dim1", "torch.index_copy(a, 1, b, c)", CUBE, tensor([1]), Draw(2, 1, 4))
    case("index_fill/dim0", "torch.index_fill(a, 0, b, 2.5)", MATRIX, tensor([0, -1]))
    case("index_fill/dim1", "torch.index_fill(a, -1, b, -1)", INTEGERS, tensor([1, 1]))
    case("index_fill/tensor", "torch.index_fill(a, 0, b, c)", MATRIX, tensor([0]), Draw())
    mask = tensor([[True, False, True, False], [False, False, False, True], [True, True, False, False]])
    case("masked_scatter/matrix", "torch.masked_scatter(a, b, c)", MATRIX, mask, Draw(2, 3))
    case("masked_scatter/broadcast", "torch.masked_scatter(a, b, c)", MATRIX, mask[0], Draw(7))
    case("masked_scatter/none", "torch.masked_scatter(a, b, c)", MATRIX, torch.zeros(3, 4, dtype=boolean), Draw(0))
    into = tensor([[0, 0, 3], [2, 0, 2]])
    ties = tensor([[1.0, 5.0, 5.0, 0.0], [2.0, 2.0, 2.0, 2.0]])
    zeros = tensor([[0.0, 2.0, 3.0, 1.0], [0.0, 2.0, 0.0, 1.0]])
    for reduce in ["sum", "prod", "mean", "amax", "amin"]:
        for name, include in [("with", ""), ("without", ", include_self=False")]:
            along = f"torch.scatter_reduce(a, 1, b, c, '{reduce}'{include})"
            id = f"scatter_reduce/{reduce}_{name}"
            case(id, along, Draw(2, 4, low=0.3), into, Draw(2, 3, low=0.3))
            case(f"{id}_float64", along, double(2, 4), into, double(2, 3))
            case(f"{id}_int64", along, INTEGERS, into, tensor([[9, -8, 7], [6, 5, 4]]))
            case(f"{id}_ties", along, ties, into, tensor([[1.0, 1.0, 0.0], [2.0, 5.0, 2.0]]))
            case(f"{id}_zeros", along, zeros, into, tensor([[4.0, 2.0, 0.0], [1.0, 3.0, 0.0]]))
            if reduce != "sum":
                expression = f"torch.index_reduce(a, 0, b, c, '{reduce}'{include})"
                case(f"index_reduce/{reduce}_{name}", expression, Draw(3, 2, low=0.3), tensor([2, 0, 2]),
                     Draw(3, 2, low=0.3))  # fmt: skip
    case("scatter_reduce/nan", "torch.scatter_reduce(a, 1, b, c, 'amax')", tensor([[nan, 1.0, 2.0, 3.0]]), into[:1],
         tensor([[1.0, 2.0, nan]]))  # fmt: skip


def products(case):
    positive = {"low": 0.3, "high": 2}
    for dtype, draw in [("float32", lambda *shape: Draw(*shape, **positive)), ("float64", double)]:
        each(case, "dot", {dtype: "torch.dot(a, b)", f"v{dtype}": "torch.vdot(a, b)",
                           f"outer_{dtype}": "torch.outer(a, b)"}, draw(3), draw(3))  # fmt: skip
        case(f"inner/{dtype}", "torch.inner(a, b)", draw(2, 3), draw(4, 3))
        case(f"inner/number_{dtype}", "torch.inner(a, b)", draw(), draw(4, 3))
        case(f"mv/{dtype}", "torch.mv(a, b)", draw(2, 3), draw(3))
        case(f"mm/{dtype}", "torch.mm(a, b)", draw(2, 3), draw(3, 4))
        case(f"bmm/{dtype}", "torch.bmm(a, b)", draw(2, 2, 3), draw(2, 3, 4))
        case(f"trace/{dtype}", "torch.trace(a)", draw(3, 4))
        case(f"kron/{dtype}", "torch.kron(a, b)", draw(2, 3), draw(2))
        case(f"kron/matrices_{dtype}", "torch.kron(a, b)", draw(2, 1), draw(3, 2))
        case(f"tensordot/{dtype}", "torch.tensordot(a, b)", draw(2, 3, 4), draw(3, 4, 2))
        case(f"tensordot/one_{dtype}", "torch.tensordot(a, b, dims=1)", draw(2, 3), draw(3, 4))
        case(f"tensordot/none_{dtype}", "torch.tensordot(a, b, dims=0)", draw(2), draw(3))
        case(f"tensordot/named_{dtype}", "torch.tensordot(a, b, dims=([2, 0], [1, -1]))", draw(2, 3, 4), draw(3, 4, 2))
        for options in ["", ", beta=0.5, alpha=2", ", beta=0"]:
            name = f"{dtype}_{options.replace(', ', '_').replace('=', '')}"
            case(f"addr/{name}", f"torch.addr(a, b, c{options})", draw(2, 3), draw(2), draw(3))
            case(f"addmv/{name}", f"torch.addmv(a, b, c{options})", draw(2), draw(2, 3), draw(3))
            case(f"addmm/{name}", f"torch.addmm(a, b, c{options})", draw(4), draw(2, 3), draw(3, 4))
            case(f"baddbmm/{name}", f"torch.baddbmm(a, b, c{options})", draw(1, 2, 4), draw(2, 2, 3), draw(2, 3, 4))
            case(f"addbmm/{name}", f"torch.addbmm(a, b, c{options})", draw(2, 4), draw(2, 2, 3), draw(2, 3, 4))
    case("trace/int64", "torch.trace(a)", INTEGERS)
    case("dot/int64", "torch.dot(a, b)", INTEGERS[0], INTEGERS[1])
    case("cross/last", "torch.cross(a, b, dim=-1)", double(2, 3), double(1, 3))
    case("cross/first", "torch.cross(a, b)", double(3, 4), double(3, 4))
    for p in ["2.0", "1.0", "3.0", "0.0", "inf"]:
        op = "cdist_count" if p == "0.0" else "cdist"
        case(f"{op}/p{p}", f"torch.cdist(a, b, p={p})", double(3, 4), double(2, 4))
        case(f"{op}/p{p}_batches", f"torch.cdist(a, b, p={p})", double(2, 1, 3, 2), double(2, 2, 2))
        case(f"{op}/p{p}_empty", f"torch.cdist(a, b, p={p})", Draw(0, 4), Draw(2, 4))
    case("cdist/zero", "torch.cdist(a, b)", tensor([[1.0, 2.0], [0.0, 0.0]]), tensor([[1.0, 2.0], [3.0, 4.0]]))
    case("cdist/no_width", "torch.cdist(a, b)", Draw(3, 0), Draw(2, 0))
    case("cdist/float32", "torch.cdist(a, b)", Draw(3, 4, low=1, high=2), Draw(2, 4, low=-2, high=-1))


def ordering(case):
    case("msort/apart", "torch.msort(a)", apart(3, 4))
    each(case, "kthvalue", {"last": "torch.kthvalue(a, 2)", "dim0": "torch.kthvalue(a, 3, 0, True)"}, apart(3, 4))
    case("kthvalue/nan", "torch.kthvalue(a, 1)", WITH_NAN[[0, 2]])
    case("kthvalue/number", "torch.kthvalue(a, 1)", Draw())
    for name, x in [("ties", TIES), ("int64", INTEGERS)]:
        each(case, "mode", {"last": "torch.mode(a)", "dim0": "torch.mode(a, 0, True)"}, x, name=name)
    case("mode/number", "torch.mode(a)", Draw())
    for op in ["cummax", "cummin"]:
        each(case, op, {"dim0": f"torch.{op}(a, 0)", "last": f"torch.{op}(a, -1)"}, apart(3, 4))
        case(f"{op}/ties", f"torch.{op}(a, -1)", TIES)
        case(f"{op}/nan", f"torch.{op}(a, -1)", tensor([[3.0, nan, 4.0, nan], [nan, 1.0, 2.0, 0.0]]))
        case(f"{op}/int64", f"torch.{op}(a, -1)", INTEGERS)
        case(f"{op}/bool", f"torch.{op}(a, -1)", tensor([[False, True, False], [True, False, True]]))
        case(f"{op}/number", f"torch.{op}(a, 0)", Draw())
        case(f"{op}/empty", f"torch.{op}(a, -1)", Draw(2, 0))
    each(case, "aminmax", {"all": "torch.aminmax(a)", "dim1": "torch.aminmax(a, dim=1, keepdim=True)"}, apart(3, 4))
    sorted_rows = tensor([[1.0, 2.0, 2.0, 5.0], [0.0, 2.0, 4.0, 4.0]])
    values = tensor([[2.0, 0.5, nan], [4.0, -inf, 4.5]])
    for right in ["", ", right=True"]:
        name = "right" if right else "left"
        case(f"searchsorted/{name}", f"torch.searchsorted(a, b{right})", sorted_rows, values)
        case(f"searchsorted/{name}_vector", f"torch.searchsorted(a, b{right})", sorted_rows[0], values)
        case(f"searchsorted/{name}_int64", f"torch.searchsorted(a, b{right})", tensor([1, 3, 3]), tensor(3))
        case(f"bucketize/{name}", f"torch.bucketize(a, b{right})", values, sorted_rows[1])
    case("searchsorted/number", "torch.searchsorted(a, 2.0)", sorted_rows[0])
    backwards = tensor([[3, 2, 1, 0], [3, 2, 1, 0]])
    case("searchsorted/sorter", "torch.searchsorted(a, b, sorter=c)", sorted_rows.flip(1), values, backwards)
    case("searchsorted/empty", "torch.searchsorted(a, b)", Draw(0), values)
    case("searchsorted/no_values", "torch.searchsorted(a, b)", sorted_rows, Draw(2, 0))
    for invert in ["", ", invert=True"]:
        name = "not" if invert else "in"
        case(f"isin/{name}", f"torch.isin(a, b{invert})", INTEGERS, tensor([2, 0, 9]))
        case(f"isin/{name}_float32", f"torch.isin(a, b{invert})", WITH_NAN, tensor([[1.0, nan], [4.0, 4.0]]))
        case(f"isin/{name}_empty", f"torch.isin(a, b{invert})", INTEGERS, tensor([], dtype=int64))
    everything = ", return_inverse=True, return_counts=True"
    rows = tensor([[1, 2, 0], [0, 5, 1], [1, 2, 0], [0, 5, 0]])
    for op in ["unique", "unique_consecutive"]:
        for name, x in [("int64", INTEGERS), ("float32", TIES), ("nan", tensor([nan, 1.0, 1.0, nan])),
                        ("bool", tensor([True, True, False])), ("empty", Draw(0)), ("number", Draw())]:  # fmt: skip
            case(f"{op}/{name}", f"torch.{op}(a)", x)
            case(f"{op}/{name}_all", f"torch.{op}(a{everything})", x)
        for dim in [0, 1]:
            case(f"{op}/dim{dim}", f"torch.{op}(a, dim={dim}{everything})", rows)
        case(f"{op}/columns", f"torch.{op}(a, dim=1{everything})", tensor([[2, 1, 1, 2], [3, 3, 3, 0]]))
        case(f"{op}/cube", f"torch.{op}(a, dim=1{everything})", rows.reshape(2, 2, 3).repeat(1, 2, 1))
        case(f"{op}/no_rows", f"torch.{op}(a, dim=0{everything})", Draw(0, 2))


def statistics(case):
    for op in ["median", "nanmedian"]:
        each(case, op, {"all": f"torch.{op}(a)", "last": f"torch.{op}(a, -1)", "dim0": f"torch.{op}(a, 0, True)"},
             apart(3, 4))  # fmt: skip
        case(f"{op}/ties", f"torch.{op}(a)", TIES)
        case(f"{op}/nan", f"torch.{op}(a)", WITH_NAN)
        case(f"{op}/nan_last", f"torch.{op}(a, -1)", WITH_NAN[[0, 2]])
        case(f"{op}/int64", f"torch.{op}(a)", INTEGERS)
        case(f"{op}/number", f"torch.{op}(a)", Draw())
        case(f"{op}/empty", f"torch.{op}(a)", Draw(0))
    q = tensor([0.0, 0.3, 0.5, 1.0], dtype=float64)
    for op in ["quantile", "nanquantile"]:
        x = double(4, 3)
        case(f"{op}/number", f"torch.{op}(a, 0.3)", x)
        case(f"{op}/dim", f"torch.{op}(a, 0.6, dim=1)", x)
        case(f"{op}/vector", f"torch.{op}(a, b)", x, q, constants="b")
        case(f"{op}/vector_dim", f"torch.{op}(a, b, dim=0)", x, q, constants="b")
        case(f"{op}/keepdim", f"torch.{op}(a, b, dim=1, keepdim=True)", x, q, constants="b")
        case(f"{op}/nan", f"torch.{op}(a, b, dim=1)", WITH_NAN.double(), q, constants="b")
        case(f"{op}/float32", f"torch.{op}(a, 0.5, dim=1)", apart(3, 4))
        for interpolation in ["lower", "higher", "midpoint", "nearest"]:
            expression = f"torch.{op}(a, b, dim=0, interpolation='{interpolation}')"
            case(f"{op}/{interpolation}", expression, x, q, constants="b")
    for op in ["nansum", "nanmean"]:
        each(case, op, {"all": f"torch.{op}(a)", "dim1": f"torch.{op}(a, dim=1, keepdim=True)"}, WITH_NAN)
    case("nansum/int64", "torch.nansum(a)", INTEGERS)
    each(case, "count_nonzero", {"all": "torch.count_nonzero(a)", "dim0": "torch.count_nonzero(a, dim=0)"}, INTEGERS)
    case("count_nonzero/edges", "torch.count_nonzero(a)", EDGES)
    for op in ["var_mean", "std_mean"]:
        case(f"{op}/all", f"torch.{op}(a)", double(3, 4))
        case(f"{op}/dim", f"torch.{op}(a, dim=1, correction=0, keepdim=True)", double(3, 4))
    each(case, "cov", {"defaults": "torch.cov(a)", "correction": "torch.cov(a, correction=0)"}, double(3, 4))
    frequencies, weights = tensor([1, 3, 0, 2]), double(4, low=0.3)
    case("cov/fweights", "torch.cov(a, fweights=b)", double(3, 4), frequencies)
    case("cov/aweights", "torch.cov(a, aweights=b)", double(3, 4), weights, constants="b")
    case("cov/both", "torch.cov(a, fweights=b, aweights=c)", double(3, 4), frequencies, weights, constants="c")
    case("cov/vector", "torch.cov(a)", double(4))
    case("cov/int64", "torch.cov(a)", tensor([[1, 2, 3], [3, 1, 2]]))
    case("corrcoef/matrix", "torch.corrcoef(a)", double(3, 4))
    case("corrcoef/vector", "torch.corrcoef(a)", double(4))
    case("histc/range", "torch.histc(a, bins=5, min=-1, max=1.5)", double(40))
    case("histc/own_range", "torch.histc(a, bins=4)", double(6, 5))
    case("histc/edges", "torch.histc(a, bins=4, min=0, max=3)", tensor([0.0, 1.0, 2.0, 3.0, nan, inf, -1.0]))
    case("histc/point", "torch.histc(a, bins=4)", tensor([1.0, 1.0]))
    case("histc/empty", "torch.histc(a, bins=4)", Draw(0))
    numbers = tensor([1, 4, 1, 0])
    case("bincount/counts", "torch.bincount(a)", numbers)
    case("bincount/minlength", "torch.bincount(a, minlength=7)", numbers)
    case("bincount/empty", "torch.bincount(a)", tensor([], dtype=int64))
    case("bincount/float32", "torch.bincount(a, b)", numbers, Draw(4, low=0.5), constants="b")
    case("bincount/float64", "torch.bincount(a, b)", numbers, double(4), constants="b")
    case("bincount/int64", "torch.bincount(a, b)", numbers, tensor([1, 2, 3, 4]))
    case("renorm/p2", "torch.renorm(a, 2, 0, 1.5)", double(3, 4))
    case("renorm/p1", "torch.renorm(a, 1, 1, 3)", double(3, 4))


def sequences(case):
    each(case, "diff", {"last": "torch.diff(a)", "twice": "torch.diff(a, n=2)", "dim0": "torch.diff(a, dim=0)",
                        "all": "torch.diff(a, n=5)"}, apart(3, 4))  # fmt: skip
    case("diff/joined", "torch.diff(a, prepend=b, append=c)", double(3, 4), double(3, 2), double(3, 1))
    case("diff/int64", "torch.diff(a)", INTEGERS)
    case("diff/bool", "torch.diff(a)", tensor([True, False, False]))
    each(case, "gradient", {"all": "torch.gradient(a)", "dim": "torch.gradient(a, spacing=2.0, dim=1)",
                            "order2": "torch.gradient(a, dim=(0, -1), edge_order=2)",
                            "each": "torch.gradient(a, spacing=[0.5, 2.0, 1.0])"}, double(3, 4, 3))  # fmt: skip
    places = [tensor([0.0, 1.0, 3.0, 3.5], dtype=float64), tensor([0.0, -1.0, -4.0], dtype=float64)]
    for order in [1, 2]:
        case(f"gradient/places{order}", f"torch.gradient(a, spacing=[b, c], edge_order={order})", double(4, 3), *places,
             constants="bc")  # fmt: skip
    case("gradient/two", "torch.gradient(a)", double(2))
    case("gradient/int64", "torch.gradient(a, dim=1)", INTEGERS)
    for op in ["trapezoid", "cumulative_trapezoid"]:
        each(case, op, {"1": f"torch.{op}(a)", "dx": f"torch.{op}(a, dx=0.5, dim=0)"}, double(3, 4))
        case(f"{op}/places", f"torch.{op}(a, b)", double(3, 4), double(4))
        case(f"{op}/places_dim0", f"torch.{op}(a, b, dim=0)", double(3, 4), double(3))
        case(f"{op}/many_places", f"torch.{op}(a, b)", double(3, 4), double(3, 4))
        case(f"{op}/one", f"torch.{op}(a)", double(3, 1))
        case(f"{op}/none", f"torch.{op}(a)", double(3, 0))
        case(f"{op}/int64", f"torch.{op}(a)", INTEGERS)
    each(case, "logcumsumexp", {"dim0": "torch.logcumsumexp(a, 0)", "last": "torch.logcumsumexp(a, -1)"}, double(5, 4))
    case("logcumsumexp/large", "torch.logcumsumexp(a, 0)", tensor([1e4, -1e4, 2e4, inf]))
    case("logcumsumexp/float32", "torch.logcumsumexp(a, 0)", Draw(6, low=1, high=2))
    case("logcumsumexp/number", "torch.logcumsumexp(a, 0)", Draw())
    case("logcumsumexp/empty", "torch.logcumsumexp(a, 0)", Draw(0))


def main():
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    cases = Cases()
    for family in [pointwise, rearrangement, grids, indexing, products, ordering, statistics, sequences]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
