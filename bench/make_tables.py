#!/usr/bin/env python3
"""Prints src/kernels/formulas/tables.h: each number to 60 digits, rounded once.

    bench/make_tables.py | clang-format-14 --style=file --assume-filename=src/kernels/formulas/tables.h
"""
import decimal
from decimal import Decimal
from fractions import Fraction

decimal.getcontext().prec = 60
COUNT = 16


def rounded(number):
    """The nearest double, and the double nearest to what that lacks."""
    high = float(number)
    return high, float(number - Decimal(high))


def hexadecimal(number):
    return "0x0.0p+0" if number == 0 else number.hex()


def table(comment, name, numbers):
    print(f"/// {comment}\ninline constexpr double {name}[] = {{{', '.join(map(hexadecimal, numbers))}}};\n")


def main():
    roots = [rounded(Decimal(2) ** (Decimal(k) / COUNT)) for k in range(COUNT)]
    middles = [1 / (1 + Fraction(2 * k + 1, 2 * COUNT)) for k in range(COUNT)]
    inverses = [1.0, *map(float, middles[1:-1]), 0.5]
    step = Decimal(2) ** -42
    exact = [-Decimal(c).ln() for c in inverses]
    logs = [float((number / step).to_integral_value() * step) for number in exact]
    lows = [float(number - Decimal(high)) for number, high in zip(exact, logs)]

    print("// Tables that the formulas of doubles look numbers up in; bench/make_tables.py prints them.\n#pragma once\n")
    print("namespace descent::kernels {\n")
    table("2^(k / 16).", "kRootsOfTwo", [high for high, _ in roots])
    table("What kRootsOfTwo lacks.", "kRootsOfTwoLow", [low for _, low in roots])
    table("c, near 1 / x for the x between 1 + k / 16 and 1 + (k + 1) / 16: 1 and 1/2 at the ends, the middle elsewhere.",
          "kInverses", inverses)
    table("-log(c), a multiple of 2^-42.", "kLogs", logs)
    table("What kLogs lacks.", "kLogsLow", lows)
    print("}  // namespace descent::kernels")


if __name__ == "__main__":
    main()
