"""As wrong_answers, for homework 23 to 26."""

from functools import partial

import numpy as np
import right_23_26 as right
import wrong_answers
from wrong_answers import numbers, wrong

changed = partial(wrong_answers.changed, right)
reworded = partial(wrong_answers.reworded, right)

numbers("skip_read", 14255, 14257, 12 * 48)
numbers("gates_read", 5202, 5204, 2736)

changed("rnn_backward", lambda dw, du, db: (-dw, -du, -db))
changed("rnn_backward", lambda dw, du, db: (dw, du.T, db))
changed("rnn_backward", lambda dw, du, db: (du, dw, db))
reworded("rnn_backward", lambda x, w, u, b, dh: (x, w, u, 0 * b, dh))
reworded("rnn_backward", lambda x, w, u, b, dh: (x, w, u, b, dh[::-1]))
reworded("rnn_backward", lambda x, w, u, b, dh: (x, w, u, b, np.clip(dh, -1, 1)))
wrong("rnn_backward")(
    lambda x, *more: [d.astype(x.dtype) for d in right.rnn_backward(x, *more)]
)


@wrong("rnn_backward")
def exp_of_large_numbers(x, w, u, b, dh):
    def tanh(s):
        return (np.exp(s) - np.exp(-s)) / (np.exp(s) + np.exp(-s))

    h = np.zeros((len(x) + 1, len(b)))
    for t in range(len(x)):
        h[t + 1] = tanh(x[t] @ w + h[t] @ u + b)
    ds, later = np.zeros(dh.shape), 0
    for t in range(len(x))[::-1]:
        ds[t] = (dh[t] + later) * (1 - h[t + 1] ** 2)
        later = u @ ds[t]
    return x.T @ ds, h[:-1].T @ ds, ds.sum(axis=0)


reworded("recalled", lambda x, w, u, half, lags: (x, w, u, half - 1, lags))
reworded("recalled", lambda x, w, u, half, lags: (x, w, 0 * u, half, lags))
reworded("recalled", lambda x, w, u, half, lags: (np.abs(x), w, u, half, lags))
reworded("recalled", lambda x, w, u, half, lags: (x, w, u, half, lags + 1))
wrong("recalled")(lambda *given: right.recalled(*given)[::-1])
wrong("recalled")(lambda *given: right.recalled(*given).mean())


@wrong("recalled")
def of_one_unit_alone(x, w, u, half, lags):
    return right.recalled(x, w[:1], u[:1, :1], half, lags)


@wrong("recalled")
def solves_what_is_singular(x, w, u, half, lags):
    h, states = 0.0 * w, []
    for number in x:
        h = np.tanh(number * w + h @ u)
        states.append([*h, 1])
    a, b = np.array(states[lags - 1 : half]), np.array(states[half:])
    shares = []
    for k in range(lags):
        solved = np.linalg.solve(a.T @ a, a.T @ x[lags - 1 - k : half - k])
        y = x[half - k : len(x) - k]
        shares.append(np.mean((b @ solved - y) ** 2) / y.var())
    return shares


changed("both_ways", lambda ahead, back: (back, ahead))
changed("both_ways", lambda ahead, back: (ahead, ahead + back))
changed("both_ways", lambda ahead, back: (ahead[:, ::-1], back[:, ::-1]))
reworded("both_ways", lambda x, n, w, u: (x, np.full(len(x), n.min()), w, u))
reworded("both_ways", lambda x, n, w, u: (x, n, w, u.swapaxes(1, 2)))
reworded("both_ways", lambda x, n, w, u: (x, n, w, 0 * u))


@wrong("both_ways")
def padding_of_zeros_by_a_product(x, lengths, w, u):
    there = np.arange(x.shape[1]) < lengths[:, None]
    longest = np.full(len(x), x.shape[1])
    found = right.both_ways(x * there[..., None], longest, w, u)
    return [out * there[..., None] for out in found]


