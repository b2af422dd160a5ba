#!/usr/bin/env python3
"""Compares training steps of networks made of layers with PyTorch's.

    bench/compare_layers.py BENCH_LAYERS [NAME ...]

Prints a line for each NAME of bench/layers.cc: milliseconds a step of Descent op by op and as native code, of PyTorch,
eager and by torch.compile, each the least of several rounds, the libraries in turns (two before, two after PyTorch's).
Needs torch.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # PyTorch's threads do not spin while ours work

import subprocess
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)


def milliseconds(step):
    for _ in range(2):
        step()
    start = time.perf_counter()
    step()
    count = max(1, int(0.2 / (time.perf_counter() - start)))
    least = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(count):
            step()
        least = min(least, (time.perf_counter() - start) / count)
    return 1e3 * least


def training(net, loss_of):
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, fused=True)

    def step():
        optimizer.zero_grad()
        loss_of().backward()
        optimizer.step()

    return step


class SequenceClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 128, batch_first=True)
        self.head = nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.lstm(x)[1][0][0])


def lstm(wrap):
    x, y, net = torch.randn(64, 100, 64), torch.randint(10, (64,)), SequenceClassifier()
    return training(net, wrap(lambda: F.cross_entropy(net(x), y)))


def conv_net(wrap):
    net = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                        nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10))  # fmt: skip
    x, y = torch.rand(64, 1, 28, 28), torch.randint(10, (64,))
    return training(net, wrap(lambda: F.cross_entropy(net(x), y)))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(384), nn.LayerNorm(384)
        self.qkv, self.out = nn.Linear(384, 3 * 384), nn.Linear(384, 384)
        self.up, self.down = nn.Linear(384, 4 * 384), nn.Linear(4 * 384, 384)

    def forward(self, x):
        batch, length, _ = x.shape
        q, k, v = self.qkv(self.ln1(x)).reshape(batch, length, 3, 6, 64).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(seen.transpose(1, 2).reshape(batch, length, 384))
        return x + self.down(F.gelu(self.up(self.ln2(x))))


class CharGPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.token_embedding, self.position_embedding = nn.Embedding(65, 384), nn.Embedding(256, 384)
        self.blocks = nn.Sequential(*[Block() for _ in range(6)])
        self.ln, self.head = nn.LayerNorm(384), nn.Linear(384, 65, bias=False)

    def forward(self, tokens):
        x = self.token_embedding(tokens) + self.position_embedding.weight
        return self.head(self.ln(self.blocks(x)))


def char_gpt(wrap):
    x, y, net = torch.randint(65, (16, 256)), torch.randint(65, (16 * 256,)), CharGPT()
    return training(net, wrap(lambda: F.cross_entropy(net(x).reshape(-1, 65), y)))


NETWORKS = {"lstm": lstm, "conv_net": conv_net, "char_gpt": char_gpt}


def descent(program, name):
    lines = subprocess.run([program, name], stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return {line.split()[1]: float(line.split()[2]) for line in lines}


def main(program, names):
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    print("| step | eager, ms | native | PyTorch | compiled | PyTorch's better / ours |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in names or NETWORKS:
        ours = descent(program, name)
        pytorch = milliseconds(NETWORKS[name](lambda f: f))
        compiled = milliseconds(NETWORKS[name](torch.compile))
        again = descent(program, name)
        eager, native = (min(ours[way], again[way]) for way in ["eager", "native"])
        print(f"| {name} | {eager:.2f} | {native:.2f} | {pytorch:.2f} | {compiled:.2f} | "
              f"{min(pytorch, compiled) / min(eager, native):.2f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
