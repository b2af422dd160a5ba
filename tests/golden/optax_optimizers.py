#!/usr/bin/env python3
"""Writes optax_optimizers.safetensors and .txt: what Optax's optimizers do in 50 steps (see problems.py).

The calls are ours; RULES says which Optax transformations they stand for. Made with Optax 0.2.8, JAX 0.10.2 and
safetensors 0.8.0, on a CPU.
"""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch
from optax import contrib

from golden_file import GoldenFile
from problems import APART, add_problems, run_variants
from reference_optimizer import make

jax.config.update("jax_enable_x64", True)


def decayed(*transformations, o):
    """With decoupled weight decay and the learning rate at the end."""
    return optax.chain(*transformations, optax.add_decayed_weights(o.weight_decay), optax.scale_by_learning_rate(o.lr))


def alpha_of(o):
    if not o.alpha_warmup:
        return o.alpha
    return lambda count: o.alpha * jnp.minimum((jnp.float64(count) + 1) / o.alpha_warmup, 1)


def beta3_of(o):
    if not o.beta3_warmup:
        return o.beta3

    def beta(count):
        part = jnp.minimum((jnp.float64(count) + 1) / o.beta3_warmup, 1)
        return jnp.exp(1 / ((1 - part) / np.log(o.beta1) + part / np.log(o.beta3)))

    return beta


def sign(o):
    average = [optax.ema(o.momentum, debias=False)] if o.momentum else []
    return decayed(*average, optax.scale_by_sign(), o=o)


# Name: the transformation for options o, and the defaults.
RULES = {
    "Lion": (
        lambda o: optax.lion(o.lr, o.beta1, o.beta2, weight_decay=o.weight_decay),
        dict(lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0),
    ),
    "LAMB": (
        lambda o: optax.lamb(o.lr, o.beta1, o.beta2, o.eps, weight_decay=o.weight_decay),
        dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0),
    ),
    "LARS": (
        lambda o: optax.lars(
            o.lr, momentum=o.momentum, trust_coefficient=o.trust_coefficient, nesterov=o.nesterov
        ),
        dict(lr=1.0, momentum=0.9, trust_coefficient=1e-3, nesterov=False),
    ),
    "AdaBelief": (
        lambda o: decayed(optax.scale_by_belief(o.beta1, o.beta2, o.eps, o.eps), o=o),
        dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-16, weight_decay=0.0),
    ),
    "Yogi": (
        lambda o: decayed(
            optax.scale_by_yogi(o.beta1, o.beta2, o.eps, initial_accumulator_value=o.initial_accumulator_value), o=o
        ),
        dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-3, weight_decay=0.0, initial_accumulator_value=1e-6),
    ),
    "NovoGrad": (
        lambda o: optax.novograd(o.lr, o.beta1, o.beta2, o.eps, weight_decay=o.weight_decay),
        dict(lr=1e-3, betas=(0.95, 0.98), eps=1e-8, weight_decay=0.0),
    ),
    "SignSGD": (sign, dict(lr=1e-3, momentum=0.0, weight_decay=0.0)),
    "ScheduleFreeSGD": (
        lambda o: contrib.schedule_free_sgd(
            o.lr, b1=o.momentum, weight_decay=o.weight_decay, weight_lr_power=o.weight_lr_power
        ),
        dict(lr=1.0, momentum=0.9, weight_decay=0.0, weight_lr_power=2.0),
    ),
    "ScheduleFreeAdamW": (
        lambda o: contrib.schedule_free_adamw(
            o.lr, b1=o.beta1, b2=o.beta2, eps=o.eps, weight_decay=o.weight_decay, weight_lr_power=o.weight_lr_power
        ),
        dict(lr=2.5e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, weight_lr_power=2.0),
    ),
    "Prodigy": (
        lambda o: contrib.prodigy(
            o.lr,
            (o.beta1, o.beta2),
            eps=o.eps,
            estim_lr0=o.d0,
            estim_lr_coef=o.d_coef,
            weight_decay=o.weight_decay,
            safeguard_warmup=o.safeguard_warmup,
        ),
        dict(lr=1.0, betas=(0.9, 0.999), eps=1e-8, d0=1e-6, d_coef=1.0, weight_decay=0.0, safeguard_warmup=False,
             use_bias_correction=True),
    ),
    "DAdaptAdam": (
        lambda o: contrib.dadapt_adamw(o.lr, (o.beta1, o.beta2), o.eps, o.d0, o.weight_decay),
        dict(lr=1.0, betas=(0.9, 0.999), eps=1e-8, d0=1e-6, weight_decay=0.0, use_bias_correction=True),
    ),
    "AdEMAMix": (
        lambda o: contrib.ademamix(
            o.lr, o.beta1, o.beta2, beta3_of(o), alpha_of(o), o.eps, weight_decay=o.weight_decay
        ),
        dict(lr=1e-3, betas=(0.9, 0.999, 0.9999), alpha=5.0, eps=1e-8, weight_decay=0.0, alpha_warmup=0,
             beta3_warmup=0),
    ),
    "ADOPT": (
        lambda o: contrib.adopt(o.lr, o.beta1, o.beta2, o.eps),
        dict(lr=1e-3, betas=(0.9, 0.9999), eps=1e-6),
    ),
    "DoG": (
        lambda o: contrib.dog(o.lr, ("heuristic", o.reps_rel), o.eps, o.weight_decay),
        dict(lr=1.0, reps_rel=1e-6, eps=1e-8, weight_decay=0.0),
    ),
    "DoWG": (
        lambda o: contrib.dowg(o.lr, eps=o.eps, weight_decay=o.weight_decay),
        dict(lr=1.0, eps=1e-4, weight_decay=0.0),
    ),
    "PolyakSGD": (
        lambda o: optax.chain(
            optax.scale_by_polyak(o.min_value, o.max_step, o.eps, variant="sps+"), optax.scale_by_learning_rate(o.lr)
        ),
        dict(lr=1.0, max_step=1.0, min_value=0.0, eps=0.0),
    ),
    "OptimisticGradientDescent": (
        lambda o: optax.chain(
            optax.add_decayed_weights(o.weight_decay), optax.optimistic_gradient_descent(o.lr, o.alpha, o.beta)
        ),
        dict(lr=1e-3, alpha=1.0, beta=1.0, weight_decay=0.0),
    ),
    "OptimisticAdam": (
        lambda o: decayed(
            optax.scale_by_adam(o.beta1, o.beta2, o.eps), optax.scale_by_optimistic_gradient(o.alpha, o.beta), o=o
        ),
        dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, alpha=1.0, beta=1.0, weight_decay=0.0),
    ),
    "Fromage": (lambda o: optax.fromage(o.lr), dict(lr=1e-2)),
    "SM3": (
        lambda o: optax.chain(optax.scale_by_sm3(o.momentum, 1.0, o.eps), optax.scale_by_learning_rate(o.lr)),
        dict(lr=0.1, momentum=0.9, eps=1e-8),
    ),
    "COCOB": (
        lambda o: contrib.cocob(o.lr, o.alpha, o.eps, o.weight_decay),
        dict(lr=1.0, alpha=100.0, eps=1e-8, weight_decay=0.0),
    ),
    "MoMo": (
        lambda o: contrib.momo(o.lr, o.beta, o.lower_bound, 0.0, o.adapt_lower_bound),
        dict(lr=1.0, beta=0.9, lower_bound=0.0, adapt_lower_bound=False),
    ),
    "MoMoAdam": (
        lambda o: contrib.momo_adam(o.lr, o.beta1, o.beta2, o.eps, o.lower_bound, 0.0, o.adapt_lower_bound),
        dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-8, lower_bound=0.0, adapt_lower_bound=False),
    ),
}


