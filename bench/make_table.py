#!/usr/bin/env python3
"""Writes a table to read: bench/make_table.py ROWS FILE.csv

Fifty columns: 40 of numbers (normal, of 6 to 10 digits), 5 of whole numbers, 4 of texts of 3 to 5,000 kinds, and a
target of two classes. A million rows are 480 MB. The same bytes every time.
"""

import random
import sys

rows, path = int(sys.argv[1]), sys.argv[2]
draw = random.Random(1)
# A pool of cells to draw from: what takes the time is then the writing.
pools = [[f"{draw.gauss(0, 10 ** (column % 3)):.{5 + column % 4}f}" for _ in range(4096)] for column in range(40)]
pools += [[str(draw.randrange(10 ** (2 + column))) for _ in range(4096)] for column in range(5)]
pools += [[f"kind {draw.randrange(kinds)}" for _ in range(4096)] for kinds in (3, 50, 1000, 5000)]
pools += [["no", "yes"]]
header = [f"x{i}" for i in range(40)] + [f"n{i}" for i in range(5)] + [f"t{i}" for i in range(4)] + ["y"]
with open(path, "w") as file:
    file.write(",".join(header) + "\n")
    for begin in range(0, rows, 10_000):
        count = min(10_000, rows - begin)
        columns = [draw.choices(pool, k=count) for pool in pools]
        file.writelines(",".join(row) + "\n" for row in zip(*columns))
