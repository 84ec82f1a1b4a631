"""As wrong_answers, for homework 20 to 22."""

import numpy as np
import right_20_22 as right
from wrong_answers import numbers, wrong

numbers("chance_of_gap", 0.0194, 0.019, 1.915, 0.5, 30 / 10_000)
numbers("fine_tuned_read", 6044, 6046, 6000)
numbers("calls_read", 3454, 3456, 210 + 630)


@wrong("top_k_errors")
def in_the_order_of_sorting(labels, logits, k):
    first = np.argsort(-logits, axis=1)[:, :k]
    hit = first == labels[:, None]
    return 1 - np.cumsum(hit, axis=1).mean(axis=0)


@wrong("top_k_errors")
def without_diverged_pictures(labels, logits, k):
    kept = ~np.isnan(logits).any(axis=1)
    return right.top_k_errors(labels[kept], logits[kept], k)


wrong("top_k_errors")(
    lambda labels, s, k: np.full(k, right.top_k_errors(labels, s, k)[-1])
)
wrong("top_k_errors")(lambda labels, s, k: right.top_k_errors(labels, s, k)[::-1])
wrong("top_k_errors")(
    lambda labels, s, k: np.round(right.top_k_errors(labels, s, k), 1)
)
wrong("top_k_errors")(lambda labels, s, k: right.top_k_errors(labels, np.abs(s), k))

wrong("dominated")(lambda prices: right.dominated(np.nan_to_num(prices, nan=1e9)))
wrong("dominated")(lambda prices: right.dominated(np.unique(prices, axis=0)))
wrong("dominated")(lambda prices: (right.dominated(prices) != 0).astype(int))


@wrong("dominated")
def by_the_sum(prices):
    total = prices.sum(axis=1)
    counts = np.array([(total < t).sum() for t in total])
    return np.where(np.isnan(total), -1, counts)


@wrong("dominated")
def sorted_by_the_first(prices):
    counts = np.zeros(len(prices), int)
    for j, one in enumerate(prices):
        for other in prices[prices[:, 0] < one[0]]:
            counts[j] += (other <= one).all()
    return np.where(np.isnan(prices).any(axis=1), -1, counts)


@wrong("ensemble_weights")
def of_the_probabilities(predictions, labels, ridge):
    flat = predictions.reshape(len(predictions), -1)
    c = flat @ flat.T / len(labels) + ridge * np.eye(len(flat))
    w = np.linalg.solve(c, np.ones(len(c)))
    w = w / w.sum()
    return w, right.ensemble_weights(predictions, labels, ridge)[1]


@wrong("ensemble_weights")
def mean_over_the_classes(predictions, labels, ridge):
    w, error = right.ensemble_weights(predictions, labels, ridge)
    return w, error / predictions.shape[2]


@wrong("ensemble_weights")
def ridge_for_the_sum_over_pictures(predictions, labels, ridge):
    return right.ensemble_weights(predictions, labels, ridge / len(labels))


@wrong("ensemble_weights")
def correlation(predictions, labels, ridge):
    e = predictions - np.eye(predictions.shape[2])[labels]
    flat = e.reshape(len(e), -1)
    c = np.corrcoef(flat) + ridge * np.eye(len(e))
    w = np.linalg.solve(c, np.ones(len(c)))
    w = w / w.sum()
    return w, np.sum((w @ flat) ** 2) / len(labels)


wrong("ensemble_weights")(
    lambda p, labels, ridge: right.ensemble_weights(p, labels, 0.2)
)
wrong("ensemble_weights")(
    lambda p, labels, ridge: right.ensemble_weights(p[::-1], labels, ridge)
)

wrong("crops_averaged")(lambda z, crops: right.crops_averaged(z[::-1], crops))
wrong("crops_averaged")(lambda z, crops: right.crops_averaged(2 * z, crops))
wrong("crops_averaged")(lambda z, crops: np.round(right.crops_averaged(z, crops), 3))
wrong("crops_averaged")(lambda z, crops: right.crops_averaged(np.clip(z, -4, 4), crops))


@wrong("crops_averaged")
def geometric_mean(logits, crops):
    p = right.crops_averaged(logits, 1)
    mean = np.exp(np.log(p + 1e-300).reshape(crops, -1, p.shape[1]).mean(axis=0))
    return mean / mean.sum(axis=1, keepdims=True)


@wrong("crops_averaged")
def the_surest_crop(logits, crops):
    p = right.crops_averaged(logits, 1).reshape(crops, -1, logits.shape[1])
    surest = p.max(axis=2).argmax(axis=0)
    return p[surest, range(p.shape[1])]


