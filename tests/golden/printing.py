#!/usr/bin/env python3
"""Writes printing.json: what PyTorch prints for a tensor or a parameter.

A list of {id, dtype, shape, values (flat), requires_grad, parameter, text}. Values that JSON has no number for are the
strings "nan", "inf" and "-inf"; all others are decimal: the nearest double, rounded to the dtype, is the value. text is
str(x), or where parameter is true str(torch.nn.Parameter(x, requires_grad)).

Made with PyTorch 2.13.0.
"""

import json
import math
import pathlib

import torch

float32, float64, int64, boolean = torch.float32, torch.float64, torch.int64, torch.bool
inf, nan = math.inf, math.nan


def number(value, dtype):
    if dtype == boolean or dtype == int64:
        return value
    if not math.isfinite(value):
        return str(value)
    if dtype == float32:
        # The shortest decimal with the same float32.
        shortest = next(s for digits in range(1, 10) if float(torch.tensor(float(s := f"{value:.{digits}g}"))) == value)
        return float(shortest)
    return value


def record(id, x, requires_grad=False, parameter=False):
    if parameter:
        shown = torch.nn.Parameter(x, requires_grad=requires_grad)
    else:
        shown = x.clone().requires_grad_(requires_grad)
    return {
        "id": id,
        "dtype": str(x.dtype).removeprefix("torch."),
        "shape": list(x.shape),
        "values": [number(value, x.dtype) for value in x.flatten().tolist()],
        "requires_grad": requires_grad,
        "parameter": parameter,
        "text": str(shown),
    }


# id: the values of a float32 tensor.
FLOATS = {
    "zero": 0.0,
    "minus_zero": -0.0,
    "one": 1.0,
    "third": 1 / 3,
    "minus_third": -1 / 3,
    "large": 123456789.0,
    "hundred_million": 1e8,
    "above_hundred_million": 100000008.0,
    "ten_thousandth": 1e-4,
    "below_ten_thousandth": 9.9e-5,
    "tiny": 1e-30,
    "denormal": 1.4e-45,
    "largest": 3.4028235e38,
    "nan": nan,
    "inf": inf,
    "minus_inf": -inf,
    "integral": [1.0, 2.0, 3.0],
    "integral_widths": [1.0, -20.0, 300.0],
    "integral_ratio_1000": [1.0, 1000.0],
    "integral_ratio_above_1000": [1.0, 1001.0],
    "integral_large": [1e8, 1.5e8],
    "integral_at_limit": [1e6, 1e8],
    "one_not_integral": [1.0, 2.5, 3.0],
    "ratio_1000": [0.5, 500.0],
    "ratio_above_1000": [0.5, 500.5],
    "ratio_negative": [-0.5, 600.0, 2.0],
    "mixed_signs": [1.5, -2.25, 10.125],
    "four_digits": [0.12345, 0.99995, 0.99994],
    "half_to_even": [0.03125, 0.00390625, 0.000244140625 * 3],
    "rounds_up_width": [9.99999, 1.0],
    "zeros": [0.0, 0.0],
    "zeros_and_minus_zero": [0.0, -0.0, 0.0],
    "zero_and_small": [0.0, 1e-5],
    "zero_and_fraction": [0.0, 0.5],
    "zero_and_integral": [0.0, -3.0],
    "minus_zero_and_fraction": [-0.0, 0.5],
    "small_negative": [-0.00011, 0.1],
    "nan_and_integral": [1.0, nan, 2.0],
    "inf_and_integral": [1.0, inf, -inf],
    "nan_and_fraction": [0.5, nan, -inf, inf],
    "nan_and_scientific": [1e-10, nan, -inf, 1.0],
    "not_finite": [nan, inf, -inf],
    "not_finite_and_zero": [nan, 0.0, -inf],
    "scientific": [1e-8, 1.0, -1e10],
    "scientific_integral": [1.0, 20000.0, -3e9],
    "scientific_small": [1e-5, 2e-5],
    "scientific_exponents": [1e-38, 1e38, 1.0],
    "matrix": [[1.0, 2.0], [3.0, 4.0]],
    "matrix_fractions": [[0.1, -0.2], [10.5, 4.0]],
    "matrix_scientific": [[1e-6, -2.0], [10.5, 4.0]],
    "matrix_nan": [[1.0, nan], [-inf, 4.0]],
    "one_by_one": [[5.0]],
}

INTEGERS = {
    "zero_dim": 7,
    "negative": -7,
    "vector": [1, 2, 3],
    "widths": [1, -20, 300],
    "huge": [2**63 - 1, -(2**63), 0],
    "matrix": [[1, -2], [30, 4]],
    "one": [5],
}


