"""As wrong_answers, for homework 28 to 30."""

from functools import partial

import numpy as np
import right_28_30 as right
import wrong_answers
from wrong_answers import numbers, wrong

changed = partial(wrong_answers.changed, right)


def reworded(question, change):
    """The right function, of arguments that ``change`` has changed."""
    wrong(question)(lambda *given: getattr(right, question)(*change(*given)))


numbers("times_drawn", 0.5053, 2.02, 2, 1.7007)

changed("advantages", lambda found, targets: (-found, targets))
changed("advantages", lambda found, targets: (found, found))
changed("advantages", lambda found, targets: (found - found.mean(), targets))
changed("advantages", lambda found, targets: (found / found.std(), targets))
reworded("advantages", lambda r, v, f, e, c, g, lam: (r, v, v, e, c, g, lam))
reworded("advantages", lambda r, v, f, e, c, g, lam: (r, 0 * v, f, e, c, g, lam))
reworded("advantages", lambda r, v, f, e, c, g, lam: (r, v, f, e, c, g, 1))
reworded("advantages", lambda r, v, f, e, c, g, lam: (r, v, f, e, c, g, 0))
reworded("advantages", lambda r, v, f, e, c, g, lam: (r, v, f, e, c, 1, lam))


@wrong("advantages")
def both_kinds_at_once_go_on(rewards, values, following, ended, cut, gamma, lam):
    ended = ended & ~cut
    return right.advantages(rewards, values, following, ended, cut, gamma, lam)


@wrong("advantages")
def written_into_the_rewards(rewards, values, following, ended, cut, gamma, lam):
    found, later = np.zeros_like(rewards), 0
    for t in range(len(rewards))[::-1]:
        behind = 0 if ended[t] else gamma * following[t]
        later = 0 if ended[t] or cut[t] else later
        found[t] = rewards[t] + behind - values[t] + gamma * lam * later
        later = found[t]
    return found, found + values


changed("gradient_spread", lambda mean, spread, best: (mean, best, spread))
changed("gradient_spread", lambda mean, spread, best: (np.abs(mean), spread, best))
changed("gradient_spread", lambda mean, spread, best: (mean, spread, -best))
reworded("gradient_spread", lambda s, r, b: (-s, r, b))
reworded("gradient_spread", lambda s, r, b: (s, r - r.mean(), b))
reworded("gradient_spread", lambda s, r, b: (s, r, r.mean()))
reworded("gradient_spread", lambda s, r, b: (s, np.abs(r), b))
reworded("gradient_spread", lambda s, r, b: (np.clip(s, -1, 1), r, b))


@wrong("gradient_spread")
def of_a_thousand_draws(logits, rewards, baseline):
    _, _, best = right.gradient_spread(logits, rewards, baseline)
    rng = np.random.default_rng(0)
    p = np.exp(logits - logits.max())
    drawn = rng.choice(len(p), 1000, p=p / p.sum())
    rows = np.eye(len(p))[drawn] - p / p.sum()
    rows = (rewards[drawn] - baseline)[:, None] * rows
    return rows.mean(axis=0), rows.var(axis=0).sum(), best


changed("fixed_point", lambda w, error, least: (w, least, error))
changed("fixed_point", lambda w, error, least: (-w, error, least))
changed("fixed_point", lambda w, error, least: (w, error, error - least))
changed("fixed_point", lambda w, error, least: (w, error, 0))
reworded("fixed_point", lambda x, f, r, e, g: (f, x, r, e, g))
reworded("fixed_point", lambda x, f, r, e, g: (x, f, r, ~e, g))
reworded("fixed_point", lambda x, f, r, e, g: (x, f, r, e, g**2))
reworded("fixed_point", lambda x, f, r, e, g: (x, f, r - r.mean(), e, g))


@wrong("fixed_point")
def a_hundred_steps_of_td(features, following, rewards, terminated, gamma):
    _, _, least = right.fixed_point(features, following, rewards, terminated, gamma)
    change = features - gamma * np.where(terminated[:, None], 0, following)
    w = np.zeros(features.shape[1])
    for _ in range(100):
        w = w + 0.001 * features.T @ (rewards - change @ w)
    return w, np.mean((rewards - change @ w) ** 2), least


numbers("epochs_spent", 367, 369, 368.5, 126)

changed("nested_error", lambda picked, error: (picked + 1, error))
changed("nested_error", lambda picked, error: (picked[::-1], error))
changed("nested_error", lambda picked, error: (picked, 1 - error))
changed("nested_error", lambda picked, error: (picked[0], error))
reworded("nested_error", lambda i, o, n: (i, o, n[::-1]))
reworded("nested_error", lambda i, o, n: (i, o, n**2))
reworded("nested_error", lambda i, o, n: (i[:, :, ::-1], o[:, ::-1], n))
reworded("nested_error", lambda i, o, n: (np.nan_to_num(i, nan=0), o, n))


@wrong("nested_error")
def best_of_all_tables(inner, outer, sizes):
    """Takes the outer error for one more fold."""
    errors = np.concatenate([inner, outer[:, None]], axis=1)
    return right.nested_error(errors, outer, sizes)


changed("prototype_error", lambda found, error: (found, error**0.5))
changed("prototype_error", lambda found, error: (found + 1, error))
changed("prototype_error", lambda found, error: (found[::-1], error))
changed("prototype_error", lambda found, error: (found, np.round(error, 1)))
reworded("prototype_error", lambda x, labels: (x[:, :1], labels))
reworded("prototype_error", lambda x, labels: (x, np.minimum(labels, 1)))
reworded("prototype_error", lambda x, labels: (x / (x.std(axis=0) + 1e-9), labels))
wrong("prototype_error")(lambda x, labels: (labels, 0.0))


