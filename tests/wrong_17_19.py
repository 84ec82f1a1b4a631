"""As wrong_answers, for homework 17 to 19."""

from functools import partial

import numpy as np
import right_17_19 as right
from wrong_answers import changed, numbers, wrong

numbers("blocks_needed", 26, 28, 9, 0)
numbers("gated_multiply_adds", 1_303_999, 1_304_001)
numbers("times_faster", 1.2, 1.24, 0.2263)
numbers("channels_seen", 40, 8, 5, 25)
numbers("neighbours", 11_389, 11_391, 155)


changed = partial(changed, right)
changed("excite_backward", lambda dx, dw1, dw2: (-dx, -dw1, -dw2))
changed("excite_backward", lambda dx, dw1, dw2: (dx, dw2, dw1))
changed("excite_backward", lambda dx, dw1, dw2: (dx, dw1.T, dw2.T))
wrong("excite_backward")(
    lambda x, w1, w2, dy: [
        part.astype(x.dtype) for part in right.excite_backward(x, w1, w2, dy)
    ]
)


@wrong("excite_backward")
def passes_at_zero(x, w1, w2, dy):
    z = x.mean(axis=(0, 1))
    h = np.maximum(z @ w1, 0)
    s = 1 / (1 + np.exp(-(h @ w2)))
    da = (dy * x).sum(axis=(0, 1)) * s * (1 - s)
    dh = w2 @ da * (z @ w1 >= 0)
    return s * dy + w1 @ dh / x[..., 0].size, np.outer(z, dh), np.outer(h, da)


@wrong("excite_backward")
def gate_of_each_pixel(x, w1, w2, dy):
    parts = np.zeros(x.shape), np.zeros(w1.shape), np.zeros(w2.shape)
    for at in np.ndindex(x.shape[:2]):
        pixel = (slice(at[0], at[0] + 1), slice(at[1], at[1] + 1))
        dx, dw1, dw2 = right.excite_backward(x[pixel], w1, w2, dy[pixel])
        parts[0][pixel] = dx
        parts[1][...] += dw1
        parts[2][...] += dw2
    return parts


wrong("batch_gates")(lambda x, sizes, w1, w2: right.batch_gates(x, sizes, w1, -w2))
wrong("batch_gates")(
    lambda x, sizes, w1, w2: right.batch_gates(x[:, ::-1, ::-1], sizes, w1, w2)
)
wrong("batch_gates")(
    lambda x, sizes, w1, w2: right.batch_gates(
        x, np.broadcast_to(sizes.max(axis=0), sizes.shape), w1, w2
    )
)
wrong("batch_gates")(
    lambda x, sizes, w1, w2: right.batch_gates(
        x, np.broadcast_to(sizes[0], sizes.shape), w1, w2
    )
)
wrong("batch_gates")(lambda x, sizes, w1, w2: right.batch_gates(x, sizes - 1, w1, w2))


@wrong("batch_gates")
def softmax_of_gates(x, sizes, w1, w2):
    s = right.batch_gates(x, sizes, w1, w2)
    return s / s.sum(axis=1, keepdims=True)


@wrong("batch_gates")
def fills_an_array_like_x(x, sizes, w1, w2):
    z = np.zeros_like(x[:, 0, 0])
    for i, (height, width) in enumerate(sizes):
        z[i] = x[i, :height, :width].mean(axis=(0, 1))
    return 1 / (1 + np.exp(-(np.maximum(z @ w1, 0) @ w2)))


@wrong("batch_gates")
def nan_left_out(x, sizes, w1, w2):
    z = np.nanmean(x, axis=(1, 2))
    return 1 / (1 + np.exp(-(np.maximum(z @ w1, 0) @ w2)))


wrong("swapped_answers")(lambda *given: np.diagonal(right.swapped_answers(*given)))
wrong("swapped_answers")(lambda *given: np.array(right.swapped_answers(*given)) + 1)
wrong("swapped_answers")(
    lambda x, w1, b1, w2, b2, head: right.swapped_answers(
        x, w1, b1, w2, b2, head[:, ::-1]
    )
)
wrong("swapped_answers")(
    lambda x, w1, b1, w2, b2, head: right.swapped_answers(
        np.maximum(x, 1), w1, b1, w2, b2, head
    )
)
wrong("swapped_answers")(
    lambda x, w1, b1, w2, b2, head: right.swapped_answers(
        x[:, :1, :1], w1, b1, w2, b2, head
    )
)


