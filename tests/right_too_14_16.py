"""As right_answers_too: another right answer, homework 14 to 16."""

from itertools import permutations, product

import numpy as np


def section(x, y, w, v, d, steps, epsilon):
    n = len(x)
    losses = []
    for a in steps.tolist():
        z = np.dot(x, w) + a * np.dot(x, d)
        s1, s2 = np.ones(n) @ z / n, np.cov(z.T, bias=True).reshape(z.shape[1], -1)
        scale = (np.diagonal(s2) + epsilon) ** -0.5
        error = np.where(z > s1, (z - s1) * scale, 0) @ v - y
        losses.append(np.linalg.norm(error) ** 2 / error.size)
    return losses


def hill(hidden, out, x, labels, points):
    losses = []
    for i in range(points):
        there = i / (points - 1)
        weights = [(1 - there) * w[0] + there * w[1] for w in (hidden, out)]
        total = 0
        for image, label in zip(x, labels, strict=True):
            z = np.maximum(image @ weights[0], 0) @ weights[1]
            total += np.logaddexp.reduce(z - z[label])
        losses.append(total / len(x))
    first, last = losses[0], losses[-1]
    excess = [
        loss - first - i * (last - first) / (points - 1)
        for i, loss in enumerate(losses)
    ]
    return losses, max(excess)


def balanced(w1, b1, w2):
    square = (w1**2).sum(axis=0) + b1**2
    other = (w2**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        c = np.nan_to_num((other / square) ** 0.25, nan=0, posinf=0)
        back = np.nan_to_num((square / other) ** 0.25, nan=0, posinf=0)
    return w1 * c, b1 * c, (w2.T * back).T


def sharpest(x, w):
    # The Hessian is A' A: one row of A for each image and class.
    z = x @ w
    p = np.exp(z - z.max(axis=1)[:, None])
    p /= p.sum(axis=1)[:, None]
    rows = [
        np.outer(image, np.sqrt(chance[k]) * (np.eye(len(chance))[k] - chance)).ravel()
        for image, chance in zip(x, p, strict=True)
        for k in range(len(chance))
    ]
    found = np.linalg.svd(np.array(rows), compute_uv=False) ** 2 / len(x)
    return found[0], found.sum() / w.size


def same_function():
    signed = [
        len(list(product(permutations(range(n)), product((1, -1), repeat=n))))
        for n in (4, 3)
    ]
    return signed[0] * signed[1]


def shake_shake(y1, y2, alpha, beta, dout):
    def mixed(numbers, a, b):
        return np.einsum("n,npc->npc", numbers, a) + np.einsum(
            "n,npc->npc", 1 - numbers, b
        )

    nothing = np.zeros(dout.shape)
    return mixed(alpha, y1, y2), mixed(beta, dout, nothing), mixed(beta, nothing, dout)


def average_network(x, w, p):
    ways = [(1.0, x)]
    for kernel, chance in zip(w, p, strict=True):
        ways = [
            (weight * share, z + there * np.clip(z @ kernel, 0, None))
            for weight, z in ways
            for there, share in ((1, chance), (0, 1 - chance))
        ]
    mean = sum(weight * z for weight, z in ways)
    z = x.astype(float)
    for block, kernel in enumerate(w):
        h = z @ kernel
        z = z + p[block] * h * (h > 0)
    return [mean, z]


def removed(x, labels, stem, first, second, head):
    def error(out):
        z = np.dot(x, stem)
        for block in np.flatnonzero(out == 0):
            h = np.maximum(np.where(z > 0, z, 0) @ first[block], 0)
            z = z + h @ second[block]
        return np.mean((z * (z > 0) @ head).argmax(axis=-1) != labels)

    one_out = np.eye(len(first))
    return [[error(a + b) for a in one_out] for b in one_out]


def dilated_seen():
    # One output, spread backwards over the rows of the picture.
    seen = np.zeros(101)
    seen[[28, 38, 40, 48, 50, 52, 60, 62, 72]] = 1
    return int(np.count_nonzero(np.convolve(seen, np.ones(5))) ** 2)


def pyramid_weights():
    k = np.arange(7)
    d = np.floor(16 + 20 * k / 6 + 0.5)
    return int(9 * (d[:-1] @ d[1:] + d[1:] @ d[1:]))


def dense_backward(x, w1, w2, dout):
    n, c = x.shape
    # Everything once more with complete matrices: a dense block is a chain whose
    # layers copy what they have read.
    first = np.hstack([np.zeros((c, c)), w1])
    y = np.hstack([x, np.zeros((n, w1.shape[1]))]) + np.where(x > 0, x, 0) @ first
    width = y.shape[1]
    above = dout[:, :width] + (dout[:, width:] @ w2.T) * (y > 0)
    dx = above[:, :c] + (above @ first.T) * (x > 0)
    dw1, dw2 = np.zeros(w1.shape), np.zeros(w2.shape)
    for i in range(n):
        dw1 += np.outer(np.maximum(x[i], 0), above[i, c:])
        dw2 += np.outer(np.maximum(y[i], 0), dout[i, width:])
    return [dx, dw1, dw2]


def computed_again(x, w, keep, seed, dy):
    def forward(rng):
        h = np.maximum(x @ w, 0)
        mask = rng.uniform(size=h.shape) < keep
        return h, mask

    h, mask = forward(np.random.default_rng(seed))
    out = np.where(mask, h, 0) / keep
    h, mask = forward(np.random.default_rng(seed))
    dz = np.where(mask & (h > 0), dy, 0) / keep
    return out, dz @ w.T, (dz.T @ x).T


def reordered(kernel, k0, k):
    height, width, c, filters = kernel.shape
    written = kernel[:, :, : c - k0].reshape(height, width, (c - k0) // k, k, filters)
    written = np.flip(written, axis=2).reshape(height, width, c - k0, filters)
    return np.append(kernel[:, :, c - k0 :], written, axis=2)


def cut_off(x, labels, kernels, head):
    layers, k = len(kernels), kernels.shape[2]
    ends = [x.shape[1] + k * i for i in range(layers + 1)]
    weights = [kernel[:end] for kernel, end in zip(kernels, ends, strict=False)] + [
        head
    ]

    def error(source, reader):
        maps = [x.astype(float)]
        for i, w in enumerate(weights):
            read = [
                0 * m if (i, j) == (reader, source) else m for j, m in enumerate(maps)
            ]
            maps.append(np.concatenate(read, axis=1) @ w)
            if i < layers:
                maps[-1] = np.maximum(maps[-1], 0)
        return np.count_nonzero(np.argmax(maps[-1], axis=1) - labels) / len(labels)

    readers = range(layers + 1)
    return [[error(s, r) if s <= r else float("nan") for r in readers] for s in readers]


def dense_read():
    c, norms, kernels = 16, 0, 27 * 16
    for repeats in (3, 4):
        for _ in range(repeats):
            norms += 2 * c + 2 * 32
            kernels += c * 32 + 9 * 32 * 8
            c += 8
        norms += 2 * c
        if repeats == 3:
            kernels += c * c // 2
            c //= 2
    return norms + kernels + c * 10 + 10


def pooled_first():
    last, first = 0, 0
    for side, c in ((32, 32 + 6 * 16), (16, 64 + 8 * 16)):
        last += side**2 * c * c // 2
        first += (side // 2) ** 2 * c * c // 2
    return last - first
