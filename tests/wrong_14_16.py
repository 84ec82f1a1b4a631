"""As wrong_answers, for homework 14 to 16."""

from functools import partial

import numpy as np
import right_14_16 as right
from wrong_answers import changed, numbers, wrong

changed = partial(changed, right)

numbers("same_function", 18_431, 18_433, 24 * 6 * 128 / 2, 12)

wrong("section")(
    lambda x, y, w, v, d, steps, e: right.section(x, y, w, v, d, -steps, e)
)
wrong("section")(
    lambda x, y, w, v, d, steps, e: right.section(x, y, w, v, d, np.sort(steps), e)
)
wrong("section")(lambda *given: np.sqrt(right.section(*given)))
wrong("section")(lambda *given: right.section(*given)[-1])
wrong("section")(
    lambda x, y, w, v, d, steps, e: right.section(
        x, y, w, v, d / np.linalg.norm(d), steps, e
    )
)
wrong("section")(
    lambda x, y, w, v, d, steps, e: right.section(x, y, w, v, d - w, steps, e)
)


@wrong("section")
def without_relu(x, y, w, v, d, steps, epsilon):
    h = x @ (w + steps[:, None, None] * d)
    h = (h - h.mean(axis=1, keepdims=True)) / np.sqrt(
        h.var(axis=1, keepdims=True) + epsilon
    )
    return ((h @ v - y) ** 2).mean(axis=(1, 2))


@wrong("section")
def norm_behind_relu(x, y, w, v, d, steps, epsilon):
    h = np.maximum(x @ (w + steps[:, None, None] * d), 0)
    h = (h - h.mean(axis=1, keepdims=True)) / np.sqrt(
        h.var(axis=1, keepdims=True) + epsilon
    )
    return ((h @ v - y) ** 2).mean(axis=(1, 2))


@wrong("section")
def layer_norm(x, y, w, v, d, steps, epsilon):
    h = x @ (w + steps[:, None, None] * d)
    h = (h - h.mean(axis=2, keepdims=True)) / np.sqrt(
        h.var(axis=2, keepdims=True) + epsilon
    )
    return ((np.maximum(h, 0) @ v - y) ** 2).mean(axis=(1, 2))


@wrong("section")
def adds_up_in_place(x, y, w, v, d, steps, epsilon):
    moved, losses = w.astype(float), []
    for a in steps:
        moved += a * d
        losses.append(right.section(x, y, moved, v, d, np.zeros(1), epsilon)[0])
    return losses


changed("hill", lambda losses, height: (losses, -height))
changed("hill", lambda losses, height: (losses[1:-1], height))
changed("hill", lambda losses, height: (losses, losses.argmax()))
changed("hill", lambda losses, height: (losses, 0 * height))
wrong("hill")(
    lambda hidden, out, x, labels, points: right.hill(
        hidden,
        out,
        x,
        np.roll(labels, 1) if len(set(labels)) > 1 else 1 - labels,
        points,
    )
)
wrong("hill")(
    lambda hidden, out, x, labels, points: right.hill(
        hidden[:, :, ::-1], out, x, labels, points
    )
)


@wrong("hill")
def without_ends(hidden, out, x, labels, points):
    losses, _ = right.hill(hidden, out, x, labels, points + 2)
    return losses[1:-1], np.max(losses - np.linspace(losses[0], losses[-1], points + 2))


@wrong("hill")
def share_of_errors(hidden, out, x, labels, points):
    errors = []
    for a in np.linspace(0, 1, points):
        h = np.maximum(x @ ((1 - a) * hidden[0] + a * hidden[1]), 0)
        answers = (h @ ((1 - a) * out[0] + a * out[1])).argmax(axis=1)
        errors.append(np.mean(answers != labels))
    line = np.linspace(errors[0], errors[-1], points)
    return np.array(errors), np.max(errors - line)


changed("balanced", lambda w1, b1, w2: (w1, b1, -w2))
changed("balanced", lambda w1, b1, w2: (w1, b1, w2.T))
changed("balanced", lambda w1, b1, w2: (np.abs(w1), b1, w2))
changed("balanced", lambda w1, b1, w2: (2 * w1, 2 * b1, w2 / 2))
wrong("balanced")(lambda w1, b1, w2: (w1, b1, w2))
wrong("balanced")(
    lambda w1, b1, w2: [part.astype(w1.dtype) for part in right.balanced(w1, b1, w2)]
)


@wrong("balanced")
def bias_not_squared(w1, b1, w2):
    p = np.sqrt((w1**2).sum(axis=0) + np.abs(b1))
    c = np.sqrt(np.sqrt((w2**2).sum(axis=1)) / np.maximum(p, 1e-12))
    return c * w1, c * b1, w2 / np.maximum(c, 1e-12)[:, None]


@wrong("balanced")
def rows_of_w1(w1, b1, w2):
    p = np.sqrt((w1**2).sum() + b1**2)
    c = np.sqrt(np.sqrt((w2**2).sum(axis=1)) / np.maximum(p, 1e-12))
    c = np.where(c > 0, c, 1)
    return c * w1, c * b1, w2 / c[:, None]


