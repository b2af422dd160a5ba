#!/usr/bin/env python3
"""Writes padding.safetensors and padding.txt: what PyTorch's padding gives. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, boolean, float64, tensor


def constant(case):
    case("constant/defaults", "F.pad(a, (1, 2))", Draw(2, 3))
    case("constant/two_dims", "F.pad(a, (1, 2, 0, 1))", Draw(2, 3))
    case("constant/three_dims", "F.pad(a, (1, 0, 2, 1, 0, 1))", Draw(2, 3, 2))
    case("constant/value", "F.pad(a, (1, 2), value=1.5)", Draw(2, 3))
    case("constant/crop", "F.pad(a, (-1, 2, 1, -1))", Draw(3, 4))
    case("constant/crop_all", "F.pad(a, (-2, -1))", Draw(2, 3))
    case("constant/too_much", "F.pad(a, (-2, -2))", Draw(2, 3))
    case("constant/crop_more_than_all", "F.pad(a, (-4, 3))", Draw(2, 3))
    case("constant/nothing", "F.pad(a, (0, 0))", Draw(2, 3))
    case("constant/no_padding", "F.pad(a, ())", Draw(2, 3))
    case("constant/transposed", "F.pad(a.t(), (1, 2))", Draw(2, 3))
    case("constant/slice", "F.pad(a[:, ::2], (1, 2))", Draw(2, 5))
    case("constant/expanded", "F.pad(a.expand(3, 2), (1, 2))", Draw(2))
    case("constant/empty", "F.pad(a, (1, 2))", Draw(2, 0))
    case("constant/empty_rows", "F.pad(a, (1, 2))", Draw(0, 2))
    case("constant/vector", "F.pad(a, (1, 2))", Draw(3))
    case("constant/zero_dim", "F.pad(a, ())", Draw())
    case("constant/float64", "F.pad(a, (1, 2), value=0.1)", Draw(2, 3, dtype=float64))
    case("constant/value_float32", "F.pad(a, (1, 2), value=0.1)", Draw(2, 3))
    case("constant/int64", "F.pad(a, (1, 2), value=7)", tensor([[1, 2], [3, 4]]))
    case("constant/bool", "F.pad(a, (1, 2), value=1)", tensor([[True, False]], boolean))
    case("constant/odd", "F.pad(a, (1,))", Draw(2, 3))
    case("constant/too_many", "F.pad(a, (1, 1, 1, 1))", Draw(3))


def from_elements(case):
    for mode in ["reflect", "replicate", "circular"]:

        def pad(name, padding, *shape, dtype=None, x="a", mode=mode):
            case(f"{mode}/{name}", f"F.pad({x}, {padding}, mode='{mode}')", Draw(*shape, dtype=dtype or torch.float32))

        pad("one_dim", "(2, 1)", 2, 3)
        pad("batched", "(2, 1)", 2, 2, 3)
        pad("two_dims", "(1, 2, 0, 1)", 2, 3, 4)
        pad("two_dims_batched", "(1, 2, 0, 1)", 2, 1, 3, 4)
        pad("three_dims", "(1, 0, 2, 1, 1, 1)", 1, 2, 3, 3)
        pad("three_dims_batched", "(1, 0, 2, 1, 1, 1)", 1, 2, 2, 3, 3)
        pad("crop", "(-1, 2)", 2, 4)
        pad("strided", "(1, 1)", 4, 2, x="a.t()")
        pad("no_batch", "(1, 1)", 0, 2, 3)
        pad("float64", "(2, 1)", 2, 3, dtype=float64)
        pad("whole_size", "(3, 0)", 2, 3)
        pad("larger", "(4, 0)", 2, 3)
        pad("empty", "(1, 1)", 2, 0)


LAYERS = [
    ("ConstantPad", ", 1.5"),
    ("ZeroPad", ""),
    ("ReflectionPad", ""),
    ("ReplicationPad", ""),
    ("CircularPad", ""),
]


def layers(case):
    paddings = ["(1, 2)", "(1, 2, 0, 1)", "(1, 0, 2, 1, 0, 1)"]
    shapes = [(2, 3), (2, 3, 3), (1, 2, 3, 2)]
    for name, value in LAYERS:
        for rank, (padding, shape) in enumerate(zip(paddings, shapes), 1):
            case(f"{name}/{rank}d", f"torch.nn.{name}{rank}d({padding}{value})(a)", Draw(*shape))
            case(f"{name}/{rank}d_same", f"torch.nn.{name}{rank}d(1{value})(a)", Draw(*shape))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [constant, from_elements, layers]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
