#!/usr/bin/env python3
"""Writes weight_layers.safetensors and weight_layers.txt: PyTorch's Bilinear, weight_norm and spectral_norm.

Of each case: <id>/start/<name>, the layer's state as it is made; <id>/in0, in1, ..., what it is given; <id>/out, what it
gives; <id>/end/<name>, its state then, and <id>/evaluation, what it gives afterwards in evaluation.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import warnings

import torch
from torch import nn  # noqa: F401 (for the code of the cases)
from torch.nn.utils import spectral_norm, weight_norm  # noqa: F401

from golden_file import GoldenFile

LAYERS = {
    "bilinear": ("nn.Bilinear(3, 2, 4)", [(5, 3), (5, 2)]),
    "bilinear_no_bias": ("nn.Bilinear(3, 2, 4, bias=False)", [(3,), (2,)]),
    "bilinear_batches": ("nn.Bilinear(3, 2, 4)", [(2, 3, 3), (2, 3, 2)]),
    "weight_norm": ("weight_norm(nn.Linear(3, 4))", [(5, 3)]),
    "weight_norm_dim1": ("weight_norm(nn.Linear(3, 4, bias=False), dim=1)", [(5, 3)]),
    "weight_norm_all": ("weight_norm(nn.Linear(3, 4), dim=None)", [(5, 3)]),
    "spectral_norm": ("spectral_norm(nn.Linear(3, 4))", [(5, 3)]),
    "spectral_norm_options": ("spectral_norm(nn.Linear(3, 4), n_power_iterations=3, dim=1)", [(5, 3)]),
}


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    golden = GoldenFile()
    for seed, (id, (code, shapes)) in enumerate(LAYERS.items()):
        golden.add(id, f"torch.manual_seed({seed}); {code}")
        torch.manual_seed(seed)
        layer = eval(code)
        tensors = {f"start/{name}": value.clone() for name, value in layer.state_dict().items()}
        inputs = [torch.randn(shape) for shape in shapes]
        tensors |= {f"in{i}": value for i, value in enumerate(inputs)}
        tensors["out"] = layer(*inputs)
        tensors |= {f"end/{name}": value.clone() for name, value in layer.state_dict().items()}
        tensors["evaluation"] = layer.eval()(*inputs)
        golden.tensors |= {f"{id}/{name}": value for name, value in tensors.items()}
    golden.write(__file__)


if __name__ == "__main__":
    main()
