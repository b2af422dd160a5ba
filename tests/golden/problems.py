"""The problems that optimizers are compared on, and what is kept of a run.

Every case has an id, "OPTIMIZER/OPTIONS/PROBLEM/DTYPE", and the Python call that it stands for, in which `parameters`
are those of the problem, in its order. <id>/loss [50] is the loss before each step, <id>/parameters [4, n] all
parameters, flattened and one after the other, after the steps 1, 2, 10 and 50. The problems (PROBLEM/DTYPE/NAME holds
the constants and the first parameters):

  quadratic      x: sum(scale * (x - target)^2) / 2
  rosenbrock     x: (1 - x[0])^2 + 100 * (x[1] - x[0]^2)^2
  mlp            w1, b1, w2, b2: mean((tanh(inputs w1^T + b1) w2^T + b2 - targets)^2)

and, where the optimizer maximizes, the negative of that. In the cases named "*halved" the learning rate of every group
is halved after step 5. Where `parameters` stand in two groups, GROUPS says which. Rates are to be such that float32 and
float64 stay together, which `run` checks.
"""

import itertools

import torch

STEPS = 50
SHOWN = [1, 2, 10, 50]
DTYPES = {"float32": torch.float32, "float64": torch.float64}
# Weights and biases apart.
GROUPS = "[{'params': parameters[0::2]}, {'params': parameters[1::2], 'lr': 0.03, 'weight_decay': 0.0}]"
# For rules that are written anew, whose float32 numbers no two programs round alike.
APART = dict(apart=5e-7, keep_apart=False)


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


def train(problem, make_optimizer, dtype, sign, halved):
    """The losses, and the parameters after the steps SHOWN.

    `make_optimizer(parameters)` gives what has step(closure), zero_grad() and param_groups, as PyTorch's have. The
    numbers that optimizers keep are of the default dtype."""
    torch.set_default_dtype(dtype)
    parameters = [x.to(dtype, copy=True).requires_grad_() for x in problem.parameters.values()]
    constants = [x.to(dtype) for x in problem.constants.values()]
    optimizer = make_optimizer(parameters)

    def closure():
        optimizer.zero_grad()
        loss = sign * problem.loss(*parameters, *constants)
        loss.backward()
        return loss

    losses, shown = [], []
    for step in range(1, STEPS + 1):
        losses.append(optimizer.step(closure).detach())
        if step in SHOWN:
            shown.append(torch.cat([x.detach().flatten() for x in parameters]))
        if halved and step == 5:
            for group in optimizer.param_groups:
                group["lr"] /= 2
    torch.set_default_dtype(torch.float32)
    return torch.stack(losses), torch.stack(shown)


def add_problems(golden):
    for (name, problem), (dtype_name, dtype) in itertools.product(PROBLEMS.items(), DTYPES.items()):
        constants = problem.constants | problem.parameters
        golden.tensors |= {f"{name}/{dtype_name}/{key}": value.to(dtype) for key, value in constants.items()}


def run(golden, id, problem, code, make_optimizer, apart=1e-5, keep_apart=True):
    """Adds the case `id` of both dtypes, which may be `apart`, relative to the largest parameter.

    Without `keep_apart`, the float32 case is left out where they are further apart: the rule has too few digits there.
    """
    sign = -1 if "maximize=True" in code else 1
    runs = {name: train(problem, make_optimizer, dtype, sign, "halved" in id) for name, dtype in DTYPES.items()}
    (_, single), (_, double) = runs.values()
    difference = (single.double() - double).abs().max() / double.abs().max()
    if not keep_apart and not difference < apart:
        del runs["float32"]
    else:
        assert difference < apart, (id, difference)
    for dtype, (losses, shown) in runs.items():
        golden.add(f"{id}/{dtype}", code)
        golden.tensors |= {f"{id}/{dtype}/loss": losses, f"{id}/{dtype}/parameters": shown}


def run_variants(
    golden, optimizer, rates, variants, make, grouped=("weight_decay", "maximize_all"), defaults=True, **of_run
):
    """Adds each of `variants` (name: options) on each problem with its rate, those of `grouped` in two groups too, and
    the defaults if wanted. `make(code)(parameters)` is the optimizer that `code`, "OPTIMIZER(parameters, lr=..., ...)",
    stands for.
    """

    def add(id, problem, *arguments):
        code = f"{optimizer}({', '.join(filter(None, arguments))})"
        run(golden, f"{optimizer}/{id}/{problem}", PROBLEMS[problem], code, make(code), **of_run)

    for (variant, options), problem in itertools.product(variants.items(), PROBLEMS):
        add(variant, problem, "parameters", f"lr={rates[problem]}", options)
    for variant in grouped:
        add(f"groups_{variant}", "mlp", GROUPS, f"lr={rates['mlp']}", variants[variant])
    if defaults:
        add("defaults", "quadratic", "parameters")
