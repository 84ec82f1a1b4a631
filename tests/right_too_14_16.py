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
