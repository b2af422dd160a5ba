"""What golden values are made of: drawing the inputs of a case, differentiating it, writing the files. See ops.py."""

import itertools
import json
import math
import pathlib
import zlib

import torch
import torch.nn.functional as F  # noqa: F401 (for the expressions)
from safetensors.torch import save_file

float32, float64, int64, boolean = torch.float32, torch.float64, torch.int64, torch.bool
inf, nan = math.inf, math.nan
NAMES = "abcdefgh"
WELL_CONDITIONED, DOUBTFUL = 2.0**-22, 2.0**-21
SMALLEST = 2.0**-147  # four of the smallest numbers of float32
ATTEMPTS = 500


class Draw:
    """Uniform values of [low, high), drawn anew until a case is well conditioned."""

    def __init__(self, *shape, low=-2.0, high=2.0, dtype=float32):
        self.shape, self.low, self.high, self.dtype = shape, low, high, dtype

    def __call__(self, generator):
        unit = torch.rand(self.shape, generator=generator, dtype=float64)
        return (self.low + (self.high - self.low) * unit).to(self.dtype)


def apart(*shape):
    """Draws that are at least 0.25 from each other: no ties, and none made by rounding."""

    def draw(generator):
        count = math.prod(shape)
        steps = torch.randperm(count, generator=generator) - count // 2
        return (steps * 0.5 + torch.rand(count, generator=generator) * 0.25).reshape(shape)

    return draw


def tensor(values, dtype=None):
    return torch.tensor(values, dtype=dtype)


def outputs_of(expression, inputs):
    result = eval(expression, globals(), dict(zip(NAMES, inputs)))
    return [result] if isinstance(result, torch.Tensor) else list(result)


def differentiate(expression, inputs, cotangents, constants):
    """The results of the expression, and the gradient (or None) of each input."""
    inputs = [
        x.clone().requires_grad_(x.is_floating_point() and name not in constants) for name, x in zip(NAMES, inputs)
    ]
    outputs = outputs_of(expression, inputs)
    differentiable = [
        (out, cotangent.to(out.dtype)) for out, cotangent in zip(outputs, cotangents) if out.requires_grad
    ]
    leaves = [x for x in inputs if x.requires_grad]
    grads = iter(())
    if differentiable and leaves:
        roots, weights = zip(*differentiable)
        try:
            grads = iter(torch.autograd.grad(roots, leaves, weights, allow_unused=True))
        except RuntimeError:  # floor_divide, and fmod by a bool
            outputs = [out.detach() for out in outputs]
    return outputs, [next(grads, None) if x.requires_grad else None for x in inputs]


def doubtful(value, reference, tolerance):
    """The positions, in a float32 value, of what is further than `tolerance` (relative) from the same in float64."""
    if value is None or value.dtype != float32:
        return []
    value, reference = value.detach().double().flatten(), reference.detach().double().flatten()
    rounded = reference.float().double()
    same = (value == rounded) | (value.isnan() & rounded.isnan())
    close = rounded.isfinite() & ((value - reference).abs() <= tolerance * reference.abs() + SMALLEST)
    return torch.nonzero(~(same | close)).flatten().tolist()


class Cases:
    def __init__(self):
        self.tensors, self.expressions, self.signatures, self.refused, self.doubtful = {}, {}, {}, {}, {}

    def __call__(self, id, expression, *specs, constants=""):
        """Adds a case. Inputs named in `constants` have no gradient."""
        assert id not in self.expressions and id not in self.refused, id
        generator = torch.Generator().manual_seed(zlib.crc32(id.encode()))
        fixed = all(isinstance(spec, torch.Tensor) for spec in specs)
        for attempt in range(ATTEMPTS):
            inputs = [spec if isinstance(spec, torch.Tensor) else spec(generator) for spec in specs]
            try:
                outputs = outputs_of(expression, inputs)
            except (RuntimeError, IndexError, TypeError, ValueError) as error:
                self.refused[id] = (expression, inputs, str(error).splitlines()[0])
                return
            cotangents = [Draw(*out.shape, low=0.5, high=1.5)(generator) for out in outputs]
            signs = [torch.randint(2, out.shape, generator=generator) * 2 - 1 for out in outputs]
            cotangents = [cotangent * sign for cotangent, sign in zip(cotangents, signs)]
            outputs, grads = differentiate(expression, inputs, cotangents, constants)
            wide = [x.double() if x.dtype == float32 else x for x in inputs]
            wide_outputs, wide_grads = differentiate(expression, wide, cotangents, constants)
            pairs = list(zip(outputs + grads, wide_outputs + wide_grads))
            if fixed or not any(doubtful(*pair, WELL_CONDITIONED) for pair in pairs):
                break
        else:
            raise RuntimeError(f"no draw of {id} is well conditioned")
        self.add(id, expression, inputs, outputs, cotangents, grads)
        names = [f"{id}/{name}" for name in [*self.output_names(outputs), *(f"grad{i}" for i in range(len(grads)))]]
        self.doubtful |= {name: where for name, pair in zip(names, pairs) if (where := doubtful(*pair, DOUBTFUL))}

    @staticmethod
    def output_names(outputs):
        return [f"out{i}" for i in range(len(outputs))] if len(outputs) > 1 else ["out"]

    def add(self, id, expression, inputs, outputs, cotangents, grads):
        self.expressions[id] = expression
        for i, x in enumerate(inputs):
            self.tensors[f"{id}/in{i}"] = x
        for name, out, cotangent in zip(self.output_names(outputs), outputs, cotangents):
            self.tensors[f"{id}/{name}"] = out
            if out.requires_grad:
                self.tensors[f"{id}/{name.replace('out', 'cotangent')}"] = cotangent.to(out.dtype)
        for i, grad in enumerate(grads):
            if grad is not None:
                self.tensors[f"{id}/grad{i}"] = grad
        self.signatures[id] = f"{', '.join(map(describe, inputs))} -> {', '.join(map(describe, outputs))}"

    def write(self, stem):
        stem = pathlib.Path(stem)
        # One key only: safetensors writes several in an order that changes from run to run.
        metadata = {"golden": json.dumps({"cases": self.expressions, "doubtful": self.doubtful}, separators=(",", ":"))}
        # Each on its own storage: safetensors refuses shared ones.
        tensors = {name: x.detach().clone(memory_format=torch.contiguous_format) for name, x in self.tensors.items()}
        save_file(tensors, stem.with_suffix(".safetensors"), metadata)
        lines = [f"Written by {stem.name}.py, which says what this is: {len(self.expressions)} cases by expression."]
        by_expression = sorted(
            self.expressions.items(), key=lambda item: list(self.expressions.values()).index(item[1])
        )
        for expression, cases in itertools.groupby(by_expression, key=lambda item: item[1]):
            lines += ["", expression] + [f"  {id}: {self.signatures[id]}" for id, _ in cases]
        lines += [
            "",
            "",
            "Doubtful: elements of float32 tensors (by flat index) that PyTorch itself computes differently in float64",
            "",
        ]
        lines += [f"{name}: {', '.join(map(str, where))}" for name, where in self.doubtful.items()]
        lines += ["", "", "Refused by PyTorch, and not in the file:"]
        for id, (expression, inputs, message) in self.refused.items():
            lines += ["", expression, f"  {id}: {', '.join(map(describe, inputs))}", f"  {message}"]
        stem.with_suffix(".txt").write_text("\n".join(lines) + "\n")


def describe(x):
    return f"{str(x.dtype).removeprefix('torch.')}[{','.join(map(str, x.shape))}]"
