#!/usr/bin/env python3
"""Writes metrics.json: what scikit-learn and SciPy say of predictions, for tests/metrics/golden_test.cc.

A list of {id, prediction, target, weight (where there is one), expected}. A prediction is a list of classes, of scores,
or of rows of scores; expected is {metric: value}, where "f1/macro" is f1 with average="macro", "f1/0.0" with
zero_division=0, and so on: golden_test.cc has the list. Numbers that JSON has none for are the strings "nan", "inf" and
"-inf". Curves are one column behind the other, without the point of the infinite threshold, and "roc_curve/1" is that of
class 1. The calibration error and its bins, which neither has, are written out here.

Made with scikit-learn 1.9.1, SciPy 1.17.1 and NumPy 2.4.6.
"""

import json
import math
import pathlib
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics

rng = np.random.default_rng(0)


def of_classes(prediction, target, weight):
    options = {"sample_weight": weight}
    classes = max(*prediction, *target) + 1
    expected = {
        "accuracy": metrics.accuracy_score(target, prediction, **options),
        "balanced_accuracy": metrics.balanced_accuracy_score(target, prediction, **options),
        "matthews_corrcoef": metrics.matthews_corrcoef(target, prediction, **options),
        "confusion_matrix": metrics.confusion_matrix(target, prediction, labels=range(classes), **options).ravel(),
    }
    functions = {"precision": metrics.precision_score, "recall": metrics.recall_score, "f1": metrics.f1_score}
    present = set(prediction) | set(target)
    for name, function in functions.items():
        for average in ["macro", "micro", "weighted"]:
            expected[f"{name}/{average}"] = function(target, prediction, average=average, **options)
            if len(target) > 1:  # else nothing of any weight may be left to average, where scikit-learn drops the weights
                expected[f"{name}/{average}/nan"] = function(
                    target, prediction, average=average, zero_division=np.nan, **options
                )
        if present <= {0, 1}:
            for pos_label in [0, 1]:
                for zero_division in [0.0, 1.0, np.nan]:
                    expected[f"{name}/{pos_label}/{zero_division}"] = function(
                        target, prediction, pos_label=pos_label, zero_division=zero_division, **options
                    )
        for zero_division in [0.0, 1.0]:
            expected[f"{name}_per_class/{zero_division}"] = function(
                target, prediction, labels=range(classes), average=None, zero_division=zero_division, **options
            )
    return expected


def curves(expected, target, scores, of_class, options):
    if len(set(target)) == 2:  # else rates have nothing to divide by
        false, true, thresholds = metrics.roc_curve(target, scores, drop_intermediate=False, **options)
        expected[f"roc_curve/{of_class}"] = np.concatenate([false[1:], true[1:], thresholds[1:]])
    if 1 in target:
        precision, recall, thresholds = metrics.precision_recall_curve(target, scores, **options)
        expected[f"precision_recall_curve/{of_class}"] = np.concatenate(
            [precision[-2::-1], recall[-2::-1], thresholds[::-1]]
        )


def of_scores(prediction, target, weight):
    options = {"sample_weight": weight}
    if prediction.ndim == 1:
        expected = {
            "roc_auc": metrics.roc_auc_score(target, prediction, **options),
            "average_precision": metrics.average_precision_score(target, prediction, **options),
        }
        curves(expected, target, prediction, 1, options)
        return expected
    classes = range(prediction.shape[1])
    one_hot = np.array(target)[:, None] == np.array(classes)
    expected = {
        f"top_k_accuracy/{k}": metrics.top_k_accuracy_score(target, prediction, k=k, labels=classes, **options)
        for k in [1, 2, 3, 9]
    }
    if prediction.shape[1] > 2:
        # Scores, not probabilities: class against the rest, as roc_auc_score(multi_class="ovr") does it.
        expected["roc_auc"] = metrics.roc_auc_score(one_hot, prediction, average="macro", **options)
        expected["average_precision"] = metrics.average_precision_score(one_hot, prediction, average="macro", **options)
        for function in ["roc_auc", "average_precision"]:
            expected[f"{function}_per_class"] = getattr(metrics, f"{function}_score")(
                one_hot, prediction, average=None, **options
            )
        for c in range(2):
            curves(expected, one_hot[:, c].astype(int), prediction[:, c], c, options)
    return expected


def calibration_error(prediction, target, weight, bins):
    weight = np.ones(len(target)) if weight is None else np.array(weight)
    if prediction.ndim == 1:
        confidence, right = prediction, np.array(target) == 1
    else:
        confidence, right = prediction.max(axis=1), prediction.argmax(axis=1) == target
    error, columns = 0, np.zeros((3, bins))
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins) | (confidence == 0) & (b == 0)
        if weight[inside].sum() > 0:
            mean = np.average(confidence[inside], weights=weight[inside])
            columns[:, b] = weight[inside].sum(), weight[inside & right].sum(), mean
            error += weight[inside].sum() / weight.sum() * abs(columns[1, b] / columns[0, b] - mean)
    return error if error > 1e-15 else 0.0, columns.ravel()  # but for rounding


