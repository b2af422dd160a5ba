#!/usr/bin/env python3
"""Classifies texts with `descent train` and with fastText, in one run: accuracy on rows held out, and seconds.

  bench/compare_fasttext.py build/release/apps/cli/descent FOLDER [SPLITS]

Needs fasttext-numpy2 0.10.4, and pip and apt-get to fetch the texts to FOLDER, unless they are there:

- movies, 10,605: snippets of film reviews, positive or negative by the mean of 20 people's ratings (vaderSentiment 3.3.2,
  additional_resources; MIT licence; Hutto and Gilbert, 2014);
- nouns, 82,115: definitions of WordNet 3.0, and which of 26 kinds the noun is of (Debian's wordnet-base; WordNet licence).

fastText is given words as Descent splits them, in small letters, which serves it better than the raw texts. Descent's
seconds are those of the whole command, with reading, measuring and saving; fastText's those of train_supervised. Means of
SPLITS (3) divisions, four fifths to train.
"""

import csv
import json
import pathlib
import random
import re
import subprocess
import sys
import tarfile
import time

FASTTEXT = {
    "fastText, defaults": {},
    "fastText, pairs of words": {"wordNgrams": 2, "lr": 0.5},
    "fastText, the same, 25 epochs": {"wordNgrams": 2, "lr": 0.5, "epoch": 25},
}
TRAIN = """
import fasttext, json, sys, time
begin = time.monotonic()
model = fasttext.train_supervised(input=sys.argv[1], verbose=0, thread=int(sys.argv[2]), **json.loads(sys.argv[3]))
seconds = time.monotonic() - begin
_, accuracy, _ = model.test(sys.argv[4])
print(json.dumps({"accuracy": accuracy, "seconds": seconds}))
"""


def movies(folder):
    source = folder / "vaderSentiment-3.3.2.tar.gz"
    if not source.exists():
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
                        "vaderSentiment==3.3.2", "--dest", folder], check=True)  # fmt: skip
    with tarfile.open(source) as outer:
        inner = outer.extractfile("vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz")
        with tarfile.open(fileobj=inner) as texts:
            lines = texts.extractfile("hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt").read().decode("latin1")
    for line in lines.splitlines():
        _, rating, text = line.split("\t", 2)
        yield "positive" if float(rating) > 0 else "negative", text.strip()


def nouns(folder):
    if not list(folder.glob("wordnet-base*.deb")):
        subprocess.run(["apt-get", "download", "wordnet-base"], cwd=folder, check=True)
    package = next(folder.glob("wordnet-base*.deb"))
    contents = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, capture_output=True).stdout
    data = subprocess.run(["tar", "-xO", "./usr/share/wordnet/data.noun"], input=contents, check=True,
                          capture_output=True).stdout.decode()  # fmt: skip
    for line in data.splitlines():
        if line.startswith("  "):  # the licence
            continue
        head, gloss = line.split(" | ", 1)
        yield "kind " + head.split()[1], re.split('; "', gloss)[0].strip()


def split_words(text):
    return re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", text.lower())


def write(rows, path):
    with open(path.with_suffix(".csv"), "w", newline="") as file:
        csv.writer(file).writerows([("label", "text"), *rows])
    with open(path.with_suffix(".txt"), "w") as file:
        file.writelines(f"__label__{label.replace(' ', '_')} {' '.join(split_words(text))}\n" for label, text in rows)


def descent(program, folder, options=()):
    begin = time.monotonic()
    output = subprocess.run([program, "train", folder / "train.csv", "--target", "label", "--test", folder / "test.csv",
                             "--out", folder / "model", "--json", "--quiet", *options], check=True, capture_output=True)  # fmt: skip
    return json.loads(output.stdout)["accuracy"], time.monotonic() - begin


def fasttext(folder, threads, options):
    output = subprocess.run([sys.executable, "-c", TRAIN, folder / "train.txt", str(threads), json.dumps(options),
                             folder / "test.txt"], capture_output=True)  # fmt: skip
    if output.returncode:  # its threads may spoil each other's weights: "Encountered NaN"
        return None
    result = json.loads(output.stdout)
    return result["accuracy"], result["seconds"]


def main():
    program, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    splits = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    folder.mkdir(exist_ok=True)
    for name, read in {"movies": movies, "nouns": nouns}.items():
        rows = list(read(folder))
        runs = {}
        for split in range(splits):
            random.Random(split).shuffle(rows)
            count = len(rows) * 8 // 10
            write(rows[:count], folder / "train")
            write(rows[count:], folder / "test")
            runs.setdefault("Descent", []).append(descent(program, folder))
            runs.setdefault("Descent, 1 thread", []).append(descent(program, folder, ["--threads", "1"]))
            for title, options in FASTTEXT.items():
                for threads in (1, 2):
                    runs.setdefault(f"{title}, threads: {threads}", []).append(fasttext(folder, threads, options))
        print(f"{name}: {len(rows):,} texts")
        for title, of_splits in runs.items():
            done = [run for run in of_splits if run]
            failed = f", {len(of_splits) - len(done)} failed" if len(done) < len(of_splits) else ""
            if done:
                accuracy, seconds = (sum(values) / len(done) for values in zip(*done))
                print(f"  {title:42} {100 * accuracy:6.2f} % {seconds:7.2f} s{failed}", flush=True)
            else:
                print(f"  {title:42} failed", flush=True)


main()
