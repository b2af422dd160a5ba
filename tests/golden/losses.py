#!/usr/bin/env python3
"""Writes losses.safetensors and losses.txt: what PyTorch's losses and their gradients give, on small inputs.

What a case is and what the file holds of it, ops.py says. Cases named "..._float64" are the float32 ones of the same
name with inputs of float64. Targets that stand for classes, signs or counts have no gradient, nor have probabilities at
0, where PyTorch's is not finite. Left out is what PyTorch is not followed in: its multi_margin_loss and
multilabel_margin_loss give 0 for scores of NaN, and for no samples what was in memory; its soft_margin_loss overflows.

Made with PyTorch 2.13.0+cpu and safetensors 0.8.0, on x86-64 with AVX2.
"""

import pathlib

import torch

from cases import Cases, Draw, float32, float64, inf, int64, nan, tensor

ALL = ("none", "mean", "sum")


def probabilities(*shape):
    return Draw(*shape, low=0.05, high=0.95)


def positive(*shape):
    return Draw(*shape, low=0.5, high=2.0)


def widened(spec):
    """The same input in float64."""
    if isinstance(spec, Draw):
        return Draw(*spec.shape, low=spec.low, high=spec.high, dtype=float64)
    return spec.double() if spec.dtype == float32 else spec


class Losses:
    """Adds the cases of one loss: F.<name>(<arguments>, reduction=...)."""

    def __init__(self, case, name, arguments="a, b", constants="", float64_only=False):
        self.case, self.name, self.arguments, self.constants = case, name, arguments, constants
        self.float64_only = float64_only

    def __call__(self, id, *specs, options="", reductions=("none",), constants=None, arguments=None):
        constants = self.constants if constants is None else constants
        for reduction in reductions:
            call = [arguments or self.arguments, options, f"reduction='{reduction}'"]
            expression = f"F.{self.name}({', '.join(filter(None, call))})"
            for suffix, inputs in [("", specs), ("_float64", [widened(spec) for spec in specs])]:
                if not suffix and self.float64_only or suffix and not self.float64_only and reduction == "sum":
                    continue
                self.case(f"{self.name}/{id}_{reduction}{suffix}", expression, *inputs, constants=constants)


def of_errors(case):
    """Those of the difference of prediction and target."""
    infinite = tensor([1.0, inf, -inf, nan, 3e38, -0.0]), tensor([1.0, 1.0, 1.0, 1.0, -3e38, 0.0])
    for name, variants in [
        ("mse_loss", [""]),
        ("l1_loss", [""]),
        ("huber_loss", ["", "delta=0.3", "delta=2.5"]),
        ("smooth_l1_loss", ["", "beta=0.3", "beta=2.5", "beta=0.0"]),
    ]:
        add = Losses(case, name)
        for options in variants:
            id = options.replace("=", "") or "default"
            add(id, Draw(3, 4), Draw(3, 4), options=options, reductions=ALL)
            add(f"{id}_infinite", *infinite, options=options)
        add("cube", Draw(2, 3, 2), Draw(2, 3, 2))
        add("zero_dim", Draw(), Draw(), reductions=ALL)
        add("empty", Draw(0, 2), Draw(0, 2), reductions=ALL)
        add("large", tensor([1e4, -1e4, 1e4]), tensor([-1e4, 0.0, 1e4]))
        # At the kinks: no error, and errors of delta or beta.
        add("kinks", tensor([0.5, 2.0, -1.0, 0.25]), tensor([0.5, 1.0, 0.0, 0.5]))
        if name != "smooth_l1_loss":
            add("weight", Draw(3, 2), Draw(3, 2), positive(3, 2), options="weight=c", reductions=ALL)