changed("sharpest", lambda largest, mean: (mean, largest))
changed("sharpest", lambda largest, mean: (np.sqrt(largest), mean))
changed("sharpest", lambda largest, mean: (largest, largest / 2))
wrong("sharpest")(lambda x, w: right.sharpest(x, -w))
wrong("sharpest")(lambda x, w: right.sharpest(x, 0 * w))
wrong("sharpest")(lambda x, w: right.sharpest(x - x.mean(axis=0), w))


@wrong("sharpest")
def of_the_gradients(x, w):
    z = x @ w
    p = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
    g = np.einsum("ic,ik->ick", x, p - np.eye(w.shape[1])[p.argmax(axis=1)])
    g = g.reshape(len(x), -1)
    found = np.linalg.eigvalsh(g.T @ g / len(x))
    return found[-1], found.mean()


@wrong("sharpest")
def mean_over_inputs(x, w):
    largest, mean = right.sharpest(x, w)
    return largest, mean * w.shape[1]


@wrong("sharpest")
def power_step(x, w):
    v = x @ w
    p = np.exp(v - np.logaddexp.reduce(v, axis=1)[:, None])
    return (p * (1 - p)).max() * np.linalg.norm(x, 2) ** 2 / len(x), right.sharpest(
        x, w
    )[1]


numbers("dilated_seen", 1088, 1090, 32**2, 49 * 33)
numbers("pyramid_weights", 81_269, 81_271, 81_270 / 2)

changed("shake_shake", lambda out, dy1, dy2: (out, -dy1, -dy2))
changed("shake_shake", lambda out, dy1, dy2: (out, dy1, dy1))
wrong("shake_shake")(lambda y1, y2, a, b, dout: right.shake_shake(y2, y1, a, b, dout))
wrong("shake_shake")(lambda y1, y2, a, b, dout: right.shake_shake(y1, y2, b, a, dout))
wrong("shake_shake")(
    lambda y1, y2, a, b, dout: right.shake_shake(y1, y2, np.round(a), b, dout)
)
wrong("shake_shake")(
    lambda y1, y2, a, b, dout: [
        part.astype(y1.dtype) for part in right.shake_shake(y1, y2, a, b, dout)
    ]
)


@wrong("shake_shake")
def along_pixels(y1, y2, alpha, beta, dout):
    a, b = (np.resize(n, y1.shape[1])[:, None] for n in (alpha, beta))
    return a * y1 + (1 - a) * y2, b * dout, (1 - b) * dout


@wrong("shake_shake")
def times_the_branches(y1, y2, alpha, beta, dout):
    out, dy1, dy2 = right.shake_shake(y1, y2, alpha, beta, dout)
    return out, dy1 * y1, dy2 * y2


changed("average_network", lambda mean, tested: (tested, mean))
changed("average_network", lambda mean, tested: (mean, mean))
wrong("average_network")(
    lambda x, w, p: right.average_network(x, w, np.full(p.shape, p.mean()))
)
wrong("average_network")(lambda x, w, p: right.average_network(np.abs(x), w, p))
wrong("average_network")(lambda x, w, p: right.average_network(x, w, np.sqrt(p)))
wrong("average_network")(
    lambda x, w, p: (
        right.average_network(x, w.swapaxes(1, 2), p) if x.shape[1] > 1 else (2 * x, x)
    )
)


@wrong("average_network")
def ways_added_up(x, w, p):
    mean, tested = right.average_network(x, w, p)
    return mean * 2 ** len(p), tested


@wrong("average_network")
def sampled(x, w, p):
    rng, total = np.random.default_rng(0), 0
    for _ in range(200):
        z = x
        for kernel, there in zip(w, rng.random(len(p)) < p, strict=True):
            z = z + there * np.maximum(z @ kernel, 0)
        total = total + z / 200
    return total, right.average_network(x, w, p)[1]


wrong("removed")(lambda *given: np.array(right.removed(*given))[::-1])
wrong("removed")(lambda *given: np.diagonal(right.removed(*given)))
wrong("removed")(lambda *given: np.triu(right.removed(*given)))
wrong("removed")(lambda *given: right.removed(*given) * (1 - np.eye(len(given[3]))))
wrong("removed")(
    lambda x, labels, stem, first, second, head: right.removed(
        x, labels, stem, first, -second, head
    )
)


@wrong("removed")
def original_blocks(x, labels, stem, first, second, head):
    blocks = range(len(first))
    errors = np.zeros((len(first), len(first)))
    for i in blocks:
        for j in blocks:
            z = np.maximum(x @ stem, 0)
            for block in blocks:
                if block not in (i, j):
                    branch = np.maximum(z @ first[block], 0) @ second[block]
                    z = np.maximum(z + branch, 0)
            errors[i, j] = np.mean((z @ head).argmax(axis=1) != labels)
    return errors


