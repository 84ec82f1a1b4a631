"""As right_answers_too: another right answer, homework 20 to 22."""

from itertools import pairwise

import ml_dtypes
import numpy as np
from scipy.stats import binom


def top_k_errors(labels, logits, k):
    lost = np.isnan(logits).any(axis=1)
    clean = np.where(lost[:, None], 0.0, logits)
    # Sorted from the best down, the right class behind all that equal it.
    own = np.take_along_axis(clean, labels[:, None], axis=1)
    ranked = -np.sort(-clean, axis=1)
    pairs = zip(-ranked, -own[:, 0], strict=True)
    place = np.array([np.searchsorted(row, one, "right") for row, one in pairs])
    return [np.mean((place > n) | lost) for n in range(1, k + 1)]


def dominated(prices):
    counts = []
    for one in prices:
        if np.isnan(one).any():
            counts.append(-1)
            continue
        gaps = np.delete(prices, np.isnan(prices).any(axis=1), axis=0) - one
        counts.append(int(np.sum((gaps.max(axis=1) <= 0) & (gaps.min(axis=1) < 0))))
    return np.array(counts)


def ensemble_weights(predictions, labels, ridge):
    y = np.zeros(predictions.shape[1:])
    y[range(len(labels)), labels] = 1
    e = predictions - y
    k = len(e)
    c = np.array([[np.sum(a * b) / len(y) for a in e] for b in e])
    # The first weight is what the others leave: least squares without a condition.
    full = c + ridge * np.identity(k)
    moved = np.vstack([-np.ones(k - 1), np.eye(k - 1)])
    first = np.eye(k)[0]
    rest = -np.linalg.solve(moved.T @ full @ moved, moved.T @ full @ first)
    w = first + moved @ rest
    return w, w.dot(c).dot(w)


def crops_averaged(logits, crops):
    log_sum = np.logaddexp.reduce(logits, axis=1)
    parts = np.split(np.exp(logits - log_sum[:, None]), crops)
    return sum(parts) / crops


def preparation_folded(kernel, bias, mean, std, scale):
    # Ask the prepared layer: black, and each colour alone at each place.
    def layer(x):
        prepared = (scale * x[..., ::-1] - mean) / std
        return np.einsum("ijc,ijcf->f", prepared, kernel) + bias

    black = layer(np.zeros(kernel.shape[:3]))
    answers = np.zeros(kernel.shape)
    for place in np.ndindex(kernel.shape[:3]):
        lit = np.zeros(kernel.shape[:3])
        lit[place] = 1
        answers[place] = layer(lit) - black
    return answers, black


def held_norm_backward(x, w, norm, epsilon, dy):
    a = norm[0] / np.sqrt(norm[3] + epsilon)  # folded: one dense layer x v + b
    v, b = w * a, norm[1] - a * norm[2]
    passed = np.where(np.matmul(x, v) + b > 0, dy, 0)
    return passed.dot(v.T), np.einsum("ni,nu,u->iu", x, passed, a)


def head_on_codes(codes, labels, new, ridge):
    mean, std = codes.mean(axis=0), codes.std(axis=0)
    scaled = [
        np.divide(part - mean, std, out=np.zeros(part.shape), where=std > 0)
        for part in (codes, new)
    ]
    y = np.identity(labels.max() + 1)[labels]
    u, s, v = np.linalg.svd(scaled[0], full_matrices=False)
    w = v.T @ np.diag(s / (s**2 + ridge)) @ u.T @ (y - y.mean(axis=0))
    return scaled[1].dot(w) + y.mean(axis=0)


def grouped_split(groups, order, wanted):
    counts = [np.count_nonzero(groups == g) for g in order]
    before = np.cumsum([0, *counts])[:-1]  # pictures held back before each group
    inside = np.isin(groups, order[before < wanted])
    return np.where(~inside)[0], np.where(inside)[0]


def accumulated_step(w, gradients, sizes, scale, rate, clip):
    there = np.flatnonzero(sizes)
    share = sizes[there] / np.sum(sizes)
    g = np.einsum("p,pd->d", share, gradients[there] / scale)
    if np.isnan(g).any() or np.isinf(g).any():
        return w.copy(), 0.5 * scale
    factor = min(1, clip / max(np.sqrt(g @ g), 1e-300))
    return w - rate * factor * g, scale


def stored_step(w, gradient, rate):
    before = np.asarray(w).astype(ml_dtypes.bfloat16).astype("float64")
    after = before - rate * gradient
    after = after.astype(ml_dtypes.bfloat16).astype("float64")
    wanted = np.count_nonzero(gradient)
    moved = np.count_nonzero((after != before) & (gradient != 0))
    return after, (wanted - moved) / np.size(w)


def ring_all_reduce(gradients, steps):
    k = len(gradients)
    state = np.array(gradients, "float64")
    devices = np.arange(k)
    for t in range(steps):
        piece = (devices - t) % k
        parcel = state[devices, piece].copy()
        receiver = np.roll(devices, -1)
        if t < k - 1:
            state[receiver, piece] += parcel
        else:
            state[receiver, piece] = parcel
    return state


def shuffled(x, size, draws):
    held, out, number = np.array(x[:size]), [], len(x[:size])
    for draw in draws:
        place = np.floor(draw * len(held)).astype(int)
        out.append(held[place])
        if number < len(x):
            held[place] = x[number]
            number += 1
        else:
            held[place] = held[-1]
            held = held[:-1]
    return np.array(out)


def chance_of_gap():
    return binom.cdf(62, 154, 0.5) + binom.sf(91, 154, 0.5)


def fine_tuned_read():
    shapes = [(3, 3, 16, 40), (40,), (40,), (40, 5), (5,)]
    return sum(int(np.prod(shape)) for shape in shapes)


def calls_read():
    calls = 210
    for _ in range(5):
        ends = [*range(0, 630, 32), 630]
        calls += 630 + sum(b - a == 32 for a, b in pairwise(ends))
    return calls
