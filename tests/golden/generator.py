#!/usr/bin/env python3
"""Writes generator.json: what PyTorch's CPU generator gives, for tests/core/generator_test.cc to compare bit for bit.

Made with PyTorch 2.13.0+cpu, whose float32 normals are the same bits with ATEN_CPU_CAPABILITY=avx2 and avx512, and
others with `default`, which this script refuses. float64 normals depend on the C library too (here glibc 2.36).

A case is a seed and the calls made after it. Of what a call gives the file holds the first and last four values and a
fingerprint of all bits: h = 0; for each value, h = h * 0x100000001b3 + mix(its bits), modulo 2^64, where
mix(b) = m ^ m >> 32 with m = b * 0x9e3779b97f4a7c15.
"""
import json
import math
import pathlib
import random

import numpy
import torch

SIZES = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 31, 32, 33, 63, 64, 65, 100, 623, 624, 625, 1000, 1001, 4099]
LARGE = [32768 + 5, (1 << 20) + 7]
SEEDS = [0, 1, 42, 2147483647, (1 << 32) + 5, 67280421310721, (1 << 64) - 1]
BOUND = 1 / math.sqrt(3)
REALS = ["float32", "float64"]


def fingerprint(array):
    bits = array.view(f"u{array.itemsize}").astype(numpy.uint64)
    mixed = bits * numpy.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> numpy.uint64(32)
    weights = numpy.full(len(bits), 0x100000001B3, numpy.uint64)
    weights[:1] = 1
    return int((numpy.cumprod(weights)[::-1] * mixed).sum(dtype=numpy.uint64)) if len(bits) else 0


def draw(name, size, arguments, dtype):
    if name in ("rand", "randn"):
        return getattr(torch, name)(size, dtype=dtype)
    if name in ("uniform_", "normal_", "bernoulli_"):
        return getattr(torch.empty(size, dtype=dtype), name)(*arguments)
    if name == "dropout":
        return torch.nn.functional.dropout(torch.ones(size, dtype=dtype), *arguments)
    if name == "randint":
        return torch.randint(*arguments, (size,))
    return torch.randperm(size)


def call(name, size=0, arguments=(), dtype="int64"):
    record = {"call": name, "dtype": dtype, "size": size, "arguments": list(arguments)}
    if name == "manual_seed":
        torch.manual_seed(*arguments)
        return record
    values = draw(name, size, arguments, getattr(torch, dtype)).numpy()
    return record | {"first": values[:4].tolist(), "last": values[-4:].tolist(), "fingerprint": fingerprint(values)}


def case(seed, calls):
    torch.manual_seed(seed)
    return {"seed": seed, "calls": [call(*arguments) for arguments in calls]}


def kinds():
    """Every kind of call, to be made at every size."""
    for dtype in REALS:
        yield "rand", (), dtype
        yield "randn", (), dtype
        for bounds in [(-BOUND, BOUND), (-0.1, 0.7), (1e-3, 3.3e4), (0, 3), (5, 5), (1, 1 + 2**-22), (1, 1 + 2**-51)]:
            yield "uniform_", bounds, dtype
        for moments in [(0, 0.02), (0.1, math.sqrt(2 / 3)), (-1e3, 1e-4), (2, 0)]:
            yield "normal_", moments, dtype
        for p in [0, 0.1, 0.5, 1]:
            yield "bernoulli_", (p,), dtype
        yield "dropout", (0.3,), dtype
    whole = 1 << 63
    for low, high in [(0, 1), (0, 10), (-5, 1 << 20), (0, (1 << 28) - 1), (0, 1 << 28), (0, 1 << 32), (-(1 << 40), 7),
                      (-whole, whole - 1)]:
        yield "randint", (low, high), "int64"
    yield "randperm", (), "int64"


def main():
    assert torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512")
    cases = []
    for size in SIZES + LARGE:
        for name, arguments, dtype in kinds():
            if size in LARGE and name not in ("rand", "randn", "randperm") and arguments not in [(-BOUND, BOUND), (0, 10)]:
                continue
            cases.append(case(SEEDS[len(cases) % len(SEEDS)], [(name, size, arguments, dtype)]))
    # The sample kept from a pair of normals passes between dtypes and calls, and only a new seed drops it.
    choice = random.Random(0)
    options = list(kinds())
    for seed in range(60):
        calls = []
        for _ in range(10):
            if choice.random() < 0.1:
                calls.append(("manual_seed", 0, (choice.randrange(1 << 64),)))
                continue
            name, arguments, dtype = choice.choice(options)
            if choice.random() < 0.5:
                name, arguments, dtype = "randn", (), choice.choice(REALS)
            calls.append((name, choice.choice(SIZES[:12] + [700]), arguments, dtype))
        cases.append(case(seed, calls))
    document = {"made_with": f"PyTorch {torch.__version__}", "cases": cases}
    lines = json.dumps(document, separators=(",", ":")).replace('{"seed"', '\n{"seed"')
    pathlib.Path(__file__).with_suffix(".json").write_text(lines + "\n")


if __name__ == "__main__":
    main()
