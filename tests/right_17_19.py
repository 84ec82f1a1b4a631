"""As right_answers: one right answer to each question of homework 17 to 19."""

from itertools import combinations
from math import prod

import numpy as np


def excite_backward(x, w1, w2, dy):
    pixels = x.reshape(-1, x.shape[2]).astype(float)
    above = dy.reshape(pixels.shape)
    z = np.ones(len(pixels)) @ pixels / len(pixels)
    active = (z @ w1 > 0).astype(float)
    h = active * (z @ w1)
    t = np.tanh(h @ w2 / 2)
    da = np.einsum("pc,pc,c->c", above, pixels, (1 - t**2) / 4)
    dh = np.einsum("c,hc,h->h", da, w2, active)
    dx = above * (1 + t) / 2 + np.einsum("h,ch->c", dh, w1) / len(pixels)
    return [dx.reshape(x.shape), z[:, None] * dh, h[:, None] * da]


def batch_gates(x, sizes, w1, w2):
    rows = np.arange(x.shape[1])[:, None] < sizes[:, 0][:, None, None]
    columns = np.arange(x.shape[2]) < sizes[:, 1][:, None, None]
    inside = (rows & columns)[..., None]
    z = np.where(inside, x, 0).sum(axis=(1, 2)) / np.prod(sizes, axis=1)[:, None]
    h = z @ w1
    return 0.5 + 0.5 * np.tanh((h * (h > 0)) @ w2 / 2)


def swapped_answers(x, w1, b1, w2, b2, head):
    table = []
    for maps in x:
        row = []
        for other in x:
            h = np.maximum(other.mean(axis=(0, 1)) @ w1 + b1, 0)
            gate = np.exp(-np.logaddexp(0, -(h @ w2 + b2)))
            row.append(np.argmax((maps * gate).mean(axis=(0, 1)) @ head))
        table.append(row)
    return table


def blocks_needed():
    return next(n for n in range(1000) if 1.09**n > 10)


def gated_multiply_adds():
    total, channels = 0, 3
    for filters in (16, 32):
        total += 256 * 9 * channels * filters  # convolution
        total += filters * (filters // 8) * 2 + 256 * filters  # both gates
        channels = filters
    return total + channels * 36


def separable_backward(x, depthwise, pointwise, dy):
    dx, dd, dp = (np.zeros(a.shape) for a in (x, depthwise, pointwise))
    k = len(depthwise)
    for i, j in np.ndindex(dy.shape[:2]):
        window = x[i : i + k, j : j + k]
        du = pointwise @ dy[i, j]
        dd += window * du
        dx[i : i + k, j : j + k] += depthwise * du
        dp += np.outer((window * depthwise).sum(axis=(0, 1)), dy[i, j])
    return dx, dd, dp


def refitted(x, depthwise, y):
    k = len(depthwise)
    rows = [
        (x[i : i + k, j : j + k] * depthwise).sum(axis=(0, 1))
        for i, j in np.ndindex(y.shape[:2])
    ]
    u, wanted = np.array(rows), y.reshape(len(rows), -1)
    p = np.linalg.pinv(u) @ wanted
    return [p, np.linalg.norm(wanted - u @ p) ** 2 / np.linalg.norm(wanted) ** 2]


def folded(pointwise, gamma, beta, mean, variance, epsilon):
    def both(u):
        return (gamma * (u - mean) / (variance + epsilon) ** 0.5 + beta) @ pointwise

    bias = both(np.zeros(len(gamma)))
    return [both(row) - bias for row in np.eye(len(gamma))], bias


def times_faster():
    def least(work, numbers):
        return max(work / 100e9, 4 * numbers / 20e9)

    apart = least(9 * 64, 2 * 64) + least(64 * 128, 64 + 128)
    return apart / least(9 * 64 + 64 * 128, 64 + 128)


def channels_seen():
    def grouped(groups):
        return np.kron(np.eye(groups, dtype=int), np.ones((80 // groups,) * 2, int))

    dealt = np.eye(80, dtype=int)[np.arange(80).reshape(20, 4).T.ravel()]
    return np.count_nonzero((grouped(16) @ dealt @ grouped(20) @ grouped(10))[0])


def run_cell(x, previous, cell, weights):
    states, put_out = {0: x, 1: previous}, {}
    for b, block in enumerate(cell.tolist()):
        total = 0
        for i, operation in ((0, block[2]), (1, block[3])):
            v = states[block[i]]
            put_out.pop(block[i], None)
            if operation == 1:
                v = np.where(v > 0, v, 0) @ weights[b][i]
            if operation == 2:
                v = np.max([v, [*v[1:], v[-1]], [v[0], *v[:-1]]], axis=0)
            total = total + v
        states[b + 2] = put_out[b + 2] = total
    return np.hstack(list(put_out.values()))


def next_generation(population, errors, candidates, where, value):
    at = np.where(np.isnan(errors), np.inf, errors)[candidates]
    following = np.roll(population, -1, axis=0)
    following[-1] = population[candidates[int(at.argmin())]]
    following[-1, where] = value
    return following


def ppo_step(logits, old, cells, advantages, epsilon):
    def p(z):
        e = np.exp(z - np.max(z, axis=1)[:, None])
        return e / np.sum(e, axis=1)[:, None]

    each = np.arange(logits.shape[0])
    r = np.prod(p(logits)[each, cells] / p(old)[each, cells], axis=1)
    # The objective is flat where the clipped term is the less one.
    free = r * advantages <= np.clip(r, 1 - epsilon, 1 + epsilon) * advantages
    weight = free * r * advantages / len(cells)
    counted = np.zeros(logits.shape)
    for w, cell in zip(weight, cells, strict=True):
        counted[each, cell] += w
    return counted - weight.sum() * p(logits)


def best_of(reported, again, draws):
    order = np.argsort(reported)
    errors, later = reported[order], again[order].astype(float)
    n = len(errors)
    for error in np.unique(errors):
        later[errors == error] = later[errors == error].mean()
    left = np.arange(n, -1, -1) / n
    chances = left[:-1] ** draws - left[1:] ** draws
    return chances @ errors, chances @ later


def neighbours():
    options = [*(b + 1 for b in range(1, 6) for _ in range(2)), *[13] * 10, *[2] * 5]
    pairs = combinations([n - 1 for n in options], 2)
    return sum(n - 1 for n in options) + sum(map(prod, pairs))