def nll_loss(case):
    add = Losses(case, "nll_loss")
    classes, some_ignored = tensor([0, 2, 1, 2]), tensor([0, -100, 1, 2])
    weight = positive(3)
    log_probabilities = Draw(4, 3, low=-4.0, high=-0.1)
    add("classes", log_probabilities, classes, reductions=ALL)
    add("ignored", log_probabilities, some_ignored, reductions=ALL)
    add("ignore_index", log_probabilities, classes, options="ignore_index=2", reductions=ALL)
    add("weight", log_probabilities, classes, weight, options="weight=c", constants="c", reductions=ALL)
    add("weight_ignored", log_probabilities, some_ignored, weight, options="weight=c", constants="c", reductions=ALL)
    add("all_ignored", Draw(2, 3), tensor([-100, -100]), reductions=ALL)
    add("one_sample", Draw(3), tensor(2), reductions=ALL)
    add("empty", Draw(0, 3), torch.zeros(0, dtype=int64), reductions=ALL)
    add("d1", Draw(2, 3, 2), tensor([[0, 2], [-100, 1]]), weight, options="weight=c", constants="c", reductions=ALL)
    add("d1_d2", Draw(2, 3, 2, 2), tensor([[[0, 2], [1, 1]], [[2, 2], [0, 1]]]), reductions=("none", "mean"))
    add("extreme", tensor([[-1e4, 0.0], [-inf, 0.0], [nan, 0.0]]), tensor([0, 0, 1]))


def cross_entropy(case):
    add = Losses(case, "cross_entropy")
    classes, some_ignored = tensor([0, 2, 1, 2]), tensor([0, -100, 1, 2])
    weight = positive(3)
    fixed = tensor([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [0.25, 0.25, 0.5], [0.1, 0.1, 0.8]])
    extreme = tensor([[1e4, 0.0, -1e4], [1e4, 0.0, -1e4], [-1e4, -1e4, -1e4], [88.0, -88.0, 0.0]])
    smoothing, both = "label_smoothing=0.2", "weight=c, label_smoothing=0.2"
    infinite = tensor([[-inf, 0.0, 1.0], [0.0, -inf, 1.0]])
    for id, options, logits, target, *more in [
        ("classes", "", Draw(4, 3), classes),
        ("classes_weight", "weight=c", Draw(4, 3), classes, weight),
        ("classes_ignored", "", Draw(4, 3), some_ignored),
        ("classes_ignore_index", "ignore_index=2", Draw(4, 3), classes),
        ("classes_weight_ignored", "weight=c", Draw(4, 3), some_ignored, weight),
        ("classes_all_ignored", "", Draw(2, 3), tensor([-100, -100])),
        ("classes_smoothing", smoothing, Draw(4, 3), classes),
        ("classes_smoothing_weight", both, Draw(4, 3), classes, weight),
        ("classes_smoothing_ignored", smoothing, Draw(4, 3), some_ignored),
        ("classes_smoothing_weight_ignored", both, Draw(4, 3), some_ignored, weight),
        ("classes_smoothing_one", "label_smoothing=1.0", Draw(4, 3), classes),
        ("classes_extreme", "", extreme, classes),
        ("classes_infinite", "", infinite, tensor([1, 1])),
        ("classes_one_sample", "", Draw(3), tensor(2)),
        ("classes_one_class", "", Draw(2, 1), tensor([0, 0])),
        ("classes_empty", "", Draw(0, 3), torch.zeros(0, dtype=int64)),
        ("classes_d1", "", Draw(2, 3, 2), tensor([[0, 2], [1, 1]])),
        ("classes_d1_weight_ignored", "weight=c", Draw(2, 3, 2), tensor([[0, 2], [-100, 1]]), weight),
        ("classes_d1_smoothing", smoothing, Draw(2, 3, 2), tensor([[0, 2], [1, 1]])),
        ("classes_d1_d2", "", Draw(2, 3, 2, 2), tensor([[[0, 2], [1, 1]], [[2, 2], [0, 1]]])),
        ("probabilities", "", Draw(4, 3), fixed),
        ("probabilities_weight", "weight=c", Draw(4, 3), fixed, weight),
        ("probabilities_smoothing", smoothing, Draw(4, 3), fixed),
        ("probabilities_smoothing_weight", both, Draw(4, 3), fixed, weight),
        ("probabilities_extreme", "", extreme, fixed),
        ("probabilities_one_sample", "", Draw(3), tensor([0.2, 0.3, 0.5])),
        ("probabilities_d1", "", Draw(2, 3, 2), probabilities(2, 3, 2)),
        ("probabilities_d1_weight", "weight=c", Draw(2, 3, 2), probabilities(2, 3, 2), weight),
    ]:
        add(id, logits, target, *more, options=options, reductions=ALL, constants="c")