def of_probabilities(prediction, target, weight):
    options = {"sample_weight": weight}
    classes = range(2 if prediction.ndim == 1 else prediction.shape[1])
    expected = {
        "log_loss": metrics.log_loss(target, prediction, labels=classes, **options),
        "brier_score": metrics.brier_score_loss(
            target, prediction, **options, **({} if prediction.ndim == 1 else {"labels": classes})
        ),
    }
    for bins in [1, 10, 15]:
        error, columns = calibration_error(prediction, target, weight, bins)
        expected[f"expected_calibration_error/{bins}"] = error
        if bins == 10:
            expected["calibration_bins"] = columns
    if prediction.ndim == 2:
        of_class_1 = prediction if prediction.shape[1] > 2 else prediction[:, 1]
        expected["roc_auc"] = metrics.roc_auc_score(target, of_class_1, multi_class="ovr", labels=classes, **options)
    return expected


def of_quantities(prediction, target, weight):
    options = {"sample_weight": weight}
    expected = {
        "root_mean_squared_error": metrics.root_mean_squared_error(target, prediction, **options),
        "mean_absolute_error": metrics.mean_absolute_error(target, prediction, **options),
        "mean_absolute_percentage_error": metrics.mean_absolute_percentage_error(target, prediction, **options),
        "r2": metrics.r2_score(target, prediction, **options),
        "explained_variance": metrics.explained_variance_score(target, prediction, **options),
    }
    if abs(expected["explained_variance"]) < 1e-15:
        expected["explained_variance"] = 0.0  # 1 - 1, but for rounding
    if weight is None and len(target) > 1:
        expected["pearson_corrcoef"] = stats.pearsonr(prediction, target).statistic
        expected["spearman_corrcoef"] = stats.spearmanr(prediction, target).statistic
    return expected


