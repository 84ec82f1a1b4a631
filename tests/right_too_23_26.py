"""As right_answers_too: another right answer to each question of homework 23 to 26."""

import math

import numpy as np


def judged(boxes, confidences, objects, least):
    """All overlaps at once, then the rank of each answer among those of its object."""
    low = np.maximum(boxes[:, None, :2], objects[:, :2])
    high = np.minimum(boxes[:, None, 2:], objects[:, 2:])
    both = np.clip(high - low, 0, None).prod(axis=2)
    areas = [np.subtract(b[:, 2:], b[:, :2]).prod(axis=1) for b in (boxes, objects)]
    union = areas[0][:, None] + areas[1] - both
    iou = both / np.where(union > 0, union, 1)
    order = np.lexsort((np.arange(len(boxes)), -confidences))
    hit, seen = [], set()
    for best, most in zip(
        iou[order].argmax(axis=1), iou[order].max(axis=1), strict=True
    ):
        hit.append(most >= least and best not in seen)
        seen |= {best} if hit[-1] else set()
    hit = np.array(hit, bool)
    right = np.zeros(len(boxes), bool)
    right[order] = hit
    places = np.flatnonzero(hit) + 1
    return right, (np.arange(1, len(places) + 1) / places).sum() / len(objects)


def mean_iou(true, found, classes):
    """Sets of places."""
    shares = []
    for label in range(classes):
        there = set(np.flatnonzero(true == label))
        told = set(np.flatnonzero((found == label) & (true != 255)))
        union = there | told
        shares.append(len(there & told) / len(union) if union else float("nan"))
    known = [share for share in shares if share == share]
    return shares, sum(known) / len(known)


def upsampling_backward(y, kernel, strides, padding, dx):
    """By the matrix of the transposed convolution."""
    k, (height, width, filters) = len(kernel), y.shape
    rows, columns = (strides * (n - 1) + k for n in (height, width))
    matrix = np.zeros((rows, columns, kernel.shape[2], height, width, filters))
    for h, w in np.ndindex(height, width):
        matrix[strides * h :, strides * w :][:k, :k, :, h, w] = kernel
    whole = np.pad(1.0 * dx, [(padding, padding)] * 2 + [(0, 0)])
    dkernel = np.zeros(kernel.shape)
    for i, j in np.ndindex(k, k):
        apart = whole[i:, j:][::strides, ::strides][:height, :width]
        dkernel[i, j] = np.tensordot(apart, y, ((0, 1), (0, 1)))
    return np.tensordot(whole, matrix, 3), dkernel


def skip_read():
    shapes = (3, 3, 3, 12), (3, 3, 12, 24), (4, 4, 16, 24), (3, 3, 28, 20), (20, 4)
    return sum(map(np.prod, shapes)) + sum((12, 24, 16, 20, 4))


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


def vae_gradient(x, mean, log_variance, noise, w, beta):
    """In complex numbers: the imaginary part of f(v + ih) / h is the slope."""

    def loss(mean, log):
        code = mean + np.exp(log / 2) * noise
        nats = (mean**2 + np.exp(log) - 1 - log).sum() / 2
        return (((code @ w - x) ** 2).sum() + beta * nats) / len(x)

    slopes, h = [np.zeros(mean.shape), np.zeros(mean.shape)], 1e-30
    for place in np.ndindex(mean.shape):
        for k in (0, 1):
            moved = [mean.astype(complex), log_variance.astype(complex)]
            moved[k][place] += 1j * h
            slopes[k][place] = loss(*moved).imag / h
    return loss(mean, log_variance), *slopes


