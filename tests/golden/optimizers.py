#!/usr/bin/env python3
"""Writes optimizers.safetensors and optimizers.txt: what PyTorch's optimizers do in 50 steps (see problems.py).

Three are not run as they are:

- SparseAdam gets gradients in the sparse layout, without the rows that are 0. Besides the problems of problems.py there
  is one of which rows come and go,
    ranking      x: mean(max(0, 1 - (x[:-1] - x[1:]) scale)^2)
- Muon computes in the dtype of the parameters, not in bfloat16, and changes the matrices of the mlp.
- LBFGS stops, by its tolerances, before it arrives at points where all is rounding. The line search goes so far on the
  rosenbrock that float32 loses the way: there it is float64 alone.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0.
"""

import torch

from golden_file import GoldenFile
from problems import DTYPES, PROBLEMS, add_problems, run, run_variants

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
ADAM_RATES = ADAM[0]
OPTIMIZERS |= {
    "ASGD": (
        {"quadratic": 0.05, "rosenbrock": 2**-12, "mlp": 0.1},
        {
            "plain": "",
            "lambd": "lambd=0.05",
            "alpha": "lambd=0.05, alpha=0.5",
            "t0": "t0=5",
            "weight_decay": "weight_decay=0.1",
            "maximize": "maximize=True",
            "maximize_all": "lambd=0.05, alpha=0.5, t0=5, weight_decay=0.1, maximize=True",
            "halved": "lambd=0.05",
        },
    ),
    "Rprop": (
        {"quadratic": 0.05, "rosenbrock": 0.01, "mlp": 0.01},
        {
            "plain": "",
            "etas": "etas=(0.25, 1.1)",
            "step_sizes": "step_sizes=(0.005, 0.04)",
            "maximize": "maximize=True",
            "maximize_all": "etas=(0.25, 1.1), step_sizes=(0.005, 0.04), maximize=True",
            "halved": "",
        },
    ),
    "RMSprop": (
        {"quadratic": 0.02, "rosenbrock": 0.005, "mlp": 0.005},
        {
            "plain": "",
            "alpha": "alpha=0.9",
            "eps": "eps=0.01",
            "weight_decay": "weight_decay=0.1",
            "momentum": "momentum=0.5",
            "centered": "alpha=0.9, centered=True",
            "centered_momentum": "alpha=0.9, centered=True, momentum=0.5",
            "maximize": "maximize=True",
            "maximize_all": "alpha=0.9, eps=0.01, weight_decay=0.1, momentum=0.5, centered=True, maximize=True",
            "momentum_halved": "momentum=0.5",
        },
    ),
    "Adadelta": (
        {"quadratic": 1.0, "rosenbrock": 0.05, "mlp": 0.25},
        {
            "plain": "",
            "rho": "rho=0.8",
            "eps": "eps=0.001",
            "weight_decay": "eps=0.001, weight_decay=0.1",
            "maximize": "eps=0.001, maximize=True",
            "maximize_all": "rho=0.8, eps=0.001, weight_decay=0.1, maximize=True",
            "halved": "eps=0.001",
        },
    ),
    "Adamax": (
        ADAM_RATES,
        {
            "plain": "",
            "betas": "betas=(0.8, 0.99)",
            "eps": "eps=0.01",
            "weight_decay": "weight_decay=0.1",
            "maximize": "maximize=True",
            "maximize_all": "betas=(0.8, 0.9), eps=0.01, weight_decay=0.1, maximize=True",
            "halved": "",
        },
    ),
    "NAdam": (
        ADAM_RATES | {"rosenbrock": 0.03},
        {
            "plain": "",
            "betas": "betas=(0.8, 0.99)",
            "eps": "eps=0.01",
            "momentum_decay": "momentum_decay=0.5",
            "weight_decay": "weight_decay=0.1",
            "decoupled": "weight_decay=0.1, decoupled_weight_decay=True",
            "maximize": "maximize=True",
            "maximize_all": "betas=(0.8, 0.9), eps=0.01, weight_decay=0.1, momentum_decay=0.5, maximize=True",
            "halved": "",
        },
    ),
    "RAdam": (
        ADAM_RATES | {"rosenbrock": 0.002},
        {
            "plain": "",
            "betas": "betas=(0.5, 0.9)",
            "few": "betas=(0.5, 0.5)",
            "eps": "eps=0.01",
            "weight_decay": "weight_decay=0.1",
            "decoupled": "weight_decay=0.1, decoupled_weight_decay=True",
            "maximize": "maximize=True",
            "maximize_all": "betas=(0.8, 0.9), eps=0.01, weight_decay=0.1, maximize=True",
            "halved": "",
        },
    ),
    "SparseAdam": (
        ADAM_RATES,
        {
            "plain": "",
            "betas": "betas=(0.5, 0.9)",
            "eps": "eps=0.01",
            "maximize": "maximize=True",
            "halved": "",
        },
    ),
    "Adafactor": (
        {"quadratic": 0.05, "rosenbrock": 0.005, "mlp": 0.01},
        {
            "plain": "",
            "beta2_decay": "beta2_decay=-0.5",
            "eps": "eps=(0.25, 0.5)",
            "eps_of_dtype": "eps=(None, 0.5)",
            "d": "d=2.0",
            "weight_decay": "weight_decay=0.1",
            "maximize": "maximize=True",
            "maximize_all": "beta2_decay=-0.5, eps=(0.25, 0.5), d=1.5, weight_decay=0.1, maximize=True",
            "halved": "",
        },
    ),
}

