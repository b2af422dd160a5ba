#!/usr/bin/env python3
"""Prints src/kernels/formulas/tables.h: each number of doubles computed to 60 digits and rounded once, the polynomials
of floats fitted, a coefficient at a time, each rounded before the next. Needs numpy.

    bench/make_tables.py | clang-format-14 --style=file --assume-filename=src/kernels/formulas/tables.h
"""
import decimal
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np

decimal.getcontext().prec = 60
COUNT = 16


def rounded(number):
    """The nearest double, and the double nearest to what that lacks."""
    high = float(number)
    return high, float(number - Decimal(high))


def hexadecimal(number):
    return "0x0.0p+0" if number == 0 else number.hex()


def hexadecimal_float(number):
    digits, exponent = hexadecimal(number).split("p")
    return f"{digits.rstrip('0').rstrip('.')}p{exponent}F"


def table(comment, name, numbers):
    print(f"/// {comment}\ninline constexpr double {name}[] = {{{', '.join(map(hexadecimal, numbers))}}};\n")


def normal_tail(a):
    return np.array([math.erfc(x / math.sqrt(2)) / 2 for x in np.atleast_1d(a)])


def bits(number):
    return int(np.float32(number).view(np.uint32))


def float_of_bits(number):
    return float(np.uint32(number).view(np.float32))


def piece_of_normal_tail(k, width=1 / 2.8, degree=8):
    """c near k * width, and the coefficients of a polynomial in a - c that is Phi(-a) where a / width rounds to k, but
    for the last, which is the lower half of the one before, as the upper half of a float: what that adds to this, the
    others make good.

    c is where Phi(-c) is nearly a float, so that the first coefficient is right to 2^-33. All others come from least
    squares of the relative error over the nodes of Chebyshev, which is near the smallest largest error.
    """
    grid = 2.0**-18
    c = (round(k * width / grid) + np.arange(-4000, 4001) if k else np.zeros(1)) * grid
    value = normal_tail(c)
    best = np.argmin(abs(value.astype(np.float32) / value - 1))
    c, known = c[best], {0: float(np.float32(value[best]))}
    low, high = max(0, k - 0.5) * width - c, (k + 0.5) * width - c
    nodes = (low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(400) + 0.5) / 400)
    wanted = normal_tail(c + nodes)

    def fitted(power):
        missing = 1 - sum(factor * nodes**i for i, factor in known.items()) / wanted
        free = [i for i in range(degree + 1) if i not in known]
        columns = np.stack([nodes**i / wanted for i in free], axis=1)
        sizes = abs(columns).max(axis=0)
        return (np.linalg.lstsq(columns / sizes, missing, rcond=None)[0] / sizes)[free.index(power)]

    half = (bits(fitted(degree)) + 0x8000) >> 16
    known[degree] = float_of_bits(half << 16)
    wish = fitted(degree - 1)
    packed = [float_of_bits(((bits(wish) >> 16) + more << 16) | half) for more in (-1, 0, 1)]
    known[degree - 1] = min(packed, key=lambda number: abs(number - wish))
    for power in range(1, degree - 1):
        known[power] = float(np.float32(fitted(power)))
    return [c, *(known[power] for power in range(degree))]


def main():
    roots = [rounded(Decimal(2) ** (Decimal(k) / COUNT)) for k in range(COUNT)]
    middles = [1 / (1 + Fraction(2 * k + 1, 2 * COUNT)) for k in range(COUNT)]
    inverses = [1.0, *map(float, middles[1:-1]), 0.5]
    step = Decimal(2) ** -42
    exact = [-Decimal(c).ln() for c in inverses]
    logs = [float((number / step).to_integral_value() * step) for number in exact]
    lows = [float(number - Decimal(high)) for number, high in zip(exact, logs)]

    print("// Tables that formulas look numbers up in; bench/make_tables.py prints them.\n#pragma once\n")
    print("namespace descent::kernels {\n")
    table("2^(k / 16).", "kRootsOfTwo", [high for high, _ in roots])
    table("What kRootsOfTwo lacks.", "kRootsOfTwoLow", [low for _, low in roots])
    table("c, near 1 / x for the x between 1 + k / 16 and 1 + (k + 1) / 16: 1 and 1/2 at the ends, the middle elsewhere.",
          "kInverses", inverses)
    table("-log(c), a multiple of 2^-42.", "kLogs", logs)
    table("What kLogs lacks.", "kLogsLow", lows)
    print("/// Phi(-a), Phi the normal distribution function, for the a from 0 to 5.5 where 2.8 a rounds to k: in column k c, and "
          "below\n/// it the coefficients of the powers of a - c, the constant first; that of the eighth is the lower half of that of the "
          "seventh,\n/// as the upper half of a float.\n"
          f"inline constexpr float kNormalTail[9][{COUNT}] = {{")
    for row in zip(*map(piece_of_normal_tail, range(COUNT))):
        print(f"{{{', '.join(map(hexadecimal_float, map(float, row)))}}},")
    print("};\n")
    print("}  // namespace descent::kernels")


if __name__ == "__main__":
    main()
