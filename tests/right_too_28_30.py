"""As right_answers_too: another right answer to each question of homework 28 to 30."""

import numpy as np


def advantages(rewards, values, following, terminated, truncated, gamma, lam):
    """By a matrix that adds up the errors to come."""
    ends = np.logical_or(terminated, truncated)
    errors = rewards - values
    errors = errors + np.where(terminated, 0, gamma * following)
    episode = np.concatenate([[0], np.cumsum(ends)[:-1]])
    steps = np.arange(len(ends))
    ahead = steps - steps[:, None]
    same = (episode == episode[:, None]) & (ahead >= 0)
    found = np.where(same, (gamma * lam) ** np.maximum(ahead, 0.0), 0) @ errors
    return found, values + found


def gradient_spread(logits, rewards, baseline):
    """Arm by arm, and the baseline from two points of a parabola."""
    p = np.exp(logits - max(logits))
    p = p / sum(p)
    rows = [np.eye(len(p))[a] - p for a in range(len(p))]

    def gradients(b):
        return np.array([(r - b) * row for r, row in zip(rewards, rows, strict=True)])

    mean = p @ gradients(baseline)
    distance = [np.linalg.norm(row - mean) ** 2 for row in gradients(baseline)]
    low, mid, high = (p @ np.sum(gradients(b) ** 2, axis=1) for b in (-1, 0, 1))
    return mean, p @ distance, (low - high) / (2 * (low + high - 2 * mid))


def fixed_point(features, following, rewards, terminated, gamma):
    """By the projection onto the features, and the normal equations."""
    after = following.astype(float)
    after[terminated] = 0
    change = features - gamma * after
    onto = np.linalg.pinv(features)  # the best weights for any targets
    weights = np.linalg.solve(onto @ change, onto @ rewards)
    lowest = np.linalg.solve(change.T @ change, change.T @ rewards)
    errors = [rewards - change @ w for w in (weights, lowest)]
    return (
        weights,
        errors[0] @ errors[0] / len(rewards),
        errors[1].var() + (errors[1].mean() ** 2),
    )


def times_drawn():
    there = [min(t + 1, 100) for t in (40, 60, 80, 100)]
    return sum(32 * (1 / np.array(there)))
