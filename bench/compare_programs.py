#!/usr/bin/env python3
"""Compares steps as programs with the same steps op by op, and with PyTorch's.

    bench/compare_programs.py BENCH_PROGRAMS [NAME ...]

Prints a line for each NAME of bench/programs.cc: nanoseconds a step of Descent op by op, as a program on its kernels, as
native code, and of PyTorch (its fused optimizers where it has them; eager otherwise), each the least of several rounds,
the two libraries in turns; for what is bound by memory, the share of a copy's bandwidth that native code reaches. Needs
torch.
"""

import subprocess
import sys
import time

import torch

torch.manual_seed(0)


def nanoseconds(step):
    for _ in range(3):
        step()
    start = time.perf_counter_ns()
    step()
    count = max(1, int(5e7 / (time.perf_counter_ns() - start)))
    least = float("inf")
    for _ in range(7):
        start = time.perf_counter_ns()
        for _ in range(count):
            step()
        least = min(least, (time.perf_counter_ns() - start) / count)
    return least


def optimizer(kind, **options):
    def make():
        p = torch.randn(20_000_000, requires_grad=True)
        p.grad = torch.randn(20_000_000)
        return kind([p], **options).step

    return make


def listing():
    x = torch.arange(1, 16, dtype=torch.float32).reshape(15, 1)
    y = 1.04 * x - 0.1
    weight, bias = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    sgd = torch.optim.SGD([weight, bias], lr=0.01)

    def step():
        cost = torch.mean((x * weight + bias - y) ** 2)
        sgd.zero_grad()
        cost.backward()
        sgd.step()

    return step


def network(rows, sizes):
    def make():
        layers = []
        for before, after in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
        net = torch.nn.Sequential(*layers[:-1])
        adam = torch.optim.Adam(net.parameters(), fused=True)
        x, y = torch.randn(rows, sizes[0]), torch.randn(rows, sizes[-1])

        def step():
            cost = torch.nn.functional.mse_loss(net(x), y)
            adam.zero_grad()
            cost.backward()
            adam.step()

        return step

    return make


def layer_norm(rows):
    def make():
        x, weight, bias = torch.randn(rows, 1000), torch.ones(1000), torch.zeros(1000)
        f = torch.nn.functional

        @torch.no_grad()
        def step():
            return x + f.gelu(f.layer_norm(x, (1000,), weight, bias))

        return step

    return make


PEERS = {
    "SGD": optimizer(torch.optim.SGD, lr=1e-3, fused=True),
    "SGD_momentum": optimizer(torch.optim.SGD, lr=1e-3, momentum=0.9, fused=True),
    "Adam": optimizer(torch.optim.Adam, fused=True),
    "AdamW": optimizer(torch.optim.AdamW, fused=True),
    "RMSprop": optimizer(torch.optim.RMSprop),
    "NAdam": optimizer(torch.optim.NAdam),
    "Adagrad": optimizer(torch.optim.Adagrad, fused=True),
    "listing_1": listing,
    "8-32-32-1": network(32, (8, 32, 32, 1)),
    "4-32-16-4": network(10_000, (4, 32, 16, 4)),
    "64-256-256-10": network(128, (64, 256, 256, 10)),
    "layer_norm_8MB": layer_norm(1000),
    "layer_norm_200MB": layer_norm(25_000),
}
NAMES = ["SGD", "SGD_momentum", "Adam", "AdamW", "Lion", *list(PEERS)[4:]]


def descent(program, name):
    lines = subprocess.run([program, name], stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    found = {}
    for line in lines:
        _, way, time_taken, nbytes = line.split()
        found[way] = (float(time_taken), float(nbytes))
    return found


def main(program, names):
    copied, nbytes = descent(program, "copy")["eager"]
    bandwidth = nbytes / copied
    print(f"copy: {bandwidth:.1f} GB/s (PyTorch {torch.__version__}, {torch.get_num_threads()} threads)")
    print("| step | op by op, ns | program, ns | native, ns | PyTorch, ns | native/op by op | native/PyTorch | of a copy |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in names or NAMES:
        ours = descent(program, name)
        theirs = nanoseconds(PEERS[name]()) if name in PEERS else None
        again = descent(program, name)
        eager, replayed, native = (min(ours[way][0], again[way][0]) for way in ("eager", "program", "native"))
        nbytes = ours["native"][1]
        peer = (f"{theirs:.0f}", f"{native / theirs:.2f}") if theirs else ("", "")
        share = f"{nbytes / native / bandwidth:.0%}" if nbytes else ""
        print(f"| {name} | {eager:.0f} | {replayed:.0f} | {native:.0f} | {peer[0]} | {native / eager:.2f} | {peer[1]} "
              f"| {share} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
