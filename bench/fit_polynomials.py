#!/usr/bin/env python3
"""Fits the polynomials of src/kernels/formulas/ and prints them as they stand there. Needs mpmath and numpy.

A minimax polynomial (Remez exchange, in high precision) is rounded to float or double, and its coefficients are then
walked by units in the last place while the largest error falls. The error is relative to the whole function that the
polynomial is a part of; its binary logarithm is printed beside the name, before and after the rounding.

    fit_polynomials.py [NAME...]
"""
import itertools
import math
import sys

import mpmath as mp
import numpy as np

mp.mp.dps = 50
TINY = mp.mpf("1e-9")


def nodes(a, b, count):
    return [(a + b) / 2 + (b - a) / 2 * mp.cos(mp.pi * (count - i) / count) for i in range(count + 1)]


def remez(f, scale, count, a, b):
    """The coefficients c with the smallest max |f(x) - sum c_k x^k| / scale(x) on [a, b], and that error."""
    points, grid = nodes(a, b, count), nodes(a, b, 60 * (count + 1))
    values, scales = [f(x) for x in grid], [scale(x) for x in grid]
    for _ in range(12):
        matrix, right = mp.matrix(count + 1, count + 1), mp.matrix(count + 1, 1)
        for i, x in enumerate(points):
            for k in range(count):
                matrix[i, k] = x**k
            matrix[i, count] = (-1) ** i * scale(x)
            right[i] = f(x)
        solution = mp.lu_solve(matrix, right)
        c = [solution[k] for k in range(count)]
        errors = [(v - mp.polyval(c[::-1], x)) / s for v, s, x in zip(values, scales, grid)]
        worst = max(abs(e) for e in errors)
        extrema = []
        for j, e in enumerate(errors):
            if extrema and (e > 0) == (errors[extrema[-1]] > 0):
                if abs(e) > abs(errors[extrema[-1]]):
                    extrema[-1] = j
            else:
                extrema.append(j)
        while len(extrema) > count + 1:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        if len(extrema) < count + 1 or worst < abs(solution[count]) * mp.mpf("1.01"):
            break
        points = [grid[j] for j in extrema]
    return c, worst


def fit(name, f, scale, count, a, b, dtype):
    a, b = mp.mpf(a), mp.mpf(b)
    exact, before = remez(f, scale, count, a, b)
    xs = [(a + b) / 2 + (b - a) / 2 * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / 300) for i in range(300)]
    extended = lambda v: np.longdouble(mp.nstr(v, 25))
    values, scales = np.array([extended(f(x)) for x in xs]), np.array([extended(scale(x)) for x in xs])
    powers = np.array([[extended(x**k) for k in range(count)] for x in xs])
    error = lambda c: float(np.max(np.abs((values - powers @ c.astype(np.longdouble)) / scales)))

    def moved(c, moves):
        c = c.copy()
        for i, steps in moves:
            for _ in range(abs(steps)):
                c[i] = np.nextafter(c[i], dtype(math.copysign(math.inf, steps)))
        return c

    c = np.array([dtype(float(v)) for v in exact])
    best, improved = error(c), True
    while improved:
        improved = False
        single = [[(i, k)] for i in range(count) for k in (-64, -16, -4, -1, 1, 4, 16, 64)]
        double = [[(i, k), (j, l)] for i, j in itertools.combinations(range(count), 2)
                  for k, l in itertools.product((-4, -1, 1, 4), (-16, -4, -1, 1, 4, 16))]
        for moves in single + double:
            candidate = moved(c, moves)
            if error(candidate) < best:
                best, c, improved = error(candidate), candidate, True
    print(f"{name}: 2^{float(mp.log(before, 2)):.1f}, rounded 2^{math.log2(best):.1f}")
    print("   ", ", ".join(float(v).hex() for v in c), flush=True)


def series(coefficient, count=40):
    """The function whose k-th Taylor coefficient at 0 that is."""
    return lambda x: mp.fsum(coefficient(k) * x**k for k in range(count))