def plain(value):
    if isinstance(value, (list, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, np.generic):
        value = value.item()
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


cases = []


def case(id, of, prediction, target, weight=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = of(prediction, target, weight)
    record = {"id": f"{of.__name__.removeprefix('of_')}/{id}", "prediction": plain(prediction), "target": plain(target)}
    if weight is not None:
        record["weight"] = plain(weight)
    cases.append(record | {"expected": {name: plain(value) for name, value in expected.items()}})


def noisy(target, classes, part):
    return np.where(rng.random(len(target)) < part, rng.integers(0, classes, len(target)), target).tolist()


def probabilities(samples, classes, sharpness=1.0):
    logits = sharpness * rng.normal(size=(samples, classes))
    rows = np.exp(logits - logits.max(axis=1, keepdims=True))
    return rows / rows.sum(axis=1, keepdims=True)


def weights(samples):
    return np.where(rng.random(samples) < 0.1, 0.0, rng.uniform(0.1, 3, samples)).tolist()


def predicted_classes():
    for count, samples in [(2, 40), (3, 50), (7, 90)]:
        target = rng.integers(0, count, samples).tolist()
        for part in [0.3, 1.0]:
            case(f"{count}_random_{part}", of_classes, noisy(target, count, part), target)
        case(f"{count}_weighted", of_classes, noisy(target, count, 0.5), target, weights(samples))
        case(f"{count}_perfect", of_classes, target, target)
        case(f"{count}_constant_prediction", of_classes, [1] * samples, target)
        case(f"{count}_constant_target", of_classes, target, [1] * samples)
    case("unbalanced", of_classes, noisy([0] * 70 + [1] * 4, 2, 0.2), [0] * 70 + [1] * 4)
    case("class_never_predicted", of_classes, [0, 1, 1, 0, 1, 0], [0, 1, 2, 2, 1, 0])
    case("class_without_samples", of_classes, [0, 1, 2, 3, 1, 0], [0, 1, 1, 0, 1, 0])
    case("gap", of_classes, [0, 5, 2, 5, 0, 2], [0, 5, 5, 2, 2, 0])
    case("all_wrong", of_classes, [1, 1, 0, 0], [0, 0, 1, 1])
    case("zeros", of_classes, [0, 0, 0], [0, 0, 0])
    case("ones", of_classes, [1, 1, 1], [1, 1, 1])
    case("one_sample", of_classes, [0], [1])


def predicted_scores():
    for samples in [30, 80]:
        target = rng.integers(0, 2, samples).tolist()
        logits = rng.normal(size=samples) + target
        case(f"binary_{samples}", of_scores, logits, target)
        case(f"binary_ties_{samples}", of_scores, logits.round(), target)
        case(f"binary_weighted_{samples}", of_scores, logits.round(1), target, weights(samples))
    case("binary_rare", of_scores, rng.normal(size=60), [1] * 3 + [0] * 57)
    case("binary_perfect", of_scores, np.array([0.1, 0.2, 0.8, 0.9]), [0, 0, 1, 1])
    case("binary_reversed", of_scores, np.array([0.9, 0.8, 0.2, 0.1]), [0, 0, 1, 1])
    case("binary_constant", of_scores, np.full(7, 0.5), [0, 1, 1, 0, 1, 0, 0])
    case("binary_all_zeros", of_scores, rng.normal(size=5), [0] * 5)
    case("binary_all_ones", of_scores, rng.normal(size=5), [1] * 5)
    for count in [3, 5]:
        target = [*range(count)] + rng.integers(0, count, 45).tolist()
        logits = rng.normal(size=(len(target), count))
        logits[np.arange(len(target)), target] += 1
        case(f"{count}", of_scores, logits, target)
        case(f"{count}_ties", of_scores, logits.round(), target)
        case(f"{count}_weighted", of_scores, logits.round(1), target, weights(len(target)))
    case("3_class_without_samples", of_scores, rng.normal(size=(12, 3)), [0, 2] * 6)
    case("3_constant", of_scores, np.zeros((6, 3)), [0, 1, 2, 2, 1, 0])


def predicted_probabilities():
    for samples in [25, 70]:
        target = rng.integers(0, 2, samples).tolist()
        p = np.clip(rng.beta(1, 1, samples) * 0.5 + np.array(target) * 0.4, 0, 1)
        case(f"binary_{samples}", of_probabilities, p, target)
        case(f"binary_weighted_{samples}", of_probabilities, p, target, weights(samples))
    target = [0, 1, 1, 0, 1]
    case("binary_certain", of_probabilities, np.array([0.0, 1.0, 1.0, 0.0, 1.0]), target)
    case("binary_certain_and_wrong", of_probabilities, np.array([0.0, 0.0, 1.0, 1.0, 1.0]), target)
    case("binary_half", of_probabilities, np.full(5, 0.5), target)
    case("binary_near_the_ends", of_probabilities, np.array([1e-30, 1 - 1e-16, 1.0, 5e-324, 1 - 2e-16]), target)
    for count in [2, 3, 6]:
        target = [*range(count)] + rng.integers(0, count, 40).tolist()
        p = probabilities(len(target), count, 2)
        case(f"{count}", of_probabilities, p, target)
        case(f"{count}_weighted", of_probabilities, p, target, weights(len(target)))
        case(f"{count}_certain", of_probabilities, np.eye(count)[noisy(target, count, 0.2)], target)
        case(f"{count}_even", of_probabilities, np.full((len(target), count), 1 / count), target)
    case("3_one_class", of_probabilities, probabilities(8, 3), [1] * 8)


def predicted_quantities():
    target = rng.normal(size=60)
    for name, prediction in {
        "good": target + 0.1 * rng.normal(size=60),
        "unrelated": rng.normal(size=60),
        "offset": target + 5,
        "reversed": -target + 0.5 * rng.normal(size=60),
        "perfect": target,
        "constant": np.full(60, 0.25),
        "ties": target.round(),
    }.items():
        case(name, of_quantities, prediction, target)
        case(f"{name}_weighted", of_quantities, prediction, target, weights(60))
    case("ties_both", of_quantities, (target + 0.3 * rng.normal(size=60)).round(), target.round())
    case("zero_targets", of_quantities, np.array([0.5, 1.0, 2.0, 2.5]), np.array([0.0, 1.0, 2.0, 3.0]))
    case("constant_target", of_quantities, rng.normal(size=8), np.full(8, 4.0))
    case("constant_both", of_quantities, np.full(8, 2.0), np.full(8, 4.0))
    case("constant_right", of_quantities, np.full(8, 4.0), np.full(8, 4.0))
    case("one_sample", of_quantities, np.array([1.5]), np.array([2.0]))
    case("two_samples", of_quantities, np.array([1.0, 3.0]), np.array([4.0, 9.0]))
    case("large", of_quantities, 1e100 * (target + 0.5 * rng.normal(size=60)), 1e100 * target)
    case("small", of_quantities, 1e-100 * (target + 0.5 * rng.normal(size=60)), 1e-100 * target)
    # Whole numbers far from 0: the means and deviations are exact, so that both sides must find the same.
    far = 2.0**40 + rng.integers(-50, 50, 64)
    case("far_from_zero", of_quantities, far + rng.integers(-9, 10, 64), far)


def main():
    predicted_classes()
    predicted_scores()
    predicted_probabilities()
    predicted_quantities()
    assert len({record["id"] for record in cases}) == len(cases)
    lines = ",\n".join(json.dumps(record, separators=(",", ":"), allow_nan=False) for record in cases)
    pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(cases)} cases, {sum(len(record['expected']) for record in cases)} values")


if __name__ == "__main__":
    main()
