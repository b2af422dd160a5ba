#!/usr/bin/env python3
"""Compares attention, and the cross entropy of many classes, with PyTorch's.

    bench/compare_large_functions.py BENCH_LARGE_FUNCTIONS [NAME ...]

Prints a line for each NAME of bench/large_functions.cc: milliseconds of Descent and of PyTorch, the least of several
calls, the libraries in turns (twice before and twice after PyTorch's). Attention: forward, and backward, [16, 6, 256, 64]
and [1, 12, 1024, 64]. linear_cross_entropy: forward and backward of 2,048 samples, 256 features and 50,257 classes,
beside PyTorch's cross_entropy(linear(x, weight)), and the memory that Descent's takes beyond its inputs. Needs torch.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # PyTorch's threads do not spin while ours work

import subprocess
import sys
import time

import torch
import torch.nn.functional as F

torch.manual_seed(0)


def milliseconds(step, rounds=15):
    step()
    least = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        step()
        least = min(least, time.perf_counter() - start)
    return 1e3 * least


def attention(shape, causal, dtype):
    q, k, v = (torch.randn(shape, dtype=dtype, requires_grad=True) for _ in range(3))

    def forward():
        return F.scaled_dot_product_attention(q, k, v, is_causal=causal)

    with torch.no_grad():
        forward_time = milliseconds(forward)
    out, gradient = forward(), torch.randn(shape, dtype=dtype)
    backward = milliseconds(lambda: torch.autograd.grad(out, (q, k, v), gradient, retain_graph=True))
    return {"forward": forward_time, "backward": backward}


def linear_cross_entropy():
    x = torch.randn(2048, 256, requires_grad=True)
    weight = (torch.randn(50257, 256) * 0.02).requires_grad_()
    target = torch.randint(50257, (2048,))

    def step():
        x.grad = weight.grad = None
        F.cross_entropy(F.linear(x, weight), target).backward()

    return {"step": milliseconds(step, 4)}


FUNCTIONS = {
    f"{'causal_' if causal else ''}attention_{shape[2]}_{str(dtype).removeprefix('torch.')}":
        lambda shape=shape, causal=causal, dtype=dtype: attention(shape, causal, dtype)
    for dtype in [torch.float32, torch.float64]
    for shape in [(16, 6, 256, 64), (1, 12, 1024, 64)]
    for causal in [False, True]
}  # fmt: skip
FUNCTIONS["linear_cross_entropy"] = linear_cross_entropy


def descent(program, name):
    lines = subprocess.run([program, name], stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return {line.split()[1]: float(line.split()[2]) for line in lines}


def main(program, names):
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    print("| | ours, ms | PyTorch | PyTorch / ours |")
    print("| --- | --- | --- | --- |")
    for name in names or FUNCTIONS:
        ours = [descent(program, name) for _ in range(2)]
        theirs = [FUNCTIONS[name]() for _ in range(2)]
        ours += [descent(program, name) for _ in range(2)]
        for what in theirs[0]:
            least, peer = min(run[what] for run in ours), min(run[what] for run in theirs)
            print(f"| {name} {what} | {least:.2f} | {peer:.2f} | {peer / least:.2f} |", flush=True)
        if "memory" in ours[0]:
            print(f"{name}: {max(run['memory'] for run in ours):.0f} MB beyond its inputs")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
