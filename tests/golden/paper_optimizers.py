#!/usr/bin/env python3
"""Writes paper_optimizers.safetensors and .txt: 50 steps (see problems.py) of optimizers, and options of them, that
Optax lacks or defines in another way, by the formulas of their papers in NumPy.

The random numbers are PyTorch's after manual_seed(0). Made with PyTorch 2.13.0+cpu, NumPy 2.4.6 and safetensors 0.8.0.
"""

import numpy as np
import torch

from golden_file import GoldenFile
from problems import APART, add_problems, run_variants
from reference_optimizer import make


def each(rule):
    """A rule for one parameter, `rule(o, p, g, s)` with a state `s` of its own, as one for a group."""

    def update(o, p, g, state, loss):
        for i, (x, gradient) in enumerate(zip(p, g)):
            s = state.setdefault(i, {"t": 0, "start": x.copy()})
            s["t"] += 1
            rule(o, x, gradient, s)

    return update


def average(s, name, value, beta):
    """The moving average of that name, from 0."""
    s[name] = beta * s.get(name, 0) + (1 - beta) * value
    return s[name]


def total(function, *lists):
    return sum(float(function(*arrays)) for arrays in zip(*lists))


def dot(a, b):
    return np.sum(a * b)


@each
def lars(o, p, g, s):
    p_norm, g_norm = np.linalg.norm(p), np.linalg.norm(g)
    local = o.trust_coefficient * p_norm / (g_norm + o.weight_decay * p_norm)
    change = o.lr * local * (g + o.weight_decay * p)
    s["b"] = o.momentum * s.get("b", 0) + change
    p -= change + o.momentum * s["b"] if o.nesterov else s["b"]


@each
def adopt(o, p, g, s):
    if s["t"] > 1:
        bound = (s["t"] - 1) ** 0.25
        m = average(s, "m", np.clip(g / np.maximum(np.sqrt(s["v"]), o.eps), -bound, bound), o.beta1)
        p -= o.lr * (m + o.weight_decay * p)
        average(s, "v", g**2, o.beta2)
    else:
        s["v"] = g**2


@each
def adan(o, p, g, s):
    d = g - s.get("g", g)
    s["g"] = g.copy()
    m = average(s, "m", g, o.beta1) / (1 - o.beta1 ** s["t"])
    u = average(s, "u", d, o.beta2) / (1 - o.beta2 ** s["t"])
    v = average(s, "v", (g + o.beta2 * d) ** 2, o.beta3) / (1 - o.beta3 ** s["t"])
    p -= o.lr * (m + o.beta2 * u) / (np.sqrt(v) + o.eps)
    p /= 1 + o.lr * o.weight_decay


@each
def madgrad(o, p, g, s):
    g = g + o.weight_decay * p
    rate = (o.lr + o.eps) * s["t"] ** 0.5
    s["s"] = s.get("s", 0) + rate * g
    s["v"] = s.get("v", 0) + rate * g**2
    p[...] = o.momentum * p + (1 - o.momentum) * (s["start"] - s["s"] / (np.cbrt(s["v"]) + o.eps))


@each
def mars(o, p, g, s):
    c = g + o.gamma * o.beta1 / (1 - o.beta1) * (g - s.get("g", g))
    s["g"] = g.copy()
    c = c / max(np.linalg.norm(c), 1)
    m = average(s, "m", c, o.beta1) / (1 - o.beta1 ** s["t"])
    v = average(s, "v", c**2, o.beta2) / (1 - o.beta2 ** s["t"])
    p -= o.lr * (m / (np.sqrt(v) + o.eps) + o.weight_decay * p)


@each
def noisy_sgd(o, p, g, s):
    noise = torch.randn(p.shape, dtype=torch.from_numpy(p).dtype).numpy()
    p -= o.lr * (g + o.weight_decay * p + np.sqrt(o.eta / s["t"] ** o.gamma) * noise)


