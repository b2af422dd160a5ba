#!/usr/bin/env python3
"""Writes adaptive_log_softmax.safetensors and .txt: PyTorch's nn.AdaptiveLogSoftmaxWithLoss at work.

The code of a case ends in a module, made after torch.set_default_dtype of the case. The file holds, of each,

  <id>/parameters/<name>    its parameters at the start
  <id>/input, target        [N, in_features], or [in_features]; [N], or []
  <id>/output, loss         what the module gives for them
  <id>/log_prob, predict    the same of the functions of these names, for the input as [N, in_features]
  <id>/gradients/<name>     the gradient of loss + sum(output * weight) of each parameter that it depends on, and of
                            "input", where weight [N] is 0.1, 0.2, ...

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX2.
"""

import torch
from torch import nn  # noqa: F401 (for the code of the cases)

from golden_file import GoldenFile

CASES = {
    "two_clusters": ("torch.manual_seed(0); nn.AdaptiveLogSoftmaxWithLoss(8, 12, [4, 7], div_value=2.0)", 6),
    "default": ("torch.manual_seed(1); nn.AdaptiveLogSoftmaxWithLoss(16, 20, [5, 15])", 7),
    "head_bias": ("torch.manual_seed(2); nn.AdaptiveLogSoftmaxWithLoss(6, 9, [3], div_value=1.5, head_bias=True)", 5),
    "one_class_clusters": ("torch.manual_seed(3); nn.AdaptiveLogSoftmaxWithLoss(4, 4, [1, 2, 3], div_value=1.0)", 6),
    "one_sample": ("torch.manual_seed(4); nn.AdaptiveLogSoftmaxWithLoss(5, 8, [2, 5], div_value=1.5)", None),
}


def run(golden, id, code, count):
    *statements, last = code.split("; ")
    exec("\n".join(statements))
    module = eval(last)
    golden.add(id, code)
    features, classes = module.in_features, module.n_classes
    x = torch.randn(count, features) if count else torch.randn(features)
    x = (2 * x).requires_grad_()
    target = (torch.arange(count) * 5 + classes - 1) % classes if count else torch.tensor(classes - 1)
    output, loss = module(x, target)
    weight = 0.1 * (torch.arange(max(1, count or 1)) + 1).to(x.dtype)
    (loss + (output * (weight if count else weight[0])).sum()).backward()
    rows = x.detach() if count else x.detach().unsqueeze(0)
    golden.tensors |= {f"{id}/parameters/{name}": value for name, value in module.named_parameters()}
    gradients = {name: value.grad for name, value in module.named_parameters() if value.grad is not None}
    golden.tensors |= {f"{id}/gradients/{name}": value for name, value in gradients.items()}
    golden.tensors |= {
        f"{id}/input": x,
        f"{id}/target": target,
        f"{id}/output": output,
        f"{id}/loss": loss,
        f"{id}/log_prob": module.log_prob(rows),
        f"{id}/predict": module.predict(rows),
        f"{id}/gradients/input": x.grad,
    }


def main():
    torch.set_num_threads(1)
    golden = GoldenFile()
    for dtype in [torch.float32, torch.float64]:
        torch.set_default_dtype(dtype)
        for id, (code, count) in CASES.items():
            run(golden, f"{id}/{str(dtype).removeprefix('torch.')}", code, count)
    golden.write(__file__)


if __name__ == "__main__":
    main()
