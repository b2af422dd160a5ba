#!/usr/bin/env python3
"""Writes distribution_samples.safetensors and distribution_samples.txt: what PyTorch's distributions draw. ops.py says
what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, float32, float64, outputs_of, tensor
from distributions import ONE, TWO


def samples(cases):
    location, scale = tensor([0.25, -1.5, 3.0]), tensor([[0.5], [2.0]])
    probs, logits = tensor([[0.1, 0.6, 0.3], [0.25, 0.25, 0.5]]), tensor([[0.5, -1.0, 2.0], [0.0, 1.0, -3.0]])

    def draw(id, distribution, *inputs, method="sample"):
        for dtype in [float32, float64]:
            for shape in ["", "4", "50"]:
                expression = f"(torch.manual_seed(7), {distribution}.{method}(({shape}{',' * bool(shape)})))[1]"
                typed = [x.to(dtype) for x in inputs]
                outputs = outputs_of(expression, typed)
                assert not outputs[0].requires_grad
                name = f"{id}/{method}_{shape or 'one'}_{str(dtype).removeprefix('torch.')}"
                cases.add(name, expression, typed, outputs, [None], [])

    for name in TWO:
        if name != "Uniform":
            draw(name, f"D.{name}(a, b)", location, scale)
    draw("Uniform", "D.Uniform(a, b)", location, location + scale)
    draw("HalfNormal", "D.HalfNormal(a)", scale.expand(2, 3))
    draw("Exponential", "D.Exponential(a)", scale.expand(2, 3))
    for name in ["Bernoulli", "Geometric", "Categorical", "OneHotCategorical"]:
        draw(name + "_probs", f"D.{name}(probs=a)", probs)
        draw(name + "_logits", f"D.{name}(logits=a)", logits)
    draw("Poisson", "D.Poisson(a)", tensor([[0.0, 0.5, 3.5], [10.0, 33.0, 1000.0]]))
    draw("Independent", "D.Independent(D.Normal(a, b), 1)", location, scale)


def reparametrised(case):
    for name, (first, second, _) in TWO.items():
        case(f"{name}/rsample", f"(torch.manual_seed(7), D.{name}(a, b).rsample((5,)))[1]", first, second)
    for name, (parameter, _) in ONE.items():
        case(f"{name}/rsample", f"(torch.manual_seed(7), D.{name}(a).rsample((5,)))[1]", parameter)


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [samples, reparametrised]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
