#!/usr/bin/env python3
"""The rungs of the ladder in JAX: jit, and a lax.scan over steps where a user would train with one."""

import jax
import jax.numpy as jnp
from worker import rung, serve

KEYS = iter(jax.random.split(jax.random.PRNGKey(0), 100_000))
map_ = jax.tree_util.tree_map


def random(*shape):
    return jax.random.normal(next(KEYS), shape)


def classes(count, *shape):
    return jax.random.randint(next(KEYS), shape, 0, count)


def jit(f, *inputs):
    compiled = jax.jit(f)
    return lambda: jax.block_until_ready(compiled(*inputs))


def add(name, f, *shapes):
    """A function of random tensors."""
    rung(name)(lambda way: way(f, *(random(*(s if isinstance(s, tuple) else (s,))) for s in shapes)))


# Elementwise

UNARY = {
    "relu": jax.nn.relu,
    "scale": lambda x: x * 3,
    "sqrt abs": lambda x: jnp.sqrt(jnp.abs(x)),
    "exp": jnp.exp,
    "log abs": lambda x: jnp.log(jnp.abs(x)),
    "sin": jnp.sin,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "softplus": jax.nn.softplus,
}
BINARY = {
    "add": jnp.add,
    "multiply": jnp.multiply,
    "divide": jnp.divide,
    "maximum": jnp.maximum,
    "where": lambda x, y: jnp.where(x > y, x, y),
}
for n in [64, 65_536, 16_777_216]:
    for name, f in UNARY.items():
        add(f"{name} {n}", f, n)
    for name, f in BINARY.items():
        add(f"{name} {n}", f, n, n)

# Reductions

for n in [64, 65_536, 16_777_216]:
    add(f"sum {n}", jnp.sum, n)
    add(f"amax {n}", jnp.max, n)
    add(f"argmax {n}", jnp.argmax, n)
    add(f"norm {n}", jnp.linalg.norm, n)
    add(f"variance {n}", lambda x: jnp.var(x, ddof=1), n)
    add(f"cumsum {n}", jnp.cumsum, n)
add("sum of rows 4096x1024", lambda x: jnp.sum(x, 1), (4096, 1024))
add("sum of columns 4096x1024", lambda x: jnp.sum(x, 0), (4096, 1024))
add("amax of columns 4096x1024", lambda x: jnp.max(x, 0), (4096, 1024))
add("mean of channels 64x64x32x32", lambda x: jnp.mean(x, (0, 2, 3)), (64, 64, 32, 32))

# Rows


def layer_norm(x, weight, bias):
    deviations = x - jnp.mean(x, -1, keepdims=True)
    return deviations * jax.lax.rsqrt(jnp.mean(deviations**2, -1, keepdims=True) + 1e-5) * weight + bias


def rms_norm(x):
    return x * jax.lax.rsqrt(jnp.mean(x**2, -1, keepdims=True) + 1.2e-7)


def cross_entropy(x, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(x), y[:, None], 1))


for rows, columns in [(64, 64), (4096, 384), (4096, 1024)]:
    size, shape = f" {rows}x{columns}", (rows, columns)
    add("softmax" + size, jax.nn.softmax, shape)
    add("log softmax" + size, jax.nn.log_softmax, shape)
    add("layer norm" + size, layer_norm, shape, columns, columns)
    add("rms norm" + size, lambda x, w: rms_norm(x) * w, shape, columns)
for rows in [1000, 25_000]:
    add(f"gelu, layer norm, residual {rows}x1000",
        lambda x, w, b: x + jax.nn.gelu(layer_norm(x, w, b), approximate=False), (rows, 1000), 1000, 1000)
for rows, count in [(64, 10), (1024, 50_257)]:
    rung(f"cross-entropy {rows}x{count}")(
        lambda way, rows=rows, count=count: way(cross_entropy, random(rows, count), classes(count, rows)))
    rung(f"cross-entropy, both passes {rows}x{count}")(
        lambda way, rows=rows, count=count: way(jax.grad(cross_entropy), random(rows, count), classes(count, rows)))