def rule(transformation):
    def update(o, p, g, state, loss):
        p, arrays = [jnp.array(x) for x in p], p
        if state.get("lr") != o.lr:
            tx = optax.with_extra_args_support(transformation(o))
            state |= {"lr": o.lr, "optax": state.get("optax", tx.init(p)), "update": jax.jit(tx.update)}
        updates, state["optax"] = state["update"]([jnp.array(x) for x in g], state["optax"], p, value=loss)
        for x, new in zip(arrays, optax.apply_updates(p, updates)):
            x[...] = new

    return update


SIGNS = {"quadratic": 2**-6, "rosenbrock": 2**-7, "mlp": 2**-7}
ADAM = {"quadratic": 2**-3, "rosenbrock": 2**-8, "mlp": 2**-6}
FREE = {"quadratic": 1.0, "rosenbrock": 0.125, "mlp": 1.0}
DECAY = "weight_decay=0.125"
DECAY_UP = "weight_decay=0.125, maximize=True"

# Optimizer: the learning rate for each problem, the options tried, and those of them to try with two groups.
CASES = {
    "Lion": (SIGNS, {"plain": "", "betas_decay": f"betas=(0.5, 0.9), {DECAY}", "maximize": DECAY_UP}),
    "LAMB": (ADAM, {"plain": "", "decay": f"betas=(0.5, 0.9), eps=0.01, {DECAY}", "maximize": DECAY_UP}),
    "LARS": (
        {"quadratic": 10.0, "rosenbrock": 1.0, "mlp": 5.0},
        {"plain": "", "nesterov": "momentum=0.5, nesterov=True", "trust": "trust_coefficient=0.002, momentum=0.0"},
    ),
    "AdaBelief": (
        ADAM,
        {
            "plain": "eps=1e-8",
            "decay": f"betas=(0.5, 0.9), eps=0.01, {DECAY}",
            "maximize": DECAY_UP + ", eps=1e-8",
        },
    ),
    "Yogi": (
        ADAM,
        {
            "plain": "",
            "decay": f"betas=(0.5, 0.9), eps=0.01, {DECAY}, initial_accumulator_value=0.01",
            "maximize": DECAY_UP,
        },
    ),
    "NovoGrad": (
        {"quadratic": 0.02, "rosenbrock": 0.001, "mlp": 0.01},
        {"plain": "", "decay": f"betas=(0.5, 0.9), eps=0.01, {DECAY}", "maximize": DECAY_UP},
    ),
    "SignSGD": (SIGNS, {"plain": "", "momentum_decay": f"momentum=0.9, {DECAY}", "maximize": DECAY_UP}),
    "ScheduleFreeSGD": (
        {"quadratic": 0.2, "rosenbrock": 0.0005, "mlp": 0.2},
        {"plain": "", "decay_halved": f"momentum=0.5, {DECAY}", "power": "weight_lr_power=1.0, maximize=True"},
    ),
    "ScheduleFreeAdamW": (
        ADAM,
        {
            "plain": "",
            "decay_halved": f"betas=(0.5, 0.9), eps=0.01, {DECAY}",
            "power": "weight_lr_power=1.0, maximize=True",
        },
    ),
    "Prodigy": (
        FREE,
        {
            "plain": "use_bias_correction=True",
            "decay": f"use_bias_correction=True, betas=(0.5, 0.9), eps=0.001, d0=0.1, d_coef=0.1, {DECAY}",
            "safeguard": "use_bias_correction=True, safeguard_warmup=True, d0=0.001, d_coef=0.5",
        },
    ),
    "DAdaptAdam": (
        FREE,
        {
            "plain": "use_bias_correction=True",
            "decay": f"use_bias_correction=True, betas=(0.5, 0.9), eps=0.01, d0=0.1, {DECAY}",
        },
    ),
    "AdEMAMix": (
        ADAM,
        {
            "plain": "",
            "decay": f"betas=(0.5, 0.9, 0.95), alpha=2.0, eps=0.01, {DECAY}",
            "warmup": "betas=(0.9, 0.99, 0.999), alpha_warmup=20, beta3_warmup=30, maximize=True",
        },
    ),
    "ADOPT": (ADAM, {"plain": "", "betas": "betas=(0.5, 0.9), eps=0.5, maximize=True"}),
    "DoG": (
        FREE,
        {"plain": "reps_rel=0.01", "decay": f"reps_rel=0.1, eps=0.01, {DECAY}"},
    ),
    "DoWG": (FREE, {"plain": "", "decay": f"eps=0.01, {DECAY}"}),
    "PolyakSGD": (
        {"quadratic": 0.5, "rosenbrock": 2**-6, "mlp": 0.5},
        {"plain": "", "bounds": "max_step=0.1, eps=0.1"},
    ),
    "OptimisticGradientDescent": (
        {"quadratic": 0.05, "rosenbrock": 2**-12, "mlp": 0.1},
        {"plain": "", "decay": f"alpha=0.5, beta=0.8, {DECAY}", "maximize": DECAY_UP},
    ),
    "OptimisticAdam": (
        ADAM,
        {"plain": "", "decay": f"alpha=0.5, beta=0.8, betas=(0.5, 0.9), {DECAY}", "maximize": DECAY_UP},
    ),
    "Fromage": (
        {"quadratic": 0.05, "rosenbrock": 0.01, "mlp": 0.02},
        {"plain": "", "maximize_halved": "maximize=True"},
    ),
    "SM3": (
        {"quadratic": 0.2, "rosenbrock": 0.05, "mlp": 0.05},
        {"plain": "", "momentum": "momentum=0.5, eps=0.01", "maximize": "momentum=0.0, maximize=True"},
    ),
    "COCOB": (FREE, {"plain": "alpha=1.0", "decay": f"alpha=10.0, eps=0.001, {DECAY}"}),
    "MoMo": (
        {"quadratic": 0.2, "rosenbrock": 0.001, "mlp": 0.5},
        {"plain": "", "beta": "beta=0.5", "adapt": "lower_bound=-10.0, adapt_lower_bound=True"},
    ),
    "MoMoAdam": (
        {"quadratic": 0.5, "rosenbrock": 0.05, "mlp": 0.1},
        {"plain": "", "betas": "betas=(0.5, 0.9), eps=0.01", "adapt": "lower_bound=-10.0, adapt_lower_bound=True"},
    ),
}


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    add_problems(golden)
    constructors = make(
        {name: (rule(transformation), defaults) for name, (transformation, defaults) in RULES.items()}
    )
    for optimizer, (rates, variants) in CASES.items():
        # Optax's defaults are not ours where ours have to ask for the bias correction.
        options = APART | {"grouped": list(variants)[1:2], "defaults": optimizer not in ("Prodigy", "DAdaptAdam")}
        run_variants(golden, optimizer, rates, variants, constructors, **options)
    golden.write(__file__)


if __name__ == "__main__":
    main()
