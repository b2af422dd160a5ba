"""Losses that PyTorch does not have, for losses_beyond_pytorch.py: functions of tensors of float64.

They have the names and options of include/descent/loss/. The numbers come from Optax (through jax.vjp), Keras (on
PyTorch), or the formula of the paper. Where there are two sources, both are computed, and must agree.
"""

import functools
import math
import os

os.environ["KERAS_BACKEND"] = "torch"

import jax
import jax.scipy.special
import jax.numpy as jnp
import keras
import numpy as np
import optax
import sklearn.metrics
import torch
import torch.nn.functional as F

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
LOSSES = {}


class ThroughJax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, *inputs):
        value, ctx.pull_back = jax.vjp(function, *[jnp.asarray(x.detach().numpy()) for x in inputs])
        return torch.from_numpy(np.array(value))

    @staticmethod
    def backward(ctx, gradient):
        return None, *[torch.from_numpy(np.array(g)) for g in ctx.pull_back(jnp.asarray(gradient.numpy()))]


def through_jax(function, *inputs):
    return ThroughJax.apply(function, *inputs)


def agree(value, other, tolerance=1e-9):
    """The first of two computations of the same. Some of Keras' are in float32 whatever they are given."""
    other = torch.as_tensor(other, dtype=torch.float64).detach()
    assert torch.allclose(value.detach(), other, rtol=tolerance, atol=tolerance), (value, other)
    return value


def loss(function):
    """Makes a loss of a function that gives losses, or losses and how much each counts in the mean."""

    @functools.wraps(function)
    def reduced(*inputs, reduction="mean", **options):
        losses = function(*inputs, **options)
        losses, counts = losses if isinstance(losses, tuple) else (losses, torch.ones(losses.shape))
        assert losses.dtype == torch.float64, function.__name__
        return {"none": losses, "sum": losses.sum(), "mean": losses.sum() / counts.sum()}[reduction]

    LOSSES[function.__name__] = reduced
    return reduced


def keras_epsilon(epsilon):
    """Keras adds this, or clips to it, to be safe; where Descent is safe without, it is as good as 0 here."""
    keras.config.set_epsilon(epsilon)


def classes_last(x):
    return x.movedim(1, -1) if x.dim() > 1 else x


def shares(target, class_count):
    """Classes, one-hot, or probabilities; the classes in the last dimension."""
    return F.one_hot(target, class_count).double() if target.dtype == torch.int64 else classes_last(target)


# Regression.


@loss
def log_cosh_loss(prediction, target):
    return through_jax(optax.losses.log_cosh, prediction, target)


@loss
def quantile_loss(prediction, target, quantile=0.5):
    error = target - prediction
    losses = torch.maximum(quantile * error, (quantile - 1) * error)
    if losses.numel():
        pinball = sklearn.metrics.mean_pinball_loss(
            target.detach().flatten().numpy(), prediction.detach().flatten().numpy(), alpha=quantile
        )
        agree(losses.mean(), pinball)
    return losses


def keras_elementwise(function, prediction, target):
    """Keras takes the mean over the last dimension: of one element each."""
    return function(target.unsqueeze(-1), prediction.unsqueeze(-1))


@loss
def mape_loss(prediction, target, eps=1e-7):
    keras_epsilon(eps)
    losses = 100 * ((prediction - target) / target.abs().clamp(min=eps)).abs()
    return agree(losses, keras_elementwise(keras.losses.mean_absolute_percentage_error, prediction, target), 1e-6)


@loss
def msle_loss(prediction, target, eps=1e-7):
    keras_epsilon(eps)
    losses = (prediction.clamp(min=eps).log1p() - target.clamp(min=eps).log1p()) ** 2
    return agree(losses, keras_elementwise(keras.losses.mean_squared_logarithmic_error, prediction, target), 1e-6)


@loss
def tweedie_deviance_loss(prediction, target, power=1.5, log_input=True):
    mean, p = prediction.exp() if log_input else prediction, power
    losses = 2 * (
        target ** (2 - p) / ((1 - p) * (2 - p)) - target * mean ** (1 - p) / (1 - p) + mean ** (2 - p) / (2 - p)
    )
    deviance = sklearn.metrics.mean_tweedie_deviance(
        target.flatten().numpy(), mean.detach().flatten().numpy(), power=power
    )
    agree(losses.mean(), deviance)
    return losses


# Classification.


