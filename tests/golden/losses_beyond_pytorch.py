#!/usr/bin/env python3
"""Writes losses_beyond_pytorch.safetensors and losses_beyond_pytorch.txt: losses that PyTorch does not have, and their gradients.

Every case has an id and an expression, a call of a function with the inputs a, b, ..., as golden_file.py keeps them.
<id>/in0, ... are the inputs, <id>/out the value, and <id>/grad0, ... the gradients, where the gradient of the value is
<id>/cotangent.

The functions are those of loss_references.py, which says where their numbers come from. All is in float64; floating
point inputs are such that float32 has them too, and are stored so.

Made with PyTorch 2.13.0, JAX 0.10.2, Optax 0.2.8, Keras 3.15.1, scikit-learn 1.9.1 and safetensors 0.8.0.
"""

import zlib

import torch
from golden_file import GoldenFile
from loss_references import LOSSES


class Draw:
    """Uniform values of [low, high)."""

    def __init__(self, *shape, low=-3.0, high=3.0):
        self.shape, self.low, self.high = shape, low, high

    def __call__(self, generator):
        unit = torch.rand(self.shape, generator=generator, dtype=torch.float64)
        return (self.low + (self.high - self.low) * unit).float()


class Cases(GoldenFile):
    def __call__(self, id, expression, *specs, fixed=""):
        """Adds a case. Inputs named in `fixed`, and those that are not floating point, have no gradient."""
        generator = torch.Generator().manual_seed(zlib.crc32(id.encode()))
        stored = [spec(generator) if isinstance(spec, Draw) else torch.tensor(spec) for spec in specs]
        inputs = [
            x.double().requires_grad_(name not in fixed) if x.is_floating_point() else x
            for name, x in zip("abcd", stored)
        ]
        out = eval(expression, LOSSES, dict(zip("abcd", inputs)))
        cotangent = Draw(*out.shape, low=0.5, high=1.5)(generator)
        leaves = [x for x in inputs if x.requires_grad]
        grads = iter(torch.autograd.grad(out, leaves, cotangent.double()))
        self.add(id, expression)
        self.tensors |= {f"{id}/in{i}": x for i, x in enumerate(stored)}
        self.tensors |= {f"{id}/out": out.detach(), f"{id}/cotangent": cotangent}
        self.tensors |= {f"{id}/grad{i}": next(grads) for i, x in enumerate(inputs) if x.requires_grad}
        for name, x in self.tensors.items():
            assert x.isfinite().all(), name


def with_options(case, name, arguments, inputs, options, fixed=""):
    """A case for each reduction, and one for each set of options."""
    for reduction in ["none", "mean", "sum"]:
        case(f"{name}/{reduction}", f"{name}({arguments}, reduction='{reduction}')", *inputs, fixed=fixed)
    for option in options:
        case(f"{name}/{option}", f"{name}({arguments}, {option}, reduction='none')", *inputs, fixed=fixed)


def regression(case):
    pair = Draw(3, 4), Draw(3, 4)
    positive = Draw(3, 4), Draw(3, 4, low=0.1, high=4)
    small = Draw(2, 3, low=-1e-3, high=1e-3), [[0.0] * 3] * 2
    with_options(case, "log_cosh_loss", "a, b", pair, [])
    large = [1e4, -1e4, 300.0, -0.0], [-1e4, 0.0, 0.0, 0.0]
    case("log_cosh_loss/large", "log_cosh_loss(a, b, reduction='none')", *large)
    with_options(case, "quantile_loss", "a, b", pair, ["quantile=0.1", "quantile=0.95"])
    with_options(case, "mape_loss", "a, b", pair, ["eps=2.0"])
    case("mape_loss/near_zero", "mape_loss(a, b, reduction='none')", *small, fixed="b")
    with_options(case, "msle_loss", "a, b", positive, ["eps=0.5", "eps=0.0"])
    claims = Draw(3, 4), [[0.0, 1.0, 2.5, 100.0], [0.0, 0.0, 3.0, 0.25], [1.0, 2.0, 0.0, 7.0]]
    with_options(case, "tweedie_deviance_loss", "a, b", claims, ["power=1.1", "power=1.9"], fixed="b")
    means = Draw(3, 4, low=0.25, high=9), claims[1]
    for power in [1.5, 1.2]:
        case(
            f"tweedie_deviance_loss/of_means_{power}",
            f"tweedie_deviance_loss(a, b, power={power}, log_input=False, reduction='none')",
            *means,
            fixed="b",
        )