@wrong("prototype_error")
def by_division_by_0(x, labels):
    """(m p - x) / (m - 1) for the class of one as well: a nan is the nearest."""
    sums = np.array([x[labels == c].sum(axis=0) for c in range(labels.max() + 1)])
    many = np.bincount(labels)[:, None]
    found = []
    for example, label in zip(x, labels, strict=True):
        left, rest = many.copy(), 1.0 * sums
        rest[label], left[label] = rest[label] - example, left[label] - 1
        with np.errstate(all="ignore"):
            found.append(np.argmin(((rest / left - example) ** 2).sum(axis=1)))
    return found, np.mean(found != labels)


changed("best_start", lambda start, error, rival: (-start, error, rival))
changed("best_start", lambda start, error, rival: (start, rival, error))
changed("best_start", lambda start, error, rival: (start, error, rival - error))
changed("best_start", lambda start, error, rival: (start[0], error, rival))
reworded("best_start", lambda x, y, a, b, rate: (a, b, x, y, rate))
reworded("best_start", lambda x, y, a, b, rate: (x, 0 * y, a, b, rate))
reworded("best_start", lambda x, y, a, b, rate: (x, y, a, b, rate**2))
reworded("best_start", lambda x, y, a, b, rate: (x[:2], y[:2], a[:2], b[:2], rate))


@wrong("best_start")
def after_twenty_steps(x, y, x_new, y_new, rate):
    """Reptile: moves towards the weights of each task in turn."""
    _, error, rival = right.best_start(x, y, x_new, y_new, rate)
    w = np.zeros(x.shape[2])
    for _ in range(20):
        for a, b in zip(x, y, strict=True):
            near = w - 2 * rate / len(a) * a.T @ (a @ w - b)
            w = w + 0.1 * (near - w)
    return w, error, rival


numbers("adds_read", 4_544_063, 4_544.064, 12816, 10_160_640)

changed("integer_dense", lambda sums, y: (sums, y + 1))
changed("integer_dense", lambda sums, y: (sums, np.abs(y)))
changed("integer_dense", lambda sums, y: (sums + 1, y))
changed("integer_dense", lambda sums, y: (np.maximum(sums, 0), y))
reworded("integer_dense", lambda x, w, b, s, z, t, u, v: (x, w, 0 * b, s, z, t, u, v))
reworded("integer_dense", lambda x, w, b, s, z, t, u, v: (x, w, b, s, z, t, u, 0))
reworded("integer_dense", lambda x, w, b, s, z, t, u, v: (x, w, b, s**2, z, t, u, v))
reworded("integer_dense", lambda x, w, b, s, z, t, u, v: (x, w, b, s, z, t[::-1], u, v))


@wrong("integer_dense")
def sums_in_half_precision(x, w, bias, x_scale, x_zero, w_scales, y_scale, y_zero):
    sums = (x.astype("float16") - x_zero) @ w.astype("float16") + bias
    y = np.round(sums * (x_scale * w_scales / y_scale)) + y_zero
    return sums, np.clip(y, -128, 127)


changed("distilled", lambda loss, gradient: (-loss, -gradient))
changed("distilled", lambda loss, gradient: (loss, gradient.T))
changed("distilled", lambda loss, gradient: (loss, gradient / np.abs(gradient).max()))
changed("distilled", lambda loss, gradient: (np.round(loss, 2), gradient))
reworded("distilled", lambda s, t, y, heat, share: (t, s, y, heat, share))
reworded("distilled", lambda s, t, y, heat, share: (s, t, y, 1.0, share))
reworded("distilled", lambda s, t, y, heat, share: (s, t, y, heat, 1.0))
reworded("distilled", lambda s, t, y, heat, share: (s, t, y, heat, 0.0))
reworded(
    "distilled", lambda s, t, y, heat, share: (np.clip(s, -1, 1), t, y, heat, share)
)


@wrong("distilled")
def cross_entropy_in_place_of_squares(logits, teacher, labels, temperature, share):
    soft, t = logits / temperature, teacher / temperature
    log_p, log_q = (
        s - np.logaddexp.reduce(s, axis=1, keepdims=True) for s in (soft, t)
    )
    by_label, gradient = right.distilled(logits, teacher, labels, temperature, 0.0)
    loss = -np.mean(np.sum(np.exp(log_q) * log_p, axis=1)) * temperature**2
    apart = (np.exp(log_p) - np.exp(log_q)) * temperature / len(logits)
    return (1 - share) * by_label + share * loss, (
        (1 - share) * gradient + share * apart
    )


changed("bottleneck", lambda narrow, error, rival: (narrow, rival, error))
changed("bottleneck", lambda narrow, error, rival: (-narrow, error, rival))
changed("bottleneck", lambda narrow, error, rival: (narrow, error, rival - error))
changed("bottleneck", lambda narrow, error, rival: (np.round(narrow, 2), error, rival))
reworded("bottleneck", lambda x, w, width: (x, w, 1))
reworded("bottleneck", lambda x, w, width: (x / (x.std(axis=0) + 1e-9), w, width))
reworded("bottleneck", lambda x, w, width: (np.eye(len(w)), w, width))
reworded("bottleneck", lambda x, w, width: (x[:2], w, width))


@wrong("bottleneck")
def squares_of_the_singular_values(x, w, width):
    """Shares from the singular values themselves."""
    narrow, _, rival = right.bottleneck(x, w, width)
    s = np.linalg.svd(x @ w, compute_uv=False)
    return narrow, s[width:].sum() / s.sum(), rival
