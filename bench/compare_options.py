#!/usr/bin/env python3
"""Compares ways to call `descent train` with each other, on the tables of compare_defaults.py.

    bench/compare_options.py [--splits N] [--metrics NAME,...] [--tables NAME,...] "DESCENT" "DESCENT --ensemble 4" ...

Each way is a built command and options. All get the same rows of each split; scored are the rows set aside. Prints a row a
table and way: the metrics' means (default: accuracy or r2, log_loss and expected_calibration_error of classes, rmse of
quantities) and the seconds that training took.
"""

import argparse
import json
import pathlib
import shlex
import subprocess
import tempfile
import time

import numpy as np
from compare_defaults import PUBLIC, TABLES, read
from sklearn.model_selection import train_test_split

OF_CLASSES = ["accuracy", "log_loss", "expected_calibration_error"]
OF_QUANTITIES = ["r2", "rmse"]


def score(way, folder, target, is_class, seed, metrics):
    binary, *options = shlex.split(way)
    options += [] if is_class or "--loss" in options else ["--loss", "mse"]
    model = folder / "model.safetensors"
    start = time.monotonic()
    command = [binary, "train", folder / "train.csv", "--target", target, "--holdout", "0", "--seed", str(seed)]
    subprocess.run([*command, *options, "--out", model, "--json"], check=True, capture_output=True)
    seconds = time.monotonic() - start
    command = [binary, "evaluate", model, folder / "test.csv", "--json"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return [*(found[name] for name in metrics), seconds]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="+", help="a command and options")
    parser.add_argument("--splits", type=int, default=3)
    parser.add_argument("--metrics", help="of the JSON that evaluate prints")
    parser.add_argument("--tables", help="names, default all of twenty public ones")
    arguments = parser.parse_args()
    names = arguments.tables.split(",") if arguments.tables else [table[0] for table in PUBLIC]

    for name, where, target, is_class, *left_out in TABLES + PUBLIC:
        if name not in names:
            continue
        metrics = arguments.metrics.split(",") if arguments.metrics else OF_CLASSES if is_class else OF_QUANTITIES
        table = read(name, where, target, is_class, *left_out)
        labels = table[target] if is_class else None
        results = [[] for _ in arguments.ways]
        for split in range(arguments.splits):
            train, test = train_test_split(np.arange(len(table)), test_size=0.2, random_state=split, stratify=labels)
            with tempfile.TemporaryDirectory() as path:
                folder = pathlib.Path(path)
                for part, rows in ("train", train), ("test", test):
                    table.iloc[rows].to_csv(folder / f"{part}.csv", index=False)
                for way, found in zip(arguments.ways, results):
                    found.append(score(way, folder, target, is_class, split, metrics))
        for way, found in zip(arguments.ways, results):
            means = zip([*metrics, "seconds"], np.mean(found, axis=0))
            print(f"{name:16} {way:40}", *(f"{metric} {mean:.4f}" for metric, mean in means), flush=True)


if __name__ == "__main__":
    main()
