#!/usr/bin/env python3
"""Writes linear_cross_entropy.safetensors and linear_cross_entropy.txt: what PyTorch's linear_cross_entropy gives. ops.py
says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float64, tensor

CALL = "F.linear_cross_entropy(a, b, c{})"


def draw(*shape):
    return Draw(*shape, dtype=float64)


def classes(count, *shape):
    return lambda generator: torch.randint(count, shape, generator=generator)


def probabilities(*shape):
    return lambda generator: torch.softmax(torch.randn(shape, generator=generator, dtype=float64), min(1, len(shape) - 1))


def options(case):
    inputs = draw(6, 4), draw(5, 4), classes(5, 6)
    for name, given in [("defaults", ""), ("none", ", reduction='none'"), ("sum", ", reduction='sum'"),
                        ("smoothing", ", label_smoothing=0.3"), ("smoothing_all", ", label_smoothing=1.0"),
                        ("ignore_index", ", ignore_index=2"),
                        ("smoothing_ignore_index", ", ignore_index=2, label_smoothing=0.3")]:  # fmt: skip
        case(f"linear_cross_entropy/{name}", CALL.format(given), *inputs)
    ignored = tensor([0, -100, 3, -100, 1, 4])
    case("linear_cross_entropy/ignored", CALL.format(""), *inputs[:2], ignored)
    case("linear_cross_entropy/ignored_all", CALL.format(""), *inputs[:2], torch.full((6,), -100))
    bias, weight = draw(5), Draw(5, low=0.5, high=2.0, dtype=float64)
    case("linear_cross_entropy/bias", CALL.format(", linear_bias=d"), *inputs, bias)
    for name, given in [("weight", ""), ("weight_none", ", reduction='none'"), ("weight_smoothing", ", label_smoothing=0.3"),
                        ("weight_sum", ", reduction='sum', label_smoothing=0.3")]:  # fmt: skip
        case(f"linear_cross_entropy/{name}", CALL.format(f", weight=d{given}"), *inputs, weight, constants="d")
        both = CALL.format(f", linear_bias=d, weight=e{given}")
        case(f"linear_cross_entropy/bias_{name}", both, *inputs[:2], ignored, bias, weight, constants="e")
    case("linear_cross_entropy/float32", CALL.format(""), tensor([[1.0, 0.0], [0.0, 2.0]]), tensor([[1.0, 1.0], [0.0, 1.0]]),
         tensor([0, 1]))  # fmt: skip


def shapes(case):
    case("linear_cross_entropy/one_sample", CALL.format(""), draw(4), draw(5, 4), classes(5))
    case("linear_cross_entropy/one_class", CALL.format(""), draw(3, 4), draw(1, 4), classes(1, 3))
    case("linear_cross_entropy/transposed", "F.linear_cross_entropy(a.t(), b.t(), c)", draw(4, 6), draw(4, 5), classes(5, 6))
    case("linear_cross_entropy/many", CALL.format(""), draw(35, 3), draw(33, 3), classes(33, 35))
    case("linear_cross_entropy/no_samples", CALL.format(""), draw(0, 4), draw(5, 4), classes(5, 0))
    case("linear_cross_entropy/no_features", CALL.format(""), draw(6, 0), draw(5, 0), classes(5, 6))
    case("linear_cross_entropy/no_samples_sum", CALL.format(", reduction='sum'"), draw(0, 4), draw(5, 4), classes(5, 0))


def held(case):
    """What holds the logits."""
    case("linear_cross_entropy_held/probabilities", CALL.format(", label_smoothing=0.3"), draw(6, 4), draw(5, 4),
         probabilities(6, 5), constants="c")  # fmt: skip
    case("linear_cross_entropy_held/one_sample", CALL.format(""), draw(4), draw(5, 4), probabilities(5), constants="c")
    bias = CALL.format(", linear_bias=d, reduction='none'")
    case("linear_cross_entropy_held/dimensions", bias, draw(3, 4), draw(5, 2, 3, 4), classes(5, 3, 2, 3), draw(5, 2, 3))


def extreme(case):
    rows = torch.eye(3, dtype=float64)
    for name, factor in [("large", 1e4), ("huge", 1e150)]:
        for given in ["", ", label_smoothing=0.3"]:
            case(f"linear_cross_entropy/{name}{'_smoothing' if given else ''}", CALL.format(given), rows * factor,
                 rows * factor, tensor([0, 1, 0]), constants="ab")  # fmt: skip


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [options, shapes, held, extreme]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