@loss
def sigmoid_focal_loss(logits, target, alpha=0.25, gamma=2.0):
    losses = through_jax(
        lambda x: optax.losses.sigmoid_focal_loss(x, jnp.asarray(target.numpy()), alpha=alpha, gamma=gamma), logits
    )
    p = logits.sigmoid()
    p_t = p * target + (1 - p) * (1 - target)
    torchvision = F.binary_cross_entropy_with_logits(logits, target, reduction="none") * (1 - p_t) ** gamma
    if alpha is not None:
        torchvision = torchvision * (alpha * target + (1 - alpha) * (1 - target))
    return agree(losses, torchvision)


@loss
def softmax_focal_loss(logits, target, weight=None, gamma=2.0):
    keras_epsilon(0.0)
    return keras.losses.categorical_focal_crossentropy(
        shares(target, classes_last(logits).shape[-1]),
        classes_last(logits),
        alpha=1.0 if weight is None else weight,
        gamma=gamma,
        from_logits=True,
    )


@loss
def generalized_cross_entropy(logits, target, q=0.7):
    p = classes_last(logits).softmax(-1)
    losses = (shares(target, p.shape[-1]) * (1 - p**q) / q).sum(-1)
    if target.dtype == torch.int64:
        return agree(keras.losses.categorical_generalized_cross_entropy(target, p, q), losses)
    return losses


@loss
def poly_cross_entropy(logits, target, epsilon=2.0):
    labels = jnp.asarray(shares(target, classes_last(logits).shape[-1]).numpy())
    return through_jax(lambda x: optax.losses.poly_loss_cross_entropy(x, labels, epsilon=epsilon), classes_last(logits))


@loss
def cross_entropy_with_z_loss(logits, target, coefficient=1e-4, ignore_index=-100, label_smoothing=0.0):
    losses = F.cross_entropy(
        logits, target, reduction="none", ignore_index=ignore_index, label_smoothing=label_smoothing
    )
    losses = losses + coefficient * classes_last(logits).logsumexp(-1) ** 2
    counts = target != ignore_index if target.dtype == torch.int64 else torch.ones(losses.shape, dtype=bool)
    return losses.where(counts, 0), counts


def signs(target):
    return torch.where(target > 0, 1.0, -1.0).double()


@loss
def hinge_loss(score, target, margin=1.0):
    # A margin of 1 between scores divided by `margin`.
    y = jnp.asarray(signs(target).numpy())
    losses = through_jax(lambda x: margin * optax.losses.hinge_loss(x / margin, y), score)
    return agree(losses, margin * keras_elementwise(keras.losses.hinge, score / margin, signs(target)), 1e-6)


@loss
def squared_hinge_loss(score, target, margin=1.0):
    losses = (margin - signs(target) * score).clamp(min=0) ** 2
    kerass = margin**2 * keras_elementwise(keras.losses.squared_hinge, score / margin, signs(target))
    return agree(losses, kerass, 1e-6)


@loss
def perceptron_loss(score, target):
    return through_jax(lambda x: optax.losses.perceptron_loss(x, jnp.asarray(signs(target).numpy())), score)


def multiclass_by_position(function, scores, target):
    """A loss of Optax's of scores [C] and a class, at all positions."""
    scores = classes_last(scores)
    labels = jnp.asarray(target.flatten().numpy())
    losses = through_jax(lambda x: jax.vmap(function)(x, labels), scores.reshape(-1, scores.shape[-1]))
    return losses.reshape(target.shape)


@loss
def multiclass_hinge_loss(scores, target, margin=1.0):
    of_position = lambda x, y: margin * optax.losses.multiclass_hinge_loss(x / margin, y)  # noqa: E731
    return multiclass_by_position(of_position, scores, target)


@loss
def multiclass_perceptron_loss(scores, target):
    return multiclass_by_position(optax.losses.multiclass_perceptron_loss, scores, target)


@loss
def categorical_hinge_loss(scores, target):
    scores = classes_last(scores)
    t = shares(target, scores.shape[-1])
    losses = (((1 - t) * scores).amax(-1) - (t * scores).sum(-1) + 1).clamp(min=0)
    return agree(losses, keras.losses.categorical_hinge(t, scores), 1e-6)


@loss
def sparsemax_loss(score, target):
    return through_jax(lambda x: optax.losses.sparsemax_loss(x, jnp.asarray(target.numpy())), score)


