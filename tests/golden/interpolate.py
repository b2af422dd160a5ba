#!/usr/bin/env python3
"""Writes interpolate.safetensors and interpolate.txt: what PyTorch's interpolation and shuffling of pixels give. ops.py
says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import math
import pathlib

import torch

from cases import Cases, Draw, boolean, float64, inf, nan, tensor

SHAPES = {1: (2, 1, 7), 2: (1, 2, 4, 5), 3: (1, 1, 3, 4, 2)}
MODES = {
    "nearest": [1, 2, 3],
    "nearest-exact": [1, 2, 3],
    "linear": [1],
    "bilinear": [2],
    "bicubic": [2],
    "trilinear": [3],
    "area": [1, 2, 3],
}


def interpolate(case):
    for mode, ranks in MODES.items():
        op = mode.replace("-", "_")
        for rank in ranks:
            sizes = ", ".join(["6", "3", "5"][:rank]) + ("," if rank == 1 else "")
            factors = ", ".join(["1.7", "2.0", "0.6"][:rank]) + ("," if rank == 1 else "")
            options = [
                ("size", f"size=({sizes})"),
                ("one_size", "size=9"),
                ("small", "size=2"),
                ("double", "scale_factor=2.0"),
                ("factors", f"scale_factor=({factors})"),
                ("recomputed", f"scale_factor=({factors}), recompute_scale_factor=True"),
            ]
            if mode not in ["area"] and "nearest" not in mode:
                options += [
                    ("aligned", f"size=({sizes}), align_corners=True"),
                    ("aligned_to_one", "size=1, align_corners=True"),
                    ("aligned_factors", f"scale_factor=({factors}), align_corners=True"),
                ]
            for name, text in options:
                # Positive: sums that lose nothing.
                case(f"{op}/{rank}d_{name}", f"F.interpolate(a, {text}, mode='{mode}')",
                     Draw(*SHAPES[rank], low=0.5, high=1.0, dtype=float64))  # fmt: skip
        shape = SHAPES[ranks[0]]
        # Not drawn: PyTorch's float32 weights are further from float64's than draws may be.
        single = torch.linspace(0.5, 1.0, math.prod(shape)).reshape(shape)
        case(f"{op}/float32", f"F.interpolate(a, size=3, mode='{mode}')", single)
        case(f"{op}/float32_factor", f"F.interpolate(a, scale_factor=1.3, mode='{mode}')", single)
        case(f"same_size/{op}", f"F.interpolate(a, scale_factor=1.0, mode='{mode}')", Draw(*shape))
        case(f"{op}/no_batch", f"F.interpolate(a, size=3, mode='{mode}')", Draw(0, *shape[1:]))
        case(f"{op}/strided", f"F.interpolate(a.transpose(1, -1), size=3, mode='{mode}')",
             Draw(*shape, low=0.5, high=1.0, dtype=float64))  # fmt: skip
        case(f"{op}/empty", f"F.interpolate(a, size=3, mode='{mode}')", Draw(*shape[:-1], 0))
    for n, out in [(3, 7), (7, 3), (5, 13), (10, 3), (49, 100), (100, 49), (11, 121)]:
        signal = torch.arange(float(n)).reshape(1, 1, n)
        for mode in ["nearest", "nearest-exact"]:
            case(f"{mode.replace('-', '_')}/places_{n}_{out}", f"F.interpolate(a, size={out}, mode='{mode}')", signal)
    for factor in [1.1, 0.9, 1.3, 2.9, 0.34]:
        signal = torch.arange(20.0).reshape(1, 1, 20)
        for mode in ["nearest", "nearest-exact"]:
            case(f"{mode.replace('-', '_')}/places_factor_{factor}",
                 f"F.interpolate(a, scale_factor={factor}, mode='{mode}')", signal)  # fmt: skip
    case("linear/infinite", "F.interpolate(a, size=6, mode='linear')", tensor([[[1.0, inf, 2.0, nan]]]))
    case("bilinear/wrong_rank", "F.interpolate(a, size=3, mode='bilinear')", Draw(1, 2, 3))
    case("nearest/aligned", "F.interpolate(a, size=3, mode='nearest', align_corners=True)", Draw(1, 2, 3))
    case("nearest/int64", "F.interpolate(a, size=3)", tensor([[[1, 2]]]))


def layers(case):
    image = Draw(1, 2, 3, 4, low=0.5, high=1.0, dtype=float64)
    case("Upsample/nearest", "torch.nn.Upsample(scale_factor=2.0)(a)", image)
    case("Upsample/bilinear", "torch.nn.Upsample(size=(5, 3), mode='bilinear', align_corners=True)(a)", image)
    case("UpsamplingNearest2d/factor", "torch.nn.UpsamplingNearest2d(scale_factor=2.0)(a)", image)
    case("UpsamplingBilinear2d/size", "torch.nn.UpsamplingBilinear2d(size=(5, 3))(a)", image)


def shuffles(case):
    case("pixel_shuffle/two", "F.pixel_shuffle(a, 2)", Draw(2, 8, 2, 3))
    case("pixel_shuffle/three", "F.pixel_shuffle(a, 3)", Draw(9, 2, 1))
    case("pixel_shuffle/one", "F.pixel_shuffle(a, 1)", Draw(1, 2, 2, 3))
    case("pixel_shuffle/more_dims", "F.pixel_shuffle(a, 2)", Draw(2, 1, 4, 2, 3))
    case("pixel_shuffle/strided", "F.pixel_shuffle(a.transpose(1, 3), 2)", Draw(2, 3, 2, 8))
    case("pixel_shuffle/no_batch", "F.pixel_shuffle(a, 2)", Draw(0, 4, 2, 3))
    case("pixel_shuffle/int64", "F.pixel_shuffle(a, 2)", torch.arange(8).reshape(4, 1, 2))
    case("pixel_shuffle/odd_channels", "F.pixel_shuffle(a, 2)", Draw(1, 6, 2, 3))
    case("pixel_shuffle/plane", "F.pixel_shuffle(a, 1)", Draw(2, 3))
    case("pixel_unshuffle/two", "F.pixel_unshuffle(a, 2)", Draw(2, 2, 4, 6))
    case("pixel_unshuffle/three", "F.pixel_unshuffle(a, 3)", Draw(2, 3, 6))
    case("pixel_unshuffle/odd_sizes", "F.pixel_unshuffle(a, 2)", Draw(1, 1, 4, 3))
    case("channel_shuffle/two", "F.channel_shuffle(a, 2)", Draw(2, 6, 2, 3))
    case("channel_shuffle/three", "F.channel_shuffle(a, 3)", Draw(1, 6, 4))
    case("channel_shuffle/no_batch", "F.channel_shuffle(a, 2)", Draw(0, 4, 3))
    case("channel_shuffle/unequal", "F.channel_shuffle(a, 4)", Draw(1, 6, 4))
    case("channel_shuffle/bool", "F.channel_shuffle(a, 2)", tensor([[[True], [False], [False], [True]]], boolean))
    case("PixelShuffle/two", "torch.nn.PixelShuffle(2)(a)", Draw(1, 4, 2, 3))
    case("PixelUnshuffle/two", "torch.nn.PixelUnshuffle(2)(a)", Draw(1, 1, 4, 2))
    case("ChannelShuffle/two", "torch.nn.ChannelShuffle(2)(a)", Draw(1, 4, 2, 1))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [interpolate, layers, shuffles]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