def gram(x, i):
    rows = np.moveaxis(x, i, 0).reshape(x.shape[i], -1)
    return rows @ rows.T


def along(x, i, matrix):
    return np.moveaxis(np.moveaxis(x, i, -1) @ matrix, -1, i)


@each
def shampoo(o, p, g, s):
    dims = [i for i in range(p.ndim) if p.shape[i] <= o.max_precond_dim]
    direction = g
    for i in dims:
        s[i, "sum"] = s.get((i, "sum"), o.eps * np.eye(p.shape[i], dtype=p.dtype)) + gram(g, i)
        if (s["t"] - 1) % o.precondition_frequency == 0:
            values, vectors = np.linalg.eigh(s[i, "sum"].astype(np.float64))
            root = (vectors * np.maximum(values, o.eps) ** (-0.5 / len(dims))) @ vectors.T
            s[i, "root"] = root.astype(p.dtype)
        direction = along(direction, i, s[i, "root"])
    s["b"] = o.momentum * s.get("b", 0) + direction
    p -= o.lr * (s["b"] + o.weight_decay * p)


@each
def soap(o, p, g, s):
    dims = [i for i in range(p.ndim) if p.shape[i] <= o.max_precond_dim and (p.ndim > 1 or o.precondition_1d)]
    t = s["t"] - 1

    def rotated(x, back=False):
        for i in dims:
            x = along(x, i, s[i, "basis"].T if back else s[i, "basis"])
        return x

    if t:
        m = average(s, "m", g, o.beta1)
        v = average(s, "v", rotated(g) ** 2, o.beta2)
        d = rotated(m) / (1 - o.beta1**t) / (np.sqrt(v / (1 - o.beta2**t)) + o.eps)
        p -= o.lr * (rotated(d, back=True) + o.weight_decay * p)
    for i in dims:
        matrix = average(s, (i, "average"), gram(g, i), o.beta2)
        if not t:
            s[i, "basis"] = np.linalg.eigh(matrix.astype(np.float64))[1][:, ::-1].astype(p.dtype)
        elif t % o.precondition_frequency == 0:
            product = matrix @ s[i, "basis"]
            order = np.argsort(-np.sum(s[i, "basis"] * product, 0), kind="stable")
            s["v"] = np.take(s["v"], order, i)
            s[i, "basis"] = np.linalg.qr(product[:, order].astype(np.float64))[0].astype(p.dtype)


def schedule_free(direction):
    def update(o, p, g, state, loss):
        state["t"] = t = state.get("t", 0) + 1
        rate = o.lr * min(t / o.warmup_steps, 1) if o.warmup_steps else o.lr
        state["max"] = max(state.get("max", 0), rate)
        w = t**o.r * state["max"] ** o.weight_lr_power
        state["sum"] = state.get("sum", 0) + w
        c = w / state["sum"]
        for i, (y, gradient) in enumerate(zip(p, g)):
            s = state.setdefault(i, {"t": t, "x": y.copy(), "z": y.copy()})
            s["t"] = t
            d, beta = direction(o, y, gradient, s)
            s["z"] = s["z"] - rate * d
            s["x"] = (1 - c) * s["x"] + c * s["z"]
            y[...] = (1 - beta) * s["z"] + beta * s["x"]

    return update


@schedule_free
def schedule_free_sgd(o, y, g, s):
    return g + o.weight_decay * y, o.momentum


@schedule_free
def schedule_free_adamw(o, y, g, s):
    v = average(s, "v", g**2, o.beta2) / (1 - o.beta2 ** s["t"])
    return g / (np.sqrt(v) + o.eps) + o.weight_decay * y, o.beta1


