#!/usr/bin/env python3
"""Compares batches with PyTorch's DataLoader, and byte pairs with tiktoken and Hugging Face's trainer, in one run.

  bench/compare_data.py build/release/bench/bench_data loader
  bench/compare_data.py build/release/bench/bench_data tokenizer TEXT

Seconds of processor time, of one thread: for an epoch of 20,000 rows; for a text. The first takes PyTorch 2.13, the
second tiktoken 0.14.0 and tokenizers 0.23.3.
"""

import json
import os
import subprocess
import sys
import tempfile
import time


def fastest(f, times=3):
    seconds = []
    for _ in range(times):
        begin = time.process_time()
        f()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def ours(*arguments):
    output = subprocess.run([sys.argv[1], *arguments], check=True, capture_output=True, text=True).stdout
    return {name: float(seconds) for name, seconds in (line.split("\t") for line in output.splitlines())}


def compare(name, here, there, other):
    print(f"{name:24} {here:10.4f} {there:10.4f} of {other}: {there / here:.1f} times as fast")


def loader():
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    measured = ours("loader")
    torch.set_num_threads(1)
    rows = TensorDataset(torch.randn(20_000, 784), torch.randint(10, (20_000,)))
    for size in (32, 256):
        batches = DataLoader(rows, size, shuffle=True)
        there = fastest(lambda: [None for _ in batches])
        for kind in ("Batches", "rows at once", "one by one"):
            compare(f"{kind} {size}", measured[f"{kind} {size}"], there, "DataLoader")


def tokenizer(path):
    import tiktoken
    from tokenizers import ByteLevelBPETokenizer

    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    with open(path, newline="") as file:
        text = file.read()
    with tempfile.TemporaryDirectory() as folder:
        measured = ours("tokenizer", path, folder)
        with open(f"{folder}/vocab.json") as file:
            vocab = json.load(file)
    trained = ByteLevelBPETokenizer()
    there = fastest(lambda: trained.train_from_iterator([text], 32_000, 2, show_progress=False), times=1)
    compare("train", measured["train"], there, "tokenizers")
    print("the same vocabulary:", trained.get_vocab() == vocab)

    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in visible]
    byte_of = {chr(byte): byte for byte in visible} | {chr(256 + i): byte for i, byte in enumerate(others)}
    ranks = {bytes(byte_of[c] for c in token): number for token, number in vocab.items()}
    encoding = tiktoken.Encoding("same", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    tokens = encoding.encode_ordinary(text)
    print("as many tokens:", len(tokens) == measured["tokens"])
    lines = [line + "\n" for line in text.split("\n")]
    for name, f in [("encode", lambda: encoding.encode_ordinary(text)),
                    ("encode by line", lambda: [encoding.encode_ordinary(line) for line in lines]),
                    ("decode", lambda: encoding.decode_bytes(tokens))]:  # fmt: skip
        compare(name, measured[name], fastest(f), "tiktoken")
    print(f"{len(text.encode()) / 1e6 / measured['encode']:.1f} MB/s")


os.environ |= {"RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_WAIT_POLICY": "passive"}
loader() if sys.argv[2] == "loader" else tokenizer(sys.argv[3])
