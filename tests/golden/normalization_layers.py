#!/usr/bin/env python3
"""Writes normalization_layers.safetensors and normalization_layers.txt: PyTorch's layers that normalize, in float64.

Of each case: <id>/start/<name>, the layer's state as it is made; <id>/in0 and in1, which it is given, one after the
other, while it trains, and in0 again in evaluation; <id>/out0 to out2, what it gives; <id>/end/<name>, its state then.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import torch
from torch import nn  # noqa: F401 (for the code of the cases)

from golden_file import GoldenFile

LAYERS = {
    "layer_norm": ("nn.LayerNorm(5)", (3, 5)),
    "layer_norm_shape": ("nn.LayerNorm((4, 5), eps=0.5)", (2, 4, 5)),
    "layer_norm_no_bias": ("nn.LayerNorm(5, bias=False)", (3, 5)),
    "layer_norm_plain": ("nn.LayerNorm(5, elementwise_affine=False)", (3, 5)),
    "rms_norm": ("nn.RMSNorm(5)", (3, 5)),
    "rms_norm_plain": ("nn.RMSNorm(5, eps=0.5, elementwise_affine=False)", (3, 5)),
    "group_norm": ("nn.GroupNorm(2, 4)", (2, 4, 3)),
    "group_norm_plain": ("nn.GroupNorm(2, 4, eps=0.5, affine=False)", (2, 4, 3)),
    "batch_norm1d": ("nn.BatchNorm1d(3)", (4, 3)),
    "batch_norm1d_positions": ("nn.BatchNorm1d(3, momentum=0.25)", (4, 3, 2)),
    "batch_norm2d": ("nn.BatchNorm2d(3)", (2, 3, 2, 5)),
    "batch_norm2d_cumulative": ("nn.BatchNorm2d(3, momentum=None)", (2, 3, 2, 5)),
    "batch_norm2d_plain": ("nn.BatchNorm2d(3, eps=0.5, affine=False)", (2, 3, 2, 5)),
    "batch_norm2d_no_account": ("nn.BatchNorm2d(3, track_running_stats=False)", (2, 3, 2, 5)),
    "batch_norm3d": ("nn.BatchNorm3d(3)", (2, 3, 2, 2, 2)),
    "instance_norm1d": ("nn.InstanceNorm1d(3)", (2, 3, 5)),
    "instance_norm1d_item": ("nn.InstanceNorm1d(3)", (3, 5)),
    "instance_norm2d": ("nn.InstanceNorm2d(3, affine=True)", (2, 3, 2, 4)),
    "instance_norm2d_account": ("nn.InstanceNorm2d(3, track_running_stats=True, momentum=0.25)", (2, 3, 2, 4)),
    "instance_norm3d": ("nn.InstanceNorm3d(3, eps=0.5)", (2, 3, 2, 2, 2)),
    "local_response_norm": ("nn.LocalResponseNorm(2, alpha=0.5)", (2, 5, 3)),
}


def main():
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    golden = GoldenFile()
    for seed, (id, (code, shape)) in enumerate(LAYERS.items()):
        golden.add(id, code)
        torch.manual_seed(seed)
        layer = eval(code)
        tensors = {f"start/{name}": value.clone() for name, value in layer.state_dict().items()}
        tensors["in0"], tensors["in1"] = torch.randn(shape), 1 + 2 * torch.randn(shape)
        with torch.no_grad():
            tensors["out0"], tensors["out1"] = layer(tensors["in0"]), layer(tensors["in1"])
            tensors["out2"] = layer.eval()(tensors["in0"])
        tensors |= {f"end/{name}": value for name, value in layer.state_dict().items()}
        golden.tensors |= {f"{id}/{name}": value for name, value in tensors.items()}
    golden.write(__file__)


if __name__ == "__main__":
    main()
