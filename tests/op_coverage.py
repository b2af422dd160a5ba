#!/usr/bin/env python3
"""Holds the tests to the list of ops: each op is met by those that compare gradients, golden values and bits, or stands
below with the reason. Usage: op_coverage.py FOLDER_OF_TEST_PROGRAMS"""
import os
import subprocess
import sys
import tempfile

# What each kind of test is, as programs and the names of their cases.
KINDS = {
    "gradients": [("ops", "*gradient*"), ("autograd", "*"), ("functional", "*gradient*"),
                  ("loss", "*gradient*,*CTC*,*ctc*"), ("nn", "*gradient*"), ("linear_algebra", "*gradient*")],
    "golden values": [("ops", "*PyTorch gives*"), ("functional", "*PyTorch gives*"), ("loss", "*golden*,*PyTorch*"),
                      ("nn", "*PyTorch*,*golden*"), ("core", "*PyTorch*,*golden*"), ("linear_algebra", "*"),
                      ("distributions", "*PyTorch gives*")],
    "the same bits": [("ops", "*the same bits*,print fingerprints"), ("functional", "*bits*"), ("loss", "*bits*"),
                      ("linear_algebra", "*bits*"), ("distributions", "*bits*,print fingerprints")],
}
# What is not covered, and why.
BY_EIGEN = "Eigen computes it on one thread, with the instructions that it was compiled with"
ONE_THREAD = "one thread computes it, by the C library"
EXCEPT = {
    "gradients": {},
    "golden values": {
        "cbrt": "PyTorch has none; tests/kernels compares it with the C library's",
        "randint": "tests/core/generator_test.cc compares the fill that it calls",
        "randperm": "tests/core/generator_test.cc compares the fill that it calls",
    },
    "the same bits": {
        "ctc_loss": ONE_THREAD, "ctc_slope": ONE_THREAD, "ctc_sums": ONE_THREAD,
        **dict.fromkeys(["cholesky", "cofactor", "det", "eigh", "lstsq", "lu", "matrix_exp", "pinv", "qr", "slogdet", "solve",
                         "solve_triangular", "svd"], BY_EIGEN),
    },
}


def met(programs):
    """For each op, whether it is differentiable, and the most that was seen of it."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for program, cases in programs:
            path = os.path.join(folder, program)
            # Where somebody watches, nothing is compiled.
            subprocess.run([os.path.join(sys.argv[1], f"tests_{program}"), f"--test-case={cases}", "--no-skip",
                            "--test-case-exclude=*compiled*,*checkpoint*"],
                           env={**os.environ, "DESCENT_OPS_MET": path}, stdout=subprocess.DEVNULL, check=True)
            with open(path) as lines:
                for line in lines:
                    name, kind, seen = line.strip().rsplit(" ", 2)
                    before = found.get(name, (kind, "unmet"))[1]
                    found[name] = (kind, min(seen, before, key=["recorded", "applied", "unmet"].index))
    return found


status = 0
for test, programs in KINDS.items():
    ops = met(programs)
    for name, (kind, seen) in sorted(ops.items()):
        covered = seen == "recorded" if test == "gradients" and kind == "differentiable" else seen != "unmet"
        if test == "gradients" and kind == "plain":
            continue
        if covered == (name in EXCEPT[test]):
            print(f"{name}: " + ("is covered by, but excepted from, " if covered else "is not covered by ") + test)
            status = 1
    print(f"{test}: {len(ops)} ops, {len(EXCEPT[test])} excepted")
sys.exit(status)
