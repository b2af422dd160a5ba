#!/usr/bin/env python3
"""Writes the files in tests/data/npy, which tests/data/array_file_test.cc reads, and writes alike.

Each holds 0, 1, ... 5 less 2 where its type has a sign (booleans: whether that is not 0), as [2, 3]; NAME.npy for the
ways in which NumPy saves them.

Made with NumPy 2.4.6.
"""

import pathlib

import numpy

folder = pathlib.Path(__file__).parent.parent / "data" / "npy"
folder.mkdir(exist_ok=True)


def write(name, array, version=None):
    with open(folder / f"{name}.npy", "wb") as file:
        numpy.lib.format.write_array(file, array, version)


for dtype in ["|b1", "|u1", "<u2", "<u4", "<u8", "|i1", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8", ">i2", ">u8", ">f4", ">f8"]:
    values = (numpy.arange(6) - (0 if dtype[1] == "u" else 2)).reshape(2, 3).astype(dtype)
    write(f"{'big_' if dtype[0] == '>' else ''}{dtype[1:]}", values)

values = (numpy.arange(6, dtype="<f8") - 2).reshape(2, 3)
write("version_2", values, (2, 0))
write("version_3", values, (3, 0))
write("fortran", numpy.asfortranarray(values))
write("fortran_3d", numpy.asfortranarray(numpy.arange(24).reshape(2, 3, 4)))
write("scalar", numpy.array(-1.5))
write("one_dimension", numpy.array([-1.5, 0.25], "<f4"))
write("empty", numpy.zeros((0, 3), "<f4"))
write("halves", numpy.array([0.1, 65504, 6e-8, 6.1e-5, -numpy.inf, numpy.nan, -0.0], "<f2"))
write("large", numpy.array([2**63], "<u8"))
write("complex", numpy.zeros(1, "<c8"))
write("records", numpy.zeros(1, [("a", "<f4")]))
