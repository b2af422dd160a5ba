#!/usr/bin/env python3
"""Writes normalization.safetensors and normalization.txt: what PyTorch's functions that normalize give. ops.py says what
is in them.

Mostly in float64: the gradients are differences, which have few digits in float32.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float64, tensor


def wide(*shape, low=-2.0, high=2.0):
    return Draw(*shape, low=low, high=high, dtype=float64)


def layer_norm(case):
    for name, expression, shapes in [
        ("plain", "F.layer_norm(a, [5])", [(3, 5)]),
        ("weight", "F.layer_norm(a, [5], b)", [(3, 5), (5,)]),
        ("bias", "F.layer_norm(a, [5], None, b)", [(3, 5), (5,)]),
        ("both", "F.layer_norm(a, [5], b, c)", [(3, 5), (5,), (5,)]),
        ("eps", "F.layer_norm(a, [5], b, c, 0.5)", [(3, 5), (5,), (5,)]),
        ("two_dims", "F.layer_norm(a, [4, 5], b, c)", [(2, 3, 4, 5), (4, 5), (4, 5)]),
        ("all_dims", "F.layer_norm(a, [5], b, c)", [(5,), (5,), (5,)]),
        ("transposed", "F.layer_norm(a.t(), [5], b, c)", [(5, 3), (5,), (5,)]),
        ("sliced", "F.layer_norm(a[:, ::2], [5], b, c)", [(3, 10), (5,), (5,)]),
        ("expanded", "F.layer_norm(a.expand(4, 5), [5], b, c)", [(1, 5), (5,), (5,)]),
        ("long", "F.layer_norm(a, [77], b, c)", [(4, 77), (77,), (77,)]),
        ("no_rows", "F.layer_norm(a, [5], b, c)", [(0, 5), (5,), (5,)]),
    ]:
        case(f"layer_norm/{name}", expression, *(wide(*shape) for shape in shapes))
    # Without a gradient, which has few digits; far from 0, the variance has all of them.
    case("layer_norm/float32", "F.layer_norm(a, [5], b, c)", Draw(3, 5), Draw(5), Draw(5, low=2.0, high=3.0),
         constants="abc")  # fmt: skip
    case("layer_norm/far", "F.layer_norm(a, [5], b, c)", wide(3, 5, low=100.0, high=102.0), wide(5), wide(5),
         constants="abc")  # fmt: skip
    case("layer_norm/one", "F.layer_norm(a, [1], b, c)", wide(3, 1), wide(1), wide(1), constants="abc")
    case("layer_norm/constant", "F.layer_norm(a, [3])", tensor([[2.0, 2.0, 2.0], [1.0, 2.0, 4.0]]), constants="a")


def rms_norm(case):
    for name, expression, shapes in [
        ("plain", "F.rms_norm(a, [5])", [(3, 5)]),
        ("weight", "F.rms_norm(a, [5], b)", [(3, 5), (5,)]),
        ("eps", "F.rms_norm(a, [5], b, 0.5)", [(3, 5), (5,)]),
        ("two_dims", "F.rms_norm(a, [4, 5], b)", [(2, 3, 4, 5), (4, 5)]),
        ("transposed", "F.rms_norm(a.t(), [5], b)", [(5, 3), (5,)]),
        ("no_rows", "F.rms_norm(a, [5], b)", [(0, 5), (5,)]),
    ]:
        case(f"rms_norm/{name}", expression, *(wide(*shape) for shape in shapes))
    case("rms_norm/float32", "F.rms_norm(a, [5], b)", Draw(3, 5), Draw(5), constants="ab")
    case("rms_norm/zeros", "F.rms_norm(a, [3])", tensor([[0.0, 0.0, 0.0], [1.0, 2.0, 4.0]]), constants="a")


def batch_norm(case):
    channels = [wide(3), wide(3, low=0.5, high=2.0), wide(3), wide(3)]  # mean, variance, weight, bias
    for shape in [(4, 3), (2, 3, 4), (2, 3, 2, 5), (2, 3, 2, 2, 3), (1, 3, 12)]:
        for name, expression in [
            ("training", "F.batch_norm(a, None, None, b, c, training=True)"),
            ("plain", "F.batch_norm(a, None, None, training=True)"),
        ]:
            inputs = channels[2:] if name == "training" else []
            case(f"batch_norm/{name}_{'x'.join(map(str, shape))}", expression, wide(*shape), *inputs)
    for name, expression, inputs in [
        ("evaluation", "F.batch_norm(a, b, c, d, e)", channels),
        ("evaluation_plain", "F.batch_norm(a, b, c)", channels[:2]),
        ("evaluation_bias", "F.batch_norm(a, b, c, None, d)", channels[:3]),
        ("evaluation_eps", "F.batch_norm(a, b, c, d, e, eps=0.5)", channels),
    ]:
        case(f"batch_norm/{name}", expression, wide(2, 3, 4), *inputs, constants="bc")
    one = [wide(3), wide(3)]
    case("batch_norm/weight", "F.batch_norm(a, None, None, b, training=True)", wide(2, 3, 4), one[0])
    case("batch_norm/bias", "F.batch_norm(a, None, None, None, b, training=True)", wide(2, 3, 4), one[0])
    case("batch_norm/eps", "F.batch_norm(a, None, None, b, c, training=True, eps=0.5)", wide(2, 3, 4), *one)
    case("batch_norm/transposed", "F.batch_norm(a.transpose(0, 1), None, None, b, c, training=True)", wide(3, 2, 4),
         *one)  # fmt: skip
    for name, momentum in [("running", ""), ("running_momentum", ", momentum=0.25")]:
        code = f"[F.batch_norm(a, b, c, d, e, training=True{momentum}), b, c]"
        for shape in [(4, 3), (2, 3, 9)]:
            case(f"batch_norm_{name}/{'x'.join(map(str, shape))}",
                 code.replace("a, b, c,", "a, (b := b.clone()), (c := c.clone()),"),
                 wide(*shape), *channels, constants="bc")  # fmt: skip
    case("batch_norm/float32", "F.batch_norm(a, None, None, b, c, training=True)", Draw(2, 3, 9), Draw(3), Draw(3),
         constants="abc")  # fmt: skip
    case("batch_norm/empty", "F.batch_norm(a, b, c, d, e)", wide(0, 3, 4), *channels, constants="bc")


def group_norm(case):
    for name, expression, shapes in [
        ("plain", "F.group_norm(a, 2)", [(2, 4, 3)]),
        ("both", "F.group_norm(a, 2, b, c)", [(2, 4, 3), (4,), (4,)]),
        ("weight", "F.group_norm(a, 2, b)", [(2, 4, 3), (4,)]),
        ("eps", "F.group_norm(a, 2, b, c, 0.5)", [(2, 4, 3), (4,), (4,)]),
        ("no_positions", "F.group_norm(a, 2, b, c)", [(3, 8), (8,), (8,)]),
        ("images", "F.group_norm(a, 2, b, c)", [(2, 4, 2, 3), (4,), (4,)]),
        ("one_group", "F.group_norm(a, 1, b, c)", [(2, 4, 3), (4,), (4,)]),
        ("transposed", "F.group_norm(a.transpose(1, 2), 2, b, c)", [(2, 3, 4), (4,), (4,)]),
    ]:
        case(f"group_norm/{name}", expression, *(wide(*shape) for shape in shapes))
    case("group_norm/float32", "F.group_norm(a, 2, b, c)", Draw(2, 4, 3), Draw(4), Draw(4), constants="abc")


def instance_norm(case):
    channels = [wide(3), wide(3, low=0.5, high=2.0), wide(3), wide(3)]
    for name, expression, inputs in [
        ("plain", "F.instance_norm(a)", []),
        ("both", "F.instance_norm(a, None, None, b, c)", channels[2:]),
        ("eps", "F.instance_norm(a, None, None, b, c, eps=0.5)", channels[2:]),
    ]:
        for shape in [(2, 3, 5), (2, 3, 2, 4)]:
            case(f"instance_norm/{name}_{len(shape)}", expression, wide(*shape), *inputs)
    case("instance_norm/evaluation", "F.instance_norm(a, b, c, d, e, use_input_stats=False)", wide(2, 3, 5), *channels,
         constants="bc")  # fmt: skip
    case("instance_norm_running/momentum",
         "[F.instance_norm(a, (b := b.clone()), (c := c.clone()), d, e, momentum=0.25), b, c]",
         wide(2, 3, 5), *channels, constants="bc")  # fmt: skip


def local_response_norm(case):
    for name, expression in [
        ("size2", "F.local_response_norm(a, 2)"),
        ("size3", "F.local_response_norm(a, 3, alpha=0.5)"),
        ("options", "F.local_response_norm(a, 4, 0.5, 0.5, 2.0)"),
        ("wide", "F.local_response_norm(a, 12, 0.5)"),
    ]:
        case(f"local_response_norm/{name}", expression, wide(2, 5, 3))
    case("local_response_norm/images", "F.local_response_norm(a, 3, alpha=0.5)", wide(2, 5, 3, 2))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [layer_norm, rms_norm, batch_norm, group_norm, instance_norm, local_response_norm]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
