#!/usr/bin/env python3
"""The rungs of the ladder in PyTorch, eager and by torch.compile."""

import os

import torch
import torch.nn.functional as F
from torch import nn
from worker import rung, serve

torch.set_num_threads(int(os.environ["LADDER_THREADS"]))


def eager(f, *inputs):
    return lambda: f(*inputs)


def compiled(f, *inputs):
    torch._dynamo.reset()
    return eager(torch.compile(f), *inputs)


def add(name, f, *shapes, dtype=torch.float32):
    """A function of random tensors."""
    rung(name)(lambda way: way(f, *(torch.randn(s, dtype=dtype) for s in shapes)))


def add_backward(name, f, *shapes):
    """The gradients of f by its inputs, of a forward pass that is there already."""

    @rung(name + " backward")
    def make(way):
        if way is not eager:
            return None
        inputs = [torch.randn(s, requires_grad=True) for s in shapes]
        out = f(*inputs)
        gradient = torch.randn_like(out)
        return lambda: torch.autograd.grad(out, inputs, gradient, retain_graph=True)


def eager_only(make):
    return lambda way: make() if way is eager else None


# Elementwise

UNARY = {
    "relu": torch.relu,
    "scale": lambda x: x * 3,
    "sqrt abs": lambda x: torch.sqrt(torch.abs(x)),
    "exp": torch.exp,
    "log abs": lambda x: torch.log(torch.abs(x)),
    "sin": torch.sin,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
    "softplus": F.softplus,
}
BINARY = {
    "add": torch.add,
    "multiply": torch.mul,
    "divide": torch.div,
    "maximum": torch.maximum,
    "where": lambda x, y: torch.where(x > y, x, y),
}
for n in [64, 65_536, 16_777_216]:
    for name, f in UNARY.items():
        add(f"{name} {n}", f, n)
    for name, f in BINARY.items():
        add(f"{name} {n}", f, n, n)
for name in ["exp", "log abs", "sin", "tanh", "sigmoid", "gelu"]:
    add(f"{name} float64 1048576", UNARY[name], 1_048_576, dtype=torch.float64)

# Reductions

for n in [64, 65_536, 16_777_216]:
    add(f"sum {n}", torch.sum, n)
    add(f"amax {n}", torch.amax, n)
    add(f"argmax {n}", torch.argmax, n)
    add(f"norm {n}", torch.linalg.vector_norm, n)
    add(f"variance {n}", torch.var, n)
    add(f"cumsum {n}", lambda x: torch.cumsum(x, 0), n)
add("sum of rows 4096x1024", lambda x: torch.sum(x, 1), (4096, 1024))
add("sum of columns 4096x1024", lambda x: torch.sum(x, 0), (4096, 1024))
add("amax of columns 4096x1024", lambda x: torch.amax(x, 0), (4096, 1024))
add("mean of channels 64x64x32x32", lambda x: torch.mean(x, (0, 2, 3)), (64, 64, 32, 32))

# Rows

for rows, columns in [(64, 64), (4096, 384), (4096, 1024)]:
    size, shape, width = f" {rows}x{columns}", (rows, columns), (columns,)
    for name, f in {"softmax": torch.softmax, "log softmax": torch.log_softmax}.items():
        along = lambda x, f=f: f(x, 1)
        add(name + size, along, shape)
        add_backward(name + size, along, shape)
    norm = lambda x, w, b, width=width: F.layer_norm(x, width, w, b)
    add("layer norm" + size, norm, shape, width, width)
    add_backward("layer norm" + size, norm, shape, width, width)
    rms = lambda x, w, width=width: F.rms_norm(x, width, w)
    add("rms norm" + size, rms, shape, width)
    add_backward("rms norm" + size, rms, shape, width)
for rows in [1000, 25_000]:
    add(f"gelu, layer norm, residual {rows}x1000", lambda x, w, b: x + F.gelu(F.layer_norm(x, (1000,), w, b)),
        (rows, 1000), 1000, 1000)
