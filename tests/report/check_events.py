"""Reads what `descent train --log` wrote by TensorBoard's own reader, and compares it with the CSV files and the model.

  check_events.py DESCENT DATA.csv TARGET

Needs what stands in requirements.txt; exits with 77 where it is not installed.
"""

import csv
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

try:
    import numpy
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError as error:
    print(f"left out: {error}; pip install -r {pathlib.Path(__file__).with_name('requirements.txt')}")
    sys.exit(77)

TAGS = {"loss/training": "loss", "loss/held-out": "held_out_loss", "rate": "lr", "gradient norm": "gradient_norm",
        "metrics/accuracy": "accuracy", "metrics/f1_macro": "f1_macro"}  # fmt: skip


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def weights_of(path):
    """The float32 tensors of a safetensors file."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name != "__metadata__":
            assert entry["dtype"] == "F32", entry
            begin, end = (8 + size + offset for offset in entry["data_offsets"])
            yield name, numpy.frombuffer(data[begin:end], numpy.float32).astype(numpy.float64)


def main():
    descent, table, target = (pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = [descent, "train", table, "--target", target, "--epochs", "7", "--seed", "3", "--log", "log", "--quiet"]
        subprocess.run([*command, "--out", "m.safetensors"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        everything = dict.fromkeys(["scalars", "histograms", "tensors"], 0)
        events = EventAccumulator(str(folder / "log"), size_guidance=everything).Reload()

        epochs, steps = rows_of(folder / "log/epochs.csv"), rows_of(folder / "log/steps.csv")
        assert len(epochs) == 7 and len(steps) > 7, (len(epochs), len(steps))
        assert set(events.Tags()["scalars"]) == {*TAGS, "steps/loss", "steps/rate"}, events.Tags()
        for tag, column in TAGS.items():
            got = [(event.step, numpy.float32(event.value)) for event in events.Scalars(tag)]
            assert got == [(int(row["epoch"]), numpy.float32(row[column])) for row in epochs], (tag, got)
        for tag, column in {"steps/loss": "loss", "steps/rate": "lr"}.items():
            got = [(event.step, numpy.float32(event.value)) for event in events.Scalars(tag)]
            wanted = [(int(row["first_step"]) + int(row["steps"]) - 1, numpy.float32(row[column])) for row in steps]
            assert got == wanted, (tag, got)

        weights = {"weights/" + name: values for name, values in weights_of(folder / "m.safetensors")}
        histograms = {tag for tag in events.Tags()["histograms"]}
        assert histograms and histograms == weights.keys(), (histograms, weights.keys())
        for tag in histograms:
            *earlier, event = events.Histograms(tag)
            assert [each.step for each in earlier] == list(range(7)), earlier
            got, wanted = event.histogram_value, weights[tag]
            assert event.step == 7
            assert (got.min, got.max, got.num) == (wanted.min(), wanted.max(), wanted.size), tag
            assert numpy.isclose(got.sum, wanted.sum()) and numpy.isclose(got.sum_squares, (wanted**2).sum()), tag
            # A bucket holds what is above the limit before it, and up to its own.
            places = numpy.searchsorted(got.bucket_limit[:-1], wanted, side="left")
            counts = numpy.bincount(places, minlength=len(got.bucket_limit))
            assert got.bucket == list(counts), (tag, got.bucket, counts)

        (text,) = events.Tensors("configuration")
        (value,) = text.tensor_proto.string_val
        assert "| seed | 3 |" in value.decode() and "| loss | cross_entropy |" in value.decode(), value

        lines = [json.loads(line) for line in (folder / "log/history.jsonl").read_text().splitlines()]
        assert len(lines) == len(epochs) + len(steps)
        assert lines[6]["metrics"]["accuracy"] == float(epochs[6]["accuracy"])
    print("ok")


main()
