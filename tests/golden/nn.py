#!/usr/bin/env python3
"""Writes nn.safetensors and nn.txt: PyTorch's initialisation of layers, and what its optimizers do in 50 steps.

Every case has an id, and the Python that it stands for, as JSON {"cases": {id: code}} under the key "golden" of the
metadata, and in nn.txt. There are three kinds; in all of them `torch.set_default_dtype` was that of the results.

Layers, "layer/...": the code ends in a module; <id>/<name> is its parameter of that name.

Tensors, "init/..." and "dropout/...": <id>/out is the value of the code's last expression.

Optimizers, "<optimizer>/<options>/<problem>/<dtype>": `parameters` in the code are those of the problem, in its order.
<id>/loss [50] is the loss before each step, <id>/parameters [4, n] all parameters, flattened and one after the other,
after the steps 1, 2, 10 and 50. The problems (<problem>/<dtype>/<name> holds the constants and the first parameters):

  quadratic      x: sum(scale * (x - target)^2) / 2
  rosenbrock     x: (1 - x[0])^2 + 100 * (x[1] - x[0]^2)^2
  mlp            w1, b1, w2, b2: mean((tanh(inputs w1^T + b1) w2^T + b2 - targets)^2)

and, where the optimizer maximizes, the negative of that. In the cases named "*halved" the learning rate of every group
is halved after step 5. The problems and rates are such that float32 and float64 stay within 1e-5 of the largest
parameter.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512, on a processor that is not
Intel's (there dropout draws from MKL).
"""

import itertools
import json
import math  # noqa: F401 (for the code of the cases)
import pathlib

import torch
import torch.nn.functional as F  # noqa: F401
from safetensors.torch import save_file
from torch import nn  # noqa: F401

STEPS = 50
SHOWN = [1, 2, 10, 50]
DTYPES = {"float32": torch.float32, "float64": torch.float64}


class Golden:
    def __init__(self):
        self.tensors, self.cases = {}, {}

    def evaluate(self, id, code, dtype):
        """Runs the statements of `code` and returns the value of its last, an expression."""
        assert id not in self.cases, id
        self.cases[id] = code
        *statements, last = code.split("; ")
        names = dict(globals())
        torch.set_default_dtype(dtype)
        with torch.no_grad():
            exec("\n".join(statements), names)
            value = eval(last, names)
        torch.set_default_dtype(torch.float32)
        return value

    def write(self, stem):
        stem = pathlib.Path(stem)
        metadata = {"golden": json.dumps({"cases": self.cases}, separators=(",", ":"))}
        tensors = {name: x.detach().clone(memory_format=torch.contiguous_format) for name, x in self.tensors.items()}
        save_file(tensors, stem.with_suffix(".safetensors"), metadata)
        lines = [f"Written by {stem.name}.py, which says what this is: {len(self.cases)} cases.", ""]
        lines += [f"{id}: {code}" for id, code in self.cases.items()]
        stem.with_suffix(".txt").write_text("\n".join(lines) + "\n")


def layers(golden):
    for seed, (inputs, outputs) in [(0, (1, 1)), (0, (3, 2)), (1, (4, 4)), (42, (5, 1)), (2, (16, 3)), (7, (13, 8))]:
        for name, dtype in DTYPES.items():
            id = f"layer/linear_{inputs}_{outputs}_seed{seed}/{name}"
            layer = golden.evaluate(id, f"torch.manual_seed({seed}); nn.Linear({inputs}, {outputs})", dtype)
            golden.tensors |= {f"{id}/{key}": value for key, value in layer.state_dict().items()}
    for id, code in [
        ("layer/linear_no_bias", "torch.manual_seed(3); nn.Linear(4, 3, bias=False)"),
        ("layer/sequential", "torch.manual_seed(7); nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))"),
        ("layer/after_draws", "torch.manual_seed(5); torch.randn(3); torch.rand(5); nn.Linear(4, 3)"),
    ]:
        layer = golden.evaluate(id, code, torch.float32)
        golden.tensors |= {f"{id}/{key}": value for key, value in layer.state_dict().items()}