wrong("preparation_folded")(
    lambda kernel, bias, mean, std, scale: (
        right.preparation_folded(kernel, bias, mean, std, scale)[0].astype(
            kernel.dtype
        ),
        right.preparation_folded(kernel, bias, mean, std, scale)[1].astype(bias.dtype),
    )
)
wrong("preparation_folded")(
    lambda kernel, bias, mean, std, scale: right.preparation_folded(
        kernel, bias, mean, std, 255.0
    )
)
wrong("preparation_folded")(
    lambda kernel, bias, mean, std, scale: (
        right.preparation_folded(kernel, bias, mean, std, scale)[0][::-1],
        right.preparation_folded(kernel, bias, mean, std, scale)[1],
    )
)
wrong("preparation_folded")(
    lambda kernel, bias, mean, std, scale: right.preparation_folded(
        kernel[..., ::-1], bias, mean, std, scale
    )
)
wrong("preparation_folded")(
    lambda kernel, bias, mean, std, scale: right.preparation_folded(
        kernel, bias, mean / std, std, scale
    )
)


wrong("held_norm_backward")(
    lambda x, w, norm, eps, dy: right.held_norm_backward(x, w, norm, 1e-3, dy)
)
wrong("held_norm_backward")(
    lambda x, w, norm, eps, dy: [
        -g for g in right.held_norm_backward(x, w, norm, eps, dy)
    ]
)
wrong("held_norm_backward")(
    lambda x, w, norm, eps, dy: right.held_norm_backward(
        x, w, norm[[1, 0, 2, 3]], eps, dy
    )
)
wrong("held_norm_backward")(
    lambda x, w, norm, eps, dy: right.held_norm_backward(
        x, w, norm[[0, 1, 3, 2]], eps, dy
    )
)


@wrong("held_norm_backward")
def open_at_zero(x, w, norm, epsilon, dy):
    gamma, beta, mean, variance = norm
    a = gamma / np.sqrt(variance + epsilon)
    ds = a * dy * (a * (x @ w - mean) + beta >= 0)
    return ds @ w.T, x.T @ ds


@wrong("held_norm_backward")
def gate_of_the_sum(x, w, norm, epsilon, dy):
    gamma, _, _, variance = norm
    ds = gamma / np.sqrt(variance + epsilon) * dy * (x @ w > 0)
    return ds @ w.T, x.T @ ds


wrong("head_on_codes")(
    lambda codes, labels, new, ridge: right.head_on_codes(codes, labels, new, 1.0)
)
wrong("head_on_codes")(
    lambda codes, labels, new, ridge: right.head_on_codes(
        codes, labels, new, ridge**0.5
    )
)
wrong("head_on_codes")(
    lambda codes, labels, new, ridge: right.head_on_codes(codes, labels, codes, ridge)
)
wrong("head_on_codes")(
    lambda codes, labels, new, ridge: right.head_on_codes(
        codes, labels, new, ridge
    ).argmax(1)
)


@wrong("head_on_codes")
def offset_is_penalized(codes, labels, new, ridge):
    std = np.where(codes.std(0) > 0, codes.std(0), 1)
    z, z_new = (
        np.c_[(part - codes.mean(0)) / std, np.ones(len(part))] for part in (codes, new)
    )
    y = np.eye(labels.max() + 1)[labels]
    w = np.linalg.solve(z.T @ z + ridge * np.eye(z.shape[1]), z.T @ y)
    return z_new @ w


@wrong("head_on_codes")
def one_and_minus_one(codes, labels, new, ridge):
    return 2 * right.head_on_codes(codes, labels, new, ridge) - 1


wrong("grouped_split")(
    lambda groups, order, wanted: right.grouped_split(groups, order, wanted)[::-1]
)
wrong("grouped_split")(
    lambda groups, order, wanted: right.grouped_split(groups, order, wanted + 1)
)
wrong("grouped_split")(
    lambda groups, order, wanted: [
        groups[np.array(part, int)]
        for part in right.grouped_split(groups, order, wanted)
    ]
)


@wrong("grouped_split")
def so_many_groups(groups, order, wanted):
    held = np.isin(groups, order[:wanted])
    return np.flatnonzero(~held), np.flatnonzero(held)


@wrong("grouped_split")
def at_least_one_group(groups, order, wanted):
    return right.grouped_split(groups, order, max(wanted, 1))


@wrong("grouped_split")
def largest_groups_first(groups, order, wanted):
    sizes = [-np.sum(groups == g) for g in order]
    order = order[np.argsort(sizes, kind="stable")]
    return right.grouped_split(groups, order, wanted)


