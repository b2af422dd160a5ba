#!/usr/bin/env python3
"""Writes minimize.json: how SciPy's methods do on the problems of Moré, Garbow and Hillstrom (ACM TOMS 7, 1981).

The problems are sums of squares of `residuals`. "problems" has for each, in the paper's order, its name, its residuals
at the start, and its minima: the values of the paper, refined by whatever of the methods came closest.

A method has solved a problem once a value that it evaluated is within 1e-8 + 1e-6 |minimum| of one of the minima.
"methods" has for each method and problem [functions, gradients, Hessian products] that it had evaluated by then, or
null if it never got there. A gradient is counted apart from its function value; for least_squares it is a Jacobian.
Gradients and products are exact, from PyTorch in float64. No method stops early: the tolerances are the tightest that
SciPy takes; the limit is MAX_EVALUATIONS, all kinds together.

"bounded" has the same with start - 1/4 - |start|/4 <= x <= start + 1/2 + |start|/2: in "minima" the lowest value that
the methods of BOUNDED_METHODS found, and the counts of L-BFGS-B alone.

Made with SciPy 1.17.1 and PyTorch 2.13.0.
"""

import json
import math
import pathlib
import warnings

import numpy as np
import scipy.optimize
import torch

torch.set_default_dtype(torch.float64)
MAX_EVALUATIONS = 5_000


def to(n):
    return torch.arange(1, n + 1).double()


def bard(x):
    y = torch.tensor([0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39])
    u = to(15)
    v = 16 - u
    return y - (x[0] + u / (v * x[1] + torch.minimum(u, v) * x[2]))


def gaussian(x):
    half = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521]
    y = torch.tensor(half + [0.3989] + half[::-1])
    t = (8 - to(15)) / 2
    return x[0] * torch.exp(-x[1] * (t - x[2]) ** 2 / 2) - y


def meyer(x):
    y = torch.tensor(
        [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872]
    )
    t = 45 + 5 * to(16)
    return x[0] * torch.exp(x[1] / (t + x[2])) - y


def gulf(x):
    t = to(99) / 100
    y = 25 + (-50 * torch.log(t)) ** (2 / 3)
    return torch.exp(-torch.abs(y - x[1]) ** x[2] / x[0]) - t


def box(x):
    t = 0.1 * to(10)
    return torch.exp(-t * x[0]) - torch.exp(-t * x[1]) - x[2] * (torch.exp(-t) - torch.exp(-10 * t))


def powell_singular(x):
    return torch.stack(
        [x[0] + 10 * x[1], 5**0.5 * (x[2] - x[3]), (x[1] - 2 * x[2]) ** 2, 10**0.5 * (x[0] - x[3]) ** 2]
    )


def wood(x):
    return torch.stack(
        [
            10 * (x[1] - x[0] ** 2),
            1 - x[0],
            90**0.5 * (x[3] - x[2] ** 2),
            1 - x[2],
            10**0.5 * (x[1] + x[3] - 2),
            (x[1] - x[3]) / 10**0.5,
        ]
    )


def kowalik_osborne(x):
    y = torch.tensor([0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246])
    u = torch.tensor([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])
    return y - x[0] * (u**2 + u * x[1]) / (u**2 + u * x[2] + x[3])


def brown_dennis(x):
    t = to(20) / 5
    return (x[0] + t * x[1] - torch.exp(t)) ** 2 + (x[2] + x[3] * torch.sin(t) - torch.cos(t)) ** 2


OSBORNE1 = """.844 .908 .932 .936 .925 .908 .881 .850 .818 .784 .751 .718 .685 .658 .628 .603 .580 .558 .538 .522 .506
.490 .478 .467 .457 .448 .438 .431 .424 .420 .414 .411 .406"""
OSBORNE2 = """1.366 1.191 1.112 1.013 .991 .885 .831 .847 .786 .725 .746 .679 .608 .655 .616 .606 .602 .626 .651 .724
.649 .649 .694 .644 .624 .661 .612 .558 .533 .495 .500 .423 .395 .375 .372 .391 .396 .405 .428 .429 .523 .562 .607 .653
.672 .708 .633 .668 .645 .632 .591 .559 .597 .625 .739 .710 .729 .720 .636 .581 .428 .292 .162 .098 .054"""


def osborne1(x):
    y = torch.tensor([float(v) for v in OSBORNE1.split()])
    t = 10 * (to(33) - 1)
    return y - (x[0] + x[1] * torch.exp(-t * x[3]) + x[2] * torch.exp(-t * x[4]))