def fits_of_doubles():
    """The polynomials of float64_*.h."""
    log2, dtype = mp.log(2), np.float64
    half, small = log2 / 2 * mp.mpf("1.0001"), log2 / 32 * mp.mpf("1.0002")
    quarter = (mp.pi / 4) ** 2 * mp.mpf("1.00001")
    expm1_rest = series(lambda k: 1 / mp.factorial(k + 2))
    exp2_rest = series(lambda k: log2 ** (k + 1) / mp.factorial(k + 1))
    log_rest = series(lambda k: mp.mpf(-1) ** k / (k + 3), 60)
    atanh_rest = series(lambda k: mp.mpf(2) / (2 * k + 3), 60)
    sin_rest = series(lambda k: mp.mpf(-1) ** (k + 1) / mp.factorial(2 * k + 3))
    cos_rest = series(lambda k: mp.mpf(-1) ** k / mp.factorial(2 * k + 4))
    erf_rest = lambda z: mp.erf(mp.sqrt(z + TINY**2)) / mp.sqrt(z + TINY**2) - 1
    middle = lambda z: mp.erf(mp.sqrt((z + TINY**2) / 2)) / mp.sqrt(z + TINY**2) / 2
    gelu_tail = lambda a: mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2
    erfc_tail = lambda a: mp.exp(a * a) * mp.erfc(a)
    one = lambda x: mp.mpf(1)

    def tail(name, f, center, least, most, count):
        """P(t) = f(a) (a + center), t = 2 center / (a + center) - 1."""
        t_of = lambda a: 2 * center / (mp.mpf(a) + center) - 1
        a_of = lambda t: 2 * center / (1 + t) - center
        p = lambda t: f(a_of(t)) * (a_of(t) + center)
        return name, p, p, count, t_of(most), t_of(least), dtype

    return [
        ("float64 exp", expm1_rest, lambda x: 1 / ((x / small) ** 2 + mp.mpf(".15")), 5, -small, small, dtype),
        ("float64 exp2", exp2_rest, one, 6, "-.031251", ".031251", dtype),
        ("float64 expm1", expm1_rest, lambda x: 1 / (abs(x) + mp.mpf(".05")), 10, -half, half, dtype),
        ("float64 log", log_rest, lambda x: 1 / (x * x / mp.mpf(".004") + mp.mpf(".1")), 8, "-.03126", ".06251", dtype),
        ("float64 log1p", atanh_rest, lambda z: (2 + z * atanh_rest(z)) / (z + mp.mpf("1e-6")), 7, 0, "0.02945", dtype),
        ("float64 sinh", series(lambda k: 1 / mp.factorial(2 * k + 3)), one, 5, 0, half**2, dtype),
        ("float64 cosh", series(lambda k: 1 / mp.factorial(2 * k + 2)), one, 6, 0, half**2, dtype),
        ("float64 sin", sin_rest, lambda z: (1 + z * sin_rest(z)) / (z + mp.mpf("1e-6")), 6, 0, quarter, dtype),
        ("float64 cos", cos_rest, lambda z: mp.cos(mp.sqrt(z)) / (z * z + mp.mpf("1e-6")), 6, 0, quarter, dtype),
        ("float64 erf", erf_rest, lambda z: erf_rest(z) + 1, 12, 0, 1, dtype),
        ("float64 gelu, middle", middle, one, 9, 0, "0.360036", dtype),
        tail("float64 gelu", gelu_tail, 5, ".599", "38.7", 21),
        tail("float64 erfc", erfc_tail, 4, ".499", "27.3", 21),
    ]


