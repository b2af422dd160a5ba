#!/usr/bin/env python3
"""Writes nn.safetensors and nn.txt: PyTorch's initialisation of layers, and its dropout.

There are two kinds of cases; in both `torch.set_default_dtype` was that of the results.

Layers, "layer/...": the code ends in a module; <id>/<name> is its parameter of that name.

Tensors, "init/..." and "dropout/...": <id>/out is the value of the code's last expression.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512, on a processor that is not
Intel's (there dropout draws from MKL).
"""

import itertools
import math  # noqa: F401 (for the code of the cases)

import torch
import torch.nn.functional as F  # noqa: F401
from torch import nn  # noqa: F401

from golden_file import GoldenFile

DTYPES = {"float32": torch.float32, "float64": torch.float64}


def evaluate(golden, id, code, dtype):
    """Runs the statements of `code` and returns the value of its last, an expression."""
    golden.add(id, code)
    *statements, last = code.split("; ")
    names = dict(globals())
    torch.set_default_dtype(dtype)
    with torch.no_grad():
        exec("\n".join(statements), names)
        value = eval(last, names)
    torch.set_default_dtype(torch.float32)
    return value


def layers(golden):
    for seed, (inputs, outputs) in [(0, (1, 1)), (0, (3, 2)), (1, (4, 4)), (42, (5, 1)), (2, (16, 3)), (7, (13, 8))]:
        for name, dtype in DTYPES.items():
            id = f"layer/linear_{inputs}_{outputs}_seed{seed}/{name}"
            layer = evaluate(golden, id, f"torch.manual_seed({seed}); nn.Linear({inputs}, {outputs})", dtype)
            golden.tensors |= {f"{id}/{key}": value for key, value in layer.state_dict().items()}
    for id, code in [
        ("layer/linear_no_bias", "torch.manual_seed(3); nn.Linear(4, 3, bias=False)"),
        ("layer/sequential", "torch.manual_seed(7); nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))"),
        ("layer/after_draws", "torch.manual_seed(5); torch.randn(3); torch.rand(5); nn.Linear(4, 3)"),
    ]:
        layer = evaluate(golden, id, code, torch.float32)
        golden.tensors |= {f"{id}/{key}": value for key, value in layer.state_dict().items()}


INITIALISERS = {
    "uniform": "nn.init.uniform_(w)",
    "uniform_bounds": "nn.init.uniform_(w, a=-0.5, b=2.0)",
    "normal": "nn.init.normal_(w)",
    "normal_moments": "nn.init.normal_(w, mean=1.0, std=0.02)",
    "xavier_uniform": "nn.init.xavier_uniform_(w)",
    "xavier_uniform_gain": "nn.init.xavier_uniform_(w, gain=nn.init.calculate_gain('relu'))",
    "xavier_normal": "nn.init.xavier_normal_(w)",
    "xavier_normal_gain": "nn.init.xavier_normal_(w, gain=nn.init.calculate_gain('tanh'))",
    "kaiming_uniform": "nn.init.kaiming_uniform_(w)",
    "kaiming_uniform_sqrt5": "nn.init.kaiming_uniform_(w, a=math.sqrt(5))",
    "kaiming_uniform_fan_out": "nn.init.kaiming_uniform_(w, mode='fan_out', nonlinearity='relu')",
    "kaiming_uniform_linear": "nn.init.kaiming_uniform_(w, nonlinearity='linear')",
    "kaiming_normal": "nn.init.kaiming_normal_(w)",
    "kaiming_normal_fan_out": "nn.init.kaiming_normal_(w, mode='fan_out', nonlinearity='relu')",
    "kaiming_normal_tanh": "nn.init.kaiming_normal_(w, nonlinearity='tanh')",
    "kaiming_normal_selu": "nn.init.kaiming_normal_(w, nonlinearity='selu')",
    "kaiming_normal_sigmoid": "nn.init.kaiming_normal_(w, mode='fan_out', nonlinearity='sigmoid')",
    "kaiming_normal_leaky": "nn.init.kaiming_normal_(w, a=0.2, nonlinearity='leaky_relu')",
    "orthogonal": "nn.init.orthogonal_(w)",
    "orthogonal_gain": "nn.init.orthogonal_(w, gain=1.5)",
    "trunc_normal": "nn.init.trunc_normal_(w)",
    "trunc_normal_moments": "nn.init.trunc_normal_(w, mean=0.5, std=0.02)",
    "trunc_normal_bounds": "nn.init.trunc_normal_(w, mean=0.0, std=1.0, a=-0.5, b=1.5)",
    "trunc_normal_far": "nn.init.trunc_normal_(w, mean=3.0, std=1.0, a=-2.0, b=2.0)",
    "constant": "nn.init.constant_(w, 0.3)",
    "ones": "nn.init.ones_(w)",
    "zeros": "nn.init.zeros_(w)",
    "eye": "nn.init.eye_(w)",
}


def initialisers(golden):
    # Below 16 elements PyTorch draws normals one by one. More than two dimensions are those of a convolution.
    shapes = [(3, 4), (5, 7), (4, 3), (4, 4), (4, 3, 2, 2)]
    for seed, ((name, call), shape) in enumerate(itertools.product(INITIALISERS.items(), shapes)):
        if name == "eye" and len(shape) > 2:
            continue
        for dtype in DTYPES if shape in [(3, 4), (5, 7)] else ["float32"]:
            id = f"init/{name}/{'x'.join(map(str, shape))}/{dtype}"
            code = f"torch.manual_seed({seed}); w = torch.empty({', '.join(map(str, shape))}); {call}"
            golden.tensors[f"{id}/out"] = evaluate(golden, id, code, DTYPES[dtype])
    for nonlinearity in ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]:
        id = f"init/calculate_gain/{nonlinearity}"
        code = f"torch.tensor(nn.init.calculate_gain('{nonlinearity}'))"
        golden.tensors[f"{id}/out"] = evaluate(golden, id, code, torch.float64)
    id = "init/calculate_gain/leaky_relu_0.2"
    code = "torch.tensor(nn.init.calculate_gain('leaky_relu', 0.2))"
    golden.tensors[f"{id}/out"] = evaluate(golden, id, code, torch.float64)


def dropout(golden):
    for seed, (size, p) in enumerate(itertools.product([(5,), (4, 6), (50,)], [0.0, 0.1, 0.5, 0.9, 1.0])):
        for name, dtype in DTYPES.items():
            id = f"dropout/{'x'.join(map(str, size))}_p{p}/{name}"
            shape = ", ".join(map(str, size))
            code = f"torch.manual_seed({seed}); F.dropout(torch.ones({shape}), p={p})"
            golden.tensors[f"{id}/out"] = evaluate(golden, id, code, dtype)


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    for family in [layers, initialisers, dropout]:
        family(golden)
    golden.write(__file__)


if __name__ == "__main__":
    main()
