#!/usr/bin/env python3
"""Writes derivatives.safetensors and derivatives.txt: what PyTorch's derivatives of functions give. ops.py says what is
in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

import cases as golden
from cases import Cases, Draw, float64

# For the expressions.
golden.A = torch.autograd.functional
golden.func = torch.func


def wide(*shape, low=-1.5):
    return Draw(*shape, low=low, high=1.5, dtype=float64)


ONE = "lambda x: x.sin() * x.sum()"
TWO = "lambda x, y: (x @ y).tanh()"
SCALAR = "lambda x: (x.exp() * x.flip(0)).sum()"
SCALAR_OF_TWO = "lambda x, y: (x @ y).tanh().sum() * y[0]"
SEVERAL = "lambda x: (x.sin().sum(), x * x[0])"


def products(case):
    for recorded, options in [("", ""), ("_recorded", ", create_graph=True")]:
        case(f"vjp/one{recorded}", f"A.vjp({ONE}, a, b{options})", wide(3), wide(3))
        case(f"vjp/two{recorded}", f"(lambda r: (r[0], *r[1]))(A.vjp({TWO}, (a, b), c{options}))",
             wide(2, 3), wide(3), wide(2))  # fmt: skip
        case(f"jvp/one{recorded}", f"A.jvp({ONE}, a, b{options})", wide(3), wide(3))
        case(f"jvp/two{recorded}", f"A.jvp({TWO}, (a, b), (c, d){options})", wide(2, 3), wide(3), wide(2, 3), wide(3))
        case(f"hvp/one{recorded}", f"A.hvp({SCALAR}, a, b{options})", wide(3), wide(3))
        case(f"vhp/two{recorded}", f"(lambda r: (r[0], *r[1]))(A.vhp({SCALAR_OF_TWO}, (a, b), (c, d){options}))",
             wide(2, 3), wide(3), wide(2, 3), wide(3))  # fmt: skip
    case("vjp/several", f"(lambda r: (*r[0], r[1]))(A.vjp({SEVERAL}, a, (b, c)))", wide(3), wide(), wide(3))
    case("jvp/several", f"(lambda r: (*r[0], *r[1]))(A.jvp({SEVERAL}, a, b))", wide(3), wide(3))
    case("vjp/number", f"A.vjp({SCALAR}, a)", wide(3))


def matrices(case):
    for recorded, options in [("", ""), ("_recorded", ", create_graph=True")]:
        case(f"jacobian/one{recorded}", f"A.jacobian({ONE}, a{options})", wide(3))
        case(f"jacobian/two{recorded}", f"A.jacobian({TWO}, (a, b){options})", wide(2, 3), wide(3))
        case(f"hessian/one{recorded}", f"A.hessian({SCALAR}, a{options})", wide(3))
        case(f"hessian/two{recorded}", f"(lambda r: (*r[0], *r[1]))(A.hessian({SCALAR_OF_TWO}, (a, b){options}))",
             wide(2, 3), wide(3))  # fmt: skip
    case("jacobian/several", f"A.jacobian({SEVERAL}, a)", wide(3))
    case("jacobian/empty", f"A.jacobian({ONE}, a)", wide(0))
    case("jacobian/transposed", f"A.jacobian({ONE}, a.t())", wide(2, 3))
    case("jacobian/forward", f"A.jacobian({ONE}, a, strategy='forward-mode', vectorize=True)", wide(3))
    case("jacobian/forward_two", f"A.jacobian({TWO}, (a, b), strategy='forward-mode', vectorize=True)",
         wide(2, 3), wide(3))  # fmt: skip
    case("batch_jacobian/one", f"func.vmap(func.jacrev({ONE}))(a)", wide(4, 3))


def functions(case):
    case("grad/one", f"func.grad({SCALAR})(a)", wide(3))
    case("grad/second", "func.grad(func.grad(lambda x: x.sin() * x**2))(a)", wide())
    case("grad/argnum", f"func.grad({SCALAR_OF_TWO}, 1)(a, b)", wide(2, 3), wide(3))
    case("grad/argnums", f"func.grad({SCALAR_OF_TWO}, (1, 0))(a, b)", wide(2, 3), wide(3))
    case("grad_and_value/one", f"func.grad_and_value({SCALAR})(a)", wide(3))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [products, matrices, functions]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
