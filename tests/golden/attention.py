#!/usr/bin/env python3
"""Writes attention.safetensors and attention.txt: what PyTorch's attention gives. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, boolean, float64, inf, tensor

CALL = "F.scaled_dot_product_attention(a, b, c{})"


def draw(*shape):
    # In float64: gradients of scores are differences, with few digits in float32.
    return Draw(*shape, dtype=float64)


def seen(*shape):
    """A mask of bools, nearly a third of them false."""
    return lambda generator: torch.rand(shape, generator=generator) > 0.3


def options(case):
    qkv = draw(2, 3, 4), draw(2, 5, 4), draw(2, 5, 6)
    for name, given in [("defaults", ""), ("scale", ", scale=0.7"), ("scale_negative", ", scale=-0.7"),
                        ("scale_zero", ", scale=0.0")]:  # fmt: skip
        case(f"attention/{name}", CALL.format(given), *qkv)
    # The gradient of the first query, which sees one key, is 0, but for rounding.
    case("attention_of_one_key/causal", CALL.format(", is_causal=True"), *qkv)
    case("attention_of_one_key/more_queries", CALL.format(", is_causal=True"), draw(5, 4), draw(3, 4), draw(3, 2))
    case("attention/float32", CALL.format(""), tensor([[1.0, 0.0], [0.0, 1.0]]), tensor([[1.0, 0.0], [0.0, 2.0]]),
         tensor([[1.0, 2.0], [3.0, 4.0]]))  # fmt: skip


def masks(case):
    qkv = draw(2, 3, 3, 4), draw(2, 3, 5, 4), draw(2, 3, 5, 4)
    call = CALL.format(", attn_mask=d")
    for name, shape in [("matrix", (3, 5)), ("queries", (3, 1)), ("batch", (2, 1, 1, 5)), ("heads", (3, 3, 5)),
                        ("all", (2, 3, 3, 5))]:  # fmt: skip
        case(f"attention/mask_bool_{name}", call, *qkv, seen(*shape))
        case(f"attention/mask_float_{name}", call, *qkv, draw(*shape), constants="d")
        if name != "queries":  # What is added to all of a row has no influence.
            case(f"attention_of_mask/{name}", call, *qkv, draw(*shape))
    # PyTorch refuses these where there are four dimensions.
    for name, shape in [("keys", (5,)), ("number", ())]:
        case(f"attention/mask_float_{name}", call, draw(2, 3, 4), draw(2, 5, 4), draw(2, 5, 4), draw(*shape),
             constants="d")  # fmt: skip
    no_key = tensor([[True, False, True, True, False], [False] * 5, [True] * 5], boolean)
    case("attention/mask_without_key", call, *qkv, no_key)
    minus_infinity = torch.where(no_key, 0.5, -inf).double()
    case("attention/mask_of_infinity", call, *qkv, minus_infinity, constants="d")
    case("attention/mask_transposed", CALL.format(", attn_mask=d.t()"), *qkv, seen(5, 3))
    case("attention/mask_float32", call, *qkv, Draw(3, 5), constants="d")
    case("attention/mask_large", call, draw(2, 4), draw(3, 4), draw(3, 2), tensor([1e30, -1e30, 1e30], float64),
         constants="d")  # fmt: skip


def shapes(case):
    case("attention/matrices", CALL.format(""), draw(3, 4), draw(5, 4), draw(5, 2))
    case("attention/broadcast", CALL.format(""), draw(2, 1, 3, 4), draw(1, 3, 5, 4), draw(5, 2))
    case("attention_of_one_key/matrices", CALL.format(""), draw(2, 3, 4), draw(2, 1, 4), draw(2, 1, 4))
    case("attention/one_query", CALL.format(""), draw(2, 1, 4), draw(2, 7, 4), draw(2, 7, 4))
    case("attention/one_feature", CALL.format(""), draw(2, 3, 1), draw(2, 4, 1), draw(2, 4, 1))
    case("attention/five_dimensions", CALL.format(""), *[draw(2, 1, 2, 3, 2)] * 3)
    case("attention/wide", CALL.format(""), draw(17, 35), draw(19, 35), draw(19, 33))
    swapped = "F.scaled_dot_product_attention(a.transpose(1, 2), b.transpose(1, 2), c.transpose(1, 2)).transpose(1, 2)"
    case("attention/heads_in_rows", swapped, *[draw(2, 3, 2, 4)] * 3)
    transposed = "F.scaled_dot_product_attention(a.mT, b.mT, c.mT)"
    case("attention/transposed", transposed, draw(4, 3), draw(4, 5), draw(2, 5))


def groups(case):
    call = CALL.format(", enable_gqa=True")
    for name, keys, values in [("groups", 2, 2), ("groups_of_one", 6, 6), ("one_group", 1, 1), ("unequal", 2, 3)]:
        case(f"attention/{name}", call, draw(2, 6, 3, 4), draw(2, keys, 5, 4), draw(2, values, 5, 4))
    masked = CALL.format(", attn_mask=d, enable_gqa=True")
    for name, shape in [("matrix", (3, 5)), ("batch", (2, 1, 3, 5)), ("heads", (6, 3, 5))]:
        case(f"attention/groups_mask_{name}", masked, draw(2, 6, 3, 4), draw(2, 2, 5, 4), draw(2, 2, 5, 4),
             seen(*shape))  # fmt: skip


def empty(case):
    case("attention/no_queries", CALL.format(""), draw(2, 0, 4), draw(2, 5, 4), draw(2, 5, 6))
    case("attention/no_keys", CALL.format(""), draw(2, 3, 4), draw(2, 0, 4), draw(2, 0, 6))
    case("attention/no_features", CALL.format(""), draw(2, 3, 0), draw(2, 5, 0), draw(2, 5, 6))
    case("attention/no_values", CALL.format(""), draw(2, 3, 4), draw(2, 5, 4), draw(2, 5, 0))
    case("attention/no_batch", CALL.format(""), draw(0, 3, 4), draw(0, 5, 4), draw(0, 5, 6))


def extreme(case):
    rows = torch.eye(3, dtype=float64)
    for name, factor in [("large", 1e4), ("huge", 1e150), ("small", 1e-200)]:
        case(f"attention/{name}", CALL.format(""), rows * factor, rows * factor, draw(3, 2), constants="ab")


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [options, masks, shapes, groups, empty, extreme]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