def osborne2(x):
    y = torch.tensor([float(v) for v in OSBORNE2.split()])
    t = (to(65) - 1) / 10
    return y - (
        x[0] * torch.exp(-t * x[4])
        + x[1] * torch.exp(-((t - x[8]) ** 2) * x[5])
        + x[2] * torch.exp(-((t - x[9]) ** 2) * x[6])
        + x[3] * torch.exp(-((t - x[10]) ** 2) * x[7])
    )


def biggs(x):
    t = 0.1 * to(13)
    y = torch.exp(-t) - 5 * torch.exp(-10 * t) + 3 * torch.exp(-4 * t)
    return x[2] * torch.exp(-t * x[0]) - x[3] * torch.exp(-t * x[1]) + x[5] * torch.exp(-t * x[4]) - y


def watson(x):
    residuals = []
    for i in range(1, 30):
        t = i / 29
        slope = sum(j * x[j] * t ** (j - 1) for j in range(1, len(x)))
        value = sum(x[j] * t**j for j in range(len(x)))
        residuals.append(slope - value**2 - 1)
    return torch.stack(residuals + [x[0], x[1] - x[0] ** 2 - 1])


def extended_rosenbrock(x):
    return torch.cat([10 * (x[1::2] - x[0::2] ** 2), 1 - x[0::2]])


def extended_powell_singular(x):
    return powell_singular(x.reshape(-1, 4).T).flatten()


def penalty1(x):
    return torch.cat([1e-5**0.5 * (x - 1), ((x**2).sum() - 0.25).reshape(1)])


def penalty2(x):
    a = 1e-5**0.5
    n = len(x)
    y = [math.exp(i / 10) + math.exp((i - 1) / 10) for i in range(n + 1)]
    residuals = [x[0] - 0.2]
    residuals += [a * (torch.exp(x[i] / 10) + torch.exp(x[i - 1] / 10) - y[i + 1]) for i in range(1, n)]
    residuals += [a * (torch.exp(x[i] / 10) - math.exp(-0.1)) for i in range(1, n)]
    residuals += [sum((n - j) * x[j] ** 2 for j in range(n)) - 1]
    return torch.stack(residuals)


def variably_dimensioned(x):
    s = (to(len(x)) * (x - 1)).sum().reshape(1)
    return torch.cat([x - 1, s, s**2])


def trigonometric(x):
    return len(x) - torch.cos(x).sum() + to(len(x)) * (1 - torch.cos(x)) - torch.sin(x)


def brown_almost_linear(x):
    return torch.cat([x[:-1] + x.sum() - (len(x) + 1), (x.prod() - 1).reshape(1)])


def padded(x):
    zero = torch.zeros(1)
    return torch.cat([zero, x[:-1]]), torch.cat([x[1:], zero])


def discrete_boundary_value(x):
    h = 1 / (len(x) + 1)
    left, right = padded(x)
    return 2 * x - left - right + h**2 * (x + h * to(len(x)) + 1) ** 3 / 2


def discrete_integral_equation(x):
    n = len(x)
    h = 1 / (n + 1)
    t = [h * (i + 1) for i in range(n)]
    cubes = [(x[i] + t[i] + 1) ** 3 for i in range(n)]
    return torch.stack(
        [
            x[i]
            + h
            / 2
            * (
                (1 - t[i]) * sum(t[j] * cubes[j] for j in range(i + 1))
                + t[i] * sum((1 - t[j]) * cubes[j] for j in range(i + 1, n))
            )
            for i in range(n)
        ]
    )


def broyden_tridiagonal(x):
    left, right = padded(x)
    return (3 - 2 * x) * x - left - 2 * right + 1


def broyden_banded(x):
    n = len(x)
    residuals = []
    for i in range(n):
        near = [j for j in range(max(0, i - 5), min(n - 1, i + 1) + 1) if j != i]
        residuals.append(x[i] * (2 + 5 * x[i] ** 2) + 1 - sum(x[j] * (1 + x[j]) for j in near))
    return torch.stack(residuals)


def linear_full_rank(x, m=20):
    return torch.cat([x, torch.zeros(m - len(x))]) - 2 / m * x.sum() - 1


def linear_rank1(x, m=20):
    return to(m) * (to(len(x)) * x).sum() - 1


def linear_rank1_zeros(x, m=20):
    factor = to(m) - 1
    factor[-1] = 0
    return factor * (to(len(x)) * x)[1:-1].sum() - 1


def chebyquad(x):
    y = 2 * x - 1
    before, now = torch.ones_like(y), y
    residuals = []
    for i in range(1, len(x) + 1):
        residuals.append(now.mean() + (1 / (i**2 - 1) if i % 2 == 0 else 0))
        before, now = now, 2 * y * now - before
    return torch.stack(residuals)


