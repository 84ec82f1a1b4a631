"""As right_answers: one right answer to each question of homework 27."""

import numpy as np


def attention_backward(q, k, v, dout):
    """Query by query, with the whole matrix of the softmax's slopes."""
    dq, dk, dv = (np.zeros(a.shape) for a in (q, k, v))
    for i, query in enumerate(q):
        s = k @ query / np.sqrt(len(query))
        p = np.exp(s - max(s))
        p = p / sum(p)
        slopes = np.diag(p) - np.outer(p, p)
        by_logits = slopes @ (v @ dout[i]) / np.sqrt(len(query))
        dq[i] = k.T @ by_logits
        dk += np.outer(by_logits, query)
        dv += np.outer(p, dout[i])
    return dq, dk, dv


def local_attention(q, k, v, lengths, reach):
    """All at once, with logits that are hidden and values that are cleaned."""
    n = q.shape[1]
    there = np.arange(n) < np.asarray(lengths)[:, None]
    q, k, v = (np.where(there[..., None], a, 0) for a in (q, k, v))
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    seen = there[:, None] & there[..., None] & (apart <= reach)
    logits = np.einsum("nid,njd->nij", q, k) * q.shape[-1] ** -0.5
    largest = np.max(logits, axis=-1, keepdims=True, where=seen, initial=-1e300)
    w = np.where(seen, np.exp(np.where(seen, logits - largest, 0)), 0)
    total = w.sum(axis=-1, keepdims=True)
    return w @ v / np.where(total > 0, total, 1)


def next_token(x, keys, values, w, slopes):
    """Heads as an axis of their own."""
    heads = len(slopes)
    q, k, v = np.einsum("d,kde->ke", x, w)
    keys, values = (
        np.concatenate([old, new[None]]) for old, new in ((keys, k), (values, v))
    )
    count, size = len(keys), len(x) // heads
    split_keys, split_values = (a.reshape(count, heads, size) for a in (keys, values))
    logits = np.einsum("hs,ths->th", q.reshape(heads, size), split_keys) / size**0.5
    logits = logits - np.outer(np.arange(count - 1, -1, -1), slopes)
    p = np.exp(logits - logits.max(axis=0))
    p = p / p.sum(axis=0)
    return np.einsum("th,ths->hs", p, split_values).reshape(-1), keys, values


def left_out(x, y, asked, widths):
    """Point by point, the others in an array without it."""

    def tell(a, points, told, b):
        logits = -np.square(points - a).sum(axis=1) / b**2 / 2
        share = np.exp(logits - logits.max())
        return share @ told / share.sum()

    errors = np.zeros(len(widths))
    for i in range(len(x)):
        points, told = np.delete(x, i, axis=0), np.delete(y, i)
        for j, b in enumerate(widths):
            errors[j] += (tell(x[i], points, told, b) - y[i]) ** 2 / len(x)
    best = sorted(zip(errors, widths, strict=True))[0][1]
    return errors, [tell(a, x, y, best) for a in asked]


def cross_read():
    shapes = (48, 60), (60,), (32, 60), (60,), (32, 72), (72,), (72, 48), (48,)
    norms, dense = 4 * [(48,)], [(48, 96), (96,), (96, 48), (48,)]
    return sum(map(np.prod, [*shapes, *norms, *dense]))
