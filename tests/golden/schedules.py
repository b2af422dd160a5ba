#!/usr/bin/env python3
"""Writes schedules.safetensors and schedules.txt: the learning rates that schedules give.

Every case has an id and the Python that it stands for. <id>/lr [201, 3] holds the learning rates of three groups, as
the schedule sets them when it is made and at each of 200 steps.

PyTorch's ("torch/..."): the groups begin at LRS. `o` is SGD with momentum 0.9, or Adam where the id ends in "_adam";
<id>/momentum [201, 3] is kept where the schedule cycles it. ReduceLROnPlateau is given the numbers of "metrics" [200].

Optax's, Keras' and formulas ("optax/...", "keras/...", "formula/..."): the code is a function of the step, t, that gives
what the LRS are multiplied with, in float64.

Made with PyTorch 2.13.0+cpu, Optax 0.2.8, Keras 3.15.1 and safetensors 0.8.0.
"""

import math
import os
import warnings

os.environ["KERAS_BACKEND"] = "jax"

import jax
import numpy as np
import torch
from torch.optim import lr_scheduler as s
from torch.optim.swa_utils import SWALR

from golden_file import GoldenFile

jax.config.update("jax_enable_x64", True)
import keras  # noqa: E402 (after the switch to float64)
import optax  # noqa: E402

keras.config.set_floatx("float64")
warnings.filterwarnings("ignore")
STEPS = 200
LRS = [0.1, 0.05, 0.3]

