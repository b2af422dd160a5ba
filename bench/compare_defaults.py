#!/usr/bin/env python3
"""Compares `descent train` without options with scikit-learn's models at their defaults, on the tables of examples/data.

    bench/compare_defaults.py DESCENT [--splits N] [NAME ...]

For each of N splits (default 5; 80 % to train, 20 % to score, stratified by class) both sides get the same rows:
Descent as CSV files, the training file with `--holdout 0` and the split's number as `--seed`; scikit-learn as arrays,
numbers standardised and texts one-hot encoded by the training rows. Scored are accuracy and R^2. Prints the table of
docs/defaults.md. Needs scikit-learn.
"""

import argparse
import csv
import gzip
import json
import pathlib
import subprocess
import tempfile
import time
import warnings

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

DATA = pathlib.Path(__file__).resolve().parent.parent / "examples" / "data"
TABLES = [  # name, file, target, whether it is a class
    ("iris", "iris.csv", "species", True),
    ("wine", "wine.csv", "class", True),
    ("breast cancer", "breast_cancer.csv", "diagnosis", True),
    ("digits", "digits.csv", "digit", True),
    ("diabetes", "diabetes.csv", "progression", False),
    ("letters", "letter_recognition.csv.gz", "lettr", True),
    ("diamonds", "diamonds.csv.gz", "price", False),
]


def read(file):
    opener = gzip.open if file.endswith(".gz") else open
    with opener(DATA / file, "rt", newline="") as stream:
        header, *rows = csv.reader(stream)
    return header, rows


def is_number(values):
    try:
        np.array(values, dtype=float)
        return True
    except ValueError:
        return False


def score_sklearn(header, rows, target, is_class, train, test):
    """The scores of the linear model and of the network."""
    names = [name for name in header if name != target]
    columns = {name: [row[header.index(name)] for row in rows] for name in header}
    numeric = [i for i, name in enumerate(names) if is_number(columns[name])]
    texts = [i for i in range(len(names)) if i not in numeric]
    x = np.array([[float(v) if i in numeric else v for v in columns[name]] for i, name in enumerate(names)], dtype=object).T
    y = np.array(columns[target]) if is_class else np.array(columns[target], dtype=float)
    models = (LogisticRegression(), MLPClassifier(random_state=0)) if is_class else (Ridge(), MLPRegressor(random_state=0))
    scores = []
    for model in models:
        encode = make_column_transformer((StandardScaler(), numeric), (OneHotEncoder(handle_unknown="ignore"), texts))
        pipeline = make_pipeline(encode, model).fit(x[train], y[train])
        scores.append(pipeline.score(x[test], y[test]))
    return scores


def score_descent(binary, folder, header, rows, target, is_class, train, test, seed):
    """The score, and the seconds that the command took."""
    for name, part in ("train", train), ("test", test):
        with open(folder / f"{name}.csv", "w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            writer.writerows(rows[i] for i in part)
    start = time.monotonic()
    command = [binary, "train", folder / "train.csv", "--target", target, "--holdout", "0", "--seed", str(seed)]
    subprocess.run([*command, "--out", folder / "model.safetensors", "--json"], check=True, capture_output=True)
    seconds = time.monotonic() - start
    command = [binary, "evaluate", folder / "model.safetensors", folder / "test.csv", "--json"]
    metrics = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return metrics["accuracy" if is_class else "r2"], seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("descent", help="the built command")
    parser.add_argument("names", nargs="*", help="of tables, default all")
    parser.add_argument("--splits", type=int, default=5)
    arguments = parser.parse_intermixed_args()
    warnings.filterwarnings("ignore", category=ConvergenceWarning)

    print("| Table | Rows | Score | scikit-learn linear | scikit-learn MLP | Descent | Descent - better | Seconds |")
    print("|---|---:|---|---:|---:|---:|---:|---:|")
    for name, file, target, is_class in TABLES:
        if arguments.names and name not in arguments.names:
            continue
        header, rows = read(file)
        labels = [row[header.index(target)] for row in rows] if is_class else None
        results = []
        for split in range(arguments.splits):
            train, test = train_test_split(np.arange(len(rows)), test_size=0.2, random_state=split, stratify=labels)
            with tempfile.TemporaryDirectory() as folder:
                ours = score_descent(arguments.descent, pathlib.Path(folder), header, rows, target, is_class, train, test, split)
            results.append([*score_sklearn(header, rows, target, is_class, train, test), *ours])
        linear, mlp, descent, seconds = np.mean(results, axis=0)
        score = "accuracy" if is_class else "R^2"
        print(f"| {name} | {len(rows):,} | {score} | {linear:.4f} | {mlp:.4f} | {descent:.4f} |"
              f" {descent - max(linear, mlp):+.4f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