def against_pca(x, encoder, decoder):
    """A loop over pictures; the angle by its sine."""
    mean = sum(x) / len(x)
    rows = [row - mean for row in x]
    whole = sum(row @ row for row in rows)
    errors = [row - decoder.T @ (encoder.T @ row) for row in rows]
    _, s, vt = np.linalg.svd(np.array(rows))
    axes = vt[: len(decoder)]
    onto = np.linalg.lstsq(decoder.T, axes.T, rcond=None)[0].T @ decoder
    missed = np.linalg.norm(axes - onto, ord=2)  # the sine of the largest angle
    left = sum(s[len(decoder) :] ** 2)
    return (
        sum(e @ e for e in errors) / whole,
        left / whole,
        np.sqrt(max(1 - missed**2, 0)),
    )


def game_step(real, noise, a, c, shift, rate):
    """Point by point."""

    def d(point):
        s = float(point @ a + c)
        return math.exp(s) / (1 + math.exp(s)) if s < 0 else 1 / (1 + math.exp(-s))

    da, dc, moved = 0.0 * a, 0.0, 0.0 * shift
    for point in real:
        da, dc = (
            da + (d(point) - 1) * point / len(real),
            dc + (d(point) - 1) / len(real),
        )
    for z in noise:
        point = z + shift
        da, dc = da + d(point) * point / len(noise), dc + d(point) / len(noise)
        moved = moved + (1 - d(point)) * a / len(noise)
    return a - rate * da, c - rate * dc, shift + rate * moved


def best_noise(x, points, kept):
    """From the slope of the logarithm of the density."""
    from scipy.special import logsumexp

    apart = x[:, None, :] - points * kept**0.5
    exponents = -(apart**2).sum(axis=-1) / (2 - 2 * kept)
    share = np.exp(exponents - logsumexp(exponents, axis=1, keepdims=True))
    slope = -np.einsum("nm,nmd->nd", share, apart) / (1 - kept)
    return -slope * (1 - kept) ** 0.5


def best_loss():
    """Piece by piece of the line."""
    data, forged = 2 * (1 / 6), 2 * (1 / 5)
    d = 1 / (1 + (1 / 5) / (1 / 6))
    return data * math.log(1 / d) + forged * math.log(1 / (1 - d))


def causal_backward(x, kernel, dilation, dy):
    """By a table: which output reads which sample by which tap."""
    t, taps = np.arange(len(x)), np.arange(len(kernel))[::-1]
    reads = t[:, None, None] - t[:, None] == taps * dilation  # output, sample, tap
    dx = np.einsum("tsi,icf,tf->sc", reads, kernel, dy)
    return dx, np.einsum("tsi,sc,tf->icf", reads, x, dy)


def next_piece(kept, piece, kernel, dilation):
    """All taps side by side, as one matrix product."""
    n, m, (taps, channels, filters) = len(piece), len(kept), kernel.shape
    joined = np.vstack([kept, piece])
    places = np.arange(m, m + n)[:, None] - dilation * np.arange(taps)[::-1]
    windows = joined[places].reshape(n, taps * channels)
    return windows @ kernel.reshape(-1, filters), joined[n : n + m]


def trained_filter(noisy, clean, taps, half):
    """Newton's step from weights of 0, and powers as variances about 0."""
    lagged = np.stack([np.roll(noisy, k) for k in range(taps)])
    known = slice(taps - 1, half)
    slope, curve = (
        lagged[:, known] @ clean[known],
        lagged[:, known] @ lagged[:, known].T,
    )
    weights = np.linalg.pinv(curve) @ slope
    told = weights @ lagged
    power = np.mean(clean[half:] ** 2)
    noise = [np.mean((x - clean)[half:] ** 2) for x in (noisy, told)]
    return weights, *(10 * (np.log10(power) - np.log10(left)) for left in noise)


def samples_seen():
    """The set of samples, layer by layer downwards."""
    seen = {0}
    for taps, stride, dilation in ((5, 1, 3), (2, 2, 1), (3, 1, 2), (9, 4, 1)):
        seen = {t * stride + k * dilation for t in seen for k in range(taps)}
    return max(seen) - min(seen) + 1
