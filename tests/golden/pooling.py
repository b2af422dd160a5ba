#!/usr/bin/env python3
"""Writes pooling.safetensors and pooling.txt: what PyTorch's pooling gives. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float64, inf, nan, tensor

SHAPES = {1: (2, 2, 9), 2: (2, 1, 6, 7), 3: (1, 1, 4, 5, 6)}


def positive(*shape, dtype=torch.float32):
    """Sums of these lose nothing."""
    return Draw(*shape, low=0.5, high=2.0, dtype=dtype)


def max_pool(case):
    for rank, shape in SHAPES.items():
        f = f"F.max_pool{rank}d"
        for name, options in [
            ("kernel", "2"),
            ("stride", "3, stride=2"),
            ("stride_one", "3, stride=1"),
            ("gaps", "1, stride=3"),
            ("padding", "3, stride=2, padding=1"),
            ("dilation", "2, stride=1, dilation=2"),
            ("dilation_padding", "3, stride=3, padding=1, dilation=2"),
            ("ceil", "2, stride=2, ceil_mode=True"),
            ("ceil_padding", "3, stride=3, padding=1, ceil_mode=True"),
        ]:
            case(f"max_pool{rank}d/{name}", f"{f}(a, {options})", Draw(*shape, dtype=float64))
            case(f"max_pool{rank}d_indices/{name}", f"{f}(a, {options}, return_indices=True)", Draw(*shape))
        case(f"max_pool{rank}d/unbatched", f"{f}(a, 2)", Draw(*shape[1:]))
        case(f"max_pool{rank}d/no_batch", f"{f}(a, 2)", Draw(0, *shape[1:]))
        case(f"max_pool{rank}d/too_small", f"{f}(a, 8)", Draw(*shape))
        case(f"max_pool{rank}d/much_padding", f"{f}(a, 2, padding=2)", Draw(*shape))
    plane = "F.max_pool2d(a, 2, stride=1, padding=1, return_indices=True)"
    case("max_pool2d_indices/ties", plane, tensor([[[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, -0.0]]]))
    case("max_pool2d_indices/nan", plane, tensor([[[nan, 1.0, inf], [nan, nan, 1.0], [3.0, -inf, -inf]]]))
    case("max_pool2d_indices/infinite", plane, torch.full((1, 3, 3), -inf))
    case("max_pool2d_indices/int64", plane, tensor([[[1, 1, -3], [4, 4, 2**40], [-(2**62), -5, 7]]]))
    case("max_pool2d/two_sizes", "F.max_pool2d(a, (2, 3), stride=(3, 1), padding=(1, 0), dilation=(1, 2))",
         Draw(2, 6, 7))  # fmt: skip
    case("max_pool2d/strided", "F.max_pool2d(a.transpose(0, 2), 2)", Draw(6, 5, 2))
    case("max_pool2d/wide", "F.max_pool2d(a, 3, stride=2, padding=1)", Draw(1, 4, 37))
    case("max_pool2d/wide_float64", "F.max_pool2d(a, 3, stride=2, padding=1)", Draw(1, 4, 37, dtype=float64))
    case("max_pool1d/wide", "F.max_pool1d(a, 5, stride=3, padding=2)", Draw(1, 101))


def avg_pool(case):
    for rank, shape in SHAPES.items():
        for name, options in [
            ("kernel", "2"),
            ("stride", "3, stride=2"),
            ("stride_one", "3, stride=1"),
            ("gaps", "1, stride=3"),
            ("padding", "3, stride=2, padding=1"),
            ("padding_does_not_count", "3, stride=2, padding=1, count_include_pad=False"),
            ("ceil", "2, stride=2, ceil_mode=True"),
            ("ceil_padding", "3, stride=3, padding=1, ceil_mode=True"),
            ("ceil_padding_does_not_count", "3, stride=3, padding=1, ceil_mode=True, count_include_pad=False"),
        ]:
            case(f"avg_pool{rank}d/{name}", f"F.avg_pool{rank}d(a, {options})", positive(*shape, dtype=float64))
        case(f"avg_pool{rank}d/float32", f"F.avg_pool{rank}d(a, 2)", positive(*shape))
        case(f"avg_pool{rank}d/unbatched", f"F.avg_pool{rank}d(a, 2)", positive(*shape[1:]))
        case(f"avg_pool{rank}d/no_batch", f"F.avg_pool{rank}d(a, 2)", positive(0, *shape[1:]))
        case(f"avg_pool{rank}d/too_small", f"F.avg_pool{rank}d(a, 8)", positive(*shape))
        if rank > 1:
            case(f"avg_pool{rank}d/divisor", f"F.avg_pool{rank}d(a, 3, padding=1, divisor_override=-5)",
                 positive(*shape, dtype=float64))  # fmt: skip
    case("avg_pool2d/two_sizes", "F.avg_pool2d(a, (2, 3), stride=(3, 1), padding=(1, 0))", positive(2, 6, 7))
    case("avg_pool2d/strided", "F.avg_pool2d(a.transpose(0, 2), 2)", positive(6, 5, 2))
    case("avg_pool2d/infinite", "F.avg_pool2d(a, 2, stride=1)", tensor([[[1.0, inf, 2.0], [nan, 1.0, -inf]]]))


def lp_pool(case):
    for rank, shape in SHAPES.items():
        for name, options in [("two", "2.0, 2"), ("three", "3.0, 3, stride=2"), ("ceil", "2.0, 2, ceil_mode=True")]:
            case(f"lp_pool{rank}d/{name}", f"F.lp_pool{rank}d(a, {options})", positive(*shape, dtype=float64))
    case("lp_pool2d/float32", "F.lp_pool2d(a, 2.0, 2)", positive(1, 4, 4))
    case("lp_pool2d/two_sizes", "F.lp_pool2d(a, 2.0, (2, 3))", positive(1, 4, 6))
    case("lp_pool1d/zeros", "F.lp_pool1d(a, 2.0, 2)", tensor([[0.0, 0.0, 3.0, 4.0]]))
    case("lp_pool1d/negative", "F.lp_pool1d(a, 3.0, 2)", tensor([[1.0, 1.0, -1.0, -1.0]], float64))


def adaptive(case):
    for rank, shape in SHAPES.items():
        for size in ["1", "3", "(" + "2, 3, 4"[: 3 * rank - 2] + ",)"]:
            case(f"adaptive_avg_pool{rank}d/{size}", f"F.adaptive_avg_pool{rank}d(a, {size})",
                 positive(*shape, dtype=float64))  # fmt: skip
            case(f"adaptive_max_pool{rank}d/{size}", f"F.adaptive_max_pool{rank}d(a, {size})",
                 Draw(*shape, dtype=float64))  # fmt: skip
            case(f"adaptive_max_pool{rank}d_indices/{size}",
                 f"F.adaptive_max_pool{rank}d(a, {size}, return_indices=True)", Draw(*shape))  # fmt: skip
    for kind in ["avg", "max"]:
        f = f"adaptive_{kind}_pool2d"
        case(f"{f}/larger", f"F.{f}(a, 5)", positive(1, 3, 2))
        case(f"{f}/float32", f"F.{f}(a, 3)", positive(1, 4, 5))
        case(f"{f}/kept", f"F.{f}(a, (None, 2))", positive(2, 3, 5))
        case(f"{f}/no_batch", f"F.{f}(a, 2)", positive(0, 2, 3, 3))
        case(f"{f}/empty", f"F.{f}(a, 2)", positive(1, 0, 3))
    plane = "F.adaptive_max_pool2d(a, 2, return_indices=True)"
    case("adaptive_max_pool2d_indices/ties", plane, tensor([[[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, -0.0]]]))
    case("adaptive_max_pool2d_indices/nan", plane, tensor([[[nan, 1.0, inf], [nan, nan, 1.0], [3.0, -inf, -inf]]]))
    case("adaptive_max_pool2d_indices/infinite", plane, torch.full((1, 3, 3), -inf))


def layers(case):
    for rank, shape in SHAPES.items():
        for name, arguments in [
            ("MaxPool", "2"),
            ("MaxPool", "3, stride=2, padding=1, dilation=1, ceil_mode=True"),
            ("AvgPool", "2"),
            ("AvgPool", "3, stride=2, padding=1, ceil_mode=True, count_include_pad=False"),
            ("LPPool", "2.0, 2, stride=1, ceil_mode=True"),
            ("AdaptiveMaxPool", "2"),
            ("AdaptiveAvgPool", "2"),
        ]:
            case(f"{name}/{rank}d_{arguments}", f"torch.nn.{name}{rank}d({arguments})(a)",
                 positive(*shape, dtype=float64))  # fmt: skip


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [max_pool, avg_pool, lp_pool, adaptive, layers]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
