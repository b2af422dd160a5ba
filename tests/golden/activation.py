#!/usr/bin/env python3
"""Writes activation.safetensors and activation.txt: what PyTorch's activations give. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float64, inf, nan, tensor

# Kinks, and what is beyond them.
EDGES = [-inf, -1e30, -100.0, -6.0, -3.0, -1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 3.0, 6.0, 100.0, 1e30, inf]
FUNCTIONS = {
    "threshold": ["a, 0.25, -1.5"],
    "hardtanh": ["a", "a, -0.5, 3.0"],
    "relu6": ["a"],
    "hardsigmoid": ["a"],
    "hardswish": ["a"],
    "hardshrink": ["a", "a, 0.25"],
    "softshrink": ["a", "a, 0.25"],
    "tanhshrink": ["a"],
    "softsign": ["a"],
    "selu": ["a"],
    "celu": ["a", "a, 0.5"],
    "mish": ["a"],
    "softplus": ["a, 2.0", "a, 2.0, 1.0"],
    "rrelu": ["a", "a, 0.25, 0.5"],
}


def elementwise(case):
    for name, arguments in FUNCTIONS.items():
        for i, argument in enumerate(arguments):
            expression = f"F.{name}({argument})"
            # PyTorch's gradient of hardsigmoid has the factor 1 / 6 of float32 only.
            wide = f"{name}_float64" if name == "hardsigmoid" else name
            case(f"{wide}/float64_{i}", expression, Draw(2, 5, low=-4.0, high=4.0, dtype=float64))
            case(f"{name}/float32_{i}", expression, Draw(2, 5, low=-4.0, high=4.0))
            case(f"{name}_edges/float32_{i}", expression, tensor(EDGES))
            case(f"{wide}/edges_float64_{i}", expression, tensor(EDGES, float64))
            case(f"{name}_edges/nan_{i}", expression, tensor([nan]), constants="a")
        case(f"{wide}/transposed", f"F.{name}({arguments[0].replace('a', 'a.t()', 1)})", Draw(3, 2, dtype=float64))
        case(f"{name}/empty", f"F.{name}({arguments[0]})", Draw(0, 3))
        case(f"{wide}/one", f"F.{name}({arguments[0]})", Draw(dtype=float64))


def others(case):
    for name, options in [("defaults", ""), ("dim0", ", dim=0")]:
        case(f"glu/{name}", f"F.glu(a{options})", Draw(4, 6, dtype=float64))
    case("glu/float32", "F.glu(a)", Draw(4, 6))
    case("glu/transposed", "F.glu(a.t())", Draw(4, 6, dtype=float64))
    for name, weights, shape in [("one", 1, (2, 3, 4)), ("channels", 3, (2, 3, 4)), ("matrix", 3, (2, 3)),
                                 ("vector", 1, (4,)), ("number", 1, ()), ("empty", 3, (0, 3))]:  # fmt: skip
        case(f"prelu/{name}", "F.prelu(a, b)", Draw(*shape), Draw(weights))
    case("prelu/zero", "F.prelu(a, b)", tensor([-1.0, 0.0, 1.0]), tensor([0.25]))
    case("prelu/transposed", "F.prelu(a.t(), b)", Draw(3, 2), Draw(3))
    for dim in [0, -1]:
        case(f"softmin/dim{dim}", f"F.softmin(a, dim={dim})", Draw(3, 4, dtype=float64))
    case("softmin/float32", "F.softmin(a, dim=-1)", Draw(3, 4), constants="a")


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [elementwise, others]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
