#!/usr/bin/env python3
"""Writes convolution.safetensors and convolution.txt: what PyTorch's convolutions give. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float64

# Sums of many products have few digits in float32 where they cancel.
def wide(*shape):
    return Draw(*shape, dtype=float64)


def conv1d(case):
    for name, options in [("defaults", ""), ("stride", ", stride=2"), ("padding", ", padding=2"),
                          ("dilation", ", dilation=3"), ("same", ", padding='same'"), ("valid", ", padding='valid'"),
                          ("all", ", stride=3, padding=4, dilation=2")]:  # fmt: skip
        case(f"conv1d/{name}", f"F.conv1d(a, b, c{options})", wide(2, 3, 11), wide(4, 3, 4), wide(4))
    case("conv1d/same_dilated", "F.conv1d(a, b, padding='same', dilation=3)", wide(2, 3, 9), wide(4, 3, 4))
    case("conv1d/groups", "F.conv1d(a, b, c, groups=2)", wide(2, 4, 9), wide(6, 2, 3), wide(6))
    case("conv1d/unbatched", "F.conv1d(a, b, c)", wide(3, 9), wide(4, 3, 3), wide(4))
    case("conv1d/empty", "F.conv1d(a, b, c)", wide(0, 3, 9), wide(4, 3, 3), wide(4))
    case("conv1d/strided", "F.conv1d(a.transpose(1, 2), b.transpose(0, 2))", wide(2, 7, 3), wide(3, 3, 4))
    case("conv1d/expanded", "F.conv1d(a.expand(2, 3, 7), b)", wide(1, 3, 1), wide(4, 3, 2))
    case("conv1d/float32", "F.conv1d(a, b, c)", Draw(1, 2, 5), Draw(3, 2, 2), Draw(3))
    case("conv1d/too_large", "F.conv1d(a, b)", wide(2, 3, 3), wide(4, 3, 4))


def conv2d(case):
    for name, options in [("defaults", ""), ("stride", ", stride=2"), ("strides", ", stride=(1, 3)"),
                          ("padding", ", padding=1"), ("paddings", ", padding=(0, 3)"), ("dilation", ", dilation=2"),
                          ("dilations", ", dilation=(2, 1)"), ("same", ", padding='same'"),
                          ("valid", ", padding='valid'"), ("groups_of_one", ", groups=1"),
                          ("all", ", stride=(2, 3), padding=(3, 2), dilation=(2, 1)")]:  # fmt: skip
        case(f"conv2d/{name}", f"F.conv2d(a, b, c{options})", wide(2, 3, 7, 5), wide(4, 3, 3, 2), wide(4))
    case("conv2d/no_bias", "F.conv2d(a, b)", wide(2, 3, 5, 6), wide(4, 3, 3, 3))
    case("conv2d/groups", "F.conv2d(a, b, c, groups=2)", wide(2, 4, 5, 5), wide(6, 2, 3, 3), wide(6))
    case("conv2d/depthwise", "F.conv2d(a, b, c, padding=1, groups=4)", wide(2, 4, 5, 7), wide(4, 1, 3, 3), wide(4))
    case("conv2d/depthwise_stride", "F.conv2d(a, b, stride=2, padding=1, groups=3)", wide(2, 3, 6, 7), wide(6, 1, 3, 3))
    case("conv2d/depthwise_dilation", "F.conv2d(a, b, dilation=2, groups=3)", wide(1, 3, 5, 19), wide(3, 1, 2, 3))
    case("conv2d/pointwise", "F.conv2d(a, b, c)", wide(2, 5, 3, 7), wide(4, 5, 1, 1), wide(4))
    case("conv2d/pointwise_stride", "F.conv2d(a, b, stride=2)", wide(2, 5, 4, 7), wide(4, 5, 1, 1))
    case("conv2d/gaps", "F.conv2d(a, b, stride=3)", wide(1, 2, 8, 7), wide(3, 2, 2, 1))
    case("conv2d/stride_of_dilation", "F.conv2d(a, b, stride=2, dilation=2, padding=1)",
         wide(1, 2, 8, 7), wide(3, 2, 2, 3))  # fmt: skip
    case("conv2d/unbatched", "F.conv2d(a, b, c)", wide(3, 5, 6), wide(4, 3, 3, 3), wide(4))
    case("conv2d/empty", "F.conv2d(a, b, c)", wide(0, 3, 5, 6), wide(4, 3, 3, 3), wide(4))
    case("conv2d/strided", "F.conv2d(a.transpose(2, 3), b.transpose(0, 1))", wide(2, 3, 6, 5), wide(3, 4, 3, 2))
    case("conv2d/sliced", "F.conv2d(a[:, 1:3], b[..., ::2])", wide(2, 4, 6, 5), wide(4, 2, 3, 3))
    case("conv2d/narrow", "F.conv2d(a, b, padding=1)", wide(2, 2, 9, 3), wide(5, 2, 3, 3))
    case("conv2d/float32", "F.conv2d(a, b, c)", Draw(1, 1, 4, 4), Draw(2, 1, 2, 2), Draw(2))
    case("conv2d/too_large", "F.conv2d(a, b, padding=1)", wide(2, 3, 3, 3), wide(4, 3, 3, 6))


def conv3d(case):
    for name, options in [("defaults", ""), ("stride", ", stride=(2, 1, 2)"), ("padding", ", padding=1"),
                          ("dilation", ", dilation=(1, 2, 2)"), ("same", ", padding='same'")]:  # fmt: skip
        case(f"conv3d/{name}", f"F.conv3d(a, b, c{options})", wide(1, 2, 4, 4, 5), wide(3, 2, 3, 2, 2), wide(3))
    case("conv3d/groups", "F.conv3d(a, b, groups=2)", wide(1, 2, 3, 4, 4), wide(4, 1, 2, 2, 2))
    case("conv3d/unbatched", "F.conv3d(a, b)", wide(2, 3, 4, 4), wide(3, 2, 2, 2, 2))


def conv_transpose(case):
    for name, options in [("defaults", ""), ("stride", ", stride=2"), ("padding", ", padding=2"),
                          ("dilation", ", dilation=2"), ("output_padding", ", stride=2, output_padding=1"),
                          ("all", ", stride=3, padding=1, output_padding=2, dilation=2")]:  # fmt: skip
        case(f"conv_transpose1d/{name}", f"F.conv_transpose1d(a, b, c{options})", wide(2, 3, 5), wide(3, 4, 4), wide(4))
    case("conv_transpose1d/unbatched", "F.conv_transpose1d(a, b, c)", wide(3, 5), wide(3, 4, 4), wide(4))
    case("conv_transpose1d/groups", "F.conv_transpose1d(a, b, c, groups=2)", wide(2, 4, 5), wide(4, 3, 2), wide(6))
    for name, options in [("defaults", ""), ("stride", ", stride=(2, 3)"), ("padding", ", padding=1"),
                          ("dilation", ", dilation=(1, 2)"), ("output_padding", ", stride=2, output_padding=(1, 0)"),
                          ("all", ", stride=3, padding=1, output_padding=1, groups=1, dilation=(2, 3)")]:  # fmt: skip
        case(f"conv_transpose2d/{name}", f"F.conv_transpose2d(a, b, c{options})",
             wide(2, 3, 4, 3), wide(3, 4, 3, 2), wide(4))  # fmt: skip
    case("conv_transpose2d/groups", "F.conv_transpose2d(a, b, groups=3)", wide(2, 3, 4, 3), wide(3, 2, 3, 2))
    case("conv_transpose2d/gaps", "F.conv_transpose2d(a, b, c, stride=3)", wide(1, 2, 3, 3), wide(2, 3, 2, 1), wide(3))
    case("conv_transpose2d/empty", "F.conv_transpose2d(a, b, c)", wide(0, 3, 4, 3), wide(3, 4, 3, 2), wide(4))
    case("conv_transpose2d/strided", "F.conv_transpose2d(a.transpose(2, 3), b)", wide(2, 3, 4, 3), wide(3, 4, 3, 2))
    case("conv_transpose3d/defaults", "F.conv_transpose3d(a, b, c)", wide(1, 2, 2, 3, 3), wide(2, 3, 2, 2, 2), wide(3))
    case("conv_transpose3d/all", "F.conv_transpose3d(a, b, stride=2, padding=1, output_padding=1)",
         wide(1, 2, 2, 3, 3), wide(2, 3, 2, 3, 2))  # fmt: skip


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [conv1d, conv2d, conv3d, conv_transpose]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