for rows, classes in [(64, 10), (1024, 50_257)]:

    @rung(f"cross-entropy {rows}x{classes}")
    def _(way, rows=rows, classes=classes):
        return way(F.cross_entropy, torch.randn(rows, classes), torch.randint(classes, (rows,)))

    @rung(f"cross-entropy, both passes {rows}x{classes}")
    def _(way, rows=rows, classes=classes):
        x, y = torch.randn(rows, classes, requires_grad=True), torch.randint(classes, (rows,))
        f = way(F.cross_entropy, x, y)
        return lambda: torch.autograd.grad(f(), x)


# Indexing

for rows, width in [(50_257, 256), (65, 384)]:
    name = f"embedding 4096 of {rows}x{width}"

    @rung(name)
    def _(way, rows=rows, width=width):
        return way(F.embedding, torch.randint(rows, (4096,)), torch.randn(rows, width))

    @rung(name + " backward")
    @eager_only
    def _(rows=rows, width=width):
        weight = torch.randn(rows, width, requires_grad=True)
        out, gradient = F.embedding(torch.randint(rows, (4096,)), weight), torch.randn(4096, width)
        return lambda: torch.autograd.grad(out, weight, gradient, retain_graph=True)


N = 1_048_576
rung(f"gather {N}")(lambda way: way(lambda x, i: torch.gather(x, 0, i), torch.randn(N), torch.randint(N, (N,))))
rung(f"scatter_add {N}")(lambda way: way(lambda x, i, y: torch.scatter_add(x, 0, i, y), torch.zeros(N),
                                         torch.randint(N, (N,)), torch.randn(N)))
add(f"sort {N}", torch.sort, N)
add(f"topk 10 of {N}", lambda x: torch.topk(x, 10), N)
rung(f"randn {N}")(eager_only(lambda: lambda: torch.randn(N)))
rung(f"rand {N}")(eager_only(lambda: lambda: torch.rand(N)))

# Layouts

for n in [64, 1024, 4096]:
    size, shape = f" {n}x{n}", (n, n)
    add("add transposed" + size, lambda x, y: x + y.t(), shape, shape)
    add("copy transposed" + size, lambda x: x.t().contiguous(), shape)
    add("add row" + size, torch.add, shape, n)
    add("add column" + size, torch.add, shape, (n, 1))
    add("outer sum" + size, torch.add, (n, 1), n)
    add("cat" + size, lambda x, y: torch.cat([x, y], 1), shape, shape)
add("permute 16x256x6x64", lambda x: x.permute(0, 2, 1, 3).contiguous(), (16, 256, 6, 64))

# Products

SQUARES = [(n, n, n) for n in [8, 32, 64, 128, 256, 512, 1024, 2048, 4096]]
OTHERS = [(100_000, 16, 16), (16, 4096, 4096), (1, 1024, 1024), (1024, 1024, 1), (32, 65_536, 32)]
for m, k, n in SQUARES + OTHERS:
    add(f"matmul {m}x{k} by {k}x{n}", torch.matmul, (m, k), (k, n))
add("matmul transposed 1024x1024 by 1024x1024 transposed", lambda a, b: a.t() @ b.t(), (1024, 1024), (1024, 1024))
add("matmul 1536x4096 transposed by 4096x384", lambda a, b: a.t() @ b, (4096, 1536), (4096, 384))
add("bmm 256 of 16x16", torch.matmul, (256, 16, 16), (256, 16, 16))
add("bmm 96 of 256x64 by 64x256", torch.matmul, (96, 256, 64), (96, 64, 256))
for rows, inputs, outputs in [(1, 784, 256), (64, 784, 256), (1024, 784, 256), (4096, 384, 1536)]:
    add(f"linear and relu {rows} {inputs} to {outputs}", lambda x, w, b: torch.relu(F.linear(x, w, b)), (rows, inputs),
        (outputs, inputs), outputs)

# Networks


def training(way, optimizer, loss_of, *inputs):
    """A step, of which torch.compile sees the loss."""
    loss = way(loss_of, *inputs)

    def step():
        cost = loss()
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()

    return step


