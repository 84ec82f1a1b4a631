"""As right_answers: one right answer to each question of homework 23 to 26."""

import numpy as np


def judged(boxes, confidences, objects, least):
    """Object by object: its answers are those that fit it best."""

    def iou(a, b):
        sides = [max(min(a[k + 2], b[k + 2]) - max(a[k], b[k]), 0) for k in (0, 1)]
        union = sum((c[2] - c[0]) * (c[3] - c[1]) for c in (a, b)) - sides[0] * sides[1]
        return sides[0] * sides[1] / union if union else 0

    fits = [[iou(b, o) for o in objects] for b in boxes]
    by_confidence = sorted(range(len(boxes)), key=lambda i: (-confidences[i], i))
    right = np.zeros(len(boxes), bool)
    for k in range(len(objects)):
        own = [i for i in by_confidence if np.argmax(fits[i]) == k]
        good = [i for i in own if fits[i][k] >= least]
        right[good[:1]] = True
    precision = 0
    for place, i in enumerate(by_confidence, 1):
        precision += right[i] * sum(right[by_confidence[:place]]) / place
    return right, precision / len(objects)


def mean_iou(true, found, classes):
    """From a table of all pairs of labels."""
    known = true != 255
    table = np.zeros((classes, classes))
    np.add.at(table, (true[known], found[known]), 1)
    union = table.sum(axis=0) + table.sum(axis=1) - np.diag(table)
    there = union > 0
    each = np.where(there, np.diag(table) / np.where(there, union, 1), np.nan)
    return each, each[there].mean()


def upsampling_backward(y, kernel, strides, padding, dx):
    """Window by window."""
    k = len(kernel)
    whole = np.zeros(
        (dx.shape[0] + 2 * padding, dx.shape[1] + 2 * padding, dx.shape[2])
    )
    whole[padding : padding + dx.shape[0], padding : padding + dx.shape[1]] = dx
    dy, dkernel = np.zeros(y.shape), np.zeros(kernel.shape)
    for h, w in np.ndindex(y.shape[:2]):
        window = whole[strides * h : strides * h + k, strides * w : strides * w + k]
        dy[h, w] = np.einsum("ijc,ijcf->f", window, kernel)
        dkernel += np.einsum("ijc,f->ijcf", window, y[h, w])
    return dy, dkernel


def skip_read():
    weights = [9 * 3 * 12, 9 * 12 * 24, 16 * 24 * 16, 9 * 28 * 20, 20 * 4]
    return sum(weights) + 12 + 24 + 16 + 20 + 4


def rnn_backward(x, w, u, b, dh):
    """One matrix of the three, [x, h, 1]."""
    steps, units = dh.shape
    weights = np.vstack([w, u, b])
    seen, h = [], np.zeros(units)
    for t in range(steps):
        seen.append(np.concatenate([x[t], h, [1]]))
        h = np.tanh(seen[-1] @ weights)
    gradient, later = np.zeros(weights.shape), np.zeros(units)
    for t in reversed(range(steps)):
        h = np.tanh(seen[t] @ weights)
        ds = (1 - h) * (1 + h) * (dh[t] + later)
        gradient += np.outer(seen[t], ds)
        later = (weights @ ds)[len(w) : -1]
    return gradient[: len(w)], gradient[len(w) : -1], gradient[-1]


def recalled(x, w, u, half, lags):
    """By the normal equations, all lags in one go."""
    h = np.zeros((len(x) + 1, len(w)))
    for t, number in enumerate(x):
        h[t + 1] = np.tanh(w * number + u.T @ h[t])
    h = np.insert(h[1:], 0, 1, axis=1)
    table = np.array([[x[t - k] for k in range(lags)] for t in range(len(x))])
    known, states = table[lags - 1 : half], h[lags - 1 : half]
    error = h[half:] @ (np.linalg.pinv(states) @ known) - table[half:]
    return (error**2).mean(axis=0) / table[half:].var(axis=0)


def both_ways(x, lengths, w, u):
    """All sequences at once, with a mask."""
    n, steps, _ = x.shape
    there = np.arange(steps) < np.asarray(lengths)[:, None]
    x = np.where(there[..., None], x, 0)
    answers = []
    for d, order in enumerate((range(steps), range(steps)[::-1])):
        h, out = np.zeros((n, u.shape[1])), np.zeros((n, steps, u.shape[1]))
        for t in order:
            h = np.where(there[:, [t]], np.tanh(x[:, t] @ w[d] + h @ u[d]), h)
            out[:, t] = h * there[:, [t]]
        answers.append(out)
    return answers


def gates_read():
    kernel = lambda inputs, units: (inputs + units) * units  # noqa: E731
    lstms = 8 * (kernel(10, 16) + 16)
    return lstms + 3 * (kernel(32, 12) + 2 * 12) + 12 * 7 + 7