def of_distributions(case):
    """The negative log likelihoods of a number, and the divergence."""
    counts = tensor([[0.0, 1.0, 2.0], [5.0, 0.5, 30.0]])
    add = Losses(case, "poisson_nll_loss")
    add("log_input", Draw(2, 3), counts, constants="b", reductions=ALL)
    add("log_input_full", Draw(2, 3), counts, options="full=True", constants="b", reductions=ALL)
    add("rate", positive(2, 3), counts, options="log_input=False", constants="b", reductions=ALL)
    add("rate_full", positive(2, 3), counts, options="log_input=False, full=True", constants="b")
    add("rate_eps", positive(2, 3), counts, options="log_input=False, eps=0.1", constants="b")
    add("rate_of_0", tensor([0.0, 0.0, inf]), tensor([0.0, 2.0, 1.0]), options="log_input=False", constants="b")
    add("target_full", Draw(2, 2, 2), Draw(2, 2, 2, low=1.5, high=4.0), options="full=True")
    add("extreme", tensor([1e4, -1e4, -inf, nan, 88.0]), tensor([1.0, 1.0, 0.0, 1.0, 3.0]), constants="b")
    add("zero_dim", Draw(), Draw(), reductions=ALL)
    add("empty", Draw(0, 2), Draw(0, 2), reductions=ALL)

    add = Losses(case, "gaussian_nll_loss", "a, b, c")
    add("same_shape", Draw(2, 3), Draw(2, 3), positive(2, 3), reductions=ALL)
    add("full", Draw(2, 3), Draw(2, 3), positive(2, 3), options="full=True", reductions=ALL)
    add("without_last", Draw(2, 3), Draw(2, 3), positive(2), reductions=ALL)
    add("size_1", Draw(2, 3, 2), Draw(2, 3, 2), positive(2, 1, 2), reductions=ALL)
    add("number", Draw(2, 3), Draw(2, 3), arguments="a, b, 0.7", reductions=ALL)
    add("below_eps", Draw(4), Draw(4), tensor([0.0, 1e-9, 0.005, 0.2]), options="eps=0.01")
    add("below_default_eps", tensor([1.0, 1.0]), tensor([1.0, 1.001]), tensor([0.0, 1e-9]))
    add("extreme", tensor([1e4, -inf, nan]), tensor([-1e4, 1.0, 1.0]), tensor([1e4, 1.0, 1.0]))
    add("zero_dim", Draw(), Draw(), positive(), reductions=ALL)
    add("empty", Draw(0, 2), Draw(0, 2), positive(0, 2), reductions=ALL)

    add = Losses(case, "kl_div")
    four = (*ALL, "batchmean")
    add("probabilities", Draw(2, 3, low=-3.0, high=-0.1), probabilities(2, 3), reductions=four)
    add("log_target", Draw(2, 3), Draw(2, 3, low=-3.0, high=0.0), options="log_target=True", reductions=four)
    add("cube", Draw(2, 2, 3), probabilities(2, 2, 3), reductions=four)
    add("certain", tensor([[-0.5, -1e4], [-2.0, 0.0]]), tensor([[1.0, 0.0], [0.0, 1.0]]), constants="b")
    add("infinite", tensor([-inf, nan, 0.0]), tensor([0.5, 0.5, inf]), constants="b")
    add("one_sample", Draw(3), probabilities(3), reductions=four)
    add("zero_dim", Draw(), probabilities(), reductions=ALL)
    add("empty", Draw(0, 2), probabilities(0, 2), reductions=four)