def main():
    log2, half = mp.log(2), mp.log(2) / 2 * mp.mpf("1.0001")
    away = lambda x: x if abs(x) > mp.mpf("1e-12") else mp.mpf("1e-12")
    # expm1(x) = x + x^2 Q(x)
    expm1_rest = lambda x: (mp.expm1(away(x)) - away(x)) / away(x) ** 2
    of_expm1 = lambda x: abs(mp.expm1(away(x))) / max(x * x, mp.mpf("1e-6"))

    def odd_rest(f, first):
        """P(z) with f(s) = s + s^3 P(s^2); `first` is its value at 0."""
        return lambda z: mp.mpf(first) if z < mp.mpf("1e-12") else (f(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3

    of_odd = lambda f: lambda z: f(mp.sqrt(z) + TINY) / (mp.sqrt(z) + TINY) ** 3
    log_rest = lambda x: (mp.log1p(x) - x + x * x / 2) / x**3 if abs(x) > mp.mpf("1e-6") else mp.mpf(1) / 3 - x / 4
    erf_rest = lambda z: mp.erf(mp.sqrt(z + TINY**2)) / mp.sqrt(z + TINY**2) - 1
    cos_rest = lambda z: (mp.cos(mp.sqrt(z)) - 1) / z if z > mp.mpf("1e-12") else -mp.mpf(1) / 2
    # t = (a - 4) / (a + 4)
    a_of = lambda t: 4 * (1 + t) / (1 - t)
    t_of = lambda a: (mp.mpf(a) - 4) / (mp.mpf(a) + 4)
    tail = lambda a: mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2
    gelu = lambda s: tail(1 / mp.sqrt(s)) / mp.sqrt(s)
    erfc = lambda t: mp.exp(a_of(t) ** 2) * mp.erfc(a_of(t))
    exponent = lambda x: -mp.log(mp.erfc(x)) / x
    f32, f64, quarter = np.float32, np.float64, (mp.pi / 4) ** 2 * mp.mpf("1.00001")
    fits = [
        ("exp", expm1_rest, lambda x: mp.exp(x) / max(x * x, mp.mpf("1e-6")), 5, -half, half, f32),
        ("exp2", lambda x: (mp.mpf(2) ** away(x) - 1) / away(x), lambda x: mp.mpf(2) ** x / max(abs(x), mp.mpf("1e-6")), 7,
         "-.50001", ".50001", f32),
        ("expm1", expm1_rest, of_expm1, 6, -half, half, f32),
        ("log", log_rest, lambda x: abs(mp.log1p(away(x))) / max(abs(x) ** 3, mp.mpf("1e-6")), 8, "-0.29291", "0.41425", f32),
        ("softplus_tail", odd_rest(lambda u: 2 * mp.atanh(u / 2), mp.mpf(1) / 12), of_odd(lambda u: 2 * mp.atanh(u / 2)), 4,
         0, "0.4445", f32),
        ("gelu, far", gelu, gelu, 6, 1 / mp.mpf("14.6") ** 2, 1 / mp.mpf("5.5") ** 2, f32),
        ("erf, small", erf_rest, lambda z: erf_rest(z) + 1, 6, 0, mp.mpf(".9") ** 2, f32),
        ("erf, large", exponent, lambda x: mp.erf(x) / mp.erfc(x) / x, 6, ".89", "3.95", f32),
        ("wide_expm1", expm1_rest, of_expm1, 8, -half, half, f64),
        ("wide_log", odd_rest(lambda s: 2 * mp.atanh(s) - s, mp.mpf(2) / 3), of_odd(lambda s: 2 * mp.atanh(s)), 6, 0,
         "0.02945", f64),
        ("sin, half period", odd_rest(mp.sin, -mp.mpf(1) / 6), of_odd(mp.sin), 6, 0, quarter * 4, f64),
        ("sin, quarter period", odd_rest(mp.sin, -mp.mpf(1) / 6), of_odd(mp.sin), 4, 0, quarter, f64),
        ("cos, quarter period", cos_rest, lambda z: mp.cos(mp.sqrt(z)) / max(z, mp.mpf("1e-6")), 5, 0, quarter, f64),
        ("atan", odd_rest(mp.atan, -mp.mpf(1) / 3), of_odd(mp.atan), 8, 0, (mp.sqrt(2) - 1) ** 2 * mp.mpf("1.00001"), f64),
        ("asin", odd_rest(mp.asin, mp.mpf(1) / 6), of_odd(mp.asin), 9, 0, ".25", f64),
        ("erfc", erfc, erfc, 14, -1, t_of("10.3"), f64),
    ]
    for name, *rest in fits + fits_of_doubles():
        if len(sys.argv) < 2 or name in sys.argv[1:]:
            fit(name, *rest)


if __name__ == "__main__":
    main()
