"""As right_answers: one right answer to each question of homework 23 to 26."""

import numpy as np


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