def perceptron(*sizes):
    layers = []
    for before, after in zip(sizes, sizes[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def adam(net):
    return torch.optim.Adam(net.parameters(), fused=True)


def add_update(name, kind, **options):
    @rung(name + " of 20 million")
    def make(way):
        parameter = torch.randn(20_000_000, requires_grad=True)
        parameter.grad = torch.randn(20_000_000)
        return way(kind([parameter], **options).step)


add_update("SGD", torch.optim.SGD, lr=1e-3, fused=True)
add_update("SGD with momentum", torch.optim.SGD, lr=1e-3, momentum=0.9, fused=True)
add_update("Adam", torch.optim.Adam, fused=True)
add_update("AdamW", torch.optim.AdamW, fused=True)
add_update("RMSprop", torch.optim.RMSprop)
add_update("Adagrad", torch.optim.Adagrad, fused=True)
add_update("NAdam", torch.optim.NAdam)


@rung("listing 1")
def listing(way):
    x = torch.arange(1, 16, dtype=torch.float32).reshape(15, 1)
    weight, bias = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight, bias], lr=0.01)
    return training(way, optimizer, lambda x, y: torch.mean((x * weight + bias - y) ** 2), x, 1.04 * x - 0.1)


for rows, sizes in [(32, (8, 32, 32, 1)), (10_000, (4, 32, 16, 4))]:

    @rung(f"{'-'.join(map(str, sizes))}, batch {rows}, Adam")
    def _(way, rows=rows, sizes=sizes):
        net = perceptron(*sizes)
        return training(way, adam(net), lambda x, y: F.mse_loss(net(x), y), torch.randn(rows, sizes[0]),
                        torch.randn(rows, sizes[-1]))


for rows, sizes in [(128, (64, 256, 256, 10)), (64, (784, 256, 128, 10)), (1024, (784, 256, 128, 10))]:

    @rung(f"{'-'.join(map(str, sizes))}, batch {rows}, Adam")
    def _(way, rows=rows, sizes=sizes):
        net = perceptron(*sizes)
        return training(way, adam(net), lambda x, y: F.cross_entropy(net(x), y), torch.randn(rows, sizes[0]),
                        torch.randint(sizes[-1], (rows,)))


@rung("softmax regression 200000x100, 10 classes, SGD")
def _(way):
    layer = nn.Linear(100, 10)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, fused=True)
    return training(way, optimizer, lambda x, y: F.cross_entropy(layer(x), y), torch.randn(200_000, 100),
                    torch.randint(10, (200_000,)))


class MicroGPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.characters, self.places = nn.Embedding(27, 16), nn.Embedding(16, 16)
        self.query, self.key, self.value, self.out = (nn.Linear(16, 16, bias=False) for _ in range(4))
        self.up, self.down = nn.Linear(16, 64, bias=False), nn.Linear(64, 16, bias=False)
        self.head = nn.Linear(16, 27, bias=False)

    def forward(self, tokens):
        batch = tokens.shape[0]
        heads = lambda x: x.reshape(batch, 16, 4, 4).transpose(1, 2)
        x = F.rms_norm(self.characters(tokens) + self.places.weight, (16,))
        normed = F.rms_norm(x, (16,))
        q, k, v = heads(self.query(normed)), heads(self.key(normed)), heads(self.value(normed))
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(seen.transpose(1, 2).reshape(batch, 16, 16))
        x = x + self.down(torch.relu(self.up(F.rms_norm(x, (16,)))))
        return self.head(x).reshape(-1, 27)


for batch in [1, 16]:

    @rung(f"microgpt, batch {batch}")
    def _(way, batch=batch):
        net = MicroGPT()
        return training(way, adam(net), lambda x, y: F.cross_entropy(net(x), y), torch.randint(27, (batch, 16)),
                        torch.randint(27, (batch * 16,)))


# Layers

