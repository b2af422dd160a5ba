#!/usr/bin/env python3
"""Writes distributions.safetensors and distributions.txt: what PyTorch's distributions give. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

import cases as golden
from cases import Cases, Draw, float64, tensor

golden.D = torch.distributions  # for the expressions

DENSITY = ["log_prob(c)", "cdf(c)", "icdf(d)"]
OF_ONE = ["log_prob(b)", "cdf(b)", "icdf(c)"]
STATISTICS = ["entropy()", "mean", "variance", "stddev", "mode"]


def wide(*shape, low=-2.0, high=2.0):
    return Draw(*shape, low=low, high=high, dtype=float64)


def unit(*shape):
    return wide(*shape, low=0.1, high=0.9)


def case_name(method):
    return method.split("(")[0]


# Of two parameters: what they are drawn from, and values.
LOCATION_SCALE = (wide(3), wide(2, 1, low=0.5), wide(2, 3))
TWO = {
    "Normal": LOCATION_SCALE,
    "LogNormal": (wide(3), wide(2, 1, low=0.5), wide(2, 3, low=0.2)),
    "Uniform": (wide(3, high=-0.5), wide(2, 1, low=0.5), wide(2, 3, low=-0.5, high=0.5)),
    "Laplace": LOCATION_SCALE,
    "Gumbel": LOCATION_SCALE,
    "Cauchy": LOCATION_SCALE,
}
ONE = {"HalfNormal": (wide(2, 3, low=0.5), wide(3, low=0.1)), "Exponential": (wide(2, 3, low=0.5), wide(3, low=0.1))}


def continuous(case):
    for name, (first, second, value) in TWO.items():
        for method in DENSITY:
            case(f"{name}/{case_name(method)}", f"D.{name}(a, b).{method}", first, second, value, unit(2, 3))
        for method in STATISTICS:
            case(f"{name}/{case_name(method)}", f"D.{name}(a, b).{method}", first, second)
    for name, (parameter, value) in ONE.items():
        for method in OF_ONE:
            case(f"{name}/{case_name(method)}", f"D.{name}(a).{method}", parameter, value, unit(3))
        for method in STATISTICS:
            case(f"{name}/{case_name(method)}", f"D.{name}(a).{method}", parameter)
    case("Normal/float32", "D.Normal(a, b).log_prob(c)", tensor([0.5, -1.0]), tensor([2.0, 0.5]), tensor([1.0, -3.0]))
    case("Normal/numbers", "D.Normal(0.5, 2.0).log_prob(a)", tensor([1.0, -3.0]))
    case("Normal/numbers64", "D.Normal(0.5, 2.0).log_prob(a)", wide(3))
    case("Normal/expand", "D.Normal(a, b).expand((2, 3)).log_prob(c)", wide(3), wide(1, low=0.5), wide(4, 2, 3))
    case("Uniform/edges", "D.Uniform(a, b).log_prob(c)", tensor([0.0, 0.0]), tensor([1.0, 1.0]), tensor([0.0, 1.0]))


def discrete(case):
    values, classes = tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]], float64), tensor([[0, 1], [2, 0], [1, 1]])
    hot = torch.nn.functional.one_hot(tensor([[0, 1], [2, 0], [1, 1]]), 3).to(float64)
    for form, parameter, vector in [("probs", unit(2, 3), unit(2, 3)), ("logits", wide(2, 3), wide(2, 3))]:
        for name, parameter, value in [("Bernoulli", parameter, values), ("Geometric", parameter, 2 * values),
                                       ("Categorical", vector, classes), ("OneHotCategorical", vector, hot)]:  # fmt: skip
            case(f"{name}_{form}/log_prob", f"D.{name}({form}=a).log_prob(b)", parameter, value, constants="b")
            for method in STATISTICS:
                case(f"{name}_{form}/{case_name(method)}", f"D.{name}({form}=a).{method}", parameter)
            other = "logits" if form == "probs" else "probs"
            case(f"{name}_{form}/{other}", f"D.{name}({form}=a).{other}", parameter)
    rates, counts = wide(2, 3, low=0.5), tensor([0.0, 3.0, 1.0], float64)
    case("Poisson/log_prob", "D.Poisson(a).log_prob(b)", rates, counts, constants="b")
    case("Poisson/zero", "D.Poisson(a).log_prob(b)", tensor([0.0, 0.0], float64), tensor([0.0, 1.0], float64),
         constants="ab")  # fmt: skip
    for method in ["mean", "variance", "stddev", "mode"]:
        case(f"Poisson/{method}", f"D.Poisson(a).{method}", rates)
    case("Bernoulli_probs/edges", "D.Bernoulli(probs=a).log_prob(b)", tensor([0.0, 1.0, 0.5], float64),
         tensor([0.0, 1.0, 0.5], float64).round(), constants="ab")  # fmt: skip
    case("Geometric_probs/edges", "D.Geometric(probs=a).log_prob(b)", tensor([1.0, 0.5], float64),
         tensor([0.0, 3.0], float64), constants="ab")  # fmt: skip
    case("Categorical_logits/broadcast", "D.Categorical(logits=a).log_prob(b)", wide(3), classes)
    case("Categorical_logits/infinite", "D.Categorical(logits=a).entropy()", tensor([0.0, 1.0, -golden.inf], float64),
         constants="a")  # fmt: skip
    for name in ["Bernoulli", "Categorical", "OneHotCategorical"]:
        case(f"{name}_probs/support", f"D.{name}(probs=a).enumerate_support()", unit(2, 3))


def independent(case):
    case("Independent/log_prob", "D.Independent(D.Normal(a, b), 1).log_prob(c)", *LOCATION_SCALE)
    case("Independent/entropy", "D.Independent(D.Normal(a, b), 2).entropy()", *LOCATION_SCALE[:2])
    case("Independent/mean", "D.Independent(D.Normal(a, b), 1).mean", *LOCATION_SCALE[:2])
    case("Independent/expand", "D.Independent(D.Normal(a, b), 1).expand((4, 2)).log_prob(c)", *LOCATION_SCALE)


def divergences(case):
    two = {name: f"D.{name}({{}}, {{}})" for name in TWO}
    for p, q in [("Normal", "Normal"), ("LogNormal", "LogNormal"), ("Laplace", "Laplace"), ("Gumbel", "Gumbel"),
                 ("Cauchy", "Cauchy"), ("Uniform", "Uniform"), ("Gumbel", "Normal"), ("Laplace", "Normal"),
                 ("Uniform", "Normal"), ("Normal", "Gumbel"), ("Normal", "Laplace")]:  # fmt: skip
        case(f"kl_{p}/{q}", f"D.kl_divergence({two[p].format('a', 'b')}, {two[q].format('c', 'd')})", *TWO[p][:2],
             *TWO[q][:2])  # fmt: skip
    case("kl_Uniform/inside", f"D.kl_divergence({two['Uniform'].format('a', 'b')}, {two['Uniform'].format('c', 'd')})",
         wide(3, low=-1, high=-0.5), wide(3, low=0.5, high=1), wide(3, low=-2, high=-1), wide(3, low=1))  # fmt: skip
    for name in [*ONE, "Poisson"]:
        case(f"kl_{name}/{name}", f"D.kl_divergence(D.{name}(a), D.{name}(b))", wide(2, 3, low=0.5), wide(3, low=0.5))
    case("kl_Exponential/Normal", "D.kl_divergence(D.Exponential(a), D.Normal(b, c))", wide(2, 3, low=0.5),
         *LOCATION_SCALE[:2])  # fmt: skip
    for name in ["Bernoulli", "Geometric", "Categorical", "OneHotCategorical"]:
        case(f"kl_{name}/probs", f"D.kl_divergence(D.{name}(probs=a), D.{name}(probs=b))", unit(2, 3), unit(2, 3))
        case(f"kl_{name}/logits", f"D.kl_divergence(D.{name}(logits=a), D.{name}(logits=b))", wide(2, 3), wide(2, 3))
    edges = tensor([0.0, 0.0, 1.0, 1.0, 0.5], float64), tensor([0.0, 0.5, 0.5, 0.0, 1.0], float64)
    case("kl_Bernoulli/edges", "D.kl_divergence(D.Bernoulli(probs=a), D.Bernoulli(probs=b))", *edges, constants="ab")
    case("kl_Categorical/edges", "D.kl_divergence(D.Categorical(probs=a), D.Categorical(probs=b))",
         tensor([[0.0, 1.0], [0.5, 0.5]], float64), tensor([[0.5, 0.5], [0.0, 1.0]], float64),
         constants="ab")  # fmt: skip
    case("kl_Independent/Normal", "D.kl_divergence(D.Independent(D.Normal(a, b), 1), D.Independent(D.Normal(c, d), 1))",
         *LOCATION_SCALE[:2], *LOCATION_SCALE[:2])  # fmt: skip


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [continuous, discrete, independent, divergences]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
