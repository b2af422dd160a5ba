"""Checks written.safetensors with Python's safetensors, and writes upstream.safetensors if it is not there.

safetensors_format_test.cc checks that Descent writes the first file byte for byte and reads the second.
Runs from any folder; needs numpy and safetensors.
"""

import pathlib

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent
expected = {
    "layer.weight": numpy.array([[1.5, -2, 3], [0.1, 5, 6]], numpy.float32),
    "mask": numpy.array([True, False, True]),
    "bias": numpy.array([1e-300]),
    "empty": numpy.zeros((0, 4), numpy.float32),
    "steps": numpy.array(-7, numpy.int64),
}
metadata = {"format": "pt", "note": 'line\n"quoted" €'}

with safe_open(folder / "written.safetensors", "numpy") as file:
    assert file.metadata() == metadata, file.metadata()
    assert set(file.keys()) == set(expected), file.keys()
    for name, value in expected.items():
        got = file.get_tensor(name)
        assert got.dtype == value.dtype and got.shape == value.shape and (got == value).all(), (name, got)

# The order of the metadata changes from run to run.
if not (folder / "upstream.safetensors").exists():
    save_file(expected, folder / "upstream.safetensors", metadata)
print("ok")
