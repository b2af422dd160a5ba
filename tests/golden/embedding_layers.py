#!/usr/bin/env python3
"""Writes embedding_layers.safetensors and embedding_layers.txt: how PyTorch's tables of vectors start. <id>/weight is
the table that the code makes.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import torch
from torch import nn  # noqa: F401 (for the code of the cases)

from golden_file import GoldenFile

LAYERS = {
    "embedding": "nn.Embedding(7, 5)",
    "embedding_small": "nn.Embedding(3, 2)",
    "embedding_padding": "nn.Embedding(7, 5, padding_idx=-2)",
    "embedding_float64": "nn.Embedding(7, 5, dtype=torch.float64)",
    "embedding_bag": "nn.EmbeddingBag(7, 5)",
    "embedding_bag_padding": "nn.EmbeddingBag(7, 5, padding_idx=2)",
}


def main():
    golden = GoldenFile()
    for seed, (id, code) in enumerate(LAYERS.items()):
        golden.add(id, f"torch.manual_seed({seed}); {code}")
        torch.manual_seed(seed)
        golden.tensors |= {f"{id}/{name}": value for name, value in eval(code).state_dict().items()}
    golden.write(__file__)


if __name__ == "__main__":
    main()