INITIALISERS = {
    "uniform": "nn.init.uniform_(w)",
    "uniform_bounds": "nn.init.uniform_(w, a=-0.5, b=2.0)",
    "normal": "nn.init.normal_(w)",
    "normal_moments": "nn.init.normal_(w, mean=1.0, std=0.02)",
    "xavier_uniform": "nn.init.xavier_uniform_(w)",
    "xavier_uniform_gain": "nn.init.xavier_uniform_(w, gain=nn.init.calculate_gain('relu'))",
    "xavier_normal": "nn.init.xavier_normal_(w)",
    "xavier_normal_gain": "nn.init.xavier_normal_(w, gain=nn.init.calculate_gain('tanh'))",
    "kaiming_uniform": "nn.init.kaiming_uniform_(w)",
    "kaiming_uniform_sqrt5": "nn.init.kaiming_uniform_(w, a=math.sqrt(5))",
    "kaiming_uniform_fan_out": "nn.init.kaiming_uniform_(w, mode='fan_out', nonlinearity='relu')",
    "kaiming_uniform_linear": "nn.init.kaiming_uniform_(w, nonlinearity='linear')",
    "kaiming_normal": "nn.init.kaiming_normal_(w)",
    "kaiming_normal_fan_out": "nn.init.kaiming_normal_(w, mode='fan_out', nonlinearity='relu')",
    "kaiming_normal_tanh": "nn.init.kaiming_normal_(w, nonlinearity='tanh')",
    "kaiming_normal_selu": "nn.init.kaiming_normal_(w, nonlinearity='selu')",
    "kaiming_normal_sigmoid": "nn.init.kaiming_normal_(w, mode='fan_out', nonlinearity='sigmoid')",
    "kaiming_normal_leaky": "nn.init.kaiming_normal_(w, a=0.2, nonlinearity='leaky_relu')",
    "orthogonal": "nn.init.orthogonal_(w)",
    "orthogonal_gain": "nn.init.orthogonal_(w, gain=1.5)",
    "trunc_normal": "nn.init.trunc_normal_(w)",
    "trunc_normal_moments": "nn.init.trunc_normal_(w, mean=0.5, std=0.02)",
    "trunc_normal_bounds": "nn.init.trunc_normal_(w, mean=0.0, std=1.0, a=-0.5, b=1.5)",
    "trunc_normal_far": "nn.init.trunc_normal_(w, mean=3.0, std=1.0, a=-2.0, b=2.0)",
    "constant": "nn.init.constant_(w, 0.3)",
    "ones": "nn.init.ones_(w)",
    "zeros": "nn.init.zeros_(w)",
    "eye": "nn.init.eye_(w)",
}


def initialisers(golden):
    # Below 16 elements PyTorch draws normals one by one. More than two dimensions are those of a convolution.
    shapes = [(3, 4), (5, 7), (4, 3), (4, 4), (4, 3, 2, 2)]
    for seed, ((name, call), shape) in enumerate(itertools.product(INITIALISERS.items(), shapes)):
        if name == "eye" and len(shape) > 2:
            continue
        for dtype in DTYPES if shape in [(3, 4), (5, 7)] else ["float32"]:
            id = f"init/{name}/{'x'.join(map(str, shape))}/{dtype}"
            code = f"torch.manual_seed({seed}); w = torch.empty({', '.join(map(str, shape))}); {call}"
            golden.tensors[f"{id}/out"] = golden.evaluate(id, code, DTYPES[dtype])
    for nonlinearity in ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]:
        id = f"init/calculate_gain/{nonlinearity}"
        code = f"torch.tensor(nn.init.calculate_gain('{nonlinearity}'))"
        golden.tensors[f"{id}/out"] = golden.evaluate(id, code, torch.float64)
    id = "init/calculate_gain/leaky_relu_0.2"
    code = "torch.tensor(nn.init.calculate_gain('leaky_relu', 0.2))"
    golden.tensors[f"{id}/out"] = golden.evaluate(id, code, torch.float64)


def dropout(golden):
    for seed, (size, p) in enumerate(itertools.product([(5,), (4, 6), (50,)], [0.0, 0.1, 0.5, 0.9, 1.0])):
        for name, dtype in DTYPES.items():
            id = f"dropout/{'x'.join(map(str, size))}_p{p}/{name}"
            shape = ", ".join(map(str, size))
            code = f"torch.manual_seed({seed}); F.dropout(torch.ones({shape}), p={p})"
            golden.tensors[f"{id}/out"] = golden.evaluate(id, code, dtype)


class Quadratic:
    def __init__(self):
        self.constants = {"scale": torch.tensor([0.5, 1, 2, 4]), "target": torch.tensor([1, -2, 0.5, 0.25])}
        self.parameters = {"x": torch.tensor([-1.5, 0.5, 3, -0.75])}

    def loss(self, x, scale, target):
        return (scale * (x - target) ** 2).sum() / 2


class Rosenbrock:
    def __init__(self):
        self.constants = {}
        self.parameters = {"x": torch.tensor([-1.25, 1])}

    def loss(self, x):
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


class Mlp:
    def __init__(self):
        generator = torch.Generator().manual_seed(1)

        def draw(*shape):
            return torch.randint(-16, 17, shape, generator=generator) / 16

        self.constants = {"inputs": draw(6, 3), "targets": draw(6, 2)}
        self.parameters = {"w1": draw(4, 3), "b1": draw(4), "w2": draw(2, 4), "b2": draw(2)}

    def loss(self, w1, b1, w2, b2, inputs, targets):
        return ((torch.tanh(inputs @ w1.T + b1) @ w2.T + b2 - targets) ** 2).mean()


PROBLEMS = {"quadratic": Quadratic(), "rosenbrock": Rosenbrock(), "mlp": Mlp()}