def helical_valley(x):
    angle = torch.atan(x[1] / x[0]) / (2 * math.pi) + (0.5 if x[0] < 0 else 0)
    return torch.stack([10 * (x[2] - 10 * angle), 10 * ((x[0] ** 2 + x[1] ** 2) ** 0.5 - 1), x[2]])


T10 = np.arange(1, 11) / 11
# Name, start, residuals, minima.
PROBLEMS = [
    ("Rosenbrock", [-1.2, 1], lambda x: torch.stack([10 * (x[1] - x[0] ** 2), 1 - x[0]]), [0]),
    (
        "Freudenstein and Roth",
        [0.5, -2],
        lambda x: torch.stack(
            [-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1], -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]]
        ),
        [0, 48.9842],
    ),
    (
        "Powell badly scaled",
        [0, 1],
        lambda x: torch.stack([1e4 * x[0] * x[1] - 1, torch.exp(-x[0]) + torch.exp(-x[1]) - 1.0001]),
        [0],
    ),
    ("Brown badly scaled", [1, 1], lambda x: torch.stack([x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2]), [0]),
    ("Beale", [1, 1], lambda x: torch.tensor([1.5, 2.25, 2.625]) - x[0] * (1 - x[1] ** to(3)), [0]),
    (
        "Jennrich and Sampson",
        [0.3, 0.4],
        lambda x: 2 + 2 * to(10) - (torch.exp(to(10) * x[0]) + torch.exp(to(10) * x[1])),
        [124.362],
    ),
    ("helical valley", [-1, 0, 0], helical_valley, [0]),
    ("Bard", [1, 1, 1], bard, [8.21487e-3, 17.4286]),
    ("Gaussian", [0.4, 1, 0], gaussian, [1.12793e-8]),
    ("Meyer", [0.02, 4000, 250], meyer, [87.9458]),
    ("Gulf", [5, 2.5, 0.15], gulf, [0]),
    ("Box three-dimensional", [0, 10, 20], box, [0]),
    ("Powell singular", [3, -1, 0, 1], powell_singular, [0]),
    ("Wood", [-3, -1, -3, -1], wood, [0]),
    ("Kowalik and Osborne", [0.25, 0.39, 0.415, 0.39], kowalik_osborne, [3.07505e-4, 1.02734e-3]),
    ("Brown and Dennis", [25, 5, -5, -1], brown_dennis, [85822.2]),
    ("Osborne 1", [0.5, 1.5, -1, 0.01, 0.02], osborne1, [5.46489e-5]),
    ("Biggs EXP6", [1, 2, 1, 1, 1, 1], biggs, [0, 5.65565e-3]),
    ("Osborne 2", [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5], osborne2, [4.01377e-2]),
    ("Watson", [0] * 6, watson, [2.28767e-3]),
    ("extended Rosenbrock", [-1.2, 1] * 5, extended_rosenbrock, [0]),
    ("extended Powell singular", [3, -1, 0, 1] * 3, extended_powell_singular, [0]),
    ("penalty I", np.arange(1, 11), penalty1, [7.08765e-5]),
    ("penalty II", [0.5] * 10, penalty2, [2.93660e-4]),
    ("variably dimensioned", 1 - np.arange(1, 11) / 10, variably_dimensioned, [0]),
    ("trigonometric", [0.1] * 10, trigonometric, [0, 2.79506e-5]),
    ("Brown almost-linear", [0.5] * 10, brown_almost_linear, [0, 1]),
    ("discrete boundary value", T10 * (T10 - 1), discrete_boundary_value, [0]),
    ("discrete integral equation", T10 * (T10 - 1), discrete_integral_equation, [0]),
    ("Broyden tridiagonal", [-1] * 10, broyden_tridiagonal, [0]),
    ("Broyden banded", [-1] * 10, broyden_banded, [0]),
    ("linear, full rank", [1] * 10, linear_full_rank, [10]),
    ("linear, rank 1", [1] * 10, linear_rank1, [190 / 41]),
    ("linear, rank 1 with zero columns and rows", [1] * 10, linear_rank1_zeros, [454 / 74]),
    ("Chebyquad", np.arange(1, 9) / 9, chebyquad, [3.51687e-3]),
]


class TooMany(Exception):
    pass


