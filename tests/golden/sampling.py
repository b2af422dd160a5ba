#!/usr/bin/env python3
"""Writes sampling.safetensors and sampling.txt: what PyTorch draws with the seed 3.

Each case is an expression of the input a, <id>/in, and gives <id>/out; a method that ends in _ draws into a copy of it.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import torch

from golden_file import GoldenFile

SEED = 3


def main():
    torch.set_num_threads(1)
    file = GoldenFile()

    def case(id, expression, a):
        torch.manual_seed(SEED)
        file.add(id, expression)
        file.tensors[f"{id}/in"] = a
        file.tensors[f"{id}/out"] = eval(expression, {"torch": torch, "a": a.clone()})

    made = torch.Generator().manual_seed(0)
    for dtype in [torch.float32, torch.float64]:
        name = str(dtype).removeprefix("torch.")
        small, large = (torch.rand(shape, generator=made, dtype=dtype) for shape in [(3, 4), (9, 11)])
        for size, a in [("small", small), ("large", large)]:
            for call in ["torch.bernoulli(a)", "torch.bernoulli(a, 0.3)", "a.bernoulli_()", "a.bernoulli_(0.3)",
                         "a.uniform_()", "a.uniform_(-1, 3)", "a.normal_()", "a.normal_(2, 0.5)", "a.exponential_()",
                         "a.exponential_(2.5)", "torch.normal(a, 2.0)", "torch.normal(1.0, a)",
                         "torch.multinomial(a, 1)", "torch.multinomial(a, 3)", "torch.multinomial(a, 1, True)",
                         "torch.multinomial(a, 20, True)"]:  # fmt: skip
                case(f"{call}/{name}_{size}", call, a)
        case(f"vector/{name}", "torch.multinomial(a, 4)", small[0])
        case(f"vector_replacement/{name}", "torch.multinomial(a, 9, True)", large[0])
        case(f"zeros/{name}", "torch.multinomial(a, 9, True)", torch.tensor([0, 2, 0, 1, 0], dtype=dtype))
        case(f"transposed/{name}", "torch.bernoulli(a.t())", small)
    case("normal/shape", "torch.normal(1.0, 2.0, (3, 5))", small)
    case("bernoulli_/int64", "a.bernoulli_(0.3)", torch.ones(3, 4, dtype=torch.int64))
    case("bernoulli_/probabilities", "a.bernoulli_(torch.tensor([0.1, 0.5, 0.9]))", torch.ones(5, 3))
    file.write(__file__)


if __name__ == "__main__":
    main()