def prodigy(o, p, g, state, loss):
    if not state:
        state |= {"d": o.d0, "r": 0.0, "start": [x.copy() for x in p]}
        state |= {name: [np.zeros_like(x) for x in p] for name in ["m", "v", "s"]}
    d, beta3 = state["d"], np.sqrt(o.beta2)
    rate = d * o.lr
    product = total(lambda x, y, z: dot(x, y - z), g, state["start"], p)
    state["r"] = float(beta3 * state["r"] + d / o.d0 * rate * product)
    for i, gradient in enumerate(g):
        state["m"][i] = o.beta1 * state["m"][i] + (1 - o.beta1) * d * gradient
        state["v"][i] = o.beta2 * state["v"][i] + (1 - o.beta2) * d**2 * gradient**2
        weight = d if o.safeguard_warmup else rate
        state["s"][i] = float(beta3) * state["s"][i] + d / o.d0 * weight * gradient
    state["d"] = max(d, o.d_coef * state["r"] / total(lambda x: np.abs(x).sum(), state["s"]))
    for x, m, v in zip(p, state["m"], state["v"]):
        x -= rate * (o.weight_decay * x + m / (np.sqrt(v) + state["d"] * o.eps))


def dadapt_adam(o, p, g, state, loss):
    if not state:
        state |= {"d": o.d0, "r": 0.0} | {name: [np.zeros_like(x) for x in p] for name in ["m", "v", "s"]}
    beta, rate = float(np.sqrt(o.beta2)), state["d"] * o.lr
    product = total(lambda x, s, v: dot(x, s / (np.sqrt(v) + o.eps)), g, state["s"], state["v"])
    state["r"] = beta * state["r"] + (1 - beta) * rate * product
    for i, gradient in enumerate(g):
        state["m"][i] = o.beta1 * state["m"][i] + (1 - o.beta1) * rate * gradient
        state["v"][i] = o.beta2 * state["v"][i] + (1 - o.beta2) * gradient**2
        state["s"][i] = beta * state["s"][i] + (1 - beta) * rate * gradient
    state["d"] = max(state["d"], state["r"] / ((1 - beta) * total(lambda x: np.abs(x).sum(), state["s"])))
    for x, m, v in zip(p, state["m"], state["v"]):
        x -= rate * o.weight_decay * x + m / (np.sqrt(v) + o.eps)


def dadapt_sgd(o, p, g, state, loss):
    g = [gradient + o.weight_decay * x for x, gradient in zip(p, g)]
    if not state:
        state |= {"d": o.d0, "r": 0.0, "start": [x.copy() for x in p], "s": [np.zeros_like(x) for x in p]}
        state["g_norm"] = np.sqrt(total(dot, g, g))
    rate = float(state["d"] * o.lr / state["g_norm"])
    state["r"] += rate * total(dot, g, state["s"])
    state["s"] = [s + rate * gradient for s, gradient in zip(state["s"], g)]
    state["d"] = max(state["d"], float(2 * state["r"] / np.sqrt(total(dot, state["s"], state["s"]))))
    for x, start, s in zip(p, state["start"], state["s"]):
        x[...] = o.momentum * x + (1 - o.momentum) * (start - s)


def momo(o, p, g, state, loss):
    beta = o.beta if state else 0.0
    if not state:
        state |= {"f": 0.0, "q": 0.0, "m": [0.0] * len(p)}
    state["f"] = beta * state["f"] + (1 - beta) * loss
    state["q"] = beta * state["q"] + (1 - beta) * total(dot, g, p)
    state["m"] = m = [beta * a + (1 - beta) * b for a, b in zip(state["m"], g)]
    shrink = 1 + o.lr * o.weight_decay
    gap = shrink * (state["f"] - o.lower_bound - state["q"]) + total(dot, m, p)
    step = min(o.lr, max(gap, 0) / total(dot, m, m))
    for x, a in zip(p, m):
        x[...] = (x - step * a) / shrink


