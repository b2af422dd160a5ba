#!/usr/bin/env python3
"""Writes random_functions.safetensors and random_functions.txt: what PyTorch's functions of layers draw. <id>/in is what
the code calls x, <id>/out is what it gives.

On Intel's processors PyTorch's dropout draws from MKL. So that this program writes the same everywhere, the masks are
drawn here, as PyTorch does on others (it has one way for a probability that is a tensor), and what is made of a mask is
computed here too; that PyTorch makes the same of the mask that it does draw is checked.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import math

import torch
import torch.nn.functional as F  # noqa: F401 (for the code of the cases)

from golden_file import GoldenFile

CASES = {
    "alpha_dropout": [("F.alpha_dropout(x, p={p}, training=True)", (4, 6))],
    "dropout": [("F.dropout(x, p={p})", (4, 6))],
    "dropout1d": [("F.dropout1d(x, p={p})", (4, 6, 3)), ("F.dropout1d(x, p={p})", (9, 3))],
    "dropout2d": [("F.dropout2d(x, p={p})", (4, 6, 2, 3)), ("F.dropout2d(x, p={p})", (4, 5, 3))],
    "dropout3d": [("F.dropout3d(x, p={p})", (4, 6, 2, 1, 2)), ("F.dropout3d(x, p={p})", (9, 2, 1, 2))],
    "feature_alpha_dropout": [("F.feature_alpha_dropout(x, p={p}, training=True)", (4, 6, 2))],
}
ALPHA = 1.7580993408473766


def mask_shape(name, shape):
    if name in ["dropout", "alpha_dropout"]:
        return shape
    channels = 1 if (name, len(shape)) in [("dropout1d", 2), ("dropout3d", 4)] else 2  # without a batch, or with one
    return shape[:channels] + (1,) * (len(shape) - channels)


def dropped(name, x, p, mask):
    if p in (0.0, 1.0):
        return x * (1 - p)
    if "alpha" not in name:
        return x * (mask / (1 - p))
    scale = 1 / math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p))
    shift = (mask - 1) * (ALPHA * scale) + ALPHA * scale * p
    return x * (mask * scale) + shift


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()

    def case(id, code, shape, dtype, value_of):
        seed = len(golden.cases)
        golden.add(id, f"torch.manual_seed({seed}); {code}")
        x = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)
        golden.tensors |= {f"{id}/in": x, f"{id}/out": value_of(code, x, lambda: torch.manual_seed(seed))}

    for name, cases in CASES.items():
        for (code, shape), p in [(each, p) for each in cases for p in [0.0, 0.25, 0.5, 1.0]]:

            def value_of(code, x, restart):
                restart()
                value = eval(code)
                mask = torch.empty(mask_shape(name, x.shape), dtype=x.dtype)
                restart()
                assert torch.equal(value, dropped(name, x, p, mask.bernoulli_(1 - p)))
                restart()
                return dropped(name, x, p, mask.bernoulli_(torch.tensor(1 - p, dtype=torch.float64)))

            for dtype in [torch.float32, torch.float64]:
                case(f"{name}/{'x'.join(map(str, shape))}_p{p}/{dtype}", code.format(p=p), shape, dtype, value_of)

    def rrelu(code, x, restart):
        restart()
        return eval(code)

    for dtype in [torch.float32, torch.float64]:
        case(f"rrelu/defaults/{dtype}", "F.rrelu(x, training=True)", (5, 7), dtype, rrelu)
        case(f"rrelu/bounds/{dtype}", "F.rrelu(x, lower=0.5, upper=0.75, training=True)", (3, 2), dtype, rrelu)
    golden.write(__file__)


if __name__ == "__main__":
    main()