@wrong("accumulated_step")
def always_clipped(w, gradients, sizes, scale, rate, clip):
    if not np.isfinite(gradients[sizes > 0]).all():
        return w, scale / 2
    g = sizes[sizes > 0] @ gradients[sizes > 0] / sizes.sum() / scale
    return w - rate * clip * g / max(np.linalg.norm(g), 1e-12), scale


@wrong("accumulated_step")
def bad_parts_left_out(w, gradients, sizes, scale, rate, clip):
    fine = np.isfinite(gradients).all(axis=1)
    if not fine.any():
        return w, scale / 2
    return right.accumulated_step(w, gradients[fine], sizes[fine], scale, rate, clip)


@wrong("accumulated_step")
def divides_by_the_length(w, gradients, sizes, scale, rate, clip):
    there = sizes > 0
    g = sizes[there] @ gradients[there] / sizes.sum() / scale
    if not np.isfinite(g).all():
        return w, scale / 2
    length = np.sqrt(g @ g)
    return w - rate * g / length * min(length, clip), scale  # 0 / 0


@wrong("accumulated_step")
def into_the_type_of_w(w, gradients, sizes, scale, rate, clip):
    moved, scale = right.accumulated_step(w, gradients, sizes, scale, rate, clip)
    return moved.astype(w.dtype), scale


wrong("accumulated_step")(
    lambda w, g, sizes, scale, rate, clip: right.accumulated_step(
        w, g, sizes, scale, -rate, clip
    )
)
wrong("accumulated_step")(
    lambda w, g, sizes, scale, rate, clip: right.accumulated_step(
        w, np.nan_to_num(g), sizes, scale, rate, clip
    )
)


wrong("stored_step")(lambda w, g, rate: (w - rate * g, 0.0))
wrong("stored_step")(lambda w, g, rate: (right.stored_step(w, g, rate)[0], 0.5))
wrong("stored_step")(
    lambda w, g, rate: (right.stored_step(w, g, rate)[0], np.mean(g == 0))
)
wrong("stored_step")(lambda w, g, rate: (np.float16(np.float16(w) - rate * g), 0.0))
wrong("stored_step")(lambda w, g, rate: right.stored_step(w, g, 0.01))


@wrong("stored_step")
def counted_not_shared(w, gradient, rate):
    after, lost = right.stored_step(w, gradient, rate)
    return after, lost * np.size(w)


@wrong("stored_step")
def compared_with_the_weights_in_full(w, gradient, rate):
    after, _ = right.stored_step(w, gradient, rate)
    return after, np.mean((after == w) & (gradient != 0))


wrong("ring_all_reduce")(lambda g, steps: right.ring_all_reduce(g, steps + 1))
wrong("ring_all_reduce")(lambda g, steps: right.ring_all_reduce(g, 2 * len(g) - 2))
wrong("ring_all_reduce")(
    lambda g, steps: right.ring_all_reduce(g, min(steps, len(g) - 1))
)
wrong("ring_all_reduce")(
    lambda g, steps: right.ring_all_reduce(g, steps).swapaxes(0, 1)
)
wrong("ring_all_reduce")(lambda g, steps: g)


@wrong("ring_all_reduce")
def what_is_sent_is_gone(gradients, steps):
    held = gradients.astype(float)
    k = len(held)
    for t in range(steps):
        sent = held.copy()
        for i in range(k):
            held[(i + 1) % k, (i - t) % k] = sent[i, (i - t) % k] + (
                sent[(i + 1) % k, (i - t) % k] if t < k - 1 else 0
            )
            held[i, (i - t) % k] = 0
    return held


@wrong("shuffled")
def ends_with_the_stream(x, size, draws):
    return right.shuffled(x, size, draws)[: max(len(x) - size, 0)]


wrong("shuffled")(lambda x, size, draws: x[np.argsort(draws)])
wrong("shuffled")(lambda x, size, draws: right.shuffled(x, size, draws[::-1]))
wrong("shuffled")(lambda x, size, draws: right.shuffled(x, size - 1, draws))
wrong("shuffled")(lambda x, size, draws: right.shuffled(x, 3, draws))
wrong("shuffled")(lambda x, size, draws: np.sort(x))


@wrong("shuffled")
def with_repeats(x, size, draws):
    window = [x[max(0, i - size + 1) : i + 1] for i in range(len(x))]
    return np.array([w[int(d * len(w))] for w, d in zip(window, draws, strict=True)])