def binary_cross_entropy(case):
    add = Losses(case, "binary_cross_entropy", constants="c")
    edges = tensor([0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1e-20, 1e-38]), tensor([0.0, 1.0, 0.0, 1.0, 0.3, 0.3, 1.0, 0.5])
    add("plain", probabilities(2, 3), probabilities(2, 3), reductions=ALL)
    add("edges", *edges, constants="b", reductions=ALL)
    add("weight", probabilities(2, 3), probabilities(2, 3), positive(2, 3), options="weight=c", reductions=ALL)
    add("weight_broadcast", probabilities(2, 3), probabilities(2, 3), positive(3), options="weight=c", reductions=ALL)
    add("cube", probabilities(2, 2, 3), probabilities(2, 2, 3), positive(2, 1), options="weight=c")
    add("zero_dim", probabilities(), probabilities(), reductions=ALL)
    add("empty", probabilities(0, 2), probabilities(0, 2), reductions=ALL)

    add = Losses(case, "binary_cross_entropy_with_logits", constants="cd")
    weight, pos_weight = "weight=c", "pos_weight=c"
    extreme = tensor([1e4, 1e4, -1e4, -1e4, 88.0, -88.0, 0.0]), tensor([0.0, 1.0, 0.0, 1.0, 0.3, 0.3, 1.0])
    add("plain", Draw(2, 3), probabilities(2, 3), reductions=ALL)
    add("extreme", *extreme, reductions=ALL)
    add("infinite", tensor([inf, -inf, nan]), tensor([0.0, 1.0, 0.0]))
    add("weight", Draw(2, 3), probabilities(2, 3), positive(2, 3), options=weight, reductions=ALL)
    add("weight_broadcast", Draw(2, 3), probabilities(2, 3), positive(2, 1), options=weight, reductions=ALL)
    add("pos_weight", Draw(2, 3), probabilities(2, 3), positive(3), options=pos_weight, reductions=ALL)
    add("pos_weight_extreme", *extreme, tensor(3.0), options=pos_weight)
    both = f"{pos_weight}, weight=d"
    add("both_weights", Draw(2, 3), probabilities(2, 3), positive(3), positive(2, 3), options=both, reductions=ALL)
    add("cube", Draw(2, 2, 3), probabilities(2, 2, 3), positive(2, 1), options=pos_weight)
    add("zero_dim", Draw(), probabilities(), reductions=ALL)
    add("empty", Draw(0, 2), probabilities(0, 2), reductions=ALL)


def signs(*shape):
    return (torch.arange(torch.Size(shape).numel()) % 3 != 1).reshape(shape).to(float32) * 2 - 1