# Indexing

for rows, width in [(50_257, 256), (65, 384)]:
    rung(f"embedding 4096 of {rows}x{width}")(
        lambda way, rows=rows, width=width: way(lambda i, w: w[i], classes(rows, 4096), random(rows, width)))
N = 1_048_576
rung(f"gather {N}")(lambda way: way(lambda x, i: x[i], random(N), classes(N, N)))
rung(f"scatter_add {N}")(lambda way: way(lambda x, i, y: x.at[i].add(y), jnp.zeros(N), classes(N, N), random(N)))
add(f"sort {N}", jnp.sort, N)
add(f"topk 10 of {N}", lambda x: jax.lax.top_k(x, 10), N)
rung(f"randn {N}")(lambda way: way(lambda key: jax.random.normal(key, (N,)), next(KEYS)))
rung(f"rand {N}")(lambda way: way(lambda key: jax.random.uniform(key, (N,)), next(KEYS)))

# Layouts

for n in [64, 1024, 4096]:
    size, shape = f" {n}x{n}", (n, n)
    add("add transposed" + size, lambda x, y: x + y.T, shape, shape)
    add("copy transposed" + size, lambda x: x.T, shape)
    add("add row" + size, jnp.add, shape, n)
    add("add column" + size, jnp.add, shape, (n, 1))
    add("outer sum" + size, jnp.add, (n, 1), n)
    add("cat" + size, lambda x, y: jnp.concatenate([x, y], 1), shape, shape)
add("permute 16x256x6x64", lambda x: x.transpose(0, 2, 1, 3), (16, 256, 6, 64))

# Products

SQUARES = [(n, n, n) for n in [8, 32, 64, 128, 256, 512, 1024, 2048, 4096]]
OTHERS = [(100_000, 16, 16), (16, 4096, 4096), (1, 1024, 1024), (1024, 1024, 1), (32, 65_536, 32)]
for m, k, n in SQUARES + OTHERS:
    add(f"matmul {m}x{k} by {k}x{n}", jnp.matmul, (m, k), (k, n))
add("matmul transposed 1024x1024 by 1024x1024 transposed", lambda a, b: a.T @ b.T, (1024, 1024), (1024, 1024))
add("matmul 1536x4096 transposed by 4096x384", lambda a, b: a.T @ b, (4096, 1536), (4096, 384))
add("bmm 256 of 16x16", jnp.matmul, (256, 16, 16), (256, 16, 16))
add("bmm 96 of 256x64 by 64x256", jnp.matmul, (96, 256, 64), (96, 64, 256))
for rows, inputs, outputs in [(1, 784, 256), (64, 784, 256), (1024, 784, 256), (4096, 384, 1536)]:
    add(f"linear and relu {rows} {inputs} to {outputs}", lambda x, w, b: jax.nn.relu(x @ w.T + b), (rows, inputs),
        (outputs, inputs), outputs)

# Networks


def scan(update, state, steps):
    """A call that takes so many steps, each from the state that the one before left."""
    run = jax.jit(lambda state: jax.lax.scan(lambda s, _: (update(s), None), state, None, length=steps)[0])
    return lambda: jax.block_until_ready(run(state)), steps


def with_adam(loss, parameters):
    """The update of (parameters, moments, step), and the first."""

    def update(state):
        parameters, m, v, t = state
        gradient, t = jax.grad(loss)(parameters), t + 1
        m = map_(lambda m, g: m + (g - m) * 0.1, m, gradient)
        v = map_(lambda v, g: v * 0.999 + g * g * 0.001, v, gradient)
        rate, spread = 1e-3 / (1 - 0.9**t), jnp.sqrt(1 - 0.999**t)
        parameters = map_(lambda p, m, v: p - rate * m / (jnp.sqrt(v) / spread + 1e-8), parameters, m, v)
        return parameters, m, v, t

    zeros = map_(jnp.zeros_like, parameters)
    return update, (parameters, zeros, zeros, jnp.float32(0))


