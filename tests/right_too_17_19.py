"""As right_answers_too: another right answer, homework 17 to 19."""

import numpy as np


def excite_backward(x, w1, w2, dy):
    h, w, c = x.shape
    z = [x[..., i].mean() for i in range(c)]
    pre = np.dot(z, w1)
    s = np.exp(-np.logaddexp(0, -np.dot(np.clip(pre, 0, None), w2)))
    # The Jacobian of the gates by the squeezed numbers, and by both weights.
    slope = s * np.exp(-np.logaddexp(0, np.dot(np.clip(pre, 0, None), w2)))
    gate = np.tensordot(dy * x, np.ones((h, w)), ((0, 1), (0, 1))) * slope
    hidden = np.where(pre > 0, w2 @ gate, 0)
    dw1 = np.array([[a * b for b in hidden] for a in z])
    dw2 = np.array([[a * b for b in gate] for a in np.clip(pre, 0, None)])
    return s * dy + np.full(x.shape, w1 @ hidden) / h / w, dw1, dw2


def batch_gates(x, sizes, w1, w2):
    rows = []
    for maps, (height, width) in zip(x, sizes.tolist(), strict=True):
        pixels = maps[:height, :width].reshape(-1, maps.shape[-1])
        z = pixels.sum(axis=0, dtype=float) / (height * width)
        a = np.clip(z @ w1, 0, None) @ w2
        rows.append(np.exp(-np.logaddexp(0, -a)))
    return np.vstack(rows)


def swapped_answers(x, w1, b1, w2, b2, head):
    z = x.reshape(len(x), -1, x.shape[-1]).mean(axis=1)
    h = z @ w1 + b1
    s = (1 + np.tanh(((h > 0) * h @ w2 + b2) / 2)) / 2
    # One head for each picture: its gates scale the rows of the weights.
    columns = [np.argmax(z @ (gates[:, None] * head), axis=1) for gates in s]
    return np.stack(columns, axis=1)


def blocks_needed():
    return int(np.ceil(np.log(10) / np.log1p(0.09)))


def gated_multiply_adds():
    layers = {
        "conv 1": 16**2 * 27 * 16,
        "s 1": 16 * 2 + 2 * 16,
        "q 1": 16**2 * 16,
        "conv 2": 16**2 * 144 * 32,
        "s 2": 32 * 4 + 4 * 32,
        "q 2": 16**2 * 32,
        "classes": 32 * 36,
    }
    return sum(layers.values())


def separable_backward(x, depthwise, pointwise, dy):
    k = len(depthwise)
    h, w, _ = dy.shape
    du = np.einsum("cn,ijn->ijc", pointwise, dy)
    around = np.pad(du, ((k - 1, k - 1), (k - 1, k - 1), (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view
    dx = np.einsum(
        "ijcab,abc->ijc", view(around, (k, k), (0, 1)), depthwise[::-1, ::-1]
    )
    dd = np.einsum("abcij,ijc->abc", view(x, (h, w), (0, 1)), du)
    u = np.einsum("ijcab,abc->ijc", view(x, (k, k), (0, 1)), depthwise)
    return dx, dd, np.tensordot(u, dy, ((0, 1), (0, 1)))


def refitted(x, depthwise, y):
    k, c = len(depthwise), x.shape[2]
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), (0, 1))
    u = (windows * depthwise.transpose(2, 0, 1)).sum(axis=(-2, -1)).reshape(-1, c)
    wanted = y.reshape(len(u), -1)
    alive = np.any(u != 0, axis=0)
    p = np.zeros((c, y.shape[2]))
    q, r = np.linalg.qr(u[:, alive])
    p[alive] = np.linalg.solve(r, q.T @ wanted)
    return p, 1 - np.sum((u @ p) * wanted) / np.sum(wanted * wanted)


def folded(pointwise, gamma, beta, mean, variance, epsilon):
    kernel, bias = np.zeros(pointwise.shape), np.zeros(pointwise.shape[1])
    for c, row in enumerate(pointwise):
        scale = gamma[c] / np.sqrt(epsilon + variance[c])
        kernel[c] = scale * row
        bias += (beta[c] - scale * mean[c]) * row
    return kernel, bias


def times_faster():
    memory_bound, compute_bound = 8 * 64 / 20, 64 * 128 / 100
    return (memory_bound + compute_bound) / (compute_bound + 5.76)


def channels_seen():
    seen = set()
    for place in range(80 // 16):
        channel = (place % 20) * 4 + place // 20  # before the shuffle
        for read in range(channel // 4 * 4, channel // 4 * 4 + 4):
            seen |= set(range(read // 8 * 8, read // 8 * 8 + 8))
    return len(seen)


def run_cell(x, previous, cell, weights):
    blocks = len(cell)
    states = np.zeros((blocks + 2, *x.shape))
    states[0], states[1] = x, previous
    for b in range(blocks):
        for half in range(2):
            v, operation = states[cell[b, half]], cell[b, 2 + half]
            if operation == 1:
                v = (v * (v > 0)) @ weights[b, half]
            elif operation == 2:
                w = v.copy()
                w[1:] = np.maximum(w[1:], v[:-1])
                w[:-1] = np.maximum(w[:-1], v[1:])
                v = w
            states[b + 2] += v
    free = np.setdiff1d(np.arange(2, blocks + 2), cell[:, :2])
    return states[free].transpose(1, 0, 2).reshape(len(x), -1)


def next_generation(population, errors, candidates, where, value):
    best = None
    for i in candidates:
        if errors[i] == errors[i] and (best is None or errors[i] < errors[best]):
            best = i
    child = [value if d == where else n for d, n in enumerate(population[best])]
    return [*population[1:].tolist(), child]


def ppo_step(logits, old, cells, advantages, epsilon):
    options = np.arange(logits.shape[1])
    one_hot = (cells[..., None] == options).astype(float)

    def log_p(z):
        return np.subtract(z, np.logaddexp.reduce(z, axis=1, keepdims=True))

    r = np.exp(np.tensordot(one_hot, log_p(logits) - log_p(old), 2))
    held = np.where(advantages > 0, r > 1 + epsilon, r < 1 - epsilon)
    weight = np.where(held, 0.0, r * advantages)
    mean = np.tensordot(weight, one_hot - np.exp(log_p(logits)), 1)
    return mean / len(advantages)


def best_of(reported, again, draws):
    values, inverse, counts = np.unique(
        reported, return_inverse=True, return_counts=True
    )
    worse = 1 - np.cumsum(counts) / len(reported)
    chance = -np.diff(np.maximum(worse, 0) ** draws, prepend=1.0)
    mean = np.bincount(inverse, weights=again) / counts
    return np.dot(chance, values), np.dot(chance, mean)


def neighbours():
    single = np.concatenate([np.repeat(np.arange(1, 6), 2), [12] * 10, [1] * 5])
    pairs = np.outer(single, single)
    return int(single.sum() + np.triu(pairs, 1).sum())
