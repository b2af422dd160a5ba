#!/usr/bin/env python3
"""Writes optimizers.safetensors and optimizers.txt: what PyTorch's optimizers do in 50 steps (see problems.py).

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0.
"""

import torch

from golden_file import GoldenFile
from problems import add_problems, run_variants

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


def make(code):
    return lambda parameters: eval(f"torch.optim.{code}", {"torch": torch, "parameters": parameters})


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    add_problems(golden)
    for optimizer, (rates, variants) in OPTIMIZERS.items():
        run_variants(golden, optimizer, rates, variants, make)
    golden.write(__file__)


if __name__ == "__main__":
    main()