@wrong("both_ways")
def arrays_like_the_input(x, lengths, w, u):
    return [out.astype(x.dtype) for out in right.both_ways(x, lengths, w, u)]


changed("judged", lambda right, ap: (~right, ap))
changed("judged", lambda right, ap: (right, 1 - ap))
changed("judged", lambda right, ap: (right, right.mean()))
changed("judged", lambda right, ap: (right, np.round(ap, 1)))
reworded("judged", lambda b, c, o, least: (b, c, o, 0.5))
reworded("judged", lambda b, c, o, least: (b[:, [1, 0, 2, 3]], c, o, least))
reworded("judged", lambda b, c, o, least: (b, np.round(c), o, least))


@wrong("judged")
def best_answer_of_each_object(boxes, confidences, objects, least):
    fits = np.array(
        [
            [right.judged(boxes[[i]], [1], o[None], least)[1] for o in objects]
            for i in range(len(boxes))
        ]
    ).reshape(len(boxes), len(objects))
    found = fits.argmax(axis=0) if len(boxes) else []
    told = np.isin(np.arange(len(boxes)), found)
    return told, told.mean() if len(told) else 0


@wrong("judged")
def stops_without_answers(boxes, confidences, objects, least):
    if not len(boxes):
        raise ValueError("nothing to sort")
    return right.judged(boxes, confidences, objects, least)


changed("mean_iou", lambda each, mean: (each, np.round(mean, 2)))
changed("mean_iou", lambda each, mean: (each, mean + 0 * each))
changed("mean_iou", lambda each, mean: (each, np.nanmedian(each)))
reworded("mean_iou", lambda true, found, n: (found, true, n))
reworded("mean_iou", lambda true, found, n: (np.minimum(true, n - 1), found, n))
reworded("mean_iou", lambda true, found, n: (true, found, int(true.max(initial=0)) + 1))


@wrong("mean_iou")
def numbers_of_pairs_in_uint8(true, found, classes):
    known = true != 255
    pairs = np.bincount(
        true[known] * true.dtype.type(classes) + found[known], minlength=classes**2
    )
    table = pairs[: classes**2].reshape(classes, classes)
    union = table.sum(axis=0) + table.sum(axis=1) - np.diag(table)
    each = np.diag(table) / union
    return each, np.nanmean(each)


@wrong("mean_iou")
def classes_that_are_there(true, found, classes):
    each, _ = right.mean_iou(true, found, classes)
    seen = [c for c in range(classes) if (true == c).any()]
    return each, np.mean(each[seen])


changed("upsampling_backward", lambda dy, dk: (-dy, -dk))
changed("upsampling_backward", lambda dy, dk: (dy[::-1, ::-1], dk))
changed("upsampling_backward", lambda dy, dk: (dy, dk.swapaxes(0, 1)))
changed("upsampling_backward", lambda dy, dk: (np.maximum(dy, 0), dk))
reworded("upsampling_backward", lambda y, k, s, p, dx: (y, k, s, p, dx[::-1]))
reworded("upsampling_backward", lambda y, k, s, p, dx: (y, k.swapaxes(0, 1), s, p, dx))
wrong("upsampling_backward")(
    lambda y, *more: [d.astype(y.dtype) for d in right.upsampling_backward(y, *more)]
)

numbers("best_loss", 0.0, 0.31, 1.0, 0.7333)

changed("vae_gradient", lambda loss, dm, dl: (loss, -dm, -dl))
changed("vae_gradient", lambda loss, dm, dl: (loss, dl, dm))
changed("vae_gradient", lambda loss, dm, dl: (np.sqrt(loss), dm, dl))
reworded("vae_gradient", lambda x, m, v, e, w, beta: (x, m, v, 0 * e, w, beta))
reworded("vae_gradient", lambda x, m, v, e, w, beta: (x, m, v, np.abs(e), w, beta))
reworded("vae_gradient", lambda x, m, v, e, w, beta: (x, m, v, e, w, beta**2))
reworded("vae_gradient", lambda x, m, v, e, w, beta: (0 * x, m, v, e, w, beta))


