"""An optimizer with PyTorch's groups and a rule of one's own, to run on the problems of problems.py."""

import types

import torch


class ReferenceOptimizer(torch.optim.Optimizer):
    """`rule(o, p, g, state, loss)` changes the arrays `p` of a group, by their gradients `g`, its options `o` and its
    `state`, a dict that is empty at first. Both arrays are lists of NumPy arrays."""

    def __init__(self, parameters, rule, defaults):
        super().__init__(parameters, defaults)
        self.rule = rule
        self.states = [{} for _ in self.param_groups]

    def step(self, closure):
        with torch.enable_grad():
            loss = closure()
        for group, state in zip(self.param_groups, self.states):
            p = [x.detach().numpy() for x in group["params"]]
            g = [-x.grad.numpy() if group.get("maximize") else x.grad.numpy() for x in group["params"]]
            o = types.SimpleNamespace(**group)
            if "betas" in group:
                o.beta1, o.beta2, *rest = group["betas"]
                (o.beta3,) = rest or [None]
            self.rule(o, p, g, state, loss.item())
        return loss


def make(rules):
    """What problems.run_variants wants: the optimizer for a call of one of `rules`, {name: (rule, defaults)}."""

    def constructor(rule, defaults):
        def construct(parameters, **options):
            assert options.keys() <= defaults.keys() | {"maximize"}, options
            torch.manual_seed(0)
            return ReferenceOptimizer(parameters, rule, defaults | options)

        return construct

    names = {name: constructor(*rule) for name, rule in rules.items()}
    return lambda code: lambda parameters: eval(code, names | {"parameters": parameters})
