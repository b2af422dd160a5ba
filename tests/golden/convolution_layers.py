#!/usr/bin/env python3
"""Writes convolution_layers.safetensors and .txt: PyTorch's convolutions as layers.

The code of a case ends in a module, made in the default dtype that the case's name ends in: <id>/<name> is its parameter of
that name, <id>/in an input and <id>/out what the layer gives for it.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import torch
from torch import nn  # noqa: F401

from golden_file import GoldenFile

CASES = {
    "conv1d/defaults": ("nn.Conv1d(3, 4, 3)", (2, 3, 7)),
    "conv1d/modes": ("nn.Conv1d(2, 3, 3, stride=2, padding=2, padding_mode='reflect')", (2, 2, 7)),
    "conv2d/defaults": ("nn.Conv2d(3, 4, 3)", (2, 3, 5, 6)),
    "conv2d/options": ("nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2)", (2, 4, 6, 5)),
    "conv2d/no_bias": ("nn.Conv2d(3, 4, 2, bias=False)", (3, 4, 4)),
    "conv2d/same": ("nn.Conv2d(2, 3, (2, 3), padding='same')", (1, 2, 4, 5)),
    "conv2d/valid": ("nn.Conv2d(2, 3, 2, padding='valid', padding_mode='circular')", (1, 2, 4, 5)),
    "conv2d/reflect": ("nn.Conv2d(2, 3, 3, padding=(1, 2), padding_mode='reflect')", (1, 2, 4, 5)),
    "conv2d/replicate": ("nn.Conv2d(2, 3, 3, padding=2, padding_mode='replicate')", (1, 2, 4, 5)),
    "conv2d/circular": ("nn.Conv2d(2, 3, (2, 4), padding='same', padding_mode='circular')", (1, 2, 4, 5)),
    "conv3d/defaults": ("nn.Conv3d(2, 3, (1, 2, 3), padding=(0, 1, 1))", (1, 2, 2, 3, 4)),
    "conv_transpose1d/defaults": ("nn.ConvTranspose1d(3, 4, 3)", (2, 3, 5)),
    "conv_transpose2d/defaults": ("nn.ConvTranspose2d(3, 4, 3)", (2, 3, 3, 4)),
    "conv_transpose2d/options": (
        "nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2, dilation=2)", (1, 4, 3, 4)),
    "conv_transpose2d/no_bias": ("nn.ConvTranspose2d(3, 4, 2, bias=False)", (2, 3, 3, 4)),
    "conv_transpose3d/defaults": ("nn.ConvTranspose3d(2, 3, 2)", (1, 2, 2, 3, 2)),
}  # fmt: skip


def main():
    golden = GoldenFile()
    for name, dtype in [("float64", torch.float64), ("float32", torch.float32)]:
        torch.set_default_dtype(dtype)
        for seed, (family, (code, shape)) in enumerate(CASES.items()):
            if name == "float32" and not family.endswith("defaults"):
                continue
            id = f"{family}/{name}"
            golden.add(id, f"torch.manual_seed({seed}); {code}")
            torch.manual_seed(seed)
            layer = eval(code)
            x = torch.rand(shape)
            golden.tensors |= {f"{id}/{key}": value for key, value in layer.state_dict().items()}
            golden.tensors |= {f"{id}/in": x, f"{id}/out": layer(x).detach()}
    golden.write(__file__)


if __name__ == "__main__":
    main()