def momo_adam(o, p, g, state, loss):
    if not state:
        state |= {"t": 0, "f": 0.0, "q": 0.0, "m": [0.0] * len(p), "v": [0.0] * len(p)}
    state["t"] += 1
    weights = 1 - o.beta1 ** state["t"]
    state["f"] = o.beta1 * state["f"] + (1 - o.beta1) * loss
    state["q"] = o.beta1 * state["q"] + (1 - o.beta1) * total(dot, g, p)
    state["m"] = m = [o.beta1 * a + (1 - o.beta1) * b for a, b in zip(state["m"], g)]
    state["v"] = [o.beta2 * a + (1 - o.beta2) * b**2 for a, b in zip(state["v"], g)]
    d = [a / (np.sqrt(v / (1 - o.beta2 ** state["t"])) + o.eps) for a, v in zip(m, state["v"])]
    shrink = 1 + o.lr * o.weight_decay
    gap = shrink * (state["f"] - weights * o.lower_bound - state["q"]) + total(dot, m, p)
    step = min(o.lr / weights, max(gap, 0) / total(dot, m, d))
    for x, a in zip(p, d):
        x[...] = (x - step * a) / shrink


# Name: the rule and the defaults.
RULES = {
    "LARS": (lars, dict(lr=1.0, momentum=0.9, weight_decay=0.0, trust_coefficient=1e-3, nesterov=False)),
    "ADOPT": (adopt, dict(lr=1e-3, betas=(0.9, 0.9999), eps=1e-6, weight_decay=0.0)),
    "Adan": (adan, dict(lr=1e-3, betas=(0.98, 0.92, 0.99), eps=1e-8, weight_decay=0.0)),
    "MADGRAD": (madgrad, dict(lr=1e-2, momentum=0.9, weight_decay=0.0, eps=1e-6)),
    "MARS": (mars, dict(lr=3e-3, betas=(0.95, 0.99), eps=1e-8, weight_decay=0.0, gamma=0.025)),
    "NoisySGD": (noisy_sgd, dict(lr=1e-3, eta=0.01, gamma=0.55, weight_decay=0.0)),
    "ScheduleFreeSGD": (
        schedule_free_sgd,
        dict(lr=1.0, momentum=0.9, weight_decay=0.0, warmup_steps=0, r=0.0, weight_lr_power=2.0),
    ),
    "ScheduleFreeAdamW": (
        schedule_free_adamw,
        dict(lr=2.5e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, warmup_steps=0, r=0.0, weight_lr_power=2.0),
    ),
    "Prodigy": (
        prodigy,
        dict(lr=1.0, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, safeguard_warmup=False, d0=1e-6, d_coef=1.0),
    ),
    "DAdaptAdam": (dadapt_adam, dict(lr=1.0, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, d0=1e-6)),
    "DAdaptSGD": (dadapt_sgd, dict(lr=1.0, momentum=0.0, weight_decay=0.0, d0=1e-6)),
    "Shampoo": (
        shampoo,
        dict(lr=0.1, momentum=0.0, weight_decay=0.0, eps=1e-4, precondition_frequency=1, max_precond_dim=1024),
    ),
    "SOAP": (
        soap,
        dict(lr=3e-3, betas=(0.95, 0.95), eps=1e-8, weight_decay=0.01, precondition_frequency=10, max_precond_dim=10000,
             precondition_1d=False),
    ),
    "MoMo": (momo, dict(lr=1.0, beta=0.9, weight_decay=0.0, lower_bound=0.0)),
    "MoMoAdam": (momo_adam, dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, lower_bound=0.0)),
}

ADAM = {"quadratic": 2**-3, "rosenbrock": 2**-8, "mlp": 2**-6}
FREE = {"quadratic": 1.0, "rosenbrock": 0.125, "mlp": 1.0}
DECAY = "weight_decay=0.125"
DECAY_UP = "weight_decay=0.125, maximize=True"

