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


def vae_gradient(x, mean, log_variance, noise, w, beta):
    """Picture by picture, with the gradients of its own loss."""
    n, rows = len(x), []
    for picture, m, log, e in zip(x, mean, log_variance, noise, strict=True):
        s = np.sqrt(np.exp(log))
        error = w.T @ (m + e * s) - picture
        loss = error @ error - beta / 2 * (1 + log - m**2 - np.exp(log)).sum()
        at_code = w @ (2 * error)
        by_log = 0.5 * s * (e * at_code) - beta / 2 * (1 - np.exp(log))
        rows.append([loss, at_code + beta * m, by_log])
    losses, by_mean, by_log = zip(*rows, strict=True)
    return sum(losses) / n, np.array(by_mean) / n, np.array(by_log) / n


def against_pca(x, encoder, decoder):
    """By the eigenvectors of the covariance, and projections onto planes."""
    centred = x - np.mean(x, axis=0, keepdims=True)
    covariance = centred.T @ centred
    values, vectors = np.linalg.eigh(covariance)
    axes = vectors[:, -encoder.shape[1] :]
    lost = np.eye(x.shape[1]) - encoder @ decoder
    own = np.trace(lost.T @ covariance @ lost) / np.trace(covariance)
    onto = np.linalg.pinv(decoder) @ decoder  # the projection onto its plane
    squares = np.linalg.eigvalsh(axes.T @ onto @ axes)
    cosine = np.sqrt(max(squares.min(), 0))
    return own, values[: -encoder.shape[1]].sum() / values.sum(), cosine


def game_step(real, noise, a, c, shift, rate):
    """With a 1 beside each point, so that c is a weight as well."""
    weights = np.append(a, c)
    points = [np.column_stack([p, np.ones(len(p))]) for p in (real, noise + shift)]
    d_real, d_fake = ((1 + np.tanh(p @ weights / 2)) / 2 for p in points)
    up = np.einsum("i,ij->j", 1 - d_real, points[0]) / len(real)
    up -= np.einsum("i,ij->j", d_fake, points[1]) / len(noise)
    there = weights + rate * up
    return there[:-1], there[-1], shift + rate * (1 - d_fake).mean() * weights[:-1]


def best_noise(x, points, kept):
    """From the mean clean point, with weights by differences of exponents."""
    shrunk, variance = np.sqrt(kept) * points, 1 - kept
    found = []
    for place in x:
        far = np.linalg.norm(place - shrunk, axis=1) ** 2 / (2 * variance)
        share = np.exp(far.min() - far)
        found.append((place - share @ shrunk / share.sum()) / np.sqrt(variance))
    return found


def best_loss():
    """Entropies: twice log 2, less twice the Jensen-Shannon divergence."""
    lengths = np.array([4, 2, 3])
    p, q = np.array([1, 1, 0]) / 6, np.array([0, 1, 1]) / 5
    kl = lambda a: (a * lengths)[a > 0] @ np.log(2 * a / (p + q))[a > 0]  # noqa: E731
    with np.errstate(divide="ignore"):
        divergence = kl(p) + kl(q)
    return 2 * np.log(2) - divergence


def causal_backward(x, kernel, dilation, dy):
    """Output by output, tap by tap."""
    dx, dkernel, last = np.zeros(x.shape), np.zeros(kernel.shape), len(kernel) - 1
    for t in range(len(dy)):
        for i in range(len(kernel)):
            s = t - (last - i) * dilation
            if s >= 0:
                dx[s] += kernel[i] @ dy[t]
                dkernel[i] += np.outer(x[s], dy[t])
    return dx, dkernel


def next_piece(kept, piece, kernel, dilation):
    """Sample by sample, with a queue."""
    queue, out = [np.asarray(row) for row in kept], []
    for sample in piece:
        queue.append(sample)
        taps = range(len(kernel))
        out.append(sum(queue[-1 - i * dilation] @ kernel[-1 - i] for i in taps))
        queue.pop(0)
    return np.reshape(out, (len(piece), kernel.shape[2])), np.reshape(queue, kept.shape)


def trained_filter(noisy, clean, taps, half):
    """By the normal equations, and a convolution."""
    rows = np.array([noisy[t + 1 - taps : t + 1][::-1] for t in range(taps - 1, half)])
    weights = np.linalg.solve(rows.T @ rows, rows.T @ clean[taps - 1 : half])
    sound = np.convolve(noisy, weights)[half : len(noisy)]
    s = clean[half:]
    decibel = lambda x: 10 * np.log10(s @ s / ((x - s) @ (x - s)))  # noqa: E731
    return weights, decibel(noisy[half:]), decibel(sound)


def samples_seen():
    """From the output to the sound: a layer's inputs from its outputs."""
    field = 1
    for taps, stride, dilation in ((5, 1, 3), (2, 2, 1), (3, 1, 2), (9, 4, 1)):
        field = (field - 1) * stride + (taps - 1) * dilation + 1
    return field
