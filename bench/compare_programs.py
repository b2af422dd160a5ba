#!/usr/bin/env python3
"""Compares steps as programs with the same steps op by op, and with PyTorch's.

    bench/compare_programs.py BENCH_PROGRAMS [NAME ...]

Prints a line for each NAME of bench/programs.cc: nanoseconds a step of Descent op by op, as a program on its kernels, as
native code, and of its peers, each the least of several rounds, the libraries in turns. PyTorch is eager; "compiled" is
torch.compile of the loss or function; JAX's are steps in a lax.scan, which asks nothing of the host between them, where
there is something to train. For what is bound by memory, the share of a copy's bandwidth that native code reaches. Needs
torch and jax[cpu].
"""

import subprocess
import sys
import time

import jax
import jax.numpy as jnp
import torch

torch.manual_seed(0)


def nanoseconds(step, steps=1):
    """Of one of the `steps` that a call of `step` takes."""
    return nanoseconds_a_call(step) / steps


def nanoseconds_a_call(step):
    for _ in range(3):
        step()
    start = time.perf_counter_ns()
    step()
    count = max(1, int(5e7 / (time.perf_counter_ns() - start)))
    least = float("inf")
    for _ in range(7):
        start = time.perf_counter_ns()
        for _ in range(count):
            step()
        least = min(least, (time.perf_counter_ns() - start) / count)
    return least


def listing(wrap=lambda f: f):
    x = torch.arange(1, 16, dtype=torch.float32).reshape(15, 1)
    y = 1.04 * x - 0.1
    weight, bias = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    sgd = torch.optim.SGD([weight, bias], lr=0.01)
    loss = wrap(lambda: torch.mean((x * weight + bias - y) ** 2))

    def step():
        cost = loss()
        sgd.zero_grad()
        cost.backward()
        sgd.step()

    return step


def network(rows, sizes, wrap=lambda f: f):
    def make():
        layers = []
        for before, after in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
        net = torch.nn.Sequential(*layers[:-1])
        adam = torch.optim.Adam(net.parameters(), fused=True)
        x, y = torch.randn(rows, sizes[0]), torch.randn(rows, sizes[-1])
        loss = wrap(lambda: torch.nn.functional.mse_loss(net(x), y))

        def step():
            cost = loss()
            adam.zero_grad()
            cost.backward()
            adam.step()

        return step

    return make


def layer_norm(rows, wrap=lambda f: f):
    def make():
        x, weight, bias = torch.randn(rows, 1000), torch.ones(1000), torch.zeros(1000)
        f = torch.nn.functional

        function = wrap(lambda: x + f.gelu(f.layer_norm(x, (1000,), weight, bias)))

        @torch.no_grad()
        def step():
            return function()

        return step

    return make


def jax_scan(update, state, steps):
    """A call that takes so many steps, each from the state the one before left."""
    run = jax.jit(lambda state: jax.lax.scan(lambda s, _: (update(s), None), state, None, length=steps)[0])
    return lambda: jax.block_until_ready(run(state)), steps


def jax_listing():
    x = jnp.arange(1, 16, dtype=jnp.float32).reshape(15, 1)
    y = 1.04 * x - 0.1
    loss = lambda p: jnp.mean((x * p[0] + p[1] - y) ** 2)
    update = lambda p: jax.tree_util.tree_map(lambda w, g: w - 0.01 * g, p, jax.grad(loss)(p))
    return jax_scan(update, (jnp.zeros(1), jnp.zeros(1)), 100_000)