def with_sgd(loss, parameters, rate):
    return lambda p: map_(lambda w, g: w - rate * g, p, jax.grad(loss)(p)), parameters


def perceptron(sizes):
    return [(0.1 * random(after, before), jnp.zeros(after)) for before, after in zip(sizes, sizes[1:])]


def run(layers, x):
    for i, (weight, bias) in enumerate(layers):
        x = x @ weight.T + bias
        x = jax.nn.relu(x) if i + 1 < len(layers) else x
    return x


@rung("listing 1")
def _(way):
    x = jnp.arange(1, 16, dtype=jnp.float32).reshape(15, 1)
    y = 1.04 * x - 0.1
    loss = lambda p: jnp.mean((x * p[0] + p[1] - y) ** 2)
    return scan(*with_sgd(loss, (jnp.zeros(1), jnp.zeros(1)), 0.01), 100_000)


for rows, sizes, steps in [(32, (8, 32, 32, 1), 10_000), (10_000, (4, 32, 16, 4), 100)]:

    @rung(f"{'-'.join(map(str, sizes))}, batch {rows}, Adam")
    def _(way, rows=rows, sizes=sizes, steps=steps):
        x, y = random(rows, sizes[0]), random(rows, sizes[-1])
        return scan(*with_adam(lambda p: jnp.mean((run(p, x) - y) ** 2), perceptron(sizes)), steps)


for rows, sizes in [(128, (64, 256, 256, 10)), (64, (784, 256, 128, 10)), (1024, (784, 256, 128, 10))]:

    @rung(f"{'-'.join(map(str, sizes))}, batch {rows}, Adam")
    def _(way, rows=rows, sizes=sizes):
        x, y = random(rows, sizes[0]), classes(sizes[-1], rows)
        return scan(*with_adam(lambda p: cross_entropy(run(p, x), y), perceptron(sizes)), 100 if rows < 1000 else 20)


@rung("softmax regression 200000x100, 10 classes, SGD")
def _(way):
    x, y = random(200_000, 100), classes(10, 200_000)
    return scan(*with_sgd(lambda p: cross_entropy(run(p, x), y), perceptron((100, 10)), 0.1), 10)


def micro_gpt(p, tokens):
    heads = lambda x: x.reshape(-1, 16, 4, 4).transpose(0, 2, 1, 3)
    x = rms_norm(p["characters"][tokens] + p["places"])
    normed = rms_norm(x)
    q, k, v = (heads(normed @ p[name].T) for name in ["query", "key", "value"])
    scores = q @ k.transpose(0, 1, 3, 2) / 2
    scores = jnp.where(jnp.tril(jnp.ones((16, 16), bool)), scores, -jnp.inf)
    seen = (jax.nn.softmax(scores) @ v).transpose(0, 2, 1, 3).reshape(x.shape)
    x = x + seen @ p["out"].T
    x = x + jax.nn.relu(rms_norm(x) @ p["up"].T) @ p["down"].T
    return (x @ p["head"].T).reshape(-1, 27)


for batch, steps in [(1, 1000), (16, 100)]:

    @rung(f"microgpt, batch {batch}")
    def _(way, batch=batch, steps=steps):
        shapes = {"characters": (27, 16), "places": (16, 16), "query": (16, 16), "key": (16, 16), "value": (16, 16),
                  "out": (16, 16), "up": (64, 16), "down": (16, 64), "head": (27, 16)}  # fmt: skip
        x, y = classes(27, batch, 16), classes(27, batch * 16)
        loss = lambda p: cross_entropy(micro_gpt(p, x), y)
        return scan(*with_adam(loss, {name: 0.1 * random(*shape) for name, shape in shapes.items()}), steps)


serve({"jit": jit}, lambda: None)
