#!/usr/bin/env python3
"""Writes embedding.safetensors and embedding.txt: what PyTorch's embedding and embedding_bag give. ops.py says what is in
them. Of what changes the table in place, the table is a result too.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, apart, float64, int64, tensor

INDEX = tensor([[1, 4, 4], [0, 2, 1]])


def embedding(case):
    for name, options in [
        ("defaults", ""),
        ("padding", ", padding_idx=1"),
        ("padding_from_end", ", padding_idx=-1"),
        ("by_frequency", ", scale_grad_by_freq=True"),
        ("both", ", padding_idx=1, scale_grad_by_freq=True"),
    ]:
        case(f"embedding/{name}", f"F.embedding(a, b{options})", INDEX, Draw(5, 3))
    case("embedding/float64", "F.embedding(a, b)", INDEX, Draw(5, 3, dtype=float64))
    case("embedding/one", "F.embedding(a, b)", tensor(3), Draw(5, 3))
    case("embedding/empty", "F.embedding(a, b)", torch.zeros(0, 2, dtype=int64), Draw(5, 3))
    case("embedding/transposed", "F.embedding(a.t(), b.t())", INDEX, Draw(3, 5))
    for name, options in [("max_norm", "max_norm=1.5"), ("norm_type", "max_norm=2.5, norm_type=1.0")]:
        case(f"embedding_{name}/table", f"[F.embedding(a, (b := b.clone()), {options}), b]", INDEX,
             Draw(5, 3, dtype=float64), constants="b")  # fmt: skip


def embedding_bag(case):
    flat, offsets = tensor([1, 4, 4, 0, 2, 1, 3]), tensor([0, 2, 2, 5])
    for mode in ["sum", "mean", "max"]:
        # No equal elements: where there are, PyTorch's and ours need not take the same.
        table = apart(5, 3) if mode == "max" else Draw(5, 3)
        for name, options in [("", ""), ("_padding", ", padding_idx=1")]:
            case(f"embedding_bag/{mode}_matrix{name}", f"F.embedding_bag(a, b, mode='{mode}'{options})", INDEX, table)
            case(f"embedding_bag/{mode}_offsets{name}", f"F.embedding_bag(a, b, c, mode='{mode}'{options})", flat, table,
                 offsets)  # fmt: skip
    case("embedding_bag/defaults", "F.embedding_bag(a, b)", INDEX, Draw(5, 3, dtype=float64))
    case("embedding_bag/last_offset", "F.embedding_bag(a, b, c, include_last_offset=True)", flat, Draw(5, 3),
         tensor([0, 2, 2, 5, 7]))  # fmt: skip
    case("embedding_bag_by_frequency/mean", "F.embedding_bag(a, b, scale_grad_by_freq=True)", INDEX,
         Draw(5, 3, dtype=float64))  # fmt: skip
    for name, options in [("", ""), ("_padding", ", padding_idx=1")]:
        case(f"embedding_bag/factors{name}", f"F.embedding_bag(a, b, mode='sum', per_sample_weights=c{options})", INDEX,
             Draw(5, 3, dtype=float64), Draw(2, 3, dtype=float64))  # fmt: skip
        case(f"embedding_bag/factors_offsets{name}",
             f"F.embedding_bag(a, b, c, mode='sum', per_sample_weights=d{options})", flat, Draw(5, 3, dtype=float64),
             offsets, Draw(7, dtype=float64))  # fmt: skip
    case("embedding_bag/no_bags", "F.embedding_bag(a, b)", torch.zeros(0, 2, dtype=int64), Draw(5, 3))
    case("embedding_bag_max_norm/table", "[F.embedding_bag(a, (b := b.clone()), max_norm=1.5), b]", INDEX,
         Draw(5, 3, dtype=float64), constants="b")  # fmt: skip


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [embedding, embedding_bag]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
