"""A peer's side of the ladder: answers bench/ladder/run as main.cc does, from rungs that are Python functions.

A rung is a function that prepares the work and returns `way(function, its inputs...)`; the way makes of it what is
called. Names are those of the C++ files.
"""

import sys
import time

RUNGS = {}  # name: the function that makes it


def rung(name):
    def remember(make):
        assert name not in RUNGS, name
        RUNGS[name] = make
        return make

    return remember


def seconds(call, calls):
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return time.perf_counter() - start


def serve(ways, seed):
    """`ways`: name to what is handed to a rung's function, which returns None where the rung has no such way, a call,
    or a call and how many steps it takes."""
    call, steps, a_second = None, 1, 1.0
    for line in sys.stdin:
        request, *words = line.split()
        if request == "prepare":
            way, name = words[0], " ".join(words[1:])
            call, steps = None, 1
            try:
                seed()
                made = RUNGS[name](ways[way]) if name in RUNGS else None
                if made is None:
                    print("none", flush=True)
                    continue
                call, steps = made if isinstance(made, tuple) else (made, 1)
                for _ in range(3):
                    call()
                calls, taken = 1, seconds(call, 1)
                while taken < 0.01:
                    calls *= 2
                    taken = seconds(call, calls)
                a_second = calls / taken
                print("ready", flush=True)
            except Exception as error:  # the peer's failure is its result
                print("failed:", str(error).split("\n")[0], flush=True)
        elif request == "time":
            calls = max(1, int(a_second * float(words[0])))
            print(1e9 * seconds(call, calls) / calls / steps, flush=True)
        elif request == "rungs":
            print("\n".join(RUNGS), end="\n\n", flush=True)
