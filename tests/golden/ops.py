#!/usr/bin/env python3
"""Writes ops.safetensors and ops.txt: what PyTorch's functions and their gradients give, on small inputs.

A case is an expression of the inputs a, b, c, ... and has an id "<op>/<case>". The file holds, of each case,

  <id>/in0, in1, ...               the inputs a, b, ...
  <id>/out                         the result; out0, out1, ... if there are several
  <id>/cotangent                   the gradient given to backward; cotangent0, ... if there are several results (those
                                   that have no gradient have no cotangent)
  <id>/grad0, grad1, ...           the gradients of those inputs that are floating point and that the result depends on

and, as JSON under the key "golden" of its metadata,

  {"cases": {id: expression}, "doubtful": {tensor: [flat index, ...]}}

ops.txt lists the same for people, and with it the cases that PyTorch refuses, which are not in the file.

float32 inputs are drawn so that PyTorch's own results lie within 4 ulp of those it gives for the same inputs in
float64, element for element: a test can be strict without knowing how each case is conditioned. Inputs that are written
out (edge values, mostly) are what they are; of their results, those that differ between PyTorch's float32 and its
float64 by more than 8 ulp, or in kind, are the doubtful ones.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import itertools
import pathlib
import re

import torch

from cases import NAMES, Cases, Draw, apart, boolean, float64, inf, int64, nan, tensor
from elementwise import BOOLEANS, INTEGERS, binary, bounds, promotion, unary


def dims_variants(case, op, call, x):
    """`call` with its dimensions left out, one, two, all, negative, kept."""
    for name, options in [
        ("all", ""),
        ("dim0", "dim=0"),
        ("dim1_keepdim", "dim=1, keepdim=True"),
        ("dim_last", "dim=-1"),
        ("dims02", "dim=(0, 2)"),
        ("dims12_keepdim", "dim=(1, 2), keepdim=True"),
        ("dims012", "dim=(0, 1, 2)"),
    ]:
        case(f"{op}/{name}", call.format(f", {options}" if options else ""), x)


def reductions(case):
    cube = Draw(2, 3, 4, low=0.3, high=2)
    special = tensor([[1.0, inf, 2.0], [nan, 1.0, 2.0], [inf, -inf, 0.0], [3.4e38, 3.4e38, 1.0], [-0.0, -0.0, -0.0]])
    for op, call in [
        ("sum", "torch.sum(a{})"),
        ("mean", "torch.mean(a{})"),
        ("var", "torch.var(a{})"),
        ("std", "torch.std(a{})"),
        ("amax", "torch.amax(a{})"),
        ("amin", "torch.amin(a{})"),
        ("logsumexp", "torch.logsumexp(a{})"),
        ("norm", "torch.norm(a, p=2{})"),
        ("any", "torch.any(a{})"),
        ("all", "torch.all(a{})"),
    ]:
        whole, along = call.format(""), call.format(", dim=1")
        if op == "logsumexp":
            whole = call.format(", dim=0")
            for name, options in [("dim0", "dim=0"), ("dim1_keepdim", "dim=1, keepdim=True"), ("dims02", "dim=(0, 2)")]:
                case(f"{op}/{name}", call.format(f", {options}"), cube)
        elif op in ("any", "all"):
            rare = (torch.arange(24) % 7 == 0).reshape(2, 3, 4)
            dims_variants(case, op, call, rare if op == "any" else ~rare)
            case(f"{op}/float32", along, tensor([[0.0, -0.0], [nan, 0.0], [1.0, 2.0]]))
        else:
            dims_variants(case, op, call, cube)
        case(f"{op}/float64", along, Draw(3, 4, low=0.3, high=2, dtype=float64))
        case(f"{op}/int64", along, tensor([[3, -1, 2], [0, 0, 5]]))
        case(f"{op}/bool", along, tensor([[True, False, True], [False, False, False]]))
        case(f"{op}/zero_dim", whole, Draw(low=0.3, high=2))
        case(f"{op}/zero_dim_dim0", call.format(", dim=0"), Draw(low=0.3, high=2))
        case(f"{op}/edges", along, special)
        for name, shape in [("empty", (0,)), ("empty_rows", (0, 3)), ("empty_columns", (3, 0))]:
            case(f"{op}/{name}", whole, Draw(*shape))
        case(f"{op}/empty_columns_dim1", along, Draw(3, 0))
        case(f"{op}/empty_rows_dim1", along, Draw(0, 3))
    case("sum/int64_all", "torch.sum(a)", tensor([2**53, 1, 2**53]))
    case("sum/mixed_signs", "torch.sum(a)", Draw(4, 5))
    for op in ["var", "std"]:
        for correction in ["0", "2", "0.5"]:
            case(f"{op}/correction{correction}", f"torch.{op}(a, dim=1, correction={correction})", Draw(3, 4))
            case(
                f"{op}/correction{correction}_all_keepdim",
                f"torch.{op}(a, dim=(0, 1), correction={correction}, keepdim=True)",
                Draw(3, 4),
            )
        case(f"{op}/one_value", f"torch.{op}(a, dim=1)", tensor([[1.0], [2.0]]))
        case(f"{op}/one_value_correction0", f"torch.{op}(a, dim=1, correction=0)", tensor([[1.0], [2.0]]))
        case(f"{op}/large_mean", f"torch.{op}(a)", tensor([10000.0, 10001.0, 10002.0, 10003.0]))
        case(f"{op}/constant", f"torch.{op}(a)", tensor([0.1, 0.1, 0.1]))
    case(
        "logsumexp/large",
        "torch.logsumexp(a, dim=1)",
        tensor([[1e4, 1e4 - 1], [-1e4, -1e4 - 2], [-inf, -inf], [-inf, 0.0]]),
    )
    for p in ["1", "3", "1.5", "float('inf')", "0"]:
        name = p.replace("float('inf')", "inf")
        case(f"norm/p{name}", f"torch.norm(a, p={p})", Draw(3, 4))
        case(f"norm/p{name}_dim1", f"torch.norm(a, p={p}, dim=1)", Draw(3, 4))
        case(f"norm/p{name}_dims_keepdim", f"torch.norm(a, p={p}, dim=(0, 2), keepdim=True)", Draw(2, 3, 2))
        case(f"norm/p{name}_float64", f"torch.norm(a, p={p}, dim=0)", Draw(3, 4, dtype=float64))
        case(f"norm/p{name}_zeros", f"torch.norm(a, p={p}, dim=1)", tensor([[0.0, 0.0], [0.0, -2.0]]))
        case(f"norm/p{name}_ties", f"torch.norm(a, p={p}, dim=1)", tensor([[1.0, -1.0], [3.0, 3.0]]))
        case(f"norm/p{name}_edges", f"torch.norm(a, p={p}, dim=1)", special)
        case(f"norm/p{name}_empty", f"torch.norm(a, p={p})", Draw(0))
    case("norm/p2_zeros", "torch.norm(a, p=2, dim=1)", tensor([[0.0, 0.0], [0.0, -2.0]]))
    for op in ["prod", "cumsum", "cumprod"]:
        for dim in [0, 1, -1]:
            case(f"{op}/dim{dim}", f"torch.{op}(a, dim={dim})", Draw(2, 3, 4, low=0.5, high=2))
        zeros = tensor([[2.0, 3.0, 4.0], [2.0, 0.0, 4.0], [0.0, 3.0, 0.0], [0.0, 0.0, 0.0]])
        case(f"{op}/zeros", f"torch.{op}(a, dim=1)", zeros)
        case(f"{op}/edges", f"torch.{op}(a, dim=1)", special)
        case(f"{op}/float64", f"torch.{op}(a, dim=0)", Draw(3, 2, dtype=float64))
        case(f"{op}/int64", f"torch.{op}(a, dim=1)", tensor([[3, -1, 2], [0, 4, 5]]))
        case(f"{op}/bool", f"torch.{op}(a, dim=1)", tensor([[True, True, True], [False, True, True]]))
        case(f"{op}/zero_dim", f"torch.{op}(a, dim=0)", Draw(low=0.3, high=2))
        case(f"{op}/empty", f"torch.{op}(a, dim=1)", Draw(2, 0))
        case(f"{op}/empty_rows", f"torch.{op}(a, dim=1)", Draw(0, 3))
    case("prod/all", "torch.prod(a)", Draw(2, 3, low=0.5, high=2))
    case("prod/keepdim", "torch.prod(a, dim=1, keepdim=True)", Draw(2, 3, low=0.5, high=2))
    case("prod/all_one_zero", "torch.prod(a)", tensor([2.0, 0.0, 3.0]))
    case("prod/all_two_zeros", "torch.prod(a)", tensor([0.0, 2.0, 0.0]))
    case("prod/all_empty", "torch.prod(a)", Draw(0))
    case("prod/all_bool", "torch.prod(a)", BOOLEANS)
    case("prod/all_zero_dim", "torch.prod(a)", Draw())
    extremes(case, special)


def extremes(case, special):
    ties = tensor([[1.0, 3.0, 3.0, 2.0], [2.0, 2.0, 0.0, 0.0], [-0.0, 0.0, -0.0, 0.0]])
    for op in ["max", "min", "argmax", "argmin"]:
        case(f"{op}/all", f"torch.{op}(a)", Draw(2, 3, 4))
        case(f"{op}/dim0", f"torch.{op}(a, dim=0)", Draw(2, 3, 4))
        case(f"{op}/dim1_keepdim", f"torch.{op}(a, dim=1, keepdim=True)", Draw(2, 3, 4))
        case(f"{op}/dim_last", f"torch.{op}(a, dim=-1)", Draw(2, 3, 4))
        case(f"{op}/float64", f"torch.{op}(a, dim=0)", Draw(3, 2, dtype=float64))
        case(f"{op}/int64", f"torch.{op}(a, dim=1)", tensor([[3, -1, 3], [0, 0, -5]]))
        case(f"{op}/int64_all", f"torch.{op}(a)", tensor([[3, -1, 3], [0, 0, -5]]))
        case(f"{op}/bool", f"torch.{op}(a, dim=1)", tensor([[True, False], [False, False]]))
        case(f"{op}/bool_all", f"torch.{op}(a)", tensor([True, False, True]))
        case(f"{op}/ties", f"torch.{op}(a, dim=1)", ties)
        case(f"{op}/ties_all", f"torch.{op}(a)", tensor([1.0, 3.0, 1.0, 3.0, 3.0]))
        case(f"{op}/edges", f"torch.{op}(a, dim=1)", special)
        case(f"{op}/edges_all", f"torch.{op}(a)", special)
        case(f"{op}/infinities_all", f"torch.{op}(a)", tensor([inf, 1.0, -inf, inf]))
        case(f"{op}/zero_dim", f"torch.{op}(a)", Draw())
        case(f"{op}/zero_dim_dim0", f"torch.{op}(a, dim=0)", Draw())
        case(f"{op}/empty", f"torch.{op}(a)", Draw(0))
        case(f"{op}/empty_rows_dim1", f"torch.{op}(a, dim=1)", Draw(0, 3))
        case(f"{op}/empty_columns_dim1", f"torch.{op}(a, dim=1)", Draw(3, 0))
    for op in ["amax", "amin"]:
        case(f"{op}/ties", f"torch.{op}(a, dim=1)", ties)
        case(f"{op}/ties_all", f"torch.{op}(a)", tensor([1.0, 3.0, 1.0, 3.0, 3.0]))


def products(case):
    for name, a, b in [
        ("1x1", (3,), (3,)),
        ("1x2", (3,), (3, 4)),
        ("2x1", (2, 3), (3,)),
        ("2x2", (2, 3), (3, 4)),
        ("1x3", (3,), (2, 3, 4)),
        ("3x1", (2, 2, 3), (3,)),
        ("2x3", (2, 3), (2, 3, 2)),
        ("3x2", (2, 2, 3), (3, 2)),
        ("3x3", (2, 2, 3), (2, 3, 2)),
        ("3x3_left_expanded", (1, 2, 3), (2, 3, 2)),
        ("3x3_right_expanded", (2, 2, 3), (1, 3, 2)),
        ("4x4_both_expanded", (2, 1, 2, 3), (1, 2, 3, 2)),
        ("4x3", (2, 2, 1, 3), (2, 3, 2)),
        ("3x4", (2, 2, 3), (2, 1, 3, 2)),
        ("4x2", (2, 1, 2, 3), (3, 2)),
        ("1x4", (3,), (2, 1, 3, 2)),
        ("4x1", (2, 1, 2, 3), (3,)),
        ("row_column", (1, 4), (4, 1)),
        ("column_row", (4, 1), (1, 4)),
        ("one_element", (1, 1), (1, 1)),
        ("no_terms", (2, 0), (0, 3)),
        ("no_terms_1x1", (0,), (0,)),
        ("no_terms_batched", (2, 2, 0), (2, 0, 3)),
        ("no_rows", (0, 3), (3, 2)),
        ("no_columns", (2, 3), (3, 0)),
        ("no_batches", (0, 2, 3), (3, 2)),
        ("no_batches_expanded", (0, 2, 3), (1, 3, 2)),
        ("wrong_inner", (2, 3), (4, 2)),
        ("wrong_batch", (2, 2, 3), (3, 3, 2)),
        ("zero_dim", (), (3,)),
    ]:
        case(f"matmul/{name}", "a @ b", Draw(*a), Draw(*b))
    case("matmul/float64", "a @ b", Draw(2, 3, dtype=float64), Draw(3, 2, dtype=float64))
    case("matmul/int64", "a @ b", tensor([[1, -2], [3, 4]]), tensor([[2**40, 1], [0, -1]]))
    case("matmul/mixed_dtypes", "a @ b", Draw(2, 2), Draw(2, 2, dtype=float64))
    case("matmul/edges", "a @ b", tensor([[1.0, inf], [nan, 0.0], [0.0, 1.0]]), tensor([[1.0, 0.0], [2.0, -inf]]))
    case("linear/matrix", "F.linear(a, b, c)", Draw(3, 4), Draw(2, 4), Draw(2))
    case("linear/no_bias", "F.linear(a, b)", Draw(3, 4), Draw(2, 4))
    case("linear/vector", "F.linear(a, b, c)", Draw(4), Draw(2, 4), Draw(2))
    case("linear/batched", "F.linear(a, b, c)", Draw(2, 3, 4), Draw(2, 4), Draw(2))
    case("linear/empty", "F.linear(a, b, c)", Draw(0, 4), Draw(2, 4), Draw(2))
    for name, equation, *shapes in [
        ("matmul", "ij,jk->ik", (2, 3), (3, 4)),
        ("matmul_implicit", "ij,jk", (2, 3), (3, 4)),
        ("transposed_implicit", "ba", (2, 3)),
        ("batched", "bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
        ("dot", "i,i->", (4,), (4,)),
        ("outer", "i,j->ij", (3,), (4,)),
        ("trace", "ii->", (3, 3)),
        ("trace_implicit", "ii", (3, 3)),
        ("diagonal", "ii->i", (3, 3)),
        ("batched_diagonal", "bii->bi", (2, 3, 3)),
        ("sum", "ij->", (2, 3)),
        ("sum_rows", "ij->j", (2, 3)),
        ("transpose", "ij->ji", (2, 3)),
        ("elementwise", "ij,ij->ij", (2, 3), (2, 3)),
        ("bilinear", "bi,oij,bj->bo", (2, 3), (2, 3, 2), (2, 2)),
        ("ellipsis", "...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)),
        ("ellipsis_broadcast", "...ij,...jk->...ik", (2, 1, 2, 3), (2, 3, 2)),
        ("ellipsis_implicit", "...ij,jk", (2, 2, 3), (3, 2)),
        ("ellipsis_sum", "i...->...", (2, 3, 2)),
        ("size_one_broadcast", "ij,jk->ik", (2, 3), (1, 4)),
        ("repeated_in_two", "ij,ii->j", (3, 2), (3, 3)),
        ("attention", "bqhd,bkhd->bhqk", (1, 2, 2, 3), (1, 3, 2, 3)),
        ("spaces", " i j , j k -> i k ", (2, 3), (3, 2)),
        ("capitals_implicit", "aB,Bc", (2, 3), (3, 2)),
        ("one_operand_permuted", "ijk->kij", (2, 3, 2)),
        ("chain", "ij,jk,kl->il", (2, 3), (3, 2), (2, 3)),
        ("no_terms", "ij,jk->ik", (2, 0), (0, 3)),
        ("unknown_in_output", "ij->ik", (2, 3)),
        ("wrong_size", "ij,jk->ik", (2, 3), (4, 2)),
        ("wrong_rank", "ijk->i", (2, 3)),
        ("repeated_in_output", "ij->ii", (2, 3)),
    ]:
        names = ", ".join(NAMES[: len(shapes)])
        case(f"einsum/{name}", f"torch.einsum('{equation}', {names})", *(Draw(*shape) for shape in shapes))
    case("einsum/float64", "torch.einsum('ij,jk->ik', a, b)", Draw(2, 3, dtype=float64), Draw(3, 2, dtype=float64))


def softmaxes(case):
    extreme = tensor(
        [
            [1e4, 0.0, -1e4],
            [1e4, 1e4, 1e4 - 1],
            [-inf, 0.0, 1.0],
            [-inf, -inf, -inf],
            [inf, 0.0, 1.0],
            [nan, 0.0, 1.0],
            [-1e4, -1e4 - 1, -1e4 - 2],
            [3e38, -3e38, 0.0],
        ]
    )
    for op in ["softmax", "log_softmax"]:
        for dim in [0, 1, 2, -1]:
            case(f"{op}/dim{dim}", f"torch.{op}(a, dim={dim})", Draw(2, 3, 4))
        case(f"{op}/float64", f"torch.{op}(a, dim=1)", Draw(2, 3, dtype=float64))
        case(f"{op}/edges", f"torch.{op}(a, dim=1)", extreme)
        case(f"{op}/one_class", f"torch.{op}(a, dim=1)", Draw(3, 1))
        case(f"{op}/zero_dim", f"torch.{op}(a, dim=0)", Draw())
        case(f"{op}/empty", f"torch.{op}(a, dim=1)", Draw(2, 0))
        case(f"{op}/empty_rows", f"torch.{op}(a, dim=1)", Draw(0, 3))
        case(f"{op}/int64", f"torch.{op}(a, dim=0)", INTEGERS)


def indexing(case):
    index = tensor([[0, 2, 1], [1, 1, 3]])
    case("gather/dim1", "torch.gather(a, 1, b)", Draw(2, 4), index)
    case("gather/dim0", "torch.gather(a, 0, b)", Draw(4, 3), index)
    case("gather/dim_last_cube", "torch.gather(a, -1, b)", Draw(2, 2, 4), tensor([[[0], [3]], [[1], [1]]]))
    case("gather/smaller_index", "torch.gather(a, 1, b)", Draw(3, 4), tensor([[3, 3]]))
    case("gather/empty_index", "torch.gather(a, 1, b)", Draw(3, 4), torch.zeros(0, 2, dtype=int64))
    case("gather/int64", "torch.gather(a, 0, b)", tensor([5, 6, 7]), tensor([2, 2, 0]))
    case("gather/out_of_range", "torch.gather(a, 0, b)", Draw(3), tensor([3]))
    case("gather/negative", "torch.gather(a, 0, b)", Draw(3), tensor([-1]))
    case("scatter_add/dim1", "torch.scatter_add(a, 1, b, c)", Draw(2, 4), index, Draw(2, 3))
    case("scatter_add/dim0", "torch.scatter_add(a, 0, b, c)", Draw(4, 3), index, Draw(2, 3))
    case("scatter_add/larger_source", "torch.scatter_add(a, 0, b, c)", Draw(4), tensor([1, 1]), Draw(5))
    case("scatter_add/empty_index", "torch.scatter_add(a, 0, b, c)", Draw(4), torch.zeros(0, dtype=int64), Draw(0))
    case(
        "scatter_add/int64", "torch.scatter_add(a, 0, b, c)", tensor([1, 2, 3]), tensor([0, 0, 2]), tensor([10, 20, 30])
    )
    case("index_select/dim0", "torch.index_select(a, 0, b)", Draw(4, 3), tensor([3, 0, 3]))
    case("index_select/dim_last", "torch.index_select(a, -1, b)", Draw(2, 2, 3), tensor([2, 2]))
    case("index_select/none", "torch.index_select(a, 0, b)", Draw(4, 3), torch.zeros(0, dtype=int64))
    case("index_select/bool", "torch.index_select(a, 0, b)", BOOLEANS, tensor([1, 2]))
    case("index_add/dim0", "torch.index_add(a, 0, b, c)", Draw(4, 3), tensor([3, 0, 3]), Draw(3, 3))
    case("index_add/dim1", "torch.index_add(a, 1, b, c)", Draw(2, 3), tensor([2, 2]), Draw(2, 2))
    mask = tensor([[True, False, True], [False, False, True]])
    case("masked_fill/values", "torch.masked_fill(a, b, -1.5)", Draw(2, 3), mask)
    case("masked_fill/infinite", "torch.masked_fill(a, b, float('-inf'))", Draw(2, 3), mask)
    case("masked_fill/broadcast", "torch.masked_fill(a, b, 0)", Draw(2, 3), tensor([True, False, True]))
    case("masked_fill/tensor_value", "torch.masked_fill(a, b, c)", Draw(2, 3), mask, Draw())
    case("masked_fill/int64", "torch.masked_fill(a, b, 7)", tensor([1, 2, 3]), BOOLEANS)
    case("masked_fill/over_nan", "torch.masked_fill(a, b, 0)", tensor([nan, 1.0, inf]), BOOLEANS)
    case("masked_select/values", "torch.masked_select(a, b)", Draw(2, 3), mask)
    case("masked_select/broadcast", "torch.masked_select(a, b)", Draw(2, 3), tensor([True, False, True]))
    case("masked_select/none", "torch.masked_select(a, b)", Draw(3), torch.zeros(3, dtype=boolean))
    case("nonzero/float32", "torch.nonzero(a)", tensor([[0.0, 1.0, nan], [-0.0, 0.0, -2.0]]))
    case("nonzero/bool", "torch.nonzero(a)", mask)
    case("nonzero/none", "torch.nonzero(a)", torch.zeros(2, 3))
    case("nonzero/zero_dim", "torch.nonzero(a)", tensor(3.0))
    case("one_hot/classes_given", "F.one_hot(a, num_classes=4)", tensor([0, 3, 1]))
    case("one_hot/classes_inferred", "F.one_hot(a)", tensor([0, 2, 1]))
    case("one_hot/matrix", "F.one_hot(a, num_classes=3)", tensor([[0, 2], [1, 1]]))
    case("one_hot/zero_dim", "F.one_hot(a, num_classes=3)", tensor(2))
    case("one_hot/empty", "F.one_hot(a, num_classes=3)", torch.zeros(0, dtype=int64))
    case("one_hot/too_large", "F.one_hot(a, num_classes=3)", tensor([3]))
    case("one_hot/negative", "F.one_hot(a, num_classes=3)", tensor([-1]))
    cube = Draw(2, 3, 4)
    for name, expression, *inputs in [
        ("integer", "a[1]", cube),
        ("negative_integer", "a[-1, -2]", cube),
        ("slice", "a[:, 1:3]", cube),
        ("slice_step", "a[:, :, ::2]", cube),
        ("slice_negative", "a[..., -3:-1]", cube),
        ("slice_out_of_range", "a[:, 1:99]", cube),
        ("slice_none_left", "a[:, 2:1]", cube),
        ("ellipsis_integer", "a[..., 0]", cube),
        ("new_axis", "a[:, None, 1]", cube),
        ("positions", "a[b]", cube, tensor([1, 0, -1])),
        ("positions_matrix", "a[:, b]", cube, tensor([[0, 2], [1, 1]])),
        ("positions_pair", "a[b, c]", cube, tensor([1, 0, 1]), tensor([0, 2, 0])),
        ("positions_broadcast", "a[b, c]", cube, tensor([[0], [1]]), tensor([0, 2])),
        ("positions_apart", "a[b, :, c]", cube, tensor([1, 0]), tensor([3, 3])),
        ("positions_integer", "a[b, 1]", cube, tensor([1, 0, 1])),
        ("positions_slice", "a[1:, b]", cube, tensor([2, 0])),
        ("mask", "a[b]", Draw(2, 3), mask),
        ("mask_rows", "a[b]", Draw(3, 2), BOOLEANS),
        ("mask_columns", "a[:, b]", Draw(2, 3), BOOLEANS),
        ("mask_none", "a[b]", Draw(2, 3), torch.zeros(2, 3, dtype=boolean)),
        ("integer_out_of_range", "a[2]", cube),
        ("positions_out_of_range", "a[b]", cube, tensor([2])),
    ]:
        case(f"index/{name}", expression, *inputs)
    case("index_put/values", "a.index_put((b,), c)", Draw(4, 2), tensor([2, 0]), Draw(2, 2))
    case("index_put/accumulate", "a.index_put((b,), c, accumulate=True)", Draw(4, 2), tensor([2, 0, 2]), Draw(3, 2))
    case("index_put/pair", "a.index_put((b, c), d)", Draw(3, 3), tensor([2, 0]), tensor([1, 1]), Draw(2))
    case("index_put/mask", "a.index_put((b,), c)", Draw(2, 3), mask, Draw())
    sorts(case)


def sorts(case):
    special = tensor([[1.0, nan, -inf, 2.0], [inf, nan, nan, 0.0], [0.0, -0.0, 0.0, -0.0], [3.0, 1.0, 3.0, 1.0]])
    for name, options in [("ascending", "stable=True"), ("descending", "stable=True, descending=True")]:
        for op in ["sort", "argsort"]:
            case(f"{op}/{name}", f"torch.{op}(a, {options})", apart(3, 4))
            case(f"{op}/{name}_dim0", f"torch.{op}(a, dim=0, {options})", apart(3, 4))
            case(f"{op}/{name}_edges", f"torch.{op}(a, dim=1, {options})", special)
            case(f"{op}/{name}_int64", f"torch.{op}(a, {options})", tensor([[3, -1, 3, 0], [5, 5, 5, -(2**40)]]))
            case(f"{op}/{name}_bool", f"torch.{op}(a, {options})", tensor([True, False, True, False]))
            case(f"{op}/{name}_float64", f"torch.{op}(a, {options})", Draw(5, dtype=float64))
            case(f"{op}/{name}_zero_dim", f"torch.{op}(a, {options})", Draw())
            case(f"{op}/{name}_empty", f"torch.{op}(a, {options})", Draw(2, 0))
            case(f"{op}/{name}_long_ties", f"torch.{op}(a, {options})", torch.arange(40) % 3)
    for name, options in [
        ("largest", "2"),
        ("smallest", "2, largest=False"),
        ("dim0", "3, dim=0"),
        ("none", "0"),
        ("all", "4"),
        ("too_many", "5"),
    ]:
        case(f"topk/{name}", f"torch.topk(a, {options})", apart(3, 4))
    case("topk/nan", "torch.topk(a, 2)", tensor([1.0, nan, 3.0, -inf]))
    case("topk/nan_smallest", "torch.topk(a, 3, largest=False)", tensor([1.0, nan, 3.0, -inf]))
    case("topk/int64", "torch.topk(a, 2)", tensor([[3, -1, 2], [0, 7, 5]]))
    case("topk/zero_dim", "torch.topk(a, 1)", Draw())


def joining(case):
    case("cat/dim0", "torch.cat([a, b], dim=0)", Draw(2, 3), Draw(1, 3))
    case("cat/dim1", "torch.cat([a, b, c], dim=1)", Draw(2, 1), Draw(2, 2), Draw(2, 1))
    case("cat/dim_last", "torch.cat([a, b], dim=-1)", Draw(2, 2, 1), Draw(2, 2, 2))
    case("cat/same_twice", "torch.cat([a, a])", Draw(2, 2))
    case("cat/one", "torch.cat([a])", Draw(2, 2))
    case("cat/empty_part", "torch.cat([a, b])", Draw(0, 3), Draw(2, 3))
    case("cat/legacy_empty", "torch.cat([a, b])", Draw(0), Draw(2, 3))
    case("cat/wrong_size", "torch.cat([a, b])", Draw(2, 3), Draw(2, 4))
    case("cat/zero_dim", "torch.cat([a, b])", Draw(), Draw())
    case("stack/dim0", "torch.stack([a, b])", Draw(2, 3), Draw(2, 3))
    case("stack/dim1", "torch.stack([a, b, c], dim=1)", Draw(2), Draw(2), Draw(2))
    case("stack/dim_last", "torch.stack([a, b], dim=-1)", Draw(2, 3), Draw(2, 3))
    case("stack/zero_dim", "torch.stack([a, b])", Draw(), Draw())
    case("stack/wrong_size", "torch.stack([a, b])", Draw(2), Draw(3))
    case("split/size", "torch.split(a, 2)", Draw(5, 2))
    case("split/sizes", "torch.split(a, [1, 0, 3], dim=1)", Draw(2, 4))
    case("split/larger", "torch.split(a, 9)", Draw(3))
    case("split/wrong_sum", "torch.split(a, [1, 1])", Draw(3))
    case("chunk/even", "torch.chunk(a, 2, dim=1)", Draw(2, 4))
    case("chunk/uneven", "torch.chunk(a, 4)", Draw(6))
    case("chunk/fewer", "torch.chunk(a, 5)", Draw(6))
    case("chunk/more_than_size", "torch.chunk(a, 5)", Draw(3))
    case("repeat/same_rank", "a.repeat(2, 3)", Draw(2, 2))
    case("repeat/more_dims", "a.repeat(2, 1, 2)", Draw(2, 2))
    case("repeat/vector", "a.repeat(3)", Draw(2))
    case("repeat/none", "a.repeat(0, 2)", Draw(2))
    case("repeat/too_few", "a.repeat(2)", Draw(2, 2))
    case("roll/one", "torch.roll(a, 1, 0)", Draw(3, 2))
    case("roll/negative", "torch.roll(a, -2, 1)", Draw(2, 3))
    case("roll/two", "torch.roll(a, (1, 2), (0, 1))", Draw(3, 3))
    case("roll/past_end", "torch.roll(a, 7, 1)", Draw(2, 3))
    case("roll/flattened", "torch.roll(a, 2)", Draw(2, 3))
    case("roll/empty", "torch.roll(a, 1, 0)", Draw(0, 2))
    case("flip/dim0", "torch.flip(a, (0,))", Draw(3, 2))
    case("flip/two", "torch.flip(a, (0, -1))", Draw(2, 2, 3))
    case("flip/none", "torch.flip(a, ())", Draw(2, 2))
    case("flip/bool", "torch.flip(a, (0,))", BOOLEANS)
    for op, diagonal in itertools.product(["tril", "triu"], [0, 1, -1, 2, -3, 9]):
        case(f"{op}/diagonal{diagonal}", f"torch.{op}(a, diagonal={diagonal})", Draw(3, 4))
    for op in ["tril", "triu"]:
        case(f"{op}/tall", f"torch.{op}(a)", Draw(4, 2))
        case(f"{op}/batched", f"torch.{op}(a, diagonal=1)", Draw(2, 2, 3))
        case(f"{op}/over_nan", f"torch.{op}(a)", torch.full((2, 2), nan))
        case(f"{op}/int64", f"torch.{op}(a)", torch.arange(9).reshape(3, 3))
        case(f"{op}/empty", f"torch.{op}(a)", Draw(0, 3))
        case(f"{op}/vector", f"torch.{op}(a)", Draw(3))


def views(case):
    cube = Draw(2, 3, 4)
    for id, expression in [
        ("reshape/inferred", "a.reshape(4, -1)"),
        ("reshape/flat", "a.reshape(-1)"),
        ("reshape/more_dims", "a.reshape(2, 1, 3, 2, 2)"),
        ("reshape/transposed", "a.transpose(0, 2).reshape(6, 4)"),
        ("reshape/wrong", "a.reshape(5, 5)"),
        ("reshape/wrong_inferred", "a.reshape(5, -1)"),
        ("transpose/first_last", "a.transpose(0, -1)"),
        ("transpose/same", "a.transpose(1, 1)"),
        ("transpose/out_of_range", "a.transpose(0, 3)"),
        ("permute/cycle", "a.permute(2, 0, 1)"),
        ("permute/negative", "a.permute(-1, 0, 1)"),
        ("permute/repeated", "a.permute(0, 0, 1)"),
        ("expand/leading", "a[:1].expand(3, 3, 4)"),
        ("expand/new_dim", "a[0, :, :1].expand(2, 3, 2)"),
        ("expand/keep", "a[:1].expand(2, -1, -1)"),
        ("expand/wrong", "a.expand(4, 3, 4)"),
        ("squeeze/all", "a[:1, :, :1].squeeze()"),
        ("squeeze/one", "a[:1, :, :1].squeeze(0)"),
        ("squeeze/two", "a[:1, :, :1].squeeze((0, 2))"),
        ("squeeze/not_one", "a.squeeze(1)"),
        ("unsqueeze/first", "a.unsqueeze(0)"),
        ("unsqueeze/last", "a.unsqueeze(-1)"),
        ("unsqueeze/middle", "a.unsqueeze(2)"),
        ("unsqueeze/out_of_range", "a.unsqueeze(4)"),
        ("flatten/all", "torch.flatten(a)"),
        ("flatten/from_one", "torch.flatten(a, 1)"),
        ("flatten/first_two", "torch.flatten(a, 0, 1)"),
        ("flatten/one", "torch.flatten(a, 1, 1)"),
        ("diagonal/default", "torch.diagonal(a)"),
        ("diagonal/offset", "torch.diagonal(a, 1, 1, 2)"),
        ("diagonal/negative_offset", "torch.diagonal(a, -1, 0, 2)"),
        ("diagonal/past_end", "torch.diagonal(a, 9)"),
        ("diagonal/same_dims", "torch.diagonal(a, 0, 1, 1)"),
        ("select/middle", "torch.select(a, 1, 2)"),
        ("select/negative", "torch.select(a, -1, -1)"),
        ("narrow/middle", "torch.narrow(a, 2, 1, 2)"),
        ("narrow/none", "torch.narrow(a, 1, 3, 0)"),
        ("narrow/too_long", "torch.narrow(a, 1, 2, 2)"),
        ("t/matrix", "a[0].t()"),
        ("t/vector", "a[0, 0].t()"),
    ]:
        case(id, expression, cube)
    case("reshape/to_zero_dim", "a.reshape(())", Draw(1, 1))
    case("reshape/empty", "a.reshape(3, 0, 2)", Draw(0, 4))
    case("reshape/empty_inferred", "a.reshape(2, -1)", Draw(0, 4))
    case("reshape/empty_ambiguous", "a.reshape(0, -1)", Draw(0, 4))
    case("flatten/zero_dim", "torch.flatten(a)", Draw())
    case("expand/zero_dim", "a.expand(2, 2)", Draw())
    case("expand/to_none", "a.expand(0, 3)", Draw(1, 3))
    case("squeeze/zero_dim", "a.squeeze()", Draw())
    case("unsqueeze/zero_dim", "a.unsqueeze(0)", Draw())


def creation(case):
    for expression in [
        "torch.arange(5)",
        "torch.arange(0)",
        "torch.arange(2, 7)",
        "torch.arange(7, 2, -2)",
        "torch.arange(1, 10, 4)",
        "torch.arange(2.5)",
        "torch.arange(0, 1, 0.1)",
        "torch.arange(1, 2, 0.3)",
        "torch.arange(5, dtype=torch.float32)",
        "torch.arange(0.5, 3, dtype=torch.float64)",
        "torch.arange(3, 1)",
        "torch.arange(0, 1, 0)",
        "torch.arange(0, 1, 0.1, dtype=torch.float64)",
        "torch.linspace(0, 1, 5)",
        "torch.linspace(0, 1, 7)",
        "torch.linspace(-1, 1, 10)",
        "torch.linspace(3, -2, 6)",
        "torch.linspace(0, 1, 1)",
        "torch.linspace(0, 1, 0)",
        "torch.linspace(2, 2, 3)",
        "torch.linspace(0, 1e6, 23)",
        "torch.linspace(0, 1, 7, dtype=torch.float64)",
        "torch.linspace(0.1, 0.7, 33)",
        "torch.eye(3)",
        "torch.eye(2, 4)",
        "torch.eye(3, 2, dtype=torch.int64)",
        "torch.eye(0)",
        "torch.zeros(2, 3)",
        "torch.zeros(0)",
        "torch.ones(2, dtype=torch.int64)",
        "torch.ones(2, dtype=torch.bool)",
        "torch.full((2, 2), 1.5)",
        "torch.full((2,), 3)",
        "torch.full((2,), True)",
        "torch.full((), 2.5)",
        "torch.full((2,), 3, dtype=torch.float64)",
        "torch.tensor([1, 2])",
        "torch.tensor([1, 2.5])",
        "torch.tensor([True, False])",
        "torch.tensor([[1.0, 2], [3, 4]])",
        "torch.tensor(3)",
        "torch.tensor(3.5)",
        "torch.tensor([])",
    ]:
        op, _, arguments = expression.removeprefix("torch.").partition("(")
        name = re.sub(r"[^-.\w]+", "_", arguments).strip("_") or "nothing"
        case(f"{op}/{name}", expression)
    for op, name in itertools.product(["zeros_like", "ones_like"], ["float32", "float64", "int64", "bool"]):
        case(f"{op}/{name}", f"torch.{op}(a)", torch.ones(2, 2).to(getattr(torch, name)))
    case("full_like/int64", "torch.full_like(a, 3)", tensor([1, 2]))
    case("full_like/float32", "torch.full_like(a, 3)", tensor([1.0, 2.0]))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [
        unary,
        binary,
        bounds,
        promotion,
        reductions,
        products,
        softmaxes,
        indexing,
        joining,
        views,
        creation,
    ]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
