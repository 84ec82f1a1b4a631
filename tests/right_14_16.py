"""As right_answers: one right answer to each question of homework 14 to 16."""

import numpy as np


def section(x, y, w, v, d, steps, epsilon):
    h = np.einsum("nc,acm->anm", x, w + steps[:, None, None] * d)
    h = h - h.mean(axis=1, keepdims=True)
    h = h / np.sqrt((h**2).mean(axis=1, keepdims=True) + epsilon)
    return ((h * (h > 0) @ v - y) ** 2).mean(axis=(1, 2))


def hill(hidden, out, x, labels, points):
    a = np.arange(points)[:, None, None] / (points - 1)
    first = hidden[0] + a * (hidden[1] - hidden[0])
    logits = np.clip(x @ first, 0, None) @ (out[0] + a * (out[1] - out[0]))
    log_p = logits - np.logaddexp.reduce(logits, axis=2)[:, :, None]
    losses = -np.mean([each[range(len(x)), labels] for each in log_p], axis=1)
    line = losses[0] + a.ravel() * (losses[-1] - losses[0])
    return [losses, np.max(losses - line)]


def balanced(w1, b1, w2):
    w1, b1, w2 = (np.array(w, float) for w in (w1, b1, w2))
    for j in range(len(w2)):
        p = np.hypot(np.linalg.norm(w1[:, j]), b1[j])
        q = np.linalg.norm(w2[j])
        both = np.sqrt(p * q)
        w1[:, j] *= both / p if p else 0
        b1[j] *= both / p if p else 0
        w2[j] *= both / q if q else 0
    return w1, b1, w2


def sharpest(x, w):
    h = np.zeros((w.size, w.size))
    for row in x:
        z = row @ w
        p = np.exp(z - np.logaddexp.reduce(z))
        h += np.kron(np.outer(row, row), np.diag(p) - np.outer(p, p)) / len(x)
    return np.linalg.norm(h, 2), np.trace(h) / len(h)


def same_function():
    return 24 * 6 * 2**7