@wrong("swapped_answers")
def last_of_equal_outputs(x, w1, b1, w2, b2, head):
    turned = right.swapped_answers(x, w1, b1, w2, b2, head[:, ::-1])
    return head.shape[1] - 1 - np.array(turned)


@wrong("swapped_answers")
def gates_twice(x, w1, b1, w2, b2, head):
    z = x.mean(axis=(1, 2))
    s = 1 / (1 + np.exp(-(np.maximum(z @ w1 + b1, 0) @ w2 + b2)))
    return ((z * s)[:, None] * s @ head).argmax(axis=2)


changed("separable_backward", lambda dx, dd, dp: (-dx, -dd, -dp))
changed("separable_backward", lambda dx, dd, dp: (dx, dd.swapaxes(0, 1), dp))
changed("separable_backward", lambda dx, dd, dp: (dx, dd[::-1, ::-1], dp))
changed("separable_backward", lambda dx, dd, dp: (dx, dd, dp.T))
changed("separable_backward", lambda dx, dd, dp: (dx[:-1], dd, dp))
wrong("separable_backward")(
    lambda x, d, p, dy: [
        part.astype(x.dtype) for part in right.separable_backward(x, d, p, dy)
    ]
)


@wrong("separable_backward")
def one_pixel_alone(x, depthwise, pointwise, dy):
    k = len(depthwise)
    size = [n + k - 1 for n in (1, 1)]
    dx, dd, dp = right.separable_backward(
        x[: size[0], : size[1]], depthwise, pointwise, dy[:1, :1]
    )
    full = np.zeros(x.shape)
    full[: size[0], : size[1]] = dx
    return full, dd, dp


changed("refitted", lambda p, left: (p.T, left))
changed("refitted", lambda p, left: (np.maximum(p, 0), left))
changed("refitted", lambda p, left: (p, 0 * left))
wrong("refitted")(
    lambda x, d, y: [np.array(part).astype(x.dtype) for part in right.refitted(x, d, y)]
)
wrong("refitted")(lambda x, d, y: right.refitted(x, d.swapaxes(0, 1), y))


@wrong("refitted")
def share_of_the_variance(x, d, y):
    p, left = right.refitted(x, d, y)
    flat = y.reshape(-1, y.shape[2])
    return p, left * (flat**2).sum() / ((flat - flat.mean(axis=0)) ** 2).sum()


@wrong("refitted")
def normalized_maps(x, d, y):
    k = len(d)
    view = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(0, 1))
    u = np.einsum("ijcab,abc->ijc", view, d).reshape(-1, x.shape[2])
    length = np.sqrt((u**2).sum(axis=0))
    p = right.refitted(x, d, y)[0]
    return p * length[:, None], right.refitted(x, d, y)[1]


changed("folded", lambda kernel, bias: (kernel, -bias))
changed("folded", lambda kernel, bias: (kernel.T, bias))
changed("folded", lambda kernel, bias: (bias, kernel))
wrong("folded")(lambda p, g, b, m, v, e: right.folded(p, g, b, m, v, 0.001))
wrong("folded")(lambda p, g, b, m, v, e: right.folded(p, 1, b, m, v, e))
wrong("folded")(
    lambda p, g, b, m, v, e: [
        np.array(part).astype(p.dtype) for part in right.folded(p, g, b, m, v, e)
    ]
)
wrong("folded")(
    lambda p, g, b, m, v, e: right.folded(p, g, b, m, np.where(v, v, 1), e * (v > 0))
)

wrong("run_cell")(lambda x, q, cell, w: right.run_cell(x, q, cell[:, [1, 0, 3, 2]], w))
wrong("run_cell")(lambda x, q, cell, w: right.run_cell(x, q, cell[:, [0, 1, 3, 2]], w))
wrong("run_cell")(lambda x, q, cell, w: right.run_cell(x, q, cell, w[::-1]))
wrong("run_cell")(lambda x, q, cell, w: right.run_cell(x, q, cell, w).astype(x.dtype))
wrong("run_cell")(
    lambda x, q, cell, w: right.run_cell(x, q, cell, w.swapaxes(-1, -2) - 1e-3)
)
wrong("run_cell")(
    lambda x, q, cell, w: right.run_cell(
        x[:, ::-1], q[:, ::-1], cell, w[..., ::-1, ::-1]
    )
)


