"""As wrong_answers, for homework 27."""

from functools import partial

import numpy as np
import right_27 as right
import wrong_answers
from wrong_answers import numbers, wrong

changed = partial(wrong_answers.changed, right)
reworded = partial(wrong_answers.reworded, right)

numbers("cross_read", 0, 20350, 9 * 48 * 48, 27648)

changed("attention_backward", lambda dq, dk, dv: (-dq, -dk, dv))
changed("attention_backward", lambda dq, dk, dv: (dq, dk, 0 * dv))
changed("attention_backward", lambda dq, dk, dv: (dq / 2, dk / 2, dv))
changed("attention_backward", lambda dq, dk, dv: (dq, dk[::-1], dv))
reworded("attention_backward", lambda q, k, v, d: (q, k, v - v.mean(axis=0), -d))
reworded("attention_backward", lambda q, k, v, d: (q, k, v, np.ones(d.shape)))
reworded("attention_backward", lambda q, k, v, d: (0 * q, k, v, d))
wrong("attention_backward")(
    lambda q, *more: [d.astype(q.dtype) for d in right.attention_backward(q, *more)]
)


@wrong("attention_backward")
def one_softmax_for_all(q, k, v, dout):
    logits = q @ k.T / np.sqrt(q.shape[1])
    p = np.exp(logits - logits.max())
    p /= p.sum()
    dp = dout @ v.T
    ds = p * (dp - (p * dp).sum()) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ dout


wrong("local_attention")(lambda *given: -right.local_attention(*given))
wrong("local_attention")(lambda *given: right.local_attention(*given)[:, ::-1])
reworded("local_attention", lambda q, k, v, n, reach: (k, q, v, n, reach))
reworded("local_attention", lambda q, k, v, n, reach: (q, k, v, n, 2 * reach))
reworded("local_attention", lambda q, k, v, n, reach: (q, k, k, n, reach))
reworded("local_attention", lambda q, k, v, n, r: (q, k, v, n * 0 + n.max(), r))
reworded("local_attention", lambda q, k, v, n, r: (q, k, v, n * 0 + n.min(), r))
wrong("local_attention")(
    lambda q, *more: right.local_attention(q, *more).astype(q.dtype)
)


@wrong("local_attention")
def stops_at_an_empty_sequence(q, k, v, lengths, reach):
    if not lengths.all():
        raise ValueError("an empty sequence")
    return right.local_attention(q, k, v, lengths, reach)


changed("next_token", lambda out, k, v: (-out, k, v))
changed("next_token", lambda out, k, v: (out[::-1], k, v))
changed("next_token", lambda out, k, v: (out, v, k))
changed("next_token", lambda out, k, v: (out, 0 * k, 0 * v))
reworded("next_token", lambda x, k, v, w, s: (x, k, v, w[::-1], s))
reworded("next_token", lambda x, k, v, w, s: (x, k, v, w, s[::-1]))
reworded("next_token", lambda x, k, v, w, s: (x, 0 * k, v, w, s))
reworded("next_token", lambda x, k, v, w, s: (x, k[-1:], v[-1:], w, s))


@wrong("next_token")
def stops_without_a_past(x, keys, values, w, slopes):
    if not len(keys):
        raise ValueError("nothing to ask")
    return right.next_token(x, keys, values, w, slopes)


@wrong("next_token")
def writes_into_an_array_of_whole_numbers(x, keys, values, w, slopes):
    found = right.next_token(x, keys, values, w, slopes)
    return [a.astype(x.dtype) for a in found]


changed("left_out", lambda errors, told: (errors, told[::-1]))
changed("left_out", lambda errors, told: (errors - errors.min(), told))
changed("left_out", lambda errors, told: (errors.min(), told))
changed("left_out", lambda errors, told: (np.sort(errors), told))
reworded("left_out", lambda x, y, asked, widths: (x, y, asked, widths[::-1]))
reworded("left_out", lambda x, y, asked, widths: (x, y, asked, widths[:1]))
reworded("left_out", lambda x, y, asked, widths: (x, y - y.mean(), asked, widths))
reworded("left_out", lambda x, y, asked, widths: (x, y, x[: len(asked)], widths))


@wrong("left_out")
def y_of_the_nearest(x, y, asked, widths):
    errors, _ = right.left_out(x, y, asked, widths)
    far = ((asked[:, None] - x) ** 2).sum(axis=2)
    return errors, y[far.argmin(axis=1)]