TORCH = {
    "lambda": "s.LambdaLR(o, lambda epoch: 0.95**epoch)",
    "lambda_each": "s.LambdaLR(o, [lambda e: 1 / (1 + e), lambda e: 0.5, lambda e: e / 7])",
    "multiplicative": "s.MultiplicativeLR(o, lambda epoch: 1 - 1 / (epoch + 3))",
    "step": "s.StepLR(o, step_size=30, gamma=0.1)",
    "step_often": "s.StepLR(o, step_size=3, gamma=0.9)",
    "multi_step": "s.MultiStepLR(o, milestones=[30, 80, 80, 150], gamma=0.3)",
    "multi_step_at_0": "s.MultiStepLR(o, milestones=[0, 5], gamma=0.7)",
    "constant": "s.ConstantLR(o)",
    "constant_long": "s.ConstantLR(o, factor=0.3, total_iters=40)",
    "linear": "s.LinearLR(o)",
    "linear_down": "s.LinearLR(o, start_factor=0.9, end_factor=0.0, total_iters=70)",
    "exponential": "s.ExponentialLR(o, gamma=0.97)",
    "polynomial": "s.PolynomialLR(o)",
    "polynomial_power": "s.PolynomialLR(o, total_iters=150, power=1.7)",
    "cosine": "s.CosineAnnealingLR(o, T_max=200)",
    "cosine_again": "s.CosineAnnealingLR(o, T_max=17, eta_min=0.01)",
    "restarts": "s.CosineAnnealingWarmRestarts(o, T_0=50)",
    "restarts_longer": "s.CosineAnnealingWarmRestarts(o, T_0=7, T_mult=2, eta_min=0.001)",
    "cyclic": "s.CyclicLR(o, base_lr=0.001, max_lr=0.1, step_size_up=20)",
    "cyclic_down": "s.CyclicLR(o, base_lr=[0.01, 0.02, 0.03], max_lr=[0.1, 0.3, 0.2], step_size_up=7, step_size_down=11,"
    " mode='triangular2', base_momentum=0.7, max_momentum=0.95)",
    "cyclic_exp_adam": "s.CyclicLR(o, base_lr=0.001, max_lr=0.1, step_size_up=9, mode='exp_range', gamma=0.99)",
    "cyclic_scale": "s.CyclicLR(o, base_lr=0.001, max_lr=0.1, step_size_up=9, scale_fn=lambda c: 1 / c,"
    " cycle_momentum=False)",
    "cyclic_scale_iterations": "s.CyclicLR(o, base_lr=0.001, max_lr=0.1, step_size_up=9,"
    " scale_fn=lambda e: 1 / (1 + e), scale_mode='iterations')",
    "one_cycle": "s.OneCycleLR(o, max_lr=0.5, total_steps=200)",
    "one_cycle_linear_adam": "s.OneCycleLR(o, max_lr=[0.5, 0.1, 0.2], total_steps=201, anneal_strategy='linear')",
    "one_cycle_three": "s.OneCycleLR(o, max_lr=0.5, total_steps=200, pct_start=0.4, three_phase=True, div_factor=10,"
    " final_div_factor=100, base_momentum=0.8, max_momentum=0.9)",
    "one_cycle_no_rise": "s.OneCycleLR(o, max_lr=0.5, total_steps=210, pct_start=0.0, cycle_momentum=False)",
    "plateau": "s.ReduceLROnPlateau(o)",
    "plateau_max": "s.ReduceLROnPlateau(o, mode='max', factor=0.5, patience=3, threshold=0.1, cooldown=4,"
    " min_lr=[0.001, 0.002, 0.1])",
    "plateau_abs": "s.ReduceLROnPlateau(o, factor=0.7, patience=0, threshold=0.05, threshold_mode='abs', eps=0.001)",
    "plateau_max_abs": "s.ReduceLROnPlateau(o, mode='max', factor=0.7, patience=2, threshold_mode='abs', min_lr=0.001)",
    "swa": "SWALR(o, swa_lr=0.05)",
    "swa_linear": "SWALR(o, swa_lr=[0.05, 0.01, 0.5], anneal_epochs=40, anneal_strategy='linear')",
    "swa_at_once": "SWALR(o, swa_lr=0.02, anneal_epochs=0)",
    "chained": "s.ChainedScheduler([s.ConstantLR(o, factor=0.1, total_iters=20), s.ExponentialLR(o, gamma=0.9)])",
    "chained_three": "s.ChainedScheduler([s.LinearLR(o, total_iters=30), s.CosineAnnealingLR(o, T_max=40),"
    " s.MultiStepLR(o, milestones=[50, 100])])",
    "chained_polynomial": "s.ChainedScheduler([s.PolynomialLR(o, total_iters=180, power=2.0),"
    " s.StepLR(o, step_size=20, gamma=0.9), s.MultiplicativeLR(o, lambda e: 0.999)])",
    "sequential": "s.SequentialLR(o, [s.ConstantLR(o, factor=0.1, total_iters=20), s.ExponentialLR(o, gamma=0.9)],"
    " milestones=[20])",
    "sequential_cosine": "s.SequentialLR(o, [s.LinearLR(o, start_factor=0.01, total_iters=10),"
    " s.CosineAnnealingLR(o, T_max=190, eta_min=0.001)], milestones=[10])",
    "sequential_all": "s.SequentialLR(o, [s.LinearLR(o, total_iters=10), s.StepLR(o, step_size=5),"
    " s.MultiStepLR(o, milestones=[3, 9]), s.PolynomialLR(o, total_iters=15), s.LambdaLR(o, lambda e: 1 / (2 + e)),"
    " s.MultiplicativeLR(o, lambda e: 0.9), s.CosineAnnealingWarmRestarts(o, T_0=6, T_mult=2),"
    " s.ConstantLR(o, factor=0.2, total_iters=7), SWALR(o, swa_lr=0.03, anneal_epochs=20)],"
    " milestones=[20, 40, 60, 80, 90, 100, 140, 160])",
    "sequential_cyclic": "s.SequentialLR(o, [s.LinearLR(o, total_iters=10),"
    " s.CyclicLR(o, base_lr=0.001, max_lr=0.1, step_size_up=9)], milestones=[30])",
    "chained_sequential": "s.ChainedScheduler([s.SequentialLR(o, [s.LinearLR(o, total_iters=10),"
    " s.ExponentialLR(o, gamma=0.95)], milestones=[10]), s.StepLR(o, step_size=50, gamma=0.5)])",
}