@loss
def multiclass_sparsemax_loss(scores, target):
    if target.dtype == torch.int64:
        function = lambda x, y: optax.losses.multiclass_sparsemax_loss(x[None], y[None])[0]  # noqa: E731
        return multiclass_by_position(function, scores, target)
    # The Fenchel-Young loss of half the squared norm (Blondel et al. 2020, section 3): by Danskin's theorem its
    # gradient is p - target.
    x = classes_last(scores)
    p = sparsemax(x.detach().movedim(-1, 0), dim=0).movedim(0, -1)
    y = classes_last(target)
    return (p * x).sum(-1) - (p**2).sum(-1) / 2 + (y**2).sum(-1) / 2 - (x * y).sum(-1)


@loss
def fenchel_young_loss(scores, target):
    function = optax.losses.make_fenchel_young_loss(jax.scipy.special.logsumexp)
    return through_jax(function, scores, target)


def sparsemax(x, dim):
    project = optax.projections.projection_simplex
    moved = x.movedim(dim, -1)
    flat = through_jax(lambda x: jax.vmap(project)(x), moved.reshape(-1, moved.shape[-1]))
    return flat.reshape(moved.shape).movedim(-1, dim)


LOSSES["sparsemax"] = sparsemax


# Segmentation.


@loss
def tversky_loss(prediction, target, alpha=0.5, beta=0.5, gamma=1.0, smooth=1.0, over_batch=False):
    """Optax takes logits, sums over all but the first and last dimension, and treats classes alike."""
    p, t = classes_last(prediction), shares(target, prediction.shape[1])
    if over_batch:
        p, t = p.flatten(0, -2).unsqueeze(0), t.flatten(0, -2).unsqueeze(0)
    p, t = (x.reshape(x.shape[0], -1, x.shape[-1]).transpose(1, 2) for x in (p, t))  # [N, C, positions]
    labels = jnp.asarray(t.flatten(0, 1).unsqueeze(-1).numpy())
    losses = through_jax(
        lambda x: optax.losses.dice_loss(x, labels, smooth=smooth, alpha=alpha, beta=beta),
        p.logit().flatten(0, 1).unsqueeze(-1),
    )
    losses = losses.reshape(p.shape[:2])
    return (losses.squeeze(0) if over_batch else losses) ** (1 / gamma)


@loss
def dice_loss(prediction, target, smooth=1.0, over_batch=False):
    losses = tversky_loss(prediction, target, smooth=smooth, over_batch=over_batch, reduction="none")
    if smooth == 0 and over_batch and prediction.shape[1] == 1:
        keras_epsilon(0.0)
        agree(losses[0], keras.losses.dice(shares(target, 1), classes_last(prediction)))
    return losses


@loss
def generalized_dice_loss(prediction, target, smooth=1e-5, over_batch=False):
    p, t = classes_last(prediction), shares(target, prediction.shape[1])
    losses = []
    for p, t in [(p, t)] if over_batch else zip(p, t):
        p, t = p.reshape(-1, p.shape[-1]), t.reshape(-1, t.shape[-1])
        sizes = t.sum(0)
        w = 1 / torch.where(sizes > 0, sizes, sizes[sizes > 0].min()) ** 2
        losses.append(1 - (2 * (w * (p * t).sum(0)).sum() + smooth) / ((w * (p + t).sum(0)).sum() + smooth))
    return losses[0] if over_batch else torch.stack(losses)


# Embeddings.


@loss
def cosine_distance_loss(prediction, target, dim=-1):
    return through_jax(lambda a, b: optax.losses.cosine_distance(a, b, axis=dim), prediction, target)


@loss
def info_nce_loss(query, key, negatives=None, temperature=0.1):
    query, key = F.normalize(query), F.normalize(key)
    losses = []
    for i in range(len(query)):
        others = key if negatives is None else torch.cat([key[i : i + 1], F.normalize(negatives)])
        similarities = (others @ query[i]) / temperature
        losses.append(similarities.logsumexp(0) - similarities[i if negatives is None else 0])
    return torch.stack(losses)


@loss
def nt_xent_loss(embeddings, labels, temperature=0.07):
    similarities = F.cosine_similarity(embeddings[:, None], embeddings[None], dim=-1) / temperature
    losses = []
    for i in range(len(labels)):
        for j in range(len(labels)):
            if i != j and labels[i] == labels[j]:
                negatives = similarities[i][labels != labels[i]]
                losses.append(torch.cat([negatives, similarities[i, j : j + 1]]).logsumexp(0) - similarities[i, j])
    optaxs = through_jax(lambda x: optax.losses.ntxent(x, jnp.asarray(labels.numpy()), temperature), embeddings)
    agree(torch.stack(losses).mean(), optaxs)
    return torch.stack(losses)


