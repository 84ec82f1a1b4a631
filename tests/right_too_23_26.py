"""As right_answers_too: another right answer to each question of homework 23 to 26."""

import numpy as np


def rnn_backward(x, w, u, b, dh):
    """Forward in time: what each state owes to each earlier sum."""
    units = len(b)
    h = [np.zeros(units)]
    for row in x:
        h.append(np.tanh(row @ w + h[-1] @ u + b))
    ds = np.zeros(dh.shape)
    for t in range(len(x)):  # the sum of this step, and all that comes after it
        owes = np.diag(1 - h[t + 1] ** 2)
        for later in range(t, len(x)):
            if later > t:
                owes = owes @ u * (1 - h[later + 1] ** 2)
            ds[t] += owes @ dh[later]
    return (
        np.einsum("ti,tj->ij", x, ds),
        np.einsum("ti,tj->ij", np.array(h[:-1]), ds),
        np.ones(len(x)) @ ds,
    )


def recalled(x, w, u, half, lags):
    """Each lag by itself, with the constant taken off as a mean."""
    h, states = 0 * w, np.empty((len(x), len(w)))
    for t in range(len(x)):
        states[t] = h = np.tanh(np.multiply(x[t], w) + np.dot(h, u))
    shares = []
    for k in range(lags):
        y, a = x[lags - 1 - k : half - k], states[lags - 1 : half]
        slopes, *_ = np.linalg.lstsq(a - a.mean(axis=0), y - y.mean(), rcond=None)
        told = (states[half:] - a.mean(axis=0)) @ slopes + y.mean()
        asked = x[half - k : len(x) - k]
        shares.append(
            np.square(asked - told).sum() / np.square(asked - asked.mean()).sum()
        )
    return shares


def both_ways(x, lengths, w, u):
    """Each sequence turned by its own indices, and turned back by the same."""
    found = [np.zeros((*x.shape[:2], u.shape[-1])) for _ in "ab"]
    for row, length in enumerate(lengths):
        for out, places, kernel, again in zip(
            found, (np.arange(length), np.arange(length)[::-1]), w, u, strict=True
        ):
            state = 0 * again[0]
            for place in places:
                state = np.tanh(kernel.T @ x[row, place] + again.T @ state)
                out[row, place] = state
    return tuple(found)


def gates_read():
    shapes = 2 * [(10, 64), (16, 64), (64,)] + [(32, 36), (12, 36), (2, 36)]
    return sum(map(np.prod, [*shapes, (12, 7), (7,)]))
