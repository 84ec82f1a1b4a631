"""Homework 08: grouped convolution, towers, the gradient of response normalization."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    COUNTS,
    NEVER_EMPTY,
    NO_EXP,
    NO_ORDER,
    SMOOTH,
    SUMS,
    twins,
)
from dlcourse.homework.questions.hw05_convolution import convolve


def grouped_convolve(x, kernel):
    """Each group of filters sees its own part of the channels: (h', w', filters)."""
    return np.concatenate(grouped(x, kernel), axis=2)


def grouped(x, kernel):
    """The results of the groups, in a list."""
    groups = x.shape[2] // kernel.shape[2]
    parts = np.split(x, groups, axis=2), np.split(kernel, groups, axis=3)
    return [convolve(*pair, 1) for pair in zip(*parts, strict=True)]


def dealt(array, groups):
    """The last axis in another order: each group gets every groups-th member."""
    order = np.arange(array.shape[-1]).reshape(-1, groups).T.ravel()
    return array[..., order]


def filters_dealt(x, kernel):
    """Filter j belongs to group j % groups."""
    groups = x.shape[2] // kernel.shape[2]
    y = grouped_convolve(x, dealt(kernel, groups))
    return dealt(y, kernel.shape[3] // groups)


def towers(rng):
    """Two towers of one map to be read, then three groups, two and one."""
    by_hand = np.array([[[1.0, 10], [2, 20]]]), np.array([1.0, 3]).reshape(1, 1, 1, 2)

    def three(rng):
        return rng.normal(size=(4, 5, 6)), rng.normal(size=(3, 3, 2, 6))

    two = rng.normal(size=(3, 4, 4)), rng.normal(size=(2, 2, 2, 6))
    one = rng.normal(size=(3, 3, 3)), rng.normal(size=(2, 2, 3, 2))
    return [by_hand, *twins(three, rng, (), ()), two, one]


def tower_of(maps, groups):
    """The group of each map, as they stand side by side: (maps,)."""
    return np.arange(maps) * groups // maps


def paths(channels, groups, tower=tower_of):
    """How many ways lead from a map at the bottom to one at the top: (top, bottom)."""
    found = np.eye(channels[0], dtype=int)
    for inside, outside, count in zip(channels[:-1], channels[1:], groups, strict=True):
        joined = tower(outside, count)[:, None] == tower(inside, count)
        found = joined.astype(int) @ found
    return found


def who_sees_whom(channels, groups):
    """1 where a map at the bottom can change a map at the top: (top, bottom)."""
    return (paths(channels, groups) > 0).astype(int)


def same_towers(channels, groups, choose):
    """As if one number of groups held for the whole network."""
    count = choose(groups) if len(groups) else channels[0]
    return who_sees_whom(channels[[0, -1]], [count])


def networks(rng):
    """Two towers to be read, then networks of two layers and of four."""

    def two_layers(rng, *groups):
        inner, top = rng.choice([6, 12, 18, 24, 30], 2, replace=False)
        return np.array([12, inner, top]), np.array(groups)

    by_hand = np.array([4, 6, 2]), np.array([2, 2])
    four = rng.choice([6, 12, 18], 5), np.array([1, 3, 3, 2])
    numbers = (3, 2), (2, 3), (2, 1), (1, 3), (3, 3), (2, 6)
    return [by_hand, *twins(two_layers, rng, *numbers), four]


def response_gradient(a, dy, n, k, alpha, beta):
    """Gradient for a of a / (k + alpha sum of the n nearest squares) ** beta."""
    return gradients(a, dy, n, k, alpha, beta)


def gradients(a, dy, n, k, alpha, beta, twice=2, power=1, other=None):
    """`response_gradient`, with parts that a mistake changes.

    ``twice`` is the 2 of the square, ``power`` that by which the exponent falls,
    ``other`` the matrix of neighbours by which the second part is added up.
    """
    near = neighbours(a, n)
    other = near if other is None else other
    s = k + alpha * np.square(a) @ near
    back = (dy * a * s ** (-beta - power)) @ other
    return dy * s**-beta - twice * alpha * beta * a * back


def neighbours(a, n):
    """1 where two channels are at most n // 2 apart: (channels, channels)."""
    channel = np.arange(a.shape[-1])
    return (np.abs(channel[:, None] - channel) <= n // 2).astype(float)


def by_rows(a, dy, n, k, alpha, beta):
    """Adds up what one output owes to its neighbours, not what they owe to one."""
    near = neighbours(a, n)
    s = k + alpha * np.square(a) @ near
    return dy * s**-beta - 2 * alpha * beta * dy * a * s ** (-beta - 1) * (a @ near)


def responses(rng):
    """One channel and two to be read, then three pixels of eight channels."""

    def pixels(rng, *scalars):
        return 2 * rng.normal(size=(3, 8)), rng.normal(size=(3, 8)), *scalars

    one = np.array([[2.0]]), np.array([[1.0]]), 1, 1.0, 0.5, 1.0
    two = np.array([[1.0, 2]]), np.array([[1.0, 0]]), 3, 1.0, 0.5, 1.0
    scalars = (5, 2.0, 0.2, 0.75), (3, 1.0, 0.5, 1.0), (1, 1.5, 0.3, 0.5)
    return [one, two, *twins(pixels, rng, *scalars)]


QUESTIONS = (
    Question(
        homework="08",
        reference=grouped_convolve,
        inputs=towers,
        edges={
            "integer": (
                np.arange(8).reshape(2, 2, 2),
                np.full((1, 1, 1, 2), 0.25),
            ),
        },
        spared={
            "tie": NO_ORDER,
            "zero": SMOOTH,
            "nan": "A weight of 0 is as good as none, but 0 · nan is nan.",
            "empty": NEVER_EMPTY,
            "too large": NO_EXP,
        },
        points=2,
        hints=(
            "How many channels does a filter see? How many groups must there be?",
            "np.split cuts the channels of x into groups, and the filters of the "
            "kernel. Each pair is a convolution; put the results side by side.",
        ),
        mistakes={
            "All filters see the first group of channels.": (
                lambda x, kernel: convolve(x[..., : kernel.shape[2]], kernel, 1)
            ),
            "The channels are dealt to the groups in turn. A group's channels stand "
            "side by side.": (
                lambda x, kernel: grouped_convolve(
                    dealt(x, x.shape[2] // kernel.shape[2]), kernel
                )
            ),
            "The filters are dealt to the groups in turn. A group's filters stand side "
            "by side.": filters_dealt,
            "The groups are added up; they stand side by side.": (
                lambda x, kernel: sum(grouped(x, kernel))
            ),
            "The groups stand in reversed order.": (
                lambda x, kernel: np.concatenate(grouped(x, kernel)[::-1], axis=2)
            ),
            "Each filter sees all groups, with the same weights for each.": (
                lambda x, kernel: convolve(
                    x, kernel.repeat(x.shape[2] // kernel.shape[2], axis=2), 1
                )
            ),
        },
    ),
    Question(
        homework="08",
        reference=who_sees_whom,
        inputs=networks,
        edges={
            "integer": (np.array([6, 6]), np.array([3])),
            "empty": (np.array([3]), np.array([], int)),
        },
        spared={"tie, zero, nan, too large": COUNTS},
        points=2,
        hints=(
            "For one layer: number the groups, and give each map the number of its "
            "group, below and above. Who has the same number?",
            "For two layers: a map is seen if some map in the middle is seen that sees "
            "it. A product of matrices counts the maps in the middle.",
            "Begin with np.eye(channels[0], dtype=int): without a layer, each map sees "
            "itself.",
        ),
        mistakes={
            "These are numbers of paths; asked is 1 where there is a path.": paths,
            "Rows and columns are exchanged: a row for each map at the top.": (
                lambda channels, groups: who_sees_whom(channels, groups).T
            ),
            "The layers are taken in reversed order; the first is the lowest.": (
                lambda channels, groups: who_sees_whom(channels, groups[::-1])
            ),
            "This is as if all layers had as many groups as that with most.": (
                lambda channels, groups: same_towers(channels, groups, np.max)
            ),
            "This is as if all layers had as few groups as that with fewest.": (
                lambda channels, groups: same_towers(channels, groups, np.min)
            ),
            "The maps are dealt to the groups in turn. Those of a group stand side by "
            "side.": (
                lambda channels, groups: (
                    paths(channels, groups, lambda maps, count: np.arange(maps) % count)
                    > 0
                )
            ),
            "Everything sees everything.": (
                lambda channels, groups: np.ones((channels[-1], channels[0]))
            ),
        },
    ),
    Question(
        homework="08",
        reference=response_gradient,
        inputs=responses,
        edges={
            "zero": (np.zeros((1, 3)), np.array([[1.0, 2, 3]]), 3, 2.0, 0.5, 0.5),
            "integer": (
                np.array([[1, 2, 0]]),
                np.array([[1.0, 0, 1]]),
                3,
                1.0,
                0.5,
                1.0,
            ),
        },
        spared=SUMS,
        points=3,
        hints=(
            "a[i] stands above the fraction bar of b[i], and below that of b[i] and of "
            "its neighbours. It has a part of the gradient from each.",
            "Let s be what stands in the parentheses. The slope of s[j] for a[i] is "
            "2 alpha a[i], that of s[j] ** -beta is -beta s[j] ** (-beta - 1).",
            "The second part is -2 alpha beta a[i] times the sum over the neighbours j "
            "of dy[j] a[j] s[j] ** (-beta - 1).",
        ),
        mistakes={
            "What a is divided by is taken as a constant; a stands in it as well.": (
                lambda *given: gradients(*given, twice=0)
            ),
            "The slope of a square is twice the number.": (
                lambda *given: gradients(*given, twice=1)
            ),
            "The second part has the wrong sign: a larger square divides by more.": (
                lambda *given: gradients(*given, twice=-2)
            ),
            "The slope of s ** -beta is -beta s ** (-beta - 1).": (
                lambda *given: gradients(*given, power=0)
            ),
            "Each a holds its neighbours down too: their dy belongs in the second part"
            ".": (lambda a, *given: gradients(a, *given, other=np.eye(a.shape[-1]))),
            "Only n channels are neighbours, not all.": (
                lambda a, *given: gradients(
                    a, *given, other=np.ones((a.shape[-1],) * 2)
                )
            ),
            "This adds up what one output takes from its neighbours. Asked is what "
            "they all take from one input.": by_rows,
        },
    ),
)
