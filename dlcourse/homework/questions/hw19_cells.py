"""Homework 19: a cell from its encoding, and a step of evolution."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_EXP,
    SMOOTH,
    twins,
)


def run_cell(x, previous, cell, weights):
    """The blocks of a cell that no other block reads, side by side: (pixels, d k)."""
    return cell_outputs(x, previous, cell, weights)


def convolved(v, w):
    """ReLU, then a 1 x 1 convolution."""
    return np.maximum(v, 0) @ w


def largest(v, w, outside=-np.inf):
    """The largest of each pixel and its two neighbours, channel by channel."""
    around = np.pad(v.astype(float), ((1, 1), (0, 0)), constant_values=outside)
    return np.maximum.reduce([around[:-2], around[1:-1], around[2:]])


def around(v, w):
    """As if the row were a ring."""
    return np.maximum.reduce([np.roll(v, shift, axis=0) for shift in (-1, 0, 1)])


def identity(v, w):
    """As it is."""
    return v


def unread(cell):
    """Numbers of the blocks that no block reads."""
    return [b for b in range(len(cell)) if b + 2 not in cell[:, :2]]


def cell_outputs(
    x,
    previous,
    cell,
    weights,
    operations=(identity, convolved, largest),
    join=np.add,
    kept=unread,
    own=lambda weights, b, half: weights[b, half],
):
    """`run_cell`, and what becomes of it by a mistake."""
    states = [x, previous]
    for b, (first, second, *chosen) in enumerate(cell):
        halves = [
            operations[op](states[read], own(weights, b, half))
            for half, (read, op) in enumerate(zip((first, second), chosen, strict=True))
        ]
        states.append(join(*halves))
    return np.concatenate([states[b + 2] for b in kept(cell)], axis=1)


def some_cells(rng):
    """One block on two pixels to be read, then cells of three blocks."""
    x, previous = np.array([[-1.0], [-3]]), np.array([[2.0], [-5]])
    by_hand = x, previous, np.array([[0, 1, 2, 1]]), np.full((1, 2, 1, 1), 10.0)

    def three(rng, second, third):
        cell = np.array([[0, 1, *rng.permutation([1, 2])], second, third])
        shapes = (4, 2), (4, 2), (3, 2, 2, 2)
        x, previous, weights = (rng.normal(size=shape) for shape in shapes)
        return x, previous, cell, weights

    # What the second and the third block read, and do to it.
    variants = (
        ([2, 1, 1, 2], [0, 0, 1, 1]),
        ([1, 0, 2, 0], [2, 1, 1, 0]),
        ([2, 2, 1, 1], [0, 3, 2, 0]),
        ([0, 0, 2, 1], [1, 1, 0, 1]),
    )
    return [by_hand, *twins(three, rng, *variants)]


def next_generation(population, errors, candidates, where, value):
    """The population without its oldest cell, and with a child: (cells, decisions)."""
    return generation(population, errors, candidates, where, value)


def best_candidate(errors, candidates):
    """The candidate with the least error, the first of several; nan is none."""
    return candidates[np.nanargmin(errors[candidates])]


def generation(
    population,
    errors,
    candidates,
    where,
    value,
    parent=best_candidate,
    copies=True,
    dies=lambda errors, chosen: 0,
    first=False,
):
    """`next_generation`, and what becomes of it by a mistake."""
    population = population.copy()
    chosen = parent(errors, candidates)
    child = population[chosen].copy() if copies else population[chosen]
    child[where] = value
    rest = np.delete(population, dies(errors, chosen), axis=0)
    return np.vstack([child, rest] if first else [rest, child])


def place_among_candidates(errors, candidates):
    """Takes the place in the list of candidates for the number of a cell."""
    return np.nanargmin(errors[candidates])


def nan_first(errors, candidates):
    """argmin takes nan for the least."""
    return candidates[np.argmin(errors[candidates])]


def populations(rng):
    """Three cells of two decisions to be read, then eight of five."""
    three = np.array([[0, 1], [2, 2], [1, 0]])
    by_hand = three, np.array([50.0, 20, 30]), np.array([2, 0]), 1, 2

    def eight(rng, where, value):
        population = rng.integers(0, 3, (8, 5))
        population[:, where] = (value + 1 + rng.integers(0, 2, 8)) % 3
        errors = rng.permutation([14.0, 22.5, 31, 47, 58, 61, 75, 90])
        best, worst = errors.argmin(), errors.argmax()
        others = [i for i in range(3, 8) if i not in (best, worst)]
        return population, errors, rng.permutation(others)[:3], where, value

    return [by_hand, *twins(eight, rng, (2, 0), (4, 1), (0, 2), (1, 0))]


QUESTIONS = (
    Question(
        homework="19",
        reference=run_cell,
        inputs=some_cells,
        edges={
            "integer": (
                np.array([[1], [3]]),
                np.array([[2], [0]]),
                np.array([[0, 1, 1, 0], [0, 0, 2, 1]]),
                np.full((2, 2, 1, 1), 0.25),
            ),
        },
        spared={
            "tie": "Which of two equal numbers is the largest makes no difference.",
            "zero": SMOOTH,
            "nan": "Whether a nan is the largest has no answer.",
            "empty": NEVER_EMPTY,
            "too large": NO_EXP,
        },
        points=3,
        hints=(
            "Keep a list: x, previous, then each block as it is made. An input is a "
            "number in this list.",
            "Block b is number b + 2 of the list. Which of these numbers stand nowhere "
            "among the inputs?",
            "For the largest of three neighbours: pad with -inf in front and behind, "
            "and take np.maximum of three slices.",
        ),
        mistakes={
            "A block that another one reads is not put out.": (
                partial(cell_outputs, kept=lambda cell: range(len(cell)))
            ),
            "Every block that nobody reads is put out, not only the last.": (
                partial(cell_outputs, kept=lambda cell: [len(cell) - 1])
            ),
            "Block b is number b + 2 of the inputs: 0 and 1 are x and previous.": (
                partial(
                    cell_outputs,
                    kept=lambda cell: [
                        b for b in range(len(cell)) if b not in cell[:, :2]
                    ],
                )
            ),
            "A block has a matrix for each of its halves.": (
                partial(cell_outputs, own=lambda weights, b, half: weights[b, 0])
            ),
            "The ReLU comes before the convolution.": (
                partial(
                    cell_outputs,
                    operations=(identity, lambda v, w: np.maximum(v @ w, 0), largest),
                )
            ),
            "The ReLU of the convolution is missing.": (
                partial(
                    cell_outputs, operations=(identity, lambda v, w: v @ w, largest)
                )
            ),
            "Beyond the border lie zeros; they are larger than what is below zero.": (
                partial(
                    cell_outputs,
                    operations=(identity, convolved, partial(largest, outside=0)),
                )
            ),
            "The first pixel and the last one are no neighbours.": (
                partial(cell_outputs, operations=(identity, convolved, around))
            ),
            "The halves are added, not multiplied.": (
                partial(cell_outputs, join=np.multiply)
            ),
            "Input 0 is x, input 1 is previous.": (
                lambda x, previous, *cell: cell_outputs(previous, x, *cell)
            ),
        },
    ),
    Question(
        homework="19",
        reference=next_generation,
        inputs=populations,
        edges={
            "tie": (
                np.array([[0, 1], [2, 2], [1, 0], [2, 1]]),
                np.array([50.0, 20, 30, 20]),
                np.array([2, 3, 1]),
                0,
                0,
            ),
            "zero": (
                np.array([[0, 1], [2, 2], [1, 0]]),
                np.array([50.0, 20, 0]),
                np.array([1, 2]),
                0,
                0,
            ),
            "nan": (
                np.array([[0, 1], [2, 2], [1, 0]]),
                np.array([50.0, np.nan, 30]),
                np.array([1, 0, 2]),
                1,
                2,
            ),
            "integer": (
                np.array([[0, 1], [2, 2], [1, 0]]),
                np.array([50, 20, 30]),
                np.array([2, 1]),
                1,
                0,
            ),
        },
        spared={
            "empty": "A population has cells, and some of them are drawn.",
            "too large": NO_EXP,
        },
        points=2,
        hints=(
            "Print errors[candidates].argmin() for the population of the example and "
            "candidates 2 and 1. Which cell has this number?",
            "Does population[2] make a copy? Change it, and look at population.",
            "candidates[np.nanargmin(errors[candidates])] is the parent's number; "
            "copy() its row before you change it.",
        ),
        mistakes={
            "Both bugs are still in it: the place among the candidates is no number of "
            "a cell, and the parent is changed as well.": (
                partial(generation, parent=place_among_candidates, copies=False)
            ),
            "argmin gives a place among the candidates: look up which cell it is.": (
                partial(generation, parent=place_among_candidates)
            ),
            "The parent is changed as well: a row of an array is no copy.": (
                partial(generation, copies=False)
            ),
            "nan is not the least error: a training that failed is no parent.": (
                partial(generation, parent=nan_first)
            ),
            "The oldest dies, not the worst.": (
                partial(generation, dies=lambda errors, chosen: np.nanargmax(errors))
            ),
            "The child takes the place of its parent; the oldest should die.": (
                partial(generation, dies=lambda errors, chosen: chosen)
            ),
            "The parent is the best of the candidates, not of the whole population.": (
                partial(generation, parent=lambda errors, _: np.nanargmin(errors))
            ),
            "These are errors: the least is the best.": (
                partial(generation, parent=lambda e, c: c[np.nanargmax(e[c])])
            ),
            "The child is the youngest: it stands at the end.": (
                partial(generation, first=True)
            ),
        },
    ),
)