@wrong("run_cell")
def blocks_added_up(x, previous, cell, weights):
    out = right.run_cell(x, previous, cell, weights)
    return out.reshape(len(x), -1, x.shape[1]).sum(axis=1)


@wrong("run_cell")
def largest_of_all_pixels(x, previous, cell, weights):
    states, read = [x, previous], cell[:, :2]
    for b, (i, j, *operations) in enumerate(cell):
        total = 0
        for half, (v, op) in enumerate(zip((i, j), operations, strict=True)):
            v = states[v]
            made = v, np.maximum(v, 0) @ weights[b, half], 0 * v + v.max(axis=0)
            total = total + made[op]
        states.append(total)
    return np.hstack([s for k, s in enumerate(states) if k > 1 and k not in read])


wrong("next_generation")(
    lambda p, e, c, where, value: right.next_generation(p, e, c, where, value + 1)
)
wrong("next_generation")(
    lambda p, e, c, where, value: right.next_generation(p, e, c, where - 1, value)
)
wrong("next_generation")(
    lambda p, e, c, where, value: right.next_generation(p, e, c[::-1], where, value)
)
wrong("next_generation")(
    lambda p, e, c, where, value: right.next_generation(p, e, c[:1], where, value)
)
wrong("next_generation")(
    lambda p, e, c, where, value: right.next_generation(
        p, np.where(np.isnan(e), -1, e), c, where, value
    )
)
wrong("next_generation")(
    lambda p, e, c, where, value: np.vstack(
        [p[:1], right.next_generation(p, e, c, where, value)]
    )
)


@wrong("next_generation")
def nan_if_it_comes_first(population, errors, candidates, where, value):
    child = population[min(candidates, key=lambda i: errors[i])].copy()
    child[where] = value
    return np.vstack([population[1:], child])


@wrong("next_generation")
def mutates_only_where_not_zero(population, errors, candidates, where, value):
    found = right.next_generation(population, errors, candidates, where, value)
    if not where or not value:
        found[-1] = population[candidates[np.nanargmin(errors[candidates])]]
    return found


@wrong("next_generation")
def into_the_callers_array(population, errors, candidates, where, value):
    parent = population[candidates[np.nanargmin(errors[candidates])]]
    parent[where] = value
    return np.vstack([population[1:], parent])


wrong("ppo_step")(lambda z, old, c, a, e: right.ppo_step(old, z, c, a, e))
wrong("ppo_step")(lambda z, old, c, a, e: right.ppo_step(z, old, c, a - a.mean(), e))
wrong("ppo_step")(lambda z, old, c, a, e: right.ppo_step(z, old, c, a, 0.2))
wrong("ppo_step")(
    lambda z, old, c, a, e: right.ppo_step(z, old, c, np.maximum(a, 0), e)
)
wrong("ppo_step")(lambda z, old, c, a, e: right.ppo_step(z, z, c, a, e))
wrong("ppo_step")(
    lambda z, old, c, a, e: right.ppo_step(z, old, c, a, e).astype(z.dtype)
)


@wrong("ppo_step")
def a_ratio_for_each_decision(logits, old, cells, advantages, epsilon):
    rows = [
        right.ppo_step(logits[[d]], old[[d]], cells[:, [d]], advantages, epsilon)
        for d in range(len(logits))
    ]
    return np.vstack(rows)


@wrong("ppo_step")
def larger_of_the_two(logits, old, cells, advantages, epsilon):
    return -right.ppo_step(logits, old, cells, -advantages, epsilon)


changed("best_of", lambda promised, kept: (kept, promised))
changed("best_of", lambda promised, kept: (promised, promised))
wrong("best_of")(lambda reported, again, draws: right.best_of(reported, again, 10))
wrong("best_of")(
    lambda reported, again, draws: right.best_of(reported, again, draws + 1)
)
wrong("best_of")(
    lambda reported, again, draws: right.best_of(
        reported, np.maximum(again, reported), draws
    )
)


@wrong("best_of")
def by_luck(reported, again, draws):
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(reported), size=(1000, draws))
    best = drawn[np.arange(1000), reported[drawn].argmin(axis=1)]
    return reported[best].mean(), again[best].mean()


@wrong("best_of")
def the_first_cells(reported, again, draws):
    best = reported[:draws].argmin()
    return reported[best], again[best]
