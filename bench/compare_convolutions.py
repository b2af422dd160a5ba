#!/usr/bin/env python3
"""Compares convolutions with PyTorch's, whose are oneDNN's.

    bench/compare_convolutions.py BENCH_CONVOLUTION [ROUNDS]

Prints a line for each name of bench/convolution.cc: microseconds of Descent and of PyTorch, forward and forward with
gradients, and their ratio; of "network" a training step. It is the processor's time, of as many threads as
DESCENT_THREADS says (1); they take turns, and each figure is the least of all rounds (3). Needs torch.
"""

import os
import subprocess
import sys
import time

THREADS = os.environ.setdefault("DESCENT_THREADS", "1")
os.environ["OMP_WAIT_POLICY"] = "passive"

import torch  # noqa: E402 (it reads the policy when it is loaded)
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(int(THREADS))

# Input, weight, options, and whether it is the first layer.
CASES = {
    "1-32_3x3_28": ((64, 1, 28, 28), (32, 1, 3, 3), {}, True),
    "32-64_3x3_26": ((64, 32, 26, 26), (64, 32, 3, 3), {}, False),
    "32-64_3x3_26_padded": ((64, 32, 26, 26), (64, 32, 3, 3), {"padding": 1}, False),
    "64-64_3x3_56": ((16, 64, 56, 56), (64, 64, 3, 3), {"padding": 1}, False),
    "3-64_7x7_224_stride_2": ((8, 3, 224, 224), (64, 3, 7, 7), {"stride": 2, "padding": 3}, True),
    "256-64_1x1_14": ((32, 256, 14, 14), (64, 256, 1, 1), {}, False),
    "128_depthwise_3x3_28": ((16, 128, 28, 28), (128, 1, 3, 3), {"padding": 1, "groups": 128}, False),
    "64-64_3_512": ((16, 64, 512), (64, 64, 3), {"padding": 1}, False),
}


def nanoseconds(step):
    for _ in range(4):
        step()
    start = time.process_time_ns()
    step()
    count = min(max(1, int(3e7 / max(1, time.process_time_ns() - start))), 1000)
    least = float("inf")
    for _ in range(7):
        start = time.process_time_ns()
        for _ in range(count):
            step()
        least = min(least, (time.process_time_ns() - start) / count)
    return least


def steps(name):
    """What is timed, by its name in the output of the benchmark."""
    if name == "network":
        return {"both": network_step()}
    shape, weight, options, is_first = CASES[name]
    convolve = F.conv1d if len(shape) == 3 else F.conv2d
    x, w, b = torch.randn(shape), torch.randn(weight), torch.randn(weight[0])

    @torch.no_grad()
    def forward():
        return convolve(x, w, b, **options)

    cotangent = torch.randn_like(forward())
    leaves = [t.clone().requires_grad_() for t in (w, b, x)]
    leaf_x = x if is_first else leaves[2]

    def both():
        y = convolve(leaf_x, leaves[0], leaves[1], **options)
        torch.autograd.grad(y, leaves[:2] if is_first else leaves, cotangent)

    return {"forward": forward, "both": both}


def network_step():
    net = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10))  # fmt: skip
    sgd = torch.optim.SGD(net.parameters(), lr=0.01)
    x, target = torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,))

    def step():
        sgd.zero_grad()
        F.cross_entropy(net(x), target).backward()
        sgd.step()

    return step


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for name in [*CASES, "network"]:
        peers = steps(name)
        ours = {what: float("inf") for what in peers}
        theirs = dict(ours)
        for _ in range(rounds):
            for line in subprocess.run([program, name], capture_output=True, text=True, check=True).stdout.splitlines():
                _, what, time_taken = line.split()
                ours[what] = min(ours[what], float(time_taken))
            for what, step in peers.items():
                theirs[what] = min(theirs[what], nanoseconds(step))
        for what in peers:
            print(f"{name} {what}: {ours[what] / 1e3:.0f} us, PyTorch {theirs[what] / 1e3:.0f} us, "
                  f"ours takes {ours[what] / theirs[what]:.2f} of it", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
