#!/usr/bin/env python3
"""Writes wrappers.safetensors and wrappers.txt: what stands around optimizers, in float64.

Every case has an id and the Python that it stands for.

Trainings, "train/...": the weights [3, 4] and the bias [3] of tanh(x weight^T + bias), from "weight" and "bias", by the
mean square of the distance from "y", for 14 steps; the i-th takes batch i % 4 of "x" [4, 5, 4] and "y" [4, 5, 3].
<id>/parameters [14, 15] are weight and bias after each step. In the cases named "*poisoned" the gradients of the steps
3, 4 and 8 (from 0) are NaN. SAM is written out here; all else is Optax.

Gradient clipping, "clip/...": <id>/P is the clipped gradient of the parameters "clip/p/P" with the gradients "clip/g/P",
and <id>/total the norm, where there is one.

Projections, "project/...": <id>/I is the projection of "project/x/I".

Averages, "average/...": <id> [6, 15] are the averages after each of six updates with the rows of "average/weights", in
PyTorch's AveragedModel.

Made with PyTorch 2.13.0+cpu, Optax 0.2.8, JAX in float64 and safetensors 0.8.0.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch.optim import swa_utils

from golden_file import GoldenFile

jax.config.update("jax_enable_x64", True)
import optax  # noqa: E402 (after the switch to float64)

STEPS = 14
POISONED = [3, 4, 8]

TRAIN = {
    "lookahead": "optax.lookahead(optax.sgd(0.5, momentum=0.9), 3, 0.4)",
    "lookahead_adam": "optax.lookahead(optax.adam(0.05), 5, 0.5)",
    "centralization": "optax.chain(optax.centralize(), optax.sgd(0.5, momentum=0.9))",
    "accumulation": "optax.MultiSteps(optax.adam(0.05), 3, accumulator_dtype=jnp.float64)",
    "skip_poisoned": "optax.apply_if_finite(optax.adam(0.05), 2)",
    "sam": "Sam(optax.sgd(0.5, momentum=0.9), 0.3)",
    "sam_adaptive": "Sam(optax.adam(0.05), 0.7, adaptive=True)",
    "projected": "Projected(optax.sgd(0.5), lambda p: optax.projections.projection_simplex(p, 2.0))",
}

CLIP = {
    "norm": "torch.nn.utils.clip_grad_norm_(parameters, 1.5)",
    "norm_large": "torch.nn.utils.clip_grad_norm_(parameters, 100.0)",
    "norm_just": "torch.nn.utils.clip_grad_norm_(parameters, 5.0)",
    "norm_1": "torch.nn.utils.clip_grad_norm_(parameters, 3.0, norm_type=1)",
    "norm_3": "torch.nn.utils.clip_grad_norm_(parameters, 0.5, norm_type=3)",
    "norm_inf": "torch.nn.utils.clip_grad_norm_(parameters, 0.5, norm_type=math.inf)",
    "value": "torch.nn.utils.clip_grad_value_(parameters, 0.7)",
    "block_rms": "optax.clip_by_block_rms(0.9)",
    "adaptive": "optax.adaptive_grad_clip(0.5, axis=axis)",
    "adaptive_eps": "optax.adaptive_grad_clip(0.8, eps=2.0, axis=axis)",
}

PROJECT = {
    "box": "optax.projections.projection_box(x, -0.25, 0.5)",
    "non_negative": "optax.projections.projection_non_negative(x)",
    "simplex": "optax.projections.projection_simplex(x)",
    "simplex_3": "optax.projections.projection_simplex(x, 3.0)",
    "l1_ball": "optax.projections.projection_l1_ball(x)",
    "l1_ball_4": "optax.projections.projection_l1_ball(x, 4.0)",
    "l2_ball": "optax.projections.projection_l2_ball(x)",
    "l2_ball_3": "optax.projections.projection_l2_ball(x, 3.0)",
}

AVERAGE = {
    "ema": "swa_utils.AveragedModel(model, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(0.9))",
    "swa": "swa_utils.AveragedModel(model)",
}


class Sam:
    """(Foret et al., 2021), adaptive: (Kwon et al., 2021)."""

    def __init__(self, inner, rho, adaptive=False):
        self.inner, self.rho, self.adaptive = inner, rho, adaptive

    def init(self, parameters):
        return self.inner.init(parameters)

    def perturbed(self, parameters, gradients):
        pairs = list(zip(parameters, gradients))
        weighted = [abs(p) * g if self.adaptive else g for p, g in pairs]
        scale = self.rho / (math.sqrt(sum((x**2).sum() for x in weighted)) + 1e-12)
        return [p + (p**2 * g if self.adaptive else g) * scale for p, g in pairs]


class Projected:
    def __init__(self, inner, projection):
        self.inner, self.projection = inner, projection

    def init(self, parameters):
        return self.inner.init(parameters)


def train(golden, id, code):
    t = {name: jnp.array(golden.tensors[name].numpy()) for name in ["x", "y", "weight", "bias"]}
    parameters = [t["weight"], t["bias"]]
    optimizer = eval(code, globals())
    wrapped = getattr(optimizer, "inner", optimizer)
    lookahead = "lookahead" in code
    if lookahead:
        parameters = optax.LookaheadParams.init_synced(parameters)
    state = optimizer.init(parameters)
    rows = []
    for step in range(STEPS):
        x, y = t["x"][step % 4], t["y"][step % 4]
        gradient = jax.grad(lambda p: jnp.mean((jnp.tanh(x @ p[0].T + p[1]) - y) ** 2))
        fast = parameters.fast if lookahead else parameters
        gradients = gradient(fast)
        if isinstance(optimizer, Sam):
            gradients = gradient(optimizer.perturbed(fast, gradients))
        if "poisoned" in id and step in POISONED:
            gradients = [g * math.nan for g in gradients]
        updates, state = wrapped.update(gradients, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if isinstance(optimizer, Projected):
            parameters = [optimizer.projection(p) for p in parameters]
        fast = parameters.fast if lookahead else parameters
        rows.append(np.concatenate([np.asarray(p).ravel() for p in fast]))
    golden.add(id, code)
    golden.tensors[f"{id}/parameters"] = torch.from_numpy(np.stack(rows))


def clip(golden, id, code):
    names = ["0", "1", "2"]
    parameters = [golden.tensors[f"clip/p/{name}"].clone().requires_grad_() for name in names]
    for name, p in zip(names, parameters):
        p.grad = golden.tensors[f"clip/g/{name}"].clone()
    golden.add(id, code)
    if code.startswith("torch"):
        total = eval(code, {"torch": torch, "math": math, "parameters": parameters})
        if total is not None:
            golden.tensors[f"{id}/total"] = total
        clipped = [p.grad for p in parameters]
    else:
        clipped = []
        for p in parameters:
            axis = tuple(range(1, p.dim())) or None
            transformation = eval(code, {"optax": optax, "axis": axis})
            q, g = jnp.array(p.detach().numpy()), jnp.array(p.grad.numpy())
            clipped.append(torch.from_numpy(np.array(transformation.update(g, transformation.init(q), q)[0])))
    golden.tensors |= {f"{id}/{name}": g for name, g in zip(names, clipped)}


def average(golden, id, code):
    weights = golden.tensors["average/weights"]
    model = torch.nn.Linear(4, 3, dtype=torch.float64)
    averaged, rows = None, []
    for row in weights:
        with torch.no_grad():
            model.weight.copy_(row[:12].reshape(3, 4))
            model.bias.copy_(row[12:])
        averaged = averaged or eval(code, {"swa_utils": swa_utils, "model": model})
        averaged.update_parameters(model)
        rows.append(torch.cat([averaged.module.weight.detach().flatten(), averaged.module.bias.detach()]))
    golden.add(id, code)
    golden.tensors[id] = torch.stack(rows)


def main():
    golden = GoldenFile()
    generator = np.random.default_rng(3)

    def draw(name, *shape, scale=1.0):
        golden.tensors[name] = torch.from_numpy(np.round(scale * generator.standard_normal(shape), 3))

    for name, shape in [("x", (4, 5, 4)), ("y", (4, 5, 3)), ("weight", (3, 4)), ("bias", (3,))]:
        draw(name, *shape)
    for i, shape in enumerate([(3, 4), (5,), (2, 3, 2)]):
        draw(f"clip/p/{i}", *shape)
        draw(f"clip/g/{i}", *shape)
    for i, (shape, scale) in enumerate([((7,), 1.0), ((3, 4), 0.5), ((5,), 0.05), ((1,), 3.0), ((40,), 100.0)]):
        draw(f"project/x/{i}", *shape, scale=scale)
    draw("average/weights", 6, 15)

    for name, code in TRAIN.items():
        train(golden, f"train/{name}", code)
    for name, code in CLIP.items():
        clip(golden, f"clip/{name}", code)
    for name, code in PROJECT.items():
        golden.add(f"project/{name}", code)
        for i in range(5):
            x = jnp.array(golden.tensors[f"project/x/{i}"].numpy())
            golden.tensors[f"project/{name}/{i}"] = torch.from_numpy(np.array(eval(code, {"optax": optax, "x": x})))
    for name, code in AVERAGE.items():
        average(golden, f"average/{name}", code)
    golden.write(__file__)


if __name__ == "__main__":
    main()