@wrong("vae_gradient")
def divides_by_a_variance_that_may_be_nothing(x, mean, log_variance, noise, w, beta):
    loss, dm, dl = right.vae_gradient(x, mean, log_variance, noise, w, beta)
    s = np.exp(log_variance / 2)
    return loss, dm, dl / s * s


changed("against_pca", lambda own, least, cosine: (least, own, cosine))
changed("against_pca", lambda own, least, cosine: (own - least, least, cosine))
changed("against_pca", lambda own, least, cosine: (own, least, cosine**2))
changed("against_pca", lambda own, least, cosine: (own, least, 1 - cosine))
reworded("against_pca", lambda x, e, d: (x, np.linalg.pinv(d), d))
reworded("against_pca", lambda x, e, d: (x, e, np.linalg.pinv(e)))
reworded("against_pca", lambda x, e, d: (x / x.std(axis=0), e, d))
reworded("against_pca", lambda x, e, d: (x - x.mean(), e, np.round(d)))

changed("game_step", lambda a, c, shift: (-a, c, shift))
changed("game_step", lambda a, c, shift: (a, c, -shift))
reworded("game_step", lambda r, z, a, c, s, rate: (r, z, a, 0 * c, s, rate))
reworded("game_step", lambda r, z, a, c, s, rate: (z + s, r - s, a, c, s, rate))
reworded("game_step", lambda r, z, a, c, s, rate: (r, z, a, c, s, rate / 2))


@wrong("game_step")
def two_equal_losses_added_up(real, noise, a, c, shift, rate):
    """The gradient of the generator's loss goes into the discriminator as well."""
    found = right.game_step(real, noise, a, c, shift, rate)
    fake = noise + shift
    missed = (1 - np.tanh((fake @ a + c) / 2)) / 2
    return found[0] + rate * missed @ fake / len(fake), found[1], found[2]


@wrong("game_step")
def exp_that_overflows(real, noise, a, c, shift, rate):
    def d(s):
        return np.exp(s) / (1 + np.exp(s))

    fake = noise + shift
    r, f = 1 - d(real @ a + c), d(fake @ a + c)
    a_then = a + rate * (r @ real / len(real) - f @ fake / len(fake))
    c_then = c + rate * (r.mean() - f.mean())
    return a_then, c_then, shift + rate * (1 - f).mean() * a


@wrong("game_step")
def moves_what_it_was_given(real, noise, a, c, shift, rate):
    found = right.game_step(real, noise, a, c, shift, rate)
    a[...] = found[0]
    return found


reworded("best_noise", lambda x, points, kept: (-x, points, kept))
reworded("best_noise", lambda x, points, kept: (x, points, 1 - kept))
reworded("best_noise", lambda x, points, kept: (x, points[:-1], kept))
reworded("best_noise", lambda x, points, kept: (x, points - points.mean(axis=0), kept))
wrong("best_noise")(lambda *given: np.negative(right.best_noise(*given)))
wrong("best_noise")(lambda x, *more: np.asarray(right.best_noise(x, *more), x.dtype))


@wrong("best_noise")
def density_of_a_line_only(x, points, kept):
    far = np.sqrt(((x[:, None] - kept**0.5 * points) ** 2).sum(axis=2) / (1 - kept))
    share = np.exp(far.min(axis=1, keepdims=True) - far)
    share /= share.sum(axis=1, keepdims=True)
    return (x - kept**0.5 * share @ points) / (1 - kept) ** 0.5


@wrong("best_noise")
def mean_of_the_two_nearest(x, points, kept):
    far = ((x[:, None] - kept**0.5 * points) ** 2).sum(axis=2)
    near = points[far.argsort(axis=1)[:, :2]].mean(axis=1)
    return (x - kept**0.5 * near) / (1 - kept) ** 0.5