def classification(case):
    zero_one = [[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]]
    focal = ["alpha=None", "alpha=0.9", "gamma=0.0", "gamma=0.5", "gamma=3.5", "alpha=None, gamma=1.0"]
    with_options(case, "sigmoid_focal_loss", "a, b", (Draw(2, 3), zero_one), focal, fixed="b")
    soft = Draw(2, 3, low=0.05, high=0.95)
    for option in focal:
        expression = f"sigmoid_focal_loss(a, b, {option}, reduction='none')"
        case(f"sigmoid_focal_loss/soft_{option}", expression, Draw(2, 3), soft, fixed="b")
    for option in ["gamma=2.0", "gamma=0.5"]:
        expression = f"sigmoid_focal_loss(a, b, {option}, reduction='none')"
        large = [30.0, -30.0, 30.0, -30.0, 1e4, -1e4]
        case(f"sigmoid_focal_loss/large_{option}", expression, large, [0.0, 0.0, 1.0, 1.0, 0.0, 1.0], fixed="b")

    classes = [2, 0, 1, 2]
    probabilities = [[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [0.125, 0.125, 0.75], [0.25, 0.5, 0.25]]
    everywhere = [[0, 2], [1, 1]]
    for name, options in {
        "softmax_focal_loss": ["gamma=0.0", "gamma=0.5", "gamma=3.0"],
        "generalized_cross_entropy": ["q=0.1", "q=1.0"],
        "poly_cross_entropy": ["epsilon=-1.0", "epsilon=0.5"],
        "cross_entropy_with_z_loss": ["coefficient=0.5", "label_smoothing=0.25", "ignore_index=2"],
        "multiclass_hinge_loss": ["margin=0.25"],
        "multiclass_perceptron_loss": [],
        "categorical_hinge_loss": [],
        "multiclass_sparsemax_loss": [],
    }.items():
        with_options(case, name, "a, b", (Draw(4, 3), classes), options)
        case(f"{name}/positions", f"{name}(a, b, reduction='none')", Draw(2, 3, 2), everywhere)
        if name not in ["multiclass_hinge_loss", "multiclass_perceptron_loss"]:
            for reduction in ["none", "mean", "sum"]:
                expression = f"{name}(a, b, reduction='{reduction}')"
                case(f"{name}/soft_{reduction}", expression, Draw(4, 3), probabilities, fixed="b")
    for reduction in ["none", "mean"]:
        expression = f"softmax_focal_loss(a, b, weight=c, reduction='{reduction}')"
        case(f"softmax_focal_loss/weight_{reduction}", expression, Draw(4, 3), classes, [0.5, 1.0, 4.0], fixed="c")
    expression = "softmax_focal_loss(a, b, weight=c, reduction='none')"
    case("softmax_focal_loss/weight_positions", expression, Draw(2, 3, 2), everywhere, [0.5, 1.0, 4.0], fixed="c")
    for reduction in ["none", "mean", "sum"]:
        expression = f"cross_entropy_with_z_loss(a, b, coefficient=0.25, reduction='{reduction}')"
        case(f"cross_entropy_with_z_loss/ignored_{reduction}", expression, Draw(4, 3), [0, -100, 1, -100])

    for target in [[[-1, 1, 1], [1, -1, -1]], [[0, 1, 1], [1, 0, 0]], [[True, False, True], [True, True, False]]]:
        kind = {-1: "signs", 0: "zero_one", True: "bool"}[target[0][0]]
        for name in ["hinge_loss", "squared_hinge_loss"]:
            case(f"{name}/{kind}", f"{name}(a, b, reduction='none')", Draw(2, 3), target)
    signed = Draw(2, 3), [[-1.0, 1.0, 1.0], [1.0, -1.0, -1.0]]
    for name in ["hinge_loss", "squared_hinge_loss"]:
        with_options(case, name, "a, b", signed, ["margin=0.25"], fixed="b")
    with_options(case, "perceptron_loss", "a, b", signed, [], fixed="b")
    with_options(case, "sparsemax_loss", "a, b", (Draw(2, 4), [[0, 1, 0, 1], [1, 0, 0, 1]]), [])
    with_options(case, "fenchel_young_loss", "a, b", (Draw(2, 4, 3), Draw(2, 4, 3)), [])
    for dim, shape in [(0, (5,)), (1, (2, 3)), (-1, (2, 2, 4)), (0, (3, 2))]:
        case(f"sparsemax/{len(shape)}d_{dim}", f"sparsemax(a, dim={dim})", Draw(*shape, low=-1, high=1))


def segmentation(case):
    probabilities = Draw(2, 3, 4, low=0.05, high=0.95)
    classes = [[0, 1, 1, 2], [2, 2, 0, 2]]
    soft = Draw(2, 3, 4, low=0, high=1)
    overlaps = ["smooth=0.0", "smooth=0.25", "over_batch=True"]
    focal = ["alpha=0.25, beta=0.75", "gamma=1.5", "alpha=0.0, beta=1.0", "alpha=0.75, gamma=0.5, over_batch=True"]
    for name, options in {
        "dice_loss": overlaps,
        "tversky_loss": overlaps + focal,
        "generalized_dice_loss": overlaps,
    }.items():
        with_options(case, name, "a, b", (probabilities, classes), options)
        case(f"{name}/soft", f"{name}(a, b, reduction='none')", probabilities, soft, fixed="b")
        square = Draw(2, 2, 3, 2, low=0.05, high=0.95), [[[0, 1], [1, 1], [0, 0]], [[1, 0], [0, 0], [0, 0]]]
        case(f"{name}/two_dimensions", f"{name}(a, b, reduction='none')", *square)
    case("generalized_dice_loss/absent", "generalized_dice_loss(a, b)", probabilities, [[0, 0, 0, 2], [1, 1, 1, 1]])
    one = Draw(2, 1, 4, low=0.05, high=0.95), [[[0.0, 1.0, 1.0, 0.0]], [[1.0, 1.0, 0.0, 1.0]]]
    case("dice_loss/keras", "dice_loss(a, b, smooth=0.0, over_batch=True)", *one, fixed="b")


def embeddings(case):
    labels = [0, 1, 0, 2, 1, 2, 0]
    with_options(case, "cosine_distance_loss", "a, b", (Draw(3, 4), Draw(3, 4)), ["dim=0"])
    small = Draw(3, 4, low=-1e-20, high=1e-20), Draw(3, 4, low=-1e15, high=1e15)
    case("cosine_distance_loss/lengths", "cosine_distance_loss(a, b, reduction='none')", *small)
    with_options(case, "info_nce_loss", "a, b", (Draw(4, 3), Draw(4, 3)), ["temperature=0.5"])
    for reduction in ["none", "mean"]:
        expression = f"info_nce_loss(a, b, negatives=c, reduction='{reduction}')"
        case(f"info_nce_loss/negatives_{reduction}", expression, Draw(4, 3), Draw(4, 3), Draw(5, 3))
    with_options(case, "nt_xent_loss", "a, b", (Draw(7, 3), labels), ["temperature=0.5"])
    circles = ["gamma=4.0", "gamma=4.0, margin=0.25", "detach_weights=False", "gamma=4.0, detach_weights=False"]
    with_options(case, "circle_loss", "a, b", (Draw(7, 3), labels), circles)
    angles = ["margin=0.25", "margin=0.0, cosine_margin=0.35", "scale=4.0", "scale=4.0, label_smoothing=0.25"]
    with_options(case, "angular_margin_loss", "a, b, c", (Draw(4, 3), Draw(5, 3), [4, 0, 1, 2]), angles)
    opposite = [[1.0, 0.1, 0.0], [-1.0, 0.25, 0.5]], [[-1.0, 0.0, 0.0], [0.5, 1.0, 0.0], [1.0, 0.0, 0.25]], [0, 2]
    expression = "angular_margin_loss(a, b, c, scale=2.0, reduction='none')"
    case("angular_margin_loss/beyond_pi", expression, *opposite)


def distributions(case):
    masses = [[0.5, 0.0, 2.0], [0.25, 0.25, 0.5], [0.0, 0.0, 0.0]]
    with_options(case, "generalized_kl_div", "a, b", (Draw(3, 3), masses), [], fixed="b")
    case("generalized_kl_div/log_target", "generalized_kl_div(a, b, log_target=True)", Draw(3, 3), Draw(3, 3))


def ranking(case):
    grades = [[3.0, 0.0, 1.0, 2.0, 0.0], [0.0, 1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0]]
    mask = [[True, True, True, True, False], [True, True, False, True, True], [False] * 5]
    for name, options in {
        "ranking_softmax_loss": [],
        "list_net_loss": [],
        "lambda_rank_loss": ["sigma=2.0", "k=1", "k=3"],
    }.items():
        with_options(case, name, "a, b", (Draw(3, 5), grades), options, fixed="b")
        for reduction in ["none", "mean", "sum"]:
            expression = f"{name}(a, b, mask=c, reduction='{reduction}')"
            case(f"{name}/mask_{reduction}", expression, Draw(3, 5), grades, mask, fixed="b")
        case(f"{name}/one_list", f"{name}(a, b, reduction='none')", Draw(5), grades[0], fixed="b")
        case(f"{name}/batches", f"{name}(a, b, reduction='none')", Draw(2, 2, 3), Draw(2, 2, 3, low=0), fixed="b")
    case("lambda_rank_loss/mask_k", "lambda_rank_loss(a, b, mask=c, k=2)", Draw(3, 5), grades, mask, fixed="b")
    weight = [[1.0, 2.0, 0.5, 0.25, 1.0]] * 3
    expression = "ranking_softmax_loss(a, b, mask=c, weight=d, reduction='none')"
    case("ranking_softmax_loss/weight", expression, Draw(3, 5), grades, mask, weight, fixed="bd")


def survival(case):
    distinct = [5.0, 2.0, 9.0, 1.0, 7.5, 3.0], [True, True, False, True, True, False]
    tied = [2.0, 1.0, 2.0, 3.0, 2.0, 1.0, 3.0, 1.0], [True, True, True, False, False, True, True, True]
    with_options(case, "cox_loss", "a, b, c", (Draw(6), *distinct), ["ties='efron'"], fixed="b")
    for ties in ["breslow", "efron"]:
        for reduction in ["none", "mean", "sum"]:
            expression = f"cox_loss(a, b, c, ties='{ties}', reduction='{reduction}')"
            case(f"cox_loss/tied_{ties}_{reduction}", expression, Draw(8), *tied, fixed="b")
    case("cox_loss/one", "cox_loss(a, b, c)", Draw(1), [1.0], [True], fixed="b")


def main():
    torch.set_num_threads(1)
    case = Cases()
    for family in [regression, classification, segmentation, embeddings, distributions, ranking, survival]:
        family(case)
    case.write(__file__)


if __name__ == "__main__":
    main()
