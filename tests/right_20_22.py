"""As right_answers: one right answer to each question of homework 20 to 22."""

from math import factorial

import numpy as np


def top_k_errors(labels, logits, k):
    wrong = np.zeros(k)
    for label, row in zip(labels, logits, strict=True):
        ahead = sum(s >= row[label] for s in np.delete(row, label))
        if any(s != s for s in row):  # nan
            ahead = k
        wrong[:ahead] += 1
    return wrong / len(labels)


def dominated(prices):
    n = len(prices)
    found = np.zeros(n, int)
    for j in range(n):
        if any(p != p for p in prices[j]):
            found[j] = -1
            continue
        for i in range(n):
            pairs = list(zip(prices[i], prices[j], strict=True))
            found[j] += all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)
    return found


def ensemble_weights(predictions, labels, ridge):
    k, n, classes = predictions.shape
    e = predictions - (labels[:, np.newaxis] == np.arange(classes))
    flat = e.reshape(k, n * classes)
    c = flat @ flat.T / n
    # The equations with the multiplier of the sum as one more unknown.
    system = np.zeros((k + 1, k + 1))
    system[:k, :k] = c + np.diag([ridge] * k)
    system[:k, k] = system[k, :k] = 1
    w = np.linalg.solve(system, np.eye(k + 1)[k])[:k]
    return w, ((w @ flat) ** 2).sum() / n


def crops_averaged(logits, crops):
    n = len(logits) // crops
    mean = np.zeros((n, logits.shape[1]))
    for row, z in enumerate(logits):
        e = np.exp(z - max(z))
        mean[row % n] += e / sum(e) / crops
    return mean


def preparation_folded(kernel, bias, mean, std, scale):
    k = np.array(kernel, "float64")
    b = np.array(bias, "float64")
    for i, j, c, f in np.ndindex(kernel.shape):
        b[f] -= kernel[i, j, c, f] * mean[c] / std[c]
        k[i, j, len(mean) - 1 - c, f] = kernel[i, j, c, f] * scale / std[c]
    return k, b


def held_norm_backward(x, w, norm, epsilon, dy):
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for n, (row, d) in enumerate(zip(x, dy, strict=True)):
        for u, (gamma, beta, mean, variance) in enumerate(norm.T):
            slope = gamma / (variance + epsilon) ** 0.5
            if slope * (row @ w[:, u] - mean) + beta > 0:
                dw[:, u] += d[u] * slope * row
                dx[n] += d[u] * slope * w[:, u]
    return dx, dw


def head_on_codes(codes, labels, new, ridge):
    kept = codes.std(axis=0) > 0
    mean, std = codes[:, kept].mean(axis=0), codes[:, kept].std(axis=0)
    z, z_new = ((part[:, kept] - mean) / std for part in (codes, new))
    y = (labels[:, None] == range(labels.max() + 1)).astype(float)
    # Ridge as more examples; the dual form.
    alpha = np.linalg.solve(z @ z.T + ridge * np.eye(len(z)), y - y.mean(axis=0))
    return z_new @ z.T @ alpha + y.mean(axis=0)


def grouped_split(groups, order, wanted):
    held = []
    for group in order:
        if len(held) < wanted:
            held += [i for i, g in enumerate(groups) if g == group]
    return [i for i in range(len(groups)) if i not in held], sorted(held)


def accumulated_step(w, gradients, sizes, scale, rate, clip):
    total, count = np.zeros(len(w)), 0
    for gradient, size in zip(gradients, sizes, strict=True):
        if size == 0:
            continue
        if not all(np.isfinite(gradient)):
            return w, scale / 2
        total = total + size * gradient / scale
        count += size
    g = total / count
    length = sum(g**2) ** 0.5
    if length > clip:
        g = g / length * clip
    return w - rate * g, scale


def stored_step(w, gradient, rate):
    def to_bfloat16(x):
        bits = np.array(x, "float32").view("uint32")
        even = (bits >> np.uint32(16)) & np.uint32(1)
        bits = (bits + np.uint32(0x7FFF) + even) & np.uint32(0xFFFF0000)
        return bits.view("float32").astype("float64")

    before = to_bfloat16(w)
    after = to_bfloat16(before - rate * gradient)
    each = zip(after.flat, before.flat, np.ravel(gradient), strict=True)
    lost = [a == b and g != 0 for a, b, g in each]
    return after, sum(lost) / len(lost)


def ring_all_reduce(gradients, steps):
    k = len(gradients)
    held = {(i, p): gradients[i, p] * 1.0 for i in range(k) for p in range(k)}
    for t in range(steps):
        moves = [(i, (i + 1) % k, (i - t) % k) for i in range(k)]
        parcels = [held[i, p] for i, _, p in moves]
        for (_, to, p), parcel in zip(moves, parcels, strict=True):
            held[to, p] = held[to, p] + parcel if t + 1 < k else parcel
    return np.array([[held[i, p] for p in range(k)] for i in range(k)])


def shuffled(x, size, draws):
    stream, draws = iter(x), iter(draws)
    held = [e for _, e in zip(range(size), stream, strict=False)]
    out = []
    for example in stream:
        place = int(next(draws) * len(held))
        out.append(held[place])
        held[place] = example
    while held:
        place = int(next(draws) * len(held))
        held[place], held[-1] = held[-1], held[place]
        out.append(held.pop())
    return out


def chance_of_gap():
    def ways(k):
        return factorial(154) // factorial(k) // factorial(154 - k)

    lower, upper = range(63), range(92, 155)
    return sum(ways(k) for k in [*lower, *upper]) / 2**154


def fine_tuned_read():
    return 3 * 3 * 16 * 40 + 40 + 40 + 40 * 5 + 5


def calls_read():
    return 210 + 5 * 630 + 5 * len(range(32, 631, 32))
