#!/usr/bin/env python3
"""Writes distance.safetensors and distance.txt: what PyTorch's distances of vectors give. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float64, tensor


def normalize(case):
    for name, options in [("defaults", ""), ("p1", ", p=1.0"), ("dim0", ", dim=0"), ("dim_last", ", dim=-1"),
                          ("eps", ", eps=2.5")]:  # fmt: skip
        case(f"normalize/{name}", f"F.normalize(a{options})", Draw(3, 4))
    case("normalize/float64", "F.normalize(a)", Draw(3, 4, dtype=float64))
    case("normalize/transposed", "F.normalize(a.t())", Draw(3, 4))
    case("normalize/zeros", "F.normalize(a)", tensor([[0.0, 0.0], [3.0, 4.0]]))
    case("normalize/empty", "F.normalize(a)", Draw(0, 4))


def cosine_similarity(case):
    # In float64: the gradient, a difference, has few digits in float32.
    vectors = Draw(3, 4, dtype=float64)
    for name, options in [("defaults", ""), ("dim0", ", dim=0")]:
        case(f"cosine_similarity/{name}", f"F.cosine_similarity(a, b{options})", vectors, vectors)
    case("cosine_similarity_short/eps", "F.cosine_similarity(a, b, eps=2.5)", vectors, vectors)
    case("cosine_similarity/broadcast", "F.cosine_similarity(a, b, dim=-1)", Draw(2, 1, 4, dtype=float64), vectors)
    case("cosine_similarity/float32", "F.cosine_similarity(a, b)", tensor([[3.0, 4.0]]), tensor([[1.0, 0.0]]))


def pairwise_distance(case):
    for name, options in [("defaults", ""), ("p1", ", p=1.0"), ("eps", ", eps=0.1"), ("keepdim", ", keepdim=True")]:
        case(f"pairwise_distance/{name}", f"F.pairwise_distance(a, b{options})", Draw(3, 4), Draw(3, 4))
    case("pairwise_distance/broadcast", "F.pairwise_distance(a, b)", Draw(3, 4), Draw(4))
    case("pairwise_distance/float64", "F.pairwise_distance(a, b)", Draw(3, 4, dtype=float64), Draw(3, 4, dtype=float64))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [normalize, cosine_similarity, pairwise_distance]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
