#!/usr/bin/env python3
"""Writes unfold.safetensors and unfold.txt: what PyTorch's unfold and fold give. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float64, tensor

OPTIONS = [
    ("kernel", "2", (4, 5)),
    ("two_sizes", "(2, 3)", (4, 5)),
    ("stride", "2, stride=2", (4, 5)),
    ("padding", "3, padding=1", (3, 4)),
    ("two_of_each", "(2, 3), dilation=(2, 1), padding=(1, 2), stride=(1, 2)", (4, 5)),
    ("gaps", "1, stride=3", (4, 5)),
    ("dilation", "2, dilation=3, padding=2", (3, 3)),
    ("only_padding", "1, padding=2, stride=3", (1, 1)),
]


def unfold(case):
    for name, options, size in OPTIONS:
        case(f"unfold/{name}", f"F.unfold(a, {options})", Draw(2, 2, *size, dtype=float64))
    case("unfold/float32", "F.unfold(a, 2)", Draw(1, 2, 3, 3))
    case("unfold/unbatched", "F.unfold(a, 2)", Draw(2, 3, 3))
    case("unfold/strided", "F.unfold(a.transpose(0, 2), 2)", Draw(3, 4, 2, dtype=float64))
    case("unfold/no_batch", "F.unfold(a, 2)", Draw(0, 2, 3, 3))
    case("unfold/too_small", "F.unfold(a, 4)", Draw(1, 2, 3, 3))
    case("unfold/plane", "F.unfold(a, 2)", Draw(3, 3))


def fold(case):
    for name, options, size in OPTIONS:
        columns = eval(f"F.unfold(torch.zeros(2, 2, *size), {options})", {**globals(), "F": torch.nn.functional,
                                                                          "size": size})  # fmt: skip
        case(f"fold/{name}", f"F.fold(a, {size}, {options})", Draw(*columns.shape, dtype=float64, low=0.5))
    case("fold/float32", "F.fold(a, 3, 2)", Draw(1, 8, 4))
    case("fold/unbatched", "F.fold(a, 3, 2)", Draw(8, 4))
    case("fold/strided", "F.fold(a.transpose(0, 2), 3, 2)", Draw(4, 8, 2, dtype=float64))
    case("fold/no_batch", "F.fold(a, 3, 2)", Draw(0, 8, 4))
    case("fold/wrong_columns", "F.fold(a, 3, 2)", Draw(1, 7, 4))
    case("fold/wrong_windows", "F.fold(a, 3, 2)", Draw(1, 8, 5))


def along_dim(case):
    for name, call in [
        ("first", "0, 2, 1"),
        ("middle", "1, 2, 1"),
        ("last", "-1, 3, 1"),
        ("step", "2, 2, 2"),
        ("gaps", "2, 1, 3"),
        ("whole", "2, 5, 1"),
        ("no_size", "1, 0, 1"),
        ("larger", "0, 3, 1"),
        ("no_step", "0, 1, 0"),
    ]:
        case(f"unfold_dim/{name}", f"a.unfold({call})", Draw(2, 3, 5))
    case("unfold_dim/zero_dim", "a.unfold(0, 1, 1)", Draw())
    case("unfold_dim/zero_dim_no_size", "a.unfold(0, 0, 1)", Draw())
    case("unfold_dim/empty", "a.unfold(1, 0, 1)", Draw(2, 0))
    case("unfold_dim/int64", "a.unfold(0, 2, 1)", tensor([1, 2, 3]))


def layers(case):
    options = "(2, 3), dilation=(2, 1), padding=(1, 2), stride=(1, 2)"
    case("Unfold/kernel", "torch.nn.Unfold(2)(a)", Draw(1, 2, 3, 3))
    case("Unfold/options", f"torch.nn.Unfold({options})(a)", Draw(1, 2, 3, 4))
    case("Fold/kernel", "torch.nn.Fold(3, 2)(a)", Draw(1, 8, 4))
    case("Fold/options", f"torch.nn.Fold((3, 4), {options})(a)", Draw(1, 12, 9, dtype=float64, low=0.5))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [unfold, fold, along_dim, layers]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