@loss
def circle_loss(embeddings, labels, gamma=80.0, margin=0.4, detach_weights=True):
    units = F.normalize(embeddings)
    cosines = units @ units.T
    weights = cosines.detach() if detach_weights else cosines
    losses = []
    for i in range(len(labels)):
        positive = (labels == labels[i]) & (torch.arange(len(labels)) != i)
        negative = labels != labels[i]
        if not positive.any() or not negative.any():
            losses.append(cosines[i, i] * 0)
            continue
        p = -gamma * (1 + margin - weights[i])[positive] * (cosines[i] - 1 + margin)[positive]
        n = gamma * (margin + weights[i]).clamp(min=0)[negative] * (cosines[i] - margin)[negative]
        losses.append(F.softplus(p.logsumexp(0) + n.logsumexp(0), threshold=1e9))
    losses = torch.stack(losses)
    kerass = keras.losses.circle(labels, units, gamma=gamma, margin=margin)
    return agree(losses, kerass, 1e-6)


@loss
def angular_margin_loss(
    embeddings, weight, target, margin=0.5, cosine_margin=0.0, scale=64.0, label_smoothing=0.0
):
    cosines = F.normalize(embeddings) @ F.normalize(weight).T
    rows = torch.arange(len(target))
    angle = cosines[rows, target].acos()
    continued = angle.cos() - margin * math.sin(margin)
    right = torch.where(angle + margin < math.pi, (angle + margin).cos(), continued) - cosine_margin
    logits = scale * cosines.index_put((rows, target), right)
    return F.cross_entropy(logits, target, reduction="none", label_smoothing=label_smoothing)


# Distributions, ranking, survival.


@loss
def generalized_kl_div(log_prediction, target, log_target=False):
    if not log_target:
        return through_jax(
            lambda x: optax.losses.generalized_kl_divergence(x, jnp.asarray(target.numpy())), log_prediction
        )
    return (target.exp() * (target - log_prediction) - target.exp() + log_prediction.exp()).sum(-1)


@loss
def ranking_softmax_loss(scores, relevance, mask=None, weight=None):
    where, weights = (None if x is None else jnp.asarray(x.numpy()) for x in (mask, weight))
    losses = through_jax(
        lambda x: optax.losses.ranking_softmax_loss(
            x, jnp.asarray(relevance.numpy()), where=where, weights=weights, reduce_fn=None
        ),
        scores,
    )
    return losses, torch.ones(losses.shape) if mask is None else mask.any(-1)


def by_list(function, scores, relevance, mask):
    """The losses of lists without their padding, and which lists have an item."""
    mask = torch.ones(scores.shape, dtype=bool) if mask is None else mask
    rows = zip(*(x.reshape(-1, x.shape[-1]) for x in (scores, relevance, mask)))
    losses = [function(s[m], y[m]) if m.any() else s.sum() * 0 for s, y, m in rows]
    return torch.stack(losses).reshape(scores.shape[:-1]), mask.any(-1)


@loss
def list_net_loss(scores, relevance, mask=None):
    return by_list(lambda s, y: -(y.softmax(0) * s.log_softmax(0)).sum(), scores, relevance, mask)


@loss
def lambda_rank_loss(scores, relevance, mask=None, sigma=1.0, k=None):
    def of_list(s, y):
        order = s.detach().argsort(descending=True, stable=True).tolist()
        rank = {item: place for place, item in enumerate(order, 1)}
        discount = lambda place: 1 / math.log2(1 + place) if k is None or place <= k else 0.0  # noqa: E731
        best = sum((2**grade - 1) * discount(i) for i, grade in enumerate(sorted(y.tolist(), reverse=True), 1))
        total = s.sum() * 0
        for i in range(len(s)):
            for j in range(len(s)):
                if y[i] > y[j]:
                    delta = abs(2 ** y[i] - 2 ** y[j]) * abs(discount(rank[i]) - discount(rank[j])) / best
                    total = total + delta * torch.log1p(torch.exp(-sigma * (s[i] - s[j])))
        return total

    return by_list(of_list, scores, relevance, mask)


@loss
def cox_loss(log_hazard, time, event, ties="breslow"):
    losses = [log_hazard.sum() * 0] * len(time)
    for now in set(time[event].tolist()):
        events = [i for i in range(len(time)) if event[i] and time[i] == now]
        risk = log_hazard[time >= now].exp().sum()
        tied = log_hazard[events].exp().sum()
        for k, i in enumerate(events):
            gone = k / len(events) * tied if ties == "efron" else 0
            losses[i] = (risk - gone).log() - log_hazard[i]
    return torch.stack(losses), event