# Optimizer: the learning rate for each problem, and the options tried.
OPTIMIZERS = {
    "SGD": (
        {"quadratic": 0.05, "rosenbrock": 2**-12, "mlp": 0.1},
        {
            "plain": "",
            "momentum": "momentum=0.9",
            "dampening": "momentum=0.9, dampening=0.5",
            "nesterov": "momentum=0.9, nesterov=True",
            "weight_decay": "weight_decay=0.1",
            "momentum_weight_decay": "momentum=0.5, weight_decay=0.1",
            "nesterov_weight_decay": "momentum=0.5, nesterov=True, weight_decay=0.1",
            "maximize": "maximize=True",
            "maximize_all": "momentum=0.5, dampening=0.25, weight_decay=0.1, maximize=True",
            "momentum_halved": "momentum=0.9",
        },
    ),
    "Adagrad": (
        {"quadratic": 0.5, "rosenbrock": 0.05, "mlp": 0.1},
        {
            "plain": "",
            "lr_decay": "lr_decay=0.1",
            "initial_accumulator_value": "initial_accumulator_value=0.5",
            "eps": "eps=0.01",
            "weight_decay": "weight_decay=0.1",
            "maximize": "maximize=True",
            "maximize_all": "lr_decay=0.1, initial_accumulator_value=0.5, eps=0.01, weight_decay=0.1, maximize=True",
            "lr_decay_halved": "lr_decay=0.1",
        },
    ),
}
ADAM = (
    {"quadratic": 0.1, "rosenbrock": 0.02, "mlp": 0.02},
    {
        "plain": "",
        "betas": "betas=(0.5, 0.9)",
        "eps": "eps=0.01",
        "weight_decay": "weight_decay=0.1",
        "amsgrad": "betas=(0.8, 0.9), amsgrad=True",
        "amsgrad_weight_decay": "betas=(0.8, 0.9), weight_decay=0.1, amsgrad=True",
        "maximize": "maximize=True",
        "maximize_all": "betas=(0.8, 0.9), eps=0.01, weight_decay=0.1, amsgrad=True, maximize=True",
        "halved": "",
    },
)
OPTIMIZERS |= {"Adam": ADAM, "AdamW": ADAM}


def train(problem, optimizer_code, dtype, sign, halved):
    """The losses, and the parameters after the steps SHOWN."""
    parameters = [x.to(dtype, copy=True).requires_grad_() for x in problem.parameters.values()]
    constants = [x.to(dtype) for x in problem.constants.values()]
    optimizer = eval(optimizer_code, {"torch": torch, "parameters": parameters})
    losses, shown = [], []
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        loss = sign * problem.loss(*parameters, *constants)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        if step in SHOWN:
            shown.append(torch.cat([x.detach().flatten() for x in parameters]))
        if halved and step == 5:
            for group in optimizer.param_groups:
                group["lr"] /= 2
    return torch.stack(losses), torch.stack(shown)


def optimizers(golden):
    for (name, problem), (dtype_name, dtype) in itertools.product(PROBLEMS.items(), DTYPES.items()):
        constants = problem.constants | problem.parameters
        golden.tensors |= {f"{name}/{dtype_name}/{key}": value.to(dtype) for key, value in constants.items()}
    for optimizer, (rates, variants) in OPTIMIZERS.items():
        for (variant, options), (name, problem) in itertools.product(variants.items(), PROBLEMS.items()):
            run(golden, f"{optimizer}/{variant}/{name}", problem, optimizer, "parameters", f"lr={rates[name]}", options)
        weights_and_biases = (
            "[{'params': parameters[0::2]}, {'params': parameters[1::2], 'lr': 0.03, 'weight_decay': 0.0}]"
        )
        for variant in ["weight_decay", "maximize_all"]:
            rate = f"lr={rates['mlp']}"
            id = f"{optimizer}/groups_{variant}/mlp"
            run(golden, id, PROBLEMS["mlp"], optimizer, weights_and_biases, rate, variants[variant])
        run(golden, f"{optimizer}/defaults/quadratic", PROBLEMS["quadratic"], optimizer, "parameters")


def run(golden, id, problem, optimizer, parameters, *options):
    code = f"torch.optim.{optimizer}({', '.join([parameters, *filter(None, options)])})"
    shown = {}
    for dtype_name, dtype in DTYPES.items():
        key = f"{id}/{dtype_name}"
        sign = -1 if "maximize=True" in code else 1
        golden.cases[key] = code
        golden.tensors[f"{key}/loss"], shown[dtype] = train(problem, code, dtype, sign, "halved" in id)
        golden.tensors[f"{key}/parameters"] = shown[dtype]
    apart = (shown[torch.float32].double() - shown[torch.float64]).abs().max() / shown[torch.float64].abs().max()
    assert apart < 1e-5, (id, apart)


def main():
    torch.set_num_threads(1)
    golden = Golden()
    for family in [layers, initialisers, dropout, optimizers]:
        family(golden)
    golden.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(golden.cases)} cases")


if __name__ == "__main__":
    main()
