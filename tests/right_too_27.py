"""As right_answers_too: another right answer to each question of homework 27."""

import math

import numpy as np


def attention_backward(q, k, v, dout):
    """In complex numbers: the imaginary part of f(x + ih) / h is the slope."""

    def loss(q, k, v):
        logits = q @ k.T / math.sqrt(q.shape[1])
        e = np.exp(logits - logits.real.max(axis=1, keepdims=True))
        return (e / e.sum(axis=1, keepdims=True) @ v * dout).sum()

    found, h = [], 1e-30
    for which in range(3):
        given = [np.array(a, complex) for a in (q, k, v)]
        slopes = np.zeros(given[which].shape)
        for place in np.ndindex(slopes.shape):
            given[which][place] += 1j * h
            slopes[place] = loss(*given).imag / h
            given[which][place] = given[which][place].real
        found.append(slopes)
    return tuple(found)


def local_attention(q, k, v, lengths, reach):
    """Place by place, in plain Python."""
    answers = []
    for queries, keys, values, length in zip(q, k, v, lengths, strict=True):
        rows = np.zeros(values.shape)
        for i in range(length):
            asked = [j for j in range(length) if abs(i - j) <= reach]
            logits = [queries[i] @ keys[j] / math.sqrt(len(keys[j])) for j in asked]
            largest = max(logits)
            e = [math.exp(logit - largest) for logit in logits]
            pairs = zip(e, asked, strict=True)
            rows[i] = sum(weight * values[j] for weight, j in pairs) / sum(e)
        answers.append(rows)
    return np.array(answers)


def next_token(x, keys, values, w, slopes):
    """Head by head, with the columns cut out of the arrays."""
    new = [x @ matrix for matrix in w]
    keys, values = (
        np.append(keys, [new[1]], axis=0),
        np.append(values, [new[2]], axis=0),
    )
    heads, out = len(slopes), np.zeros(0)
    parts = (np.array_split(a, heads, axis=-1) for a in (new[0], keys, values))
    for query, k, v, slope in zip(*parts, slopes, strict=True):
        logits = k @ query / math.sqrt(len(query))
        for place in range(len(k)):
            logits[place] -= slope * (len(k) - 1 - place)
        p = np.exp(logits - np.logaddexp.reduce(logits))
        out = np.append(out, p @ v)
    return out, keys, values


def left_out(x, y, asked, widths):
    """With all widths as an axis."""

    def weights(a, logits_of_none):
        squares = (a**2).sum(axis=1)[:, None] + (x**2).sum(axis=1) - 2 * a @ x.T
        logits = -squares / (2 * np.square(widths)[:, None, None])
        logits = np.where(logits_of_none, -np.inf, logits)
        shares = np.exp(logits - logits.max(axis=2, keepdims=True))
        return shares / shares.sum(axis=2, keepdims=True)

    errors = ((weights(x, np.identity(len(x)) > 0) @ y - y) ** 2).mean(axis=1)
    told = weights(asked, False) @ y
    return errors, told[list(errors).index(min(errors))]


def cross_read():
    inward = (48 + 1) * 6 * 10 + (32 + 1) * 6 * (10 + 12)
    outward = 6 * 12 * 48 + 48
    return inward + outward + 2 * (48 + 48) + 2 * 48 * 96 + 96 + 48
