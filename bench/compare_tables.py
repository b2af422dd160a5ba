#!/usr/bin/env python3
"""Compares reading a CSV file with pandas and pyarrow, each time in a process of its own, in one run.

  bench/make_table.py 1000000 million.csv
  bench/compare_tables.py build/release/bench/bench_table million.csv [ROUNDS]

Seconds on the clock and of the processors, and the most memory (MB): the least of five runs each, taken in turn. What
starting Python and importing takes is within. pandas 3.1.1 and pyarrow 26.0.1.
"""

import os
import sys
import time

PEERS = {
    "pandas, C engine": "import pandas; t = pandas.read_csv(FILE)",
    "pandas, texts as categories": "import pandas; texts = ['t0', 't1', 't2', 't3', 'y']; "
    "t = pandas.read_csv(FILE, dtype=dict.fromkeys(texts, 'category'))",
    "pandas, pyarrow engine": "import pandas; t = pandas.read_csv(FILE, engine='pyarrow')",
    "pyarrow": "import pyarrow.csv; t = pyarrow.csv.read_csv(FILE)",
}


def measure(command, environment):
    begin = time.monotonic()
    child = os.posix_spawn(command[0], command, os.environ | environment,
                           file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])  # fmt: skip
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"{command}: failed")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3


def main():
    program, path = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    commands = {"Descent": ([program, path], {}), "Descent, 1 thread": ([program, path], {"DESCENT_THREADS": "1"})}
    for name, code in PEERS.items():
        commands[name] = ([sys.executable, "-c", code.replace("FILE", repr(path))], {})
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(measure(*command))
    print(f"{os.path.getsize(path) / 1e6:.0f} MB, {os.cpu_count()} processors")
    for name, all_runs in runs.items():
        wall, processor, memory = (min(values) for values in zip(*all_runs))
        print(f"{name:30} {wall:7.2f} s {processor:7.2f} s of processors {memory:7.0f} MB")


main()
