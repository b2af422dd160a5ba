#!/usr/bin/env python3
"""Writes keras_optimizers.safetensors and keras_optimizers.txt: what optimizers of Keras do in 50 steps (see
problems.py). The calls are written with `lr` for Keras' learning_rate.

Made with PyTorch 2.13.0+cpu, Keras 3.15.1 on it, and safetensors 0.8.0.
"""

import os

import torch

os.environ["KERAS_BACKEND"] = "torch"
import keras  # noqa: E402

from golden_file import GoldenFile  # noqa: E402
from problems import add_problems, run_variants  # noqa: E402

# Optimizer: the learning rate for each problem, and the options tried.
OPTIMIZERS = {
    "Ftrl": (
        {"quadratic": 0.5, "rosenbrock": 0.05, "mlp": 0.2},
        {
            "plain": "",
            "power": "learning_rate_power=-0.5625",
            "small_power": "learning_rate_power=-0.25",
            "initial_accumulator_value": "initial_accumulator_value=0.5",
            "l1": "l1_regularization_strength=0.5",
            "l2": "l2_regularization_strength=0.5",
            "shrinkage": "l2_shrinkage_regularization_strength=0.1",
            "beta": "beta=1.0",
            "all": "learning_rate_power=-0.5625, initial_accumulator_value=0.5, l1_regularization_strength=0.125, "
            "l2_regularization_strength=0.125, l2_shrinkage_regularization_strength=0.1, beta=0.5",
            "halved": "",
        },
    ),
}


class KerasOptimizer:
    """An optimizer of Keras, as PyTorch's are used."""

    def __init__(self, kind, parameters, lr=None, **options):
        groups = parameters if isinstance(parameters[0], dict) else [{"params": parameters}]
        self.param_groups = [{"lr": lr} | group for group in groups]
        self.optimizers, self.variables = [], []
        for group in self.param_groups:
            keras.config.set_floatx(str(group["params"][0].dtype).removeprefix("torch."))
            if group["lr"] is None:
                self.optimizers.append(kind(**options))
                group["lr"] = float(self.optimizers[-1].learning_rate)
            else:
                self.optimizers.append(kind(learning_rate=group["lr"], **options))
            self.variables.append([keras.Variable(p.detach().clone().numpy()) for p in group["params"]])

    def zero_grad(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    def step(self, closure):
        loss = closure()
        for group, optimizer, variables in zip(self.param_groups, self.optimizers, self.variables):
            optimizer.learning_rate = group["lr"]
            optimizer.apply([p.grad for p in group["params"]], variables)
            for p, variable in zip(group["params"], variables):
                p.data.copy_(variable.value)
        return loss


def make(code):
    def function(name):
        return lambda parameters, **options: KerasOptimizer(getattr(keras.optimizers, name), parameters, **options)

    return lambda parameters: eval(code, {name: function(name) for name in OPTIMIZERS} | {"parameters": parameters})


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    add_problems(golden)
    for optimizer, (rates, variants) in OPTIMIZERS.items():
        run_variants(golden, optimizer, rates, variants, make, ["all"])
    golden.write(__file__)


if __name__ == "__main__":
    main()