MUON = {
    "plain": "",
    "momentum": "momentum=0.99",
    "no_nesterov": "nesterov=False",
    "weight_decay": "weight_decay=0.5",
    "ns": "ns_coefficients=(2.0, -1.5, 0.5), ns_steps=3, eps=0.001",
    "match_rms_adamw": "adjust_lr_fn='match_rms_adamw'",
    "halved": "",
}

WOLFE = "line_search_fn='strong_wolfe'"
LBFGS = {
    "plain": {"quadratic": "lr=0.1", "rosenbrock": "lr=0.05, tolerance_grad=2.0", "mlp": "lr=0.1, tolerance_grad=0.2"},
    "max_iter": {problem: "lr=0.1, max_iter=2, tolerance_grad=0.2" for problem in PROBLEMS},
    "strong_wolfe": {"quadratic": WOLFE, "rosenbrock": WOLFE, "mlp": f"{WOLFE}, tolerance_grad=0.05"},
    "search": {problem: f"{WOLFE}, max_iter=1, max_eval=10, tolerance_grad=0.1" for problem in PROBLEMS},
    "history": {
        problem: f"history_size=2, {WOLFE}, max_iter=2, max_eval=10, tolerance_grad=0.1" for problem in PROBLEMS
    },
    "max_eval": {problem: f"max_eval=3, {WOLFE}, tolerance_grad=0.1" for problem in PROBLEMS},
    "tolerances": {problem: f"tolerance_grad=0.1, tolerance_change=0.01, {WOLFE}" for problem in PROBLEMS},
    "halved": {problem: "lr=0.1, max_iter=1, tolerance_grad=0.5" for problem in PROBLEMS},
}


class Ranking:
    def __init__(self):
        generator = torch.Generator().manual_seed(3)
        self.constants = {"scale": torch.tensor([1, 0.5])}
        self.parameters = {"x": torch.randint(-16, 17, (6, 2), generator=generator) / 16}

    def loss(self, x, scale):
        return (torch.relu(1 - (x[:-1] - x[1:]) @ scale) ** 2).mean()


class SparseAdam(torch.optim.SparseAdam):
    def step(self, closure):
        loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = p.grad.to_sparse(1)
        super().step()
        return loss


def make(code):
    """What makes the optimizer of `parameters` that `code` stands for."""
    classes = vars(torch.optim) | {"SparseAdam": SparseAdam}
    return lambda parameters: eval(code, classes | {"parameters": parameters})


def sparse_adam(golden):
    ranking = Ranking()
    for name, dtype in DTYPES.items():
        for key, value in (ranking.constants | ranking.parameters).items():
            golden.tensors[f"ranking/{name}/{key}"] = value.to(dtype)
    for variant, options in OPTIMIZERS["SparseAdam"][1].items():
        if variant != "maximize":
            code = f"SparseAdam({', '.join(filter(None, ['parameters', 'lr=0.1', options]))})"
            run(golden, f"SparseAdam/{variant}/ranking", ranking, code, make(code))


def muon(golden):
    bfloat16, torch.Tensor.bfloat16 = torch.Tensor.bfloat16, torch.Tensor.clone
    for variant, options in MUON.items():
        code = f"Muon({', '.join(filter(None, ['parameters[0::2]', 'lr=0.05', options]))})"
        run(golden, f"Muon/{variant}/mlp", PROBLEMS["mlp"], code, make(code))
    torch.Tensor.bfloat16 = bfloat16


def lbfgs(golden):
    for variant, problems in LBFGS.items():
        for problem, options in problems.items():
            code = f"LBFGS(parameters, {options})"
            keep_apart = problem != "rosenbrock"
            run(golden, f"LBFGS/{variant}/{problem}", PROBLEMS[problem], code, make(code), keep_apart=keep_apart)


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    add_problems(golden)
    for optimizer, (rates, variants) in OPTIMIZERS.items():
        grouped = [variant for variant in ["weight_decay", "maximize_all"] if variant in variants]
        run_variants(golden, optimizer, rates, variants, make, grouped)
    sparse_adam(golden)
    muon(golden)
    lbfgs(golden)
    golden.write(__file__)


if __name__ == "__main__":
    main()