class Counted:
    """Residuals, the sum of their squares and its derivatives, counted."""

    def __init__(self, residuals):
        self.of = residuals
        self.counts = [0, 0, 0]
        self.improvements = []  # (value, counts) whenever there is a new least value

    def residuals(self, x):
        if sum(self.counts) >= MAX_EVALUATIONS:
            raise TooMany
        self.counts[0] += 1
        r = self.of(torch.tensor(x)).numpy()
        value = float(r @ r)
        if not self.improvements or value < self.improvements[-1][0]:
            self.improvements.append((value, list(self.counts)))
        return r

    def value(self, x):
        r = self.residuals(x)
        return float(r @ r)

    def differentiate(self, x, **options):
        x = torch.tensor(x, requires_grad=True)
        return x, torch.autograd.grad((self.of(x) ** 2).sum(), x, **options)[0]

    def gradient(self, x):
        self.counts[1] += 1
        return self.differentiate(x)[1].numpy()

    def jacobian(self, x):
        self.counts[1] += 1
        return torch.autograd.functional.jacobian(self.of, torch.tensor(x)).numpy()

    def hessian_product(self, x, v):
        self.counts[2] += 1
        x, gradient = self.differentiate(x, create_graph=True)
        return torch.autograd.grad(gradient, x, torch.tensor(v))[0].numpy()


def minimize(method, **options):
    def run(counted, x, **bounds):
        products = {"hessp": counted.hessian_product} if method.startswith(("Newton", "trust")) else {}
        scipy.optimize.minimize(
            counted.value,
            x,
            jac=counted.gradient,
            method=method,
            options={"maxiter": MAX_EVALUATIONS} | options,
            **products,
            **bounds,
        )

    return run


def least_squares(method):
    tolerances = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15, "max_nfev": MAX_EVALUATIONS}

    def run(counted, x, **bounds):
        scipy.optimize.least_squares(counted.residuals, x, counted.jacobian, method=method, **tolerances, **bounds)

    return run


METHODS = {
    "CG": minimize("CG", gtol=1e-9),
    "BFGS": minimize("BFGS", gtol=1e-9),
    "L-BFGS-B": minimize("L-BFGS-B", gtol=1e-9, ftol=0, maxfun=MAX_EVALUATIONS),
    "Newton-CG": minimize("Newton-CG", xtol=1e-15),
    "trust-ncg": minimize("trust-ncg", gtol=1e-9),
    "trust-krylov": minimize("trust-krylov", gtol=1e-9),
    "least_squares lm": least_squares("lm"),
    "least_squares trf": least_squares("trf"),
}
BOUNDED_METHODS = {
    "L-BFGS-B": METHODS["L-BFGS-B"],
    "TNC": minimize("TNC", gtol=1e-9, ftol=0, xtol=0, maxfun=MAX_EVALUATIONS),
    "SLSQP": minimize("SLSQP", ftol=1e-15),
    "least_squares trf": METHODS["least_squares trf"],
}


def improvements_of(method, residuals, start, **bounds):
    counted = Counted(residuals)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            method(counted, np.array(start, dtype=float), **bounds)
    except TooMany:
        pass
    except ValueError as error:
        print(f"  {error}")
    return counted.improvements


def counts_when_solved(improvements, minima):
    for value, counts in improvements:
        if any(abs(value - m) <= 1e-8 + 1e-6 * abs(m) for m in minima):
            return counts
    return None


def bounded_problems():
    minima, counts = [], []
    for _, start, residuals, _ in PROBLEMS:
        x = np.array(start, dtype=float)
        bounds = scipy.optimize.Bounds(x - 0.25 - abs(x) / 4, x + 0.5 + abs(x) / 2)
        runs = {name: improvements_of(method, residuals, x, bounds=bounds) for name, method in BOUNDED_METHODS.items()}
        minima.append(min(run[-1][0] for run in runs.values()))
        counts.append(counts_when_solved(runs["L-BFGS-B"], minima[-1:]))
    return {"minima": minima, "L-BFGS-B": counts}


def main():
    problems, methods = [], {method: [] for method in METHODS}
    for name, start, residuals, minima in PROBLEMS:
        runs = {name: improvements_of(method, residuals, start) for name, method in METHODS.items()}
        values = [value for run in runs.values() for value, _ in run]
        minima = [min((v for v in values if abs(v - m) <= 1e-5 * m), default=m) for m in minima]
        start_residuals = residuals(torch.tensor(start, dtype=torch.float64)).tolist()
        problems.append({"name": name, "residuals": start_residuals, "minima": minima})
        for method, run in runs.items():
            methods[method].append(counts_when_solved(run, minima))
        print(name, minima, [counts[-1] and sum(counts[-1]) for counts in methods.values()], flush=True)
    for method, counts in methods.items():
        solved = [c for c in counts if c]
        print(f"{method}: {len(solved)} solved, {sum(map(sum, solved))} evaluations")
    bounded = bounded_problems()
    print(f"bounded L-BFGS-B: {len([c for c in bounded['L-BFGS-B'] if c])} solved")
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"problems": problems, "methods": methods, "bounded": bounded}) + "\n")


if __name__ == "__main__":
    main()
