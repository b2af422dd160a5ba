#!/usr/bin/env python3
"""Writes data.json: the orders, splits and padded sequences of torch.utils.data, for tests/data to compare.

Made with PyTorch 2.13.0.
"""

import json
import pathlib

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils import data


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def weights(count):
    return [(7 * i % 11) / 4 for i in range(count)]


def sampler(name, size, generator, samples=None, replacement=False):
    if name == "random":
        return data.RandomSampler(range(size), replacement, samples, generator)
    if name == "weighted":
        return data.WeightedRandomSampler(weights(size), samples, replacement, generator)
    return data.SequentialSampler(range(size))


def drawn():
    cases = [("random", 10, None, False), ("random", 10, 4, False), ("random", 10, 25, False), ("random", 10, 20, False),
             ("random", 10, 10, True), ("random", 7, 40, True), ("random", 300, 64, True), ("random", 1, None, False),
             ("weighted", 10, 30, True), ("weighted", 10, 1, True), ("weighted", 10, 1, False), ("weighted", 10, 9, False),
             ("weighted", 400, 100, False), ("weighted", 400, 100, True)]  # fmt: skip
    for name, size, samples, replacement in cases:
        generator = seeded(3)
        orders = [list(sampler(name, size, generator, samples, replacement)) for _ in range(2)]
        yield {"sampler": name, "size": size, "samples": samples or size, "replacement": replacement, "orders": orders}


def loaded():
    cases = [("sequential", 10, None, False, 4, False), ("random", 10, None, False, 4, False),
             ("random", 10, None, False, 4, True), ("random", 10, 25, False, 6, True),
             ("weighted", 10, 7, True, 3, False)]  # fmt: skip
    for name, size, samples, replacement, batch_size, drop_last in cases:
        generator = seeded(5)
        loader = data.DataLoader(torch.arange(size), batch_size, sampler=sampler(name, size, generator, samples, replacement),
                                 drop_last=drop_last, generator=generator)  # fmt: skip
        epochs = [[batch.tolist() for batch in loader] for _ in range(3)]
        yield {"sampler": name, "size": size, "samples": samples or size, "replacement": replacement,
               "batch_size": batch_size, "drop_last": drop_last, "batches": len(loader), "epochs": epochs}  # fmt: skip


def split():
    for size, lengths in [(10, [6, 4]), (10, [0, 10]), (11, [0.5, 0.5]), (17, [0.25, 0.25, 0.5]), (10, [0.7, 0.2, 0.1]),
                          (3, [0.9, 0.1])]:  # fmt: skip
        parts = data.random_split(range(size), lengths, seeded(8))
        yield {"size": size, "lengths": lengths, "parts": [list(part) for part in parts]}


def padded():
    for sizes in [[(3,), (1,), (0,)], [(2, 2), (4, 2)], [(2, 1), (2, 1)], [(1,)]]:
        sequences = [torch.arange(1, 1 + torch.Size(size).numel()).reshape(size) * (i + 1) for i, size in enumerate(sizes)]
        for batch_first in (False, True):
            for side in ("right", "left"):
                result = pad_sequence(sequences, batch_first, -1, side)
                yield {"sizes": sizes, "batch_first": batch_first, "side": side, "shape": list(result.shape),
                       "values": result.flatten().tolist()}  # fmt: skip


sections = {"samplers": list(drawn()), "loaders": list(loaded()), "splits": list(split()), "padded": list(padded())}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("{\n" + ",\n".join(
    f'"{name}": [\n' + ",\n".join(map(json.dumps, records)) + "\n]" for name, records in sections.items()) + "\n}\n")  # fmt: skip
