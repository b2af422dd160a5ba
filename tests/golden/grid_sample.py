#!/usr/bin/env python3
"""Writes grid_sample.safetensors and grid_sample.txt: what PyTorch's grid_sample and affine_grid give. ops.py says what
is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import itertools
import pathlib

import torch

from cases import Cases, Draw, float64, inf, nan, tensor


def grid_sample(case):
    for mode, padding, aligned in itertools.product(
        ["bilinear", "nearest", "bicubic"], ["zeros", "border", "reflection"], [False, True]
    ):
        # What bicubic's gradient in the grid is a difference of is much larger than that.
        constants = "b" if mode == "bicubic" else ""
        options = f"mode='{mode}', padding_mode='{padding}', align_corners={aligned}"
        for name, image, grid in [("2d", (2, 2, 3, 4), (2, 2, 3, 2)), ("3d", (1, 2, 3, 2, 4), (1, 2, 1, 3, 3))]:
            case(f"grid_sample/{name}_{mode}_{padding}_{aligned}", f"F.grid_sample(a, b, {options})",
                 Draw(*image, low=0.5, dtype=float64), Draw(*grid, dtype=float64), constants=constants)  # fmt: skip
    plain = "F.grid_sample(a, b, align_corners=False)"
    case("grid_sample/float32", plain, torch.linspace(1, 2, 12).reshape(1, 1, 3, 4),
         tensor([[[[-0.5, 0.25], [0.375, -0.75]]]]))  # fmt: skip
    case("grid_sample/one_element", "F.grid_sample(a, b, padding_mode='reflection', align_corners=True)",
         Draw(1, 1, 1, 1, dtype=float64), Draw(1, 1, 2, 2, dtype=float64))  # fmt: skip
    case("grid_sample/no_batch", plain, Draw(0, 1, 3, 4), Draw(0, 2, 3, 2))
    case("grid_sample/no_places", plain, Draw(1, 1, 3, 4), Draw(1, 0, 3, 2))
    case("grid_sample/not_finite", plain, torch.ones(1, 1, 2, 2), tensor([[[[nan, 0.0], [inf, 0.0], [0.0, -inf]]]]),
         constants="b")  # fmt: skip
    case("grid_sample/wrong_batch", plain, Draw(2, 1, 3, 4), Draw(1, 2, 3, 2))
    case("grid_sample/empty", plain, Draw(1, 1, 0, 4), Draw(1, 2, 3, 2))


def affine_grid(case):
    for aligned in [False, True]:
        f = f"F.affine_grid(a, {{}}, align_corners={aligned})"
        case(f"affine_grid/2d_{aligned}", f.format("(2, 1, 3, 4)"), Draw(2, 2, 3, dtype=float64))
        case(f"affine_grid/3d_{aligned}", f.format("(1, 1, 3, 2, 4)"), Draw(1, 3, 4, dtype=float64))
        case(f"affine_grid/one_{aligned}", f.format("(1, 1, 1, 2)"), Draw(1, 2, 3, dtype=float64))
    case("affine_grid/float32", "F.affine_grid(a, (1, 1, 2, 2), align_corners=False)", Draw(1, 2, 3))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [grid_sample, affine_grid]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