OTHERS = {
    "optax/linear_warmup": "optax.warmup_constant_schedule(0.1, 1.0, 30)",
    "keras/inverse_time": "keras.optimizers.schedules.InverseTimeDecay(1.0, 20, 0.5)",
    "keras/inverse_time_staircase": "keras.optimizers.schedules.InverseTimeDecay(1.0, 20, 0.5, staircase=True)",
    "formula/inverse_square_root": "lambda t: min(t / 40, math.sqrt(40 / max(t, 1)))",
    "formula/inverse_square_root_no_warmup": "lambda t: (1 + t) ** -0.5",
    "optax/exponential_decay": "optax.exponential_decay(1.0, 25, 0.5, transition_begin=10, end_value=0.05)",
    "optax/exponential_decay_staircase": "optax.exponential_decay(1.0, 25, 0.5, staircase=True)",
    "optax/exponential_decay_up": "optax.exponential_decay(1.0, 50, 2.0, end_value=3.0)",
    "formula/wsd": "lambda t: t / 20 if t < 20 else 1 if t < 140 else 1 - math.sqrt(min(t - 140, 40) / 40)",
    "formula/wsd_linear": "lambda t: 0.1 + 0.9 * t / 20 if t < 20 else 1 - 0.8 * min(max(t - 140, 0) / 50, 1)",
    "formula/wsd_cosine": "lambda t: 0.2 + 0.8 * (1 + math.cos(math.pi * min(max(t - 150, 0) / 50, 1))) / 2",
    "optax/warmup_cosine": "optax.warmup_cosine_decay_schedule(0.0, 1.0, 20, 180, 0.1)",
    "optax/warmup_cosine_exponent": "optax.warmup_cosine_decay_schedule(0.1, 1.0, 1, 150, exponent=2.0)",
    "optax/cosine_decay": "optax.cosine_decay_schedule(1.0, 170, alpha=0.05, exponent=0.5)",
    "optax/sgdr": "optax.sgdr_schedule([dict(init_value=0.0, peak_value=1.0, warmup_steps=5, decay_steps=40),"
    " dict(init_value=0.05, peak_value=0.5, warmup_steps=10, decay_steps=60, end_value=0.1, exponent=2.0)])",
    "optax/piecewise_linear": "optax.piecewise_interpolate_schedule('linear', 1.0, {20: 3.0, 60: 0.5, 180: 0.1})",
    "optax/piecewise_cosine": "optax.piecewise_interpolate_schedule('cosine', 1.0, {20: 3.0, 60: 0.5, 180: 0.1})",
}


def run(golden, id, code):
    parameters = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in LRS]
    o = torch.optim.Adam(parameters) if id.endswith("_adam") else torch.optim.SGD(parameters, momentum=0.9)
    scheduler = eval(code, {"s": s, "SWALR": SWALR, "o": o})

    def momenta():
        return [group["betas"][0] if "betas" in group else group["momentum"] for group in o.param_groups]

    lrs, momentums = [[group["lr"] for group in o.param_groups]], [momenta()]
    for step in range(STEPS):
        o.step()
        if "plateau" in id:
            scheduler.step(golden.tensors["metrics"][step].item())
        else:
            scheduler.step()
        lrs.append([group["lr"] for group in o.param_groups])
        momentums.append(momenta())
    golden.add(id, code)
    golden.tensors[f"{id}/lr"] = torch.tensor(lrs, dtype=torch.float64)
    if any(row != momentums[0] for row in momentums):
        golden.tensors[f"{id}/momentum"] = torch.tensor(momentums, dtype=torch.float64)


def main():
    golden = GoldenFile()
    # Falls, then wavers.
    generator = np.random.default_rng(1)
    metrics = np.round(2 ** -(np.minimum(np.arange(STEPS), 120) / 30) + 0.05 * generator.random(STEPS), 3)
    golden.tensors["metrics"] = torch.from_numpy(metrics)
    for name, code in TORCH.items():
        run(golden, f"torch/{name}", code)
    for id, code in OTHERS.items():
        schedule = eval(code, {"optax": optax, "keras": keras, "math": math})
        golden.add(id, code)
        factors = [float(schedule(np.float64(t))) for t in range(STEPS + 1)]
        golden.tensors[f"{id}/lr"] = torch.tensor(factors, dtype=torch.float64)[:, None] * torch.tensor(LRS, dtype=torch.float64)
    golden.write(__file__)


if __name__ == "__main__":
    main()