numbers("samples_seen", 0, 19, 126, 121.5)

changed("causal_backward", lambda dx, dk: (-dx, -dk))
changed("causal_backward", lambda dx, dk: (dx[::-1], dk))
changed("causal_backward", lambda dx, dk: (dx, dk.swapaxes(1, 2)))
changed("causal_backward", lambda dx, dk: (dx, dk[::-1]))
reworded("causal_backward", lambda x, k, d, dy: (x, k, d + 1, dy))
reworded("causal_backward", lambda x, k, d, dy: (x[::-1], k, d, dy))
reworded("causal_backward", lambda x, k, d, dy: (x, k[-1:], d, dy))
wrong("causal_backward")(
    lambda x, *more: [d.astype(x.dtype) for d in right.causal_backward(x, *more)]
)


@wrong("causal_backward")
def slices_up_to_minus_the_delay(x, kernel, dilation, dy):
    """x[:-delay] is empty for the tap of now."""
    dx, dkernel = np.zeros(x.shape), np.zeros(kernel.shape)
    for i in range(len(kernel)):
        delay = (len(kernel) - 1 - i) * dilation
        n = len(x[:-delay])
        dx[:n] += dy[len(dy) - n :] @ kernel[i].T
        dkernel[i] = x[:n].T @ dy[len(dy) - n :]
    return dx, dkernel


changed("next_piece", lambda out, kept: (-out, kept))
changed("next_piece", lambda out, kept: (out[::-1], kept))
changed("next_piece", lambda out, kept: (out, 0 * kept))
changed("next_piece", lambda out, kept: (np.maximum(out, 0), kept))
changed("next_piece", lambda out, kept: (out[1:], kept[1:]))
reworded("next_piece", lambda kept, piece, k, d: (kept[::-1], piece, k, d))
reworded("next_piece", lambda kept, piece, k, d: (kept, piece[-1:], k, d))
reworded("next_piece", lambda kept, piece, k, d: (kept, piece, k, 1))


@wrong("next_piece")
def slice_of_nothing(kept, piece, kernel, dilation):
    """[-0:] is everything."""
    out, _ = right.next_piece(kept, piece, kernel, dilation)
    return out, np.concatenate([kept, piece])[-len(kept) :]


@wrong("next_piece")
def stops_at_an_empty_piece(kept, piece, kernel, dilation):
    out = [
        right.next_piece(kept, piece[: t + 1], kernel, dilation)[0][-1]
        for t in range(len(piece))
    ]
    return np.stack(out), np.concatenate([kept, piece])[len(piece) :]


changed("trained_filter", lambda w, before, after: (w, after, before))
changed("trained_filter", lambda w, before, after: (w, before, after - before))
changed("trained_filter", lambda w, before, after: (np.abs(w), before, after))
changed("trained_filter", lambda w, before, after: (w / w.sum(), before, after))
reworded("trained_filter", lambda x, s, taps, half: (s, x, taps, half))
reworded("trained_filter", lambda x, s, taps, half: (x, s, taps, half - 1))
reworded("trained_filter", lambda x, s, taps, half: (x - x.mean(), s, taps, half))
reworded("trained_filter", lambda x, s, taps, half: (np.roll(x, 1), s, taps, half))


@wrong("trained_filter")
def with_a_constant(noisy, clean, taps, half):
    steps = np.arange(taps - 1, len(noisy))
    table = np.column_stack([noisy[steps[:, None] - np.arange(taps)], 0 * steps + 1])
    known = steps < half
    w = np.linalg.lstsq(table[known], clean[steps[known]], rcond=None)[0]
    s, told = clean[half:], table[~known] @ w
    ratio = [10 * np.log10(s @ s / ((x - s) @ (x - s))) for x in (noisy[half:], told)]
    return w[:-1], *ratio