def margins(case):
    add = Losses(case, "margin_ranking_loss", "a, b, c", constants="c")
    tied = tensor([1.0, 2.0, 1e4, inf]), tensor([1.0, 1.5, -1e4, 0.0]), tensor([1.0, -1.0, -1.0, 1.0])
    for margin in ["", "margin=0.5", "margin=-0.25"]:
        id = margin.replace("=", "") or "default"
        add(id, Draw(2, 3), Draw(2, 3), signs(2, 3), options=margin, reductions=ALL)
        add(f"{id}_tied", *tied, options=margin)
    add("int64", Draw(2, 2, 2), Draw(2, 2, 2), signs(2, 2, 2).to(int64))
    add("zero_dim", Draw(), Draw(), signs(), reductions=ALL)
    add("empty", Draw(0, 2), Draw(0, 2), signs(0, 2), reductions=ALL)

    add = Losses(case, "hinge_embedding_loss", constants="b")
    tied = tensor([1.0, 1.0, 0.5, 1e4, -1e4, inf, nan]), tensor([1.0, -1.0, -1.0, -1.0, -1.0, 1.0, -1.0])
    for margin in ["", "margin=0.5"]:
        id = margin.replace("=", "") or "default"
        add(id, Draw(2, 3), signs(2, 3), options=margin, reductions=ALL)
        add(f"{id}_tied", *tied, options=margin)
    add("int64", Draw(2, 2, 2), signs(2, 2, 2).to(int64))
    add("zero_dim", Draw(), signs(), reductions=ALL)
    add("empty", Draw(0, 2), signs(0, 2), reductions=ALL)

    add = Losses(case, "cosine_embedding_loss", "a, b, c", constants="c")
    for margin in ["", "margin=0.3", "margin=-0.3"]:
        id = margin.replace("=", "") or "default"
        add(id, Draw(6, 4), Draw(6, 4), signs(6), options=margin, reductions=ALL)
    add("one_pair", Draw(3), Draw(3), signs(), reductions=ALL)
    add("zeros", torch.zeros(2, 2), tensor([[1.0, 2.0], [0.0, 0.0]]), tensor([1.0, -1.0]))
    add("large", tensor([[1e4, 2e4], [3e4, -1e4]]), tensor([[1.0, 3.0], [2e4, 1e4]]), tensor([1.0, -1.0]))
    add("int64", Draw(2, 3), Draw(2, 3), signs(2).to(int64))
    add("empty", Draw(0, 2), Draw(0, 2), signs(0), reductions=ALL)

    add = Losses(case, "multi_margin_loss", constants="c")
    classes, weight = tensor([0, 2, 1, 2]), positive(3)
    tied = tensor([[1.0, 0.0, 1.0], [1e4, -1e4, 0.0], [1.0, 1.0, 1.0], [inf, 0.0, 1.0]])
    for options in ["", "p=2", "margin=0.3", "p=2, margin=2.5"]:
        id = options.replace("=", "").replace(", ", "_") or "default"
        add(id, Draw(4, 3), classes, options=options, reductions=ALL)
        add(f"{id}_tied", tied, classes, options=options)
    add("weight", Draw(4, 3), classes, weight, options="weight=c", reductions=ALL)
    add("weight_p2", Draw(4, 3), classes, weight, options="p=2, weight=c", reductions=ALL)
    add("one_sample", Draw(3), tensor(1), reductions=ALL)
    add("one_class", Draw(2, 1), tensor([0, 0]))
    add("empty", Draw(0, 3), torch.zeros(0, dtype=int64))

    add = Losses(case, "multilabel_margin_loss")
    labels = tensor([[3, 0, -1, 1], [-1, 1, 2, 3], [0, 1, 2, 3], [2, -1, -1, -1]])
    tied = tensor([[1.0, 0.0, 1.0], [1e4, -1e4, 0.0], [inf, 0.0, 1.0], [1.0, 1.0, 1.0]])
    add("labels", Draw(4, 4), labels, reductions=ALL)
    add("repeated", Draw(2, 3), tensor([[1, 1, -1], [0, 0, 0]]))
    add("tied", tied, tensor([[0, -1, 0], [1, -1, 0], [1, 2, -1], [1, -1, 0]]))
    add("one_sample", Draw(3), tensor([1, 2, -1]), reductions=ALL)
    add("empty", Draw(0, 3), torch.zeros(0, 3, dtype=int64))

    add = Losses(case, "soft_margin_loss", constants="b")
    add("plain", Draw(2, 3), signs(2, 3), reductions=ALL)
    add("cube", Draw(2, 2, 2), signs(2, 2, 2))
    add("large", tensor([80.0, 80.0, -80.0, 1e4, inf, nan]), tensor([1.0, -1.0, -1.0, 1.0, 1.0, 1.0]))
    add("zero_dim", Draw(), signs(), reductions=ALL)
    add("empty", Draw(0, 2), signs(0, 2), reductions=ALL)

    add = Losses(case, "multilabel_soft_margin_loss")
    extreme = tensor([[1e4, -1e4], [1e4, -1e4], [88.0, -88.0]]), tensor([[0.0, 1.0], [1.0, 0.0], [0.3, 0.3]])
    add("plain", Draw(2, 3), probabilities(2, 3), reductions=ALL)
    add("weight", Draw(2, 3), probabilities(2, 3), positive(3), options="weight=c", reductions=ALL)
    add("weight_each", Draw(2, 3), probabilities(2, 3), positive(2, 3), options="weight=c")
    add("extreme", *extreme, reductions=ALL)
    add("cube", Draw(2, 2, 3), probabilities(2, 2, 3), reductions=ALL)
    add("one_sample", Draw(3), probabilities(3), reductions=ALL)
    add("empty", Draw(0, 2), probabilities(0, 2), reductions=ALL)