def shapes(generator):
    """Longer and deeper ones: lines broken at 80 columns, blank lines between matrices, long tensors summarised."""
    for size in [18, 19, 20, 25, 26, 40, 999, 1000, 1001, 1200]:
        yield f"arange_{size}", torch.arange(size)
        yield f"arange_{size}_float32", torch.arange(size, dtype=float32) % 100
    for size in [7, 8, 9, 10, 11, 20]:
        yield f"fractions_{size}", torch.randint(-4000, 4000, (size,), generator=generator) / 128
        yield f"scientific_{size}", (torch.rand(size, generator=generator) - 0.5) ** 5 * 1e4
    yield "bools_30", torch.arange(30) % 3 == 0
    for shape in [
        (1, 3),
        (3, 1),
        (2, 25),
        (2, 3, 4),
        (1, 1, 1),
        (2, 1, 3),
        (2, 2, 2, 2),
        (1, 1, 1, 1, 2),
        (2, 1, 1, 2, 1),
    ]:
        name = "x".join(map(str, shape))
        yield f"integers_{name}", torch.randint(-50, 51, shape, generator=generator)
        yield f"floats_{name}", torch.randint(-400, 400, shape, generator=generator) / 64
    for shape in [
        (40, 30),
        (1001, 1),
        (1, 1001),
        (3, 400),
        (400, 3),
        (6, 200),
        (7, 200),
        (8, 8, 20),
        (2, 3, 200),
        (4, 4, 4, 20),
    ]:
        name = "x".join(map(str, shape))
        count = math.prod(shape)
        yield f"summarised_{name}", torch.arange(count).reshape(shape)
        yield f"summarised_floats_{name}", (torch.arange(count) % 64 / 8).reshape(shape)
    # Only what is shown decides on the format.
    hidden = torch.ones(1001)
    hidden[500] = 1e-9
    yield "summarised_hidden_small", hidden
    shown = torch.ones(1001)
    shown[1000] = 1e-9
    yield "summarised_shown_small", shown
    yield "summarised_bools", torch.arange(1100) % 7 == 0
    for shape in [(0,), (0, 3), (3, 0), (2, 0, 4), (0, 0)]:
        for dtype in [float32, float64, int64, boolean]:
            yield (
                f"empty_{'x'.join(map(str, shape))}_{str(dtype).removeprefix('torch.')}",
                torch.zeros(shape, dtype=dtype),
            )


def drawn(generator):
    """Random shapes, dtypes and magnitudes."""
    for i in range(80):
        rank = int(torch.randint(0, 4, (), generator=generator))
        shape = torch.randint(1, 6, (rank,), generator=generator).tolist()
        values = torch.randn(shape, generator=generator, dtype=float64)
        values = values * 10 ** float(torch.randint(-6, 9, (), generator=generator))
        if i % 4 == 1:
            values = values * 10 ** torch.randint(-2, 3, shape, generator=generator)
        if i % 5 == 2:
            values = values.round()
        if i % 7 == 3:
            values = torch.where(torch.rand(shape, generator=generator) < 0.2, nan, values)
        yield f"drawn_{i}", values.to(int64) if i % 11 == 5 else values.to(float64 if i % 3 == 0 else float32)


def records():
    generator = torch.Generator().manual_seed(0)
    for id, values in FLOATS.items():
        yield record(f"float32_{id}", torch.tensor(values, dtype=float32))
        yield record(f"float64_{id}", torch.tensor(values, dtype=float64))
    for id, values in INTEGERS.items():
        yield record(f"int64_{id}", torch.tensor(values))
    yield record("float64_huge", torch.tensor([1e300, 1e-300, -1e200], dtype=float64))
    yield record("float64_exponent_widths", torch.tensor([1e100, 1.0, 1e-5], dtype=float64))
    for id, values in [
        ("zero_dim", True),
        ("vector", [True, False]),
        ("matrix", [[False, True], [True, True]]),
        ("all", [True] * 3),
    ]:
        yield record(f"bool_{id}", torch.tensor(values))
    for id, x in [*shapes(generator), *drawn(generator)]:
        yield record(id, x)
    # Suffixes that stay on the line, and those that begin one of their own (indented as the numbers are).
    for id, x in [
        ("zero_dim", torch.tensor(0.5)),
        ("vector", torch.tensor([0.5, 1.0])),
        ("matrix", torch.tensor([[0.5, 1.0], [2.0, 3.0]])),
        ("float64", torch.tensor([0.5, 1.0], dtype=float64)),
        ("empty", torch.zeros(0, 3)),
        ("full_line", torch.arange(12) / 8),
        ("full_line_float64", torch.arange(6, dtype=float64) / 8),
        ("summarised", torch.zeros(1001)),
        ("long_float64", torch.arange(20, dtype=float64) / 8),
    ]:
        yield record(f"requires_grad_{id}", x, requires_grad=True)
        yield record(f"parameter_{id}", x, requires_grad=True, parameter=True)
        yield record(f"frozen_parameter_{id}", x, parameter=True)
    for size in range(4, 12):
        yield record(f"float64_fractions_{size}", torch.arange(size, dtype=float64) / 8)
        yield record(f"float64_requires_grad_{size}", torch.arange(size, dtype=float64) / 8, requires_grad=True)
        yield record(f"float32_requires_grad_{size}", torch.arange(size) / 8, requires_grad=True)


def main():
    rows = list(records())
    assert len({row["id"] for row in rows}) == len(rows)
    lines = ",\n".join(json.dumps(row, separators=(",", ":"), allow_nan=False) for row in rows)
    pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(rows)} tensors")


if __name__ == "__main__":
    main()