for what, image, weight, options in [
    ("1 to 32, 3x3, 64x28x28", (64, 1, 28, 28), (32, 1, 3, 3), {}),
    ("32 to 64, 3x3, 64x26x26", (64, 32, 26, 26), (64, 32, 3, 3), {}),
    ("64 to 64, 3x3, padded, 16x56x56", (16, 64, 56, 56), (64, 64, 3, 3), {"padding": 1}),
    ("3 to 64, 7x7, stride 2, 8x224x224", (8, 3, 224, 224), (64, 3, 7, 7), {"stride": 2, "padding": 3}),
    ("256 to 64, 1x1, 32x14x14", (32, 256, 14, 14), (64, 256, 1, 1), {}),
    ("128, depthwise, 3x3, padded, 16x28x28", (16, 128, 28, 28), (128, 1, 3, 3), {"padding": 1, "groups": 128}),
    ("64 to 64, 3, padded, 16x512", (16, 64, 512), (64, 64, 3), {"padding": 1}),
]:
    of_rank = F.conv1d if len(image) == 3 else F.conv2d
    convolution = lambda x, w, of_rank=of_rank, options=options: of_rank(x, w, **options)
    add(f"convolution {what}", convolution, image, weight)
    add_backward(f"convolution {what}", convolution, image, weight)
for causal in [False, True]:
    for shape in [(16, 6, 256, 64), (1, 12, 1024, 64)]:
        name = f"{'causal ' if causal else ''}attention {'x'.join(map(str, shape))}"
        attention = lambda q, k, v, causal=causal: F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        add(name, attention, shape, shape, shape)
        add_backward(name, attention, shape, shape, shape)


@rung("linear cross-entropy 2048x256x50257 both passes")
def _(way):
    if way is not eager:
        return None
    x, weight = torch.randn(2048, 256, requires_grad=True), (torch.randn(50257, 256) * 0.05).requires_grad_()
    target = torch.randint(50257, (2048,))
    return lambda: torch.autograd.grad(F.cross_entropy(F.linear(x, weight), target), [x, weight])


# Models


class SequenceClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 128, batch_first=True)
        self.head = nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.lstm(x)[1][0][0])


class ConvNet(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10))  # fmt: skip


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(384), nn.LayerNorm(384)
        self.qkv, self.out = nn.Linear(384, 3 * 384), nn.Linear(384, 384)
        self.up, self.down = nn.Linear(384, 4 * 384), nn.Linear(4 * 384, 384)

    def forward(self, x):
        batch, length, _ = x.shape
        q, k, v = self.qkv(self.ln1(x)).reshape(batch, length, 3, 6, 64).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(seen.transpose(1, 2).reshape(batch, length, 384))
        return x + self.down(F.gelu(self.up(self.ln2(x))))


class CharGPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.token_embedding, self.position_embedding = nn.Embedding(65, 384), nn.Embedding(256, 384)
        self.blocks = nn.Sequential(*[Block() for _ in range(6)])
        self.ln, self.head = nn.LayerNorm(384), nn.Linear(384, 65, bias=False)

    def forward(self, tokens):
        x = self.token_embedding(tokens) + self.position_embedding.weight
        return self.head(self.ln(self.blocks(x)))


for name, Net, inputs, targets in [
    ("lstm 64 to 128, 64 sequences of 100", SequenceClassifier, lambda: torch.randn(64, 100, 64), (10, (64,))),
    ("convolutional net, 64 pictures of 28x28", ConvNet, lambda: torch.rand(64, 1, 28, 28), (10, (64,))),
    ("char GPT, 6 layers of 384, 16x256", CharGPT, lambda: torch.randint(65, (16, 256)), (65, (16 * 256,))),
]:

    @rung(name)
    def _(way, Net=Net, inputs=inputs, targets=targets):
        net = Net()
        optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, fused=True)
        return training(way, optimizer, lambda x, y: F.cross_entropy(net(x).flatten(0, -2), y), inputs(),
                        torch.randint(*targets))


serve({"eager": eager, "compiled": compiled}, lambda: torch.manual_seed(0))