@wrong("removed")
def one_after_the_other(x, labels, stem, first, second, head):
    errors = np.array(right.removed(x, labels, stem, first, second, head))
    return np.minimum(np.diagonal(errors)[:, None], np.diagonal(errors))


numbers("dense_read", 25_321, 25_323, 25_322 + 2 * 432)
numbers("pooled_first", 9_830_399, 9_830_401)

changed("dense_backward", lambda dx, dw1, dw2: (-dx, -dw1, -dw2))
changed("dense_backward", lambda dx, dw1, dw2: (dx, dw1.T, dw2.T))
changed("dense_backward", lambda dx, dw1, dw2: (dx, dw1, dw2[::-1]))
wrong("dense_backward")(
    lambda x, w1, w2, dout: right.dense_backward(np.abs(x), w1, w2, dout)
)
wrong("dense_backward")(
    lambda x, w1, w2, dout: [
        part.astype(x.dtype) for part in right.dense_backward(x, w1, w2, dout)
    ]
)


@wrong("dense_backward")
def chain(x, w1, w2, dout):
    c, k = w1.shape
    y1 = np.maximum(x, 0) @ w1
    dy2 = dout[:, c + k :]
    dy1 = dy2 @ w2[c:].T * (y1 > 0)
    dw2 = np.vstack(
        [0 * w1.sum(axis=1, keepdims=True) @ dy2[:1], np.maximum(y1, 0).T @ dy2]
    )
    return dy1 @ w1.T * (x > 0), np.maximum(x, 0).T @ dy1, dw2


@wrong("dense_backward")
def output_in_another_order(x, w1, w2, dout):
    c, k = w1.shape
    turned = np.hstack([dout[:, -c:], dout[:, k:-c], dout[:, :k]])
    return right.dense_backward(x, w1, w2, turned)


changed("computed_again", lambda out, dx, dw: (out, -dx, -dw))
changed("computed_again", lambda out, dx, dw: (out, dx, dw.T))
wrong("computed_again")(
    lambda x, w, keep, seed, dy: right.computed_again(x, w, keep, seed + 1, dy)
)
wrong("computed_again")(
    lambda x, w, keep, seed, dy: right.computed_again(x, w, keep, 0, dy)
)
wrong("computed_again")(
    lambda x, w, keep, seed, dy: [
        part.astype(x.dtype) for part in right.computed_again(x, w, keep, seed, dy)
    ]
)


@wrong("computed_again")
def one_number_for_each_image(x, w, keep, seed, dy):
    stays = np.random.default_rng(seed).random((len(x), 1)) < keep
    dz = dy * stays * (x @ w > 0) / keep
    return np.maximum(x @ w, 0) * stays / keep, dz @ w.T, x.T @ dz


@wrong("computed_again")
def dropped_before_the_layer(x, w, keep, seed, dy):
    stays = np.random.default_rng(seed).random(x.shape) < keep
    read = x * stays / keep
    dz = dy * (read @ w > 0)
    return np.maximum(read @ w, 0), dz @ w.T * stays / keep, read.T @ dz


wrong("reordered")(lambda kernel, k0, k: kernel)
wrong("reordered")(lambda kernel, k0, k: right.reordered(kernel, k0, 1))
wrong("reordered")(lambda kernel, k0, k: right.reordered(kernel, k0, k)[::-1])
wrong("reordered")(lambda kernel, k0, k: right.reordered(kernel, k0, k)[:, ::-1])
wrong("reordered")(lambda kernel, k0, k: right.reordered(kernel, k0, k)[:, :, k0:])
wrong("reordered")(
    lambda kernel, k0, k: np.concatenate(
        [right.reordered(kernel, k0, k)[:, :, :k0], kernel[:, :, k0:]], axis=2
    )
)

wrong("cut_off")(lambda *given: np.array(right.cut_off(*given))[::-1, ::-1])
wrong("cut_off")(lambda *given: np.array(right.cut_off(*given))[:, -1])
wrong("cut_off")(
    lambda x, labels, kernels, head: right.cut_off(x, labels, kernels, head[:, ::-1])
)
wrong("cut_off")(
    lambda x, labels, kernels, head: right.cut_off(
        np.maximum(x, 0), labels, kernels, head
    )
)


@wrong("cut_off")
def new_maps_in_front(x, labels, kernels, head):
    n = len(kernels)
    errors = np.full((n + 1, n + 1), np.nan)
    for source, reader in zip(*np.triu_indices(n + 1), strict=True):
        pieces = [x]
        for layer in range(n + 1):
            read = [p * ((layer, i) != (reader, source)) for i, p in enumerate(pieces)]
            joined = np.hstack(read[::-1])
            weights = kernels[layer][: joined.shape[1]] if layer < n else head
            pieces.append(np.maximum(joined @ weights, 0))
        errors[source, reader] = np.mean(pieces[-1].argmax(axis=1) != labels)
    return errors
