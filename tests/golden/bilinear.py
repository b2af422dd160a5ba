#!/usr/bin/env python3
"""Writes bilinear.safetensors and bilinear.txt: what PyTorch's bilinear gives. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float64


def wide(*shape):
    return Draw(*shape, dtype=float64)


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for name, expression, shapes in [
        ("plain", "F.bilinear(a, b, c)", [(5, 3), (5, 2), (4, 3, 2)]),
        ("bias", "F.bilinear(a, b, c, d)", [(5, 3), (5, 2), (4, 3, 2), (4,)]),
        ("batches", "F.bilinear(a, b, c, d)", [(2, 3, 3), (2, 3, 2), (4, 3, 2), (4,)]),
        ("vectors", "F.bilinear(a, b, c, d)", [(3,), (2,), (4, 3, 2), (4,)]),
        ("transposed", "F.bilinear(a.t(), b, c.transpose(0, 2), d)", [(3, 5), (5, 2), (2, 3, 4), (4,)]),
        ("empty", "F.bilinear(a, b, c, d)", [(0, 3), (0, 2), (4, 3, 2), (4,)]),
    ]:
        cases(f"bilinear/{name}", expression, *(wide(*shape) for shape in shapes))
    cases("bilinear/float32", "F.bilinear(a, b, c)", Draw(2, 3), Draw(2, 2), Draw(2, 3, 2), constants="abc")
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