def triplets(case):
    add = Losses(case, "triplet_margin_loss", "a, b, c")
    three = [Draw(4, 3)] * 3
    for options in ["", "p=1", "p=3", "p=float('inf')", "margin=0.3", "eps=0.01", "swap=True", "p=1, swap=True"]:
        id = options.replace("=", "").replace("float('inf')", "inf").replace(", ", "_") or "default"
        add(id, *three, options=options, reductions=ALL if id in ("default", "swapTrue") else ("none",))
    add("one", *[Draw(3)] * 3, reductions=ALL)
    add("cube", *[Draw(2, 2, 3)] * 3, reductions=ALL)
    add("same", torch.ones(2, 2), torch.ones(2, 2), tensor([[1.0, 1.0], [3.0, 1.0]]))
    add("large", tensor([[1e4, 0.0]]), tensor([[-1e4, 1e4]]), tensor([[0.0, 1e3]]))
    add("empty", *[Draw(0, 2)] * 3, reductions=ALL)

    add = Losses(case, "triplet_margin_with_distance_loss", "a, b, c")
    add("default", *three, reductions=ALL)
    add("swap", *three, options="margin=0.5, swap=True", reductions=ALL)
    add("hypot", *three, options="distance_function=torch.hypot", reductions=ALL)
    add("hypot_swap", *three, options="distance_function=torch.hypot, swap=True")
    add("empty", *[Draw(0, 2)] * 3, reductions=ALL)


def ctc_loss(case):
    # The gradient is that of the logits: see ctc.h. In float32 PyTorch's is not accurate enough to compare with.
    add = Losses(case, "ctc_loss", "F.log_softmax(a, 2), b, c, d", float64_only=True)
    padded = tensor([[1, 2, 2, 3], [3, 1, 0, 0], [4, 4, 4, 0]])
    lengths, full = tensor([4, 2, 3]), tensor([8, 8, 8])
    logits = Draw(8, 3, 5)
    add("padded", logits, padded, full, lengths, reductions=ALL)
    add("joined", logits, tensor([1, 2, 2, 3, 3, 1, 4, 4, 4]), full, lengths, reductions=ALL)
    add("input_lengths", logits, padded, tensor([8, 3, 6]), lengths, reductions=ALL)
    add("tight", logits, padded, tensor([5, 2, 5]), lengths, reductions=ALL)
    add("blank", logits, tensor([[1, 0, 0], [3, 1, 0], [4, 4, 3]]), full, tensor([3, 2, 3]), options="blank=2")
    add("no_labels", logits, padded, full, tensor([0, 2, 0]), reductions=ALL)
    add("no_frames", logits, padded, tensor([0, 8, 2]), tensor([0, 2, 0]), reductions=ALL)
    add("impossible", logits, padded, tensor([4, 8, 0]), lengths, reductions=ALL)
    add("zero_infinity", logits, padded, tensor([4, 8, 0]), lengths, options="zero_infinity=True", reductions=ALL)
    add("all_padding", logits, torch.zeros(3, 0, dtype=int64), full, tensor([0, 0, 0]), reductions=ALL)
    one = "F.log_softmax(a, 1), b, c, d"
    add("one_sample", Draw(6, 4), tensor([1, 1, 3]), tensor(6), tensor(3), arguments=one, reductions=ALL)
    add("long", Draw(20, 2, 4), tensor([[1, 2, 3, 3, 1, 2], [2, 2, 2, 2, 2, 0]]), tensor([20, 17]), tensor([6, 5]))
    large = tensor([[[100.0, -100.0, 50.0]], [[0.0, 300.0, -200.0]], [[-100.0, 0.0, 150.0]]])
    add("large", large, tensor([[2, 1]]), tensor([3]), tensor([2]))


def main():
    torch.set_num_threads(1)
    cases = Cases()
    for family in [
        of_errors,
        nll_loss,
        cross_entropy,
        of_distributions,
        binary_cross_entropy,
        margins,
        triplets,
        ctc_loss,
    ]:
        family(cases)
    cases.write(pathlib.Path(__file__).with_suffix(""))
    print(f"{len(cases.expressions)} cases, {len(cases.refused)} refused")


if __name__ == "__main__":
    main()