def jax_network(rows, sizes, steps):
    def make():
        keys = iter(jax.random.split(jax.random.PRNGKey(0), 10))
        layers = [(0.1 * jax.random.normal(next(keys), (b, a)), jnp.zeros(b)) for a, b in zip(sizes, sizes[1:])]
        x, y = jax.random.normal(next(keys), (rows, sizes[0])), jax.random.normal(next(keys), (rows, sizes[-1]))
        map_ = jax.tree_util.tree_map

        def loss(layers):
            value = x
            for i, (weight, bias) in enumerate(layers):
                value = value @ weight.T + bias
                value = jax.nn.relu(value) if i + 1 < len(layers) else value
            return jnp.mean((value - y) ** 2)

        def update(state):
            layers, m, v, t = state
            gradient, t = jax.grad(loss)(layers), t + 1
            m = map_(lambda m, g: m + (g - m) * 0.1, m, gradient)
            v = map_(lambda v, g: v * 0.999 + g * g * 0.001, v, gradient)
            rate, spread = 1e-3 / (1 - 0.9**t), jnp.sqrt(1 - 0.999**t)
            layers = map_(lambda p, m, v: p - rate * m / (jnp.sqrt(v) / spread + 1e-8), layers, m, v)
            return layers, m, v, t

        zeros = map_(jnp.zeros_like, layers)
        return jax_scan(update, (layers, zeros, zeros, jnp.float32(0)), steps)

    return make


def jax_layer_norm(rows):
    def make():
        x = jax.random.normal(jax.random.PRNGKey(0), (rows, 1000))
        weight, bias = jnp.ones(1000), jnp.zeros(1000)

        @jax.jit
        def function(x):
            deviations = x - jnp.mean(x, -1, keepdims=True)
            spread = jax.lax.rsqrt(jnp.mean(deviations**2, -1, keepdims=True) + 1e-5)
            return x + jax.nn.gelu(deviations * spread * weight + bias, approximate=False)

        return (lambda: function(x).block_until_ready()), 1

    return make


NETWORKS = {
    "8-32-32-1": (32, (8, 32, 32, 1)),
    "4-32-16-4": (10_000, (4, 32, 16, 4)),
    "64-256-256-10": (128, (64, 256, 256, 10)),
}
NORMS = {"layer_norm_8MB": 1000, "layer_norm_200MB": 25_000}
PYTORCH = {
    "listing_1": listing,
    **{name: network(*shape) for name, shape in NETWORKS.items()},
    **{name: layer_norm(rows) for name, rows in NORMS.items()},
}
COMPILED = {
    "listing_1": lambda: listing(torch.compile),
    **{name: network(*shape, torch.compile) for name, shape in NETWORKS.items()},
    **{name: layer_norm(rows, torch.compile) for name, rows in NORMS.items()},
}
JAX = {
    "listing_1": jax_listing,
    **{name: jax_network(*shape, 10_000 if shape[0] < 100 else 100) for name, shape in NETWORKS.items()},
    **{name: jax_layer_norm(rows) for name, rows in NORMS.items()},
}


def descent(program, name):
    lines = subprocess.run([program, name], stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    found = {}
    for line in lines:
        _, way, time_taken, nbytes = line.split()
        found[way] = (float(time_taken), float(nbytes))
    return found


def main(program, names):
    copied, nbytes = descent(program, "copy")["eager"]
    bandwidth = nbytes / copied
    print(f"copy: {bandwidth:.1f} GB/s (PyTorch {torch.__version__}, {torch.get_num_threads()} threads)")
    print("| step | op by op, ns | program | native | repeated | PyTorch | compiled | JAX | native/PyTorch | of a copy |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in names or PYTORCH:
        ours = descent(program, name)
        pytorch = nanoseconds(PYTORCH[name]())
        compiled = nanoseconds(COMPILED[name]())
        scanned = nanoseconds(*JAX[name]())
        again = descent(program, name)
        best = {way: min(ours[way][0], again[way][0]) for way in ours}
        nbytes = ours["native"][1]
        cells = [best["eager"], best["program"], best["native"], best.get("repeated"), pytorch, compiled, scanned]
        print(f"| {name} | " + " | ".join(f"{cell:.0f}" if cell else "" for cell in cells)
              + f" | {best['native'] / pytorch:.2f} | "
              + (f"{nbytes / best['native'] / bandwidth:.0%} |" if nbytes else "|"), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
