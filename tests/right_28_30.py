"""As right_answers: one right answer to each question of homework 28 to 30."""

import numpy as np


def advantages(rewards, values, following, terminated, truncated, gamma, lam):
    """As sums over the steps that are left of each episode."""
    n, found = len(rewards), []
    for t in range(n):
        total, weight = 0, 1
        for s in range(t, n):
            behind = 0 if terminated[s] else gamma * following[s]
            total += weight * (rewards[s] + behind - values[s])
            if terminated[s] or truncated[s]:
                break
            weight *= gamma * lam
        found.append(total)
    return found, np.add(found, values)


def gradient_spread(logits, rewards, baseline):
    """By formulas: what the sums come to."""
    p = np.exp(logits - np.logaddexp.reduce(logits))
    mean = p * (rewards - p @ rewards)
    squares = 1 - 2 * p + p @ p  # |one-hot - p|²
    raw = p @ ((rewards - baseline) ** 2 * squares)
    return mean, raw - mean @ mean, (p * squares) @ rewards / (p @ squares)


def fixed_point(features, following, rewards, terminated, gamma):
    """Sums over the steps."""
    d = features.shape[1]
    left, right = np.zeros((d, d)), np.zeros(d)
    rows = []
    for x, after, reward, ended in zip(
        features, following, rewards, terminated, strict=True
    ):
        rows.append(x if ended else x - gamma * after)
        left += np.outer(x, rows[-1])
        right += reward * x
    weights = np.linalg.inv(left) @ right
    rows = np.array(rows)
    lowest = np.linalg.pinv(rows) @ rewards
    return weights, *(np.mean((rows @ w - rewards) ** 2) for w in (weights, lowest))


def times_drawn():
    shares = [32 / n for n in (41, 61, 81, 100)]
    return np.sum(shares)
