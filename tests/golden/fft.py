#!/usr/bin/env python3
"""Writes fft.safetensors and fft.txt: what torch.fft gives, complex numbers as pairs. ops.py says what is in them.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX-512.
"""

import pathlib

import torch

from cases import Cases, Draw, float64, tensor

NORMS = ["backward", "ortho", "forward"]


def full(*shape):
    return Draw(*shape, dtype=float64)


def between_complex(case, id, function, options, spec):
    case(id, f"torch.view_as_real(torch.fft.{function}(torch.view_as_complex(a){options}))", spec)


def to_complex(case, id, function, options, spec):
    case(id, f"torch.view_as_real(torch.fft.{function}(a{options}))", spec)


def to_real(case, id, function, options, spec):
    case(id, f"torch.fft.{function}(torch.view_as_complex(a){options})", spec)


def one_dimension(case):
    for function, add, shape in [("fft", between_complex, (3, 6, 2)), ("ifft", between_complex, (3, 6, 2)),
                                 ("rfft", to_complex, (3, 6)), ("irfft", to_real, (3, 4, 2))]:  # fmt: skip
        add(case, f"{function}/defaults", function, "", full(*shape))
        add(case, f"{function}/float32", function, "", tensor([[1.0, 2.0], [0.5, -1.0], [0.25, 3.0]]))
        for norm in NORMS:
            add(case, f"{function}/{norm}", function, f", norm='{norm}'", full(*shape))
        for n in [1, 2, 4, 5, 8, 9]:
            add(case, f"{function}/n{n}", function, f", n={n}", full(*shape))
        add(case, f"{function}/dim0", function, ", dim=0", full(*shape))
        add(case, f"{function}/n_dim", function, ", n=7, dim=-2", full(*shape))
        # The lengths that are transformed in other ways: factors up to 50, and primes beyond.
        for n in [49, 53, 94, 106]:
            add(case, f"{function}_long/n{n}", function, f", n={n}", full(n // (2 if function == "irfft" else 1), *shape[2:]))
    case("fft/transposed", "torch.view_as_real(torch.fft.fft(torch.view_as_complex(a.transpose(0, 1))))", full(3, 4, 2))


def several_dimensions(case):
    for name, add, shape in [("fft", between_complex, (2, 3, 4, 2)), ("ifft", between_complex, (2, 3, 4, 2)),
                             ("rfft", to_complex, (2, 3, 4)), ("irfft", to_real, (2, 3, 3, 2))]:  # fmt: skip
        for norm in NORMS:
            add(case, f"{name}2/{norm}", f"{name}2", f", norm='{norm}'", full(*shape))
            add(case, f"{name}n/{norm}", f"{name}n", f", norm='{norm}'", full(*shape))
        add(case, f"{name}2/s", f"{name}2", ", s=(2, 5)", full(*shape))
        add(case, f"{name}2/dim", f"{name}2", ", dim=(1, 0)", full(*shape))
        add(case, f"{name}n/s", f"{name}n", ", s=(5, 3)", full(*shape))
        add(case, f"{name}n/s_kept", f"{name}n", ", s=(-1, 3)", full(*shape))
        add(case, f"{name}n/dim", f"{name}n", ", dim=(0, 2)", full(*shape))
        add(case, f"{name}n/s_dim", f"{name}n", ", s=(3, 4), dim=(2, 1)", full(*shape))


def helpers(case):
    for n in [1, 4, 5]:
        case(f"fftfreq/{n}", f"torch.fft.fftfreq({n})")
        case(f"rfftfreq/{n}", f"torch.fft.rfftfreq({n})")
    case("fftfreq/d", "torch.fft.fftfreq(5, d=0.25, dtype=torch.float64)")
    case("rfftfreq/d", "torch.fft.rfftfreq(5, d=0.25, dtype=torch.float64)")
    for name in ["fftshift", "ifftshift"]:
        case(f"{name}/one", f"torch.fft.{name}(a, dim=0)", full(5))
        case(f"{name}/two", f"torch.fft.{name}(a, dim=(0, 1))", full(4, 5))
        case(f"{name}/last", f"torch.fft.{name}(a, dim=-1)", Draw(4, 5))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [one_dimension, several_dimensions, helpers]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
