#!/usr/bin/env python3
"""Writes dtypes.safetensors and dtypes.txt: small dtypes in PyTorch, converted, promoted and computed. ops.py says what is
in them; here inputs have no gradients.

  float16/bits, bfloat16/bits    what float32 numbers, in0, become

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import itertools

import torch
import torch.nn.functional as F  # noqa: F401

from golden_file import GoldenFile

TYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"]
NUMBERS = [0, 1, 2, 3, -1, -2, 100, 127, -128, 7]
UNARY = ["-a", "torch.abs(a)", "torch.exp(a / 64)", "torch.tanh(a)", "torch.sigmoid(a / 16)", "torch.square(a)", "a.sum()",
         "a.mean(0)", "torch.softmax(a, 0)", "torch.cumsum(a, 0)", "torch.sort(a, stable=True)[0]", "torch.amax(a, 0)",
         "torch.argmax(a)", "torch.prod(a[:3])", "a[a.argsort(stable=True)]", "torch.flip(a, (0,))", "a > 1", "a * 2",
         "a * 2.5", "torch.cat((a, a))", "torch.where(a > 0, a, a * 0)"]  # fmt: skip
BINARY = ["a + b", "a * b", "a - b", "a / b", "a == b", "torch.maximum(a, b)", "torch.minimum(a, b)"]
PRODUCTS = ["a @ b", "F.linear(a, b)", "torch.sum(a, 1)"]


def add(golden, id, code, **inputs):
    golden.add(id, code)
    try:
        out = eval(code, globals(), inputs)
    except RuntimeError:
        del golden.cases[id]
        return
    golden.tensors |= {f"{id}/in{i}": value for i, value in enumerate(inputs.values())}
    golden.tensors[f"{id}/out"] = out


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    generator = torch.Generator().manual_seed(0)
    exponents = torch.randint(-160, 160, (4000,), generator=generator).double()
    spread = (torch.randn(4000, generator=generator, dtype=torch.float64) * 2**exponents).float()
    edges = torch.tensor([0.0, -0.0, float("inf"), -float("inf"), 65504, 65519.996, 65520, 2**-24, 2**-25, 1.5 * 2**-24,
                          2**-14, 1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-8, 1 + 3 * 2**-8, 3.3895e38])  # fmt: skip
    for name, dtype in [("float16", torch.float16), ("bfloat16", torch.bfloat16)]:
        id = f"{name}/bits"
        numbers = torch.cat((spread, edges))
        golden.add(id, f"a.to(torch.{name})")
        golden.tensors |= {f"{id}/in0": numbers, f"{id}/out": numbers.to(dtype)}
    for a, b in itertools.product(TYPES, TYPES):
        values = torch.tensor(NUMBERS, dtype=torch.float64)
        add(golden, f"to/{a}_{b}", f"a.to(torch.{b})", a=values.to(getattr(torch, a)))
    for name in TYPES[1:5] + TYPES[6:8]:
        dtype = getattr(torch, name)
        values = torch.tensor(NUMBERS).to(dtype)
        for i, code in enumerate(UNARY):
            add(golden, f"unary{i}/{name}", code, a=values)
        for other in TYPES:
            for i, code in enumerate(BINARY):
                if code == "a - b" and other == "bool":
                    continue
                b = torch.tensor([1, 2, 3, 1, 5, 6, 7, 1, 9, 10]).to(getattr(torch, other))
                add(golden, f"binary{i}/{name}_{other}", code, a=values, b=b)
        matrix = (torch.arange(12).reshape(3, 4) - 4).to(dtype)
        add(golden, f"product0/{name}", PRODUCTS[0], a=matrix, b=matrix.t())
        add(golden, f"product1/{name}", PRODUCTS[1], a=matrix, b=matrix)
        add(golden, f"product2/{name}", PRODUCTS[2], a=matrix)
    golden.write(__file__)


if __name__ == "__main__":
    main()
