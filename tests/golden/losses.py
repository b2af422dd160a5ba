"""The cases of losses, for ops.py."""

import torch

from cases import Draw, float64, inf, int64, nan, tensor


def losses(case):
    for reduction in ["mean", "sum", "none"]:
        expression = f"F.mse_loss(a, b, reduction='{reduction}')"
        case(f"mse_loss/{reduction}", expression, Draw(3, 4), Draw(3, 4))
        case(f"mse_loss/{reduction}_float64", expression, Draw(3, 2, dtype=float64), Draw(3, 2, dtype=float64))
        case(f"mse_loss/{reduction}_zero_dim", expression, Draw(), Draw())
        case(f"mse_loss/{reduction}_empty", expression, Draw(0, 2), Draw(0, 2))
        case(
            f"mse_loss/{reduction}_edges",
            expression,
            tensor([1.0, inf, nan, 3e38, -0.0]),
            tensor([1.0, 1.0, 1.0, -3e38, 0.0]),
        )
        case(f"mse_loss/{reduction}_large", expression, tensor([1e4, -1e4]), tensor([-1e4, 0.0]))
        case(
            f"mse_loss/{reduction}_weight",
            f"F.mse_loss(a, b, reduction='{reduction}', weight=c)",
            Draw(3, 2),
            Draw(3, 2),
            Draw(3, 2, low=0.5, high=2),
        )
        cross_entropy(case, reduction)
    case("cross_entropy/class_too_large", "F.cross_entropy(a, b)", Draw(2, 3), tensor([0, 3]))
    case("cross_entropy/wrong_batch", "F.cross_entropy(a, b)", Draw(2, 3), tensor([0, 1, 2]))
    case("cross_entropy/wrong_weight", "F.cross_entropy(a, b, weight=c)", Draw(2, 3), tensor([0, 1]), Draw(2))
    case("cross_entropy/float_classes", "F.cross_entropy(a, b)", Draw(2, 3), tensor([0.0, 1.0]))


def cross_entropy(case, reduction):
    classes, with_ignored = tensor([0, 2, 1, 2]), tensor([0, -100, 1, 2])
    weight = Draw(3, low=0.5, high=2)
    probabilities = tensor([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [0.25, 0.25, 0.5], [0.1, 0.1, 0.8]])
    extreme = tensor([[1e4, 0.0, -1e4], [1e4, 0.0, -1e4], [-1e4, -1e4, -1e4], [88.0, -88.0, 0.0]])
    for name, options, logits, target, *more in [
        ("classes", "", Draw(4, 3), classes),
        ("classes_weight", "weight=c, ", Draw(4, 3), classes, weight),
        ("classes_ignored", "", Draw(4, 3), with_ignored),
        ("classes_ignore_index", "ignore_index=2, ", Draw(4, 3), classes),
        ("classes_weight_ignored", "weight=c, ", Draw(4, 3), with_ignored, weight),
        ("classes_all_ignored", "", Draw(2, 3), tensor([-100, -100])),
        ("classes_smoothing", "label_smoothing=0.1, ", Draw(4, 3), classes),
        ("classes_smoothing_weight", "weight=c, label_smoothing=0.1, ", Draw(4, 3), classes, weight),
        ("classes_smoothing_ignored", "label_smoothing=0.2, ", Draw(4, 3), with_ignored),
        ("classes_smoothing_weight_ignored", "weight=c, label_smoothing=0.2, ", Draw(4, 3), with_ignored, weight),
        ("classes_smoothing_one", "label_smoothing=1.0, ", Draw(4, 3), classes),
        ("classes_extreme", "", extreme, classes),
        ("classes_infinite", "", tensor([[-inf, 0.0, 1.0], [0.0, -inf, 1.0]]), tensor([1, 1])),
        ("classes_one_sample", "", Draw(3), tensor(2)),
        ("classes_one_class", "", Draw(2, 1), tensor([0, 0])),
        ("classes_empty", "", Draw(0, 3), torch.zeros(0, dtype=int64)),
        ("classes_d1", "", Draw(2, 3, 2), tensor([[0, 2], [1, 1]])),
        ("classes_d1_weight_ignored", "weight=c, ", Draw(2, 3, 2), tensor([[0, 2], [-100, 1]]), weight),
        ("classes_d1_smoothing", "label_smoothing=0.1, ", Draw(2, 3, 2), tensor([[0, 2], [1, 1]])),
        ("classes_d1_d2", "", Draw(2, 3, 2, 2), tensor([[[0, 2], [1, 1]], [[2, 2], [0, 1]]])),
        ("classes_float64", "", Draw(4, 3, dtype=float64), classes),
        ("probabilities", "", Draw(4, 3), probabilities),
        ("probabilities_weight", "weight=c, ", Draw(4, 3), probabilities, weight),
        ("probabilities_smoothing", "label_smoothing=0.1, ", Draw(4, 3), probabilities),
        ("probabilities_smoothing_weight", "weight=c, label_smoothing=0.1, ", Draw(4, 3), probabilities, weight),
        ("probabilities_extreme", "", extreme, probabilities),
        ("probabilities_one_sample", "", Draw(3), tensor([0.2, 0.3, 0.5])),
        ("probabilities_d1", "", Draw(2, 3, 2), Draw(2, 3, 2, low=0.1, high=0.5)),
        ("probabilities_d1_weight", "weight=c, ", Draw(2, 3, 2), Draw(2, 3, 2, low=0.1, high=0.5), weight),
        ("probabilities_float64", "", Draw(4, 3, dtype=float64), probabilities.double()),
    ]:
        expression = f"F.cross_entropy(a, b, {options}reduction='{reduction}')"
        case(f"cross_entropy/{name}_{reduction}", expression, logits, target, *more, constants="c")