# Optimizer: the learning rate for each problem, and the options tried; the second with two groups too.
CASES = {
    "LARS": (
        {"quadratic": 20.0, "rosenbrock": 1.0, "mlp": 5.0},
        {"decay": DECAY, "nesterov_decay": f"momentum=0.5, nesterov=True, trust_coefficient=0.002, {DECAY}"},
    ),
    "ADOPT": (ADAM, {"decay": DECAY, "betas_decay": f"betas=(0.5, 0.9), eps=0.01, {DECAY_UP}"}),
    "Adan": (
        ADAM,
        {"plain": "", "decay": f"betas=(0.9, 0.8, 0.95), eps=0.01, {DECAY}", "maximize": DECAY_UP},
    ),
    "MADGRAD": (
        {"quadratic": 0.1, "rosenbrock": 0.001, "mlp": 0.02},
        {"plain": "", "decay": f"momentum=0.5, eps=0.01, {DECAY}", "maximize": "momentum=0.0, maximize=True"},
    ),
    "MARS": (ADAM, {"plain": "", "decay": f"betas=(0.9, 0.95), eps=0.01, gamma=0.1, {DECAY}", "maximize": DECAY_UP}),
    "NoisySGD": (
        {"quadratic": 0.05, "rosenbrock": 2**-12, "mlp": 0.1},
        {"plain": "", "decay": f"eta=0.3, gamma=1.0, {DECAY_UP}"},
    ),
    "ScheduleFreeSGD": (
        {"quadratic": 0.2, "rosenbrock": 0.0005, "mlp": 0.2},
        {"warmup": "warmup_steps=10", "power_decay": f"warmup_steps=20, r=2.0, weight_lr_power=1.0, {DECAY_UP}"},
    ),
    "ScheduleFreeAdamW": (
        ADAM,
        {"warmup": "warmup_steps=10", "power_decay": f"warmup_steps=20, r=2.0, weight_lr_power=1.0, {DECAY_UP}"},
    ),
    "Prodigy": (
        FREE,
        {
            "plain": "",
            "decay": f"betas=(0.5, 0.9), eps=0.001, d0=0.1, d_coef=0.1, {DECAY_UP}",
            "safeguard": "safeguard_warmup=True, d0=0.01, d_coef=0.5",
        },
    ),
    "DAdaptAdam": (FREE, {"plain": "", "decay": f"betas=(0.5, 0.9), eps=0.01, d0=0.1, {DECAY_UP}"}),
    "DAdaptSGD": (
        {"quadratic": 0.2, "rosenbrock": 0.2, "mlp": 0.2},
        {"plain": "", "momentum_decay": f"momentum=0.9, d0=0.1, {DECAY_UP}"},
    ),
    "Shampoo": (
        {"quadratic": 0.5, "rosenbrock": 2**-6, "mlp": 0.125},
        {
            "plain": "",
            "decay": f"momentum=0.5, eps=0.01, precondition_frequency=5, max_precond_dim=3, {DECAY}",
            "maximize": "eps=1.0, maximize=True",
        },
    ),
    # Small matrices only: the gradients of the others do not span the space, and what is left has no basis of its own.
    "SOAP": (
        ADAM,
        {
            "plain": "max_precond_dim=3",
            "decay": f"betas=(0.9, 0.8), eps=0.01, precondition_frequency=4, max_precond_dim=3, {DECAY_UP}",
            "vectors": "precondition_1d=True, max_precond_dim=3, weight_decay=0.0",
        },
    ),
    "MoMo": (
        {"quadratic": 0.2, "rosenbrock": 0.001, "mlp": 0.5},
        {"decay": DECAY, "beta_decay": f"beta=0.5, lower_bound=-1.0, {DECAY}"},
    ),
    "MoMoAdam": (
        {"quadratic": 0.5, "rosenbrock": 0.05, "mlp": 0.1},
        {"decay": DECAY, "betas_decay": f"betas=(0.5, 0.9), eps=0.01, lower_bound=-1.0, {DECAY}"},
    ),
}


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    add_problems(golden)
    for optimizer, (rates, variants) in CASES.items():
        run_variants(golden, optimizer, rates, variants, make(RULES), grouped=list(variants)[1:2], **APART)
    golden.write(__file__)


if __name__ == "__main__":
    main()
