"""Searches: a known optimum, and gradients by other routes."""

import itertools

import numpy as np
import pytest

from dlcourse.gradients import numerical_gradients
from dlcourse.search import (
    Controller,
    best_so_far,
    evolution,
    mutate,
    random_search,
    reinforce,
)

CHOICES = (2, 3, 3, 2, 3, 3, 3, 3)
GOAL = (1, 2, 0, 1, 0, 2, 1, 2)
SEARCHES = [random_search, evolution, reinforce]


def wrong(cell):
    """How many decisions are not as in the goal, in percent."""
    return 100 * np.mean(np.not_equal(cell, GOAL))


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_returns_its_history(search):
    asked = []

    def error(cell):
        asked.append(cell)
        return wrong(cell)

    history = search(error, CHOICES, 50, np.random.default_rng(0))
    assert [cell for cell, _ in history] == asked
    assert len(asked) == 50
    assert all(e == wrong(cell) for cell, e in history)
    assert all(0 <= d < n for cell in asked for d, n in zip(cell, CHOICES, strict=True))
    again = search(wrong, CHOICES, 50, np.random.default_rng(0))
    assert again == history


def test_random_search_draws_evenly():
    history = random_search(wrong, CHOICES, 6000, np.random.default_rng(0))
    drawn = np.array([cell for cell, _ in history])
    for decision, options in enumerate(CHOICES):
        shares = np.bincount(drawn[:, decision], minlength=options) / len(drawn)
        np.testing.assert_allclose(shares, 1 / options, atol=0.03)


@pytest.mark.parametrize(("search", "least"), [(evolution, 18), (reinforce, 14)])
def test_a_search_finds_the_optimum(search, least):
    def found(search):
        rngs = [np.random.default_rng(seed) for seed in range(20)]
        runs = [search(wrong, CHOICES, 200, rng) for rng in rngs]
        return sum(best_so_far(history)[-1] == 0 for history in runs)

    assert found(search) >= least > found(random_search) + 5


def test_a_mutation_changes_one_decision():
    rng = np.random.default_rng(0)
    changes = [np.flatnonzero(np.not_equal(mutate(GOAL, CHOICES, rng), GOAL))
               for _ in range(400)]  # fmt: skip
    assert all(len(change) == 1 for change in changes)
    assert {int(change[0]) for change in changes} == set(range(8))
    options = {mutate((0,), (3,), rng)[0] for _ in range(50)}
    assert options == {1, 2}


def test_evolution_has_children_of_the_best_of_a_sample_of_the_living():
    """With a sample of everybody, each child differs from the best living in one."""
    choices, cost = (50,) * 6, np.sum
    history = evolution(cost, choices, 40, np.random.default_rng(0), 5, 200)
    for i in range(5, 40):
        parent, _ = min(history[i - 5 : i], key=lambda pair: pair[1])
        assert np.not_equal(history[i][0], parent).sum() == 1


def test_the_controller_begins_evenly_and_its_softmax_is_one():
    controller = Controller(CHOICES)
    for p, options in zip(controller.probabilities(), CHOICES, strict=True):
        np.testing.assert_allclose(p, 1 / options)
    controller.logits = [np.array([1000.0, 1000 + np.log(3)])]
    np.testing.assert_allclose(controller.probabilities()[0], [0.25, 0.75])
    rng = np.random.default_rng(0)
    drawn = [controller.sample(rng)[0] for _ in range(2000)]
    assert np.mean(drawn) == pytest.approx(0.75, abs=0.03)


def with_logits(choices, *logits):
    """A controller, and the probability that it gives each cell, in `np.ndindex`."""
    controller = Controller(choices)
    controller.logits = list(logits)
    return controller, list(itertools.product(*map(range, choices)))


def chance(controller, cell):
    """The probability of a cell."""
    chosen = zip(controller.probabilities(), cell, strict=True)
    return np.prod([p[option] for p, option in chosen])


def test_gradients_of_the_log_probability():
    choices, cell, rng = (2, 3, 4), (1, 0, 3), np.random.default_rng(0)
    start = [rng.normal(size=n) for n in choices]

    def log_probability(*logits):
        return np.log(chance(with_logits(choices, *logits)[0], cell))

    found = with_logits(choices, *start)[0].gradients(cell)
    for mine, theirs in zip(
        found, numerical_gradients(log_probability, *start), strict=True
    ):
        np.testing.assert_allclose(mine, theirs, atol=1e-8)


def test_the_mean_step_is_the_gradient_of_the_mean_error():
    """Over all cells, whatever the baseline: (b - error) gradient, times rate."""
    choices, rng = (2, 3), np.random.default_rng(1)
    errors = rng.uniform(10, 90, choices)
    start = [rng.normal(size=n) for n in choices]

    def mean_error(*logits):
        controller, cells = with_logits(choices, *logits)
        return sum(chance(controller, cell) * errors[cell] for cell in cells)

    steps = [np.zeros(n) for n in choices]
    for cell in with_logits(choices, *start)[1]:
        controller, _ = with_logits(choices, *(logits.copy() for logits in start))
        controller.rate, controller.baseline = 0.01, 40.0
        p = chance(controller, cell)
        controller.update(cell, errors[cell])
        assert controller.baseline == pytest.approx(0.9 * 40 + 0.1 * errors[cell])
        for step, after, before in zip(steps, controller.logits, start, strict=True):
            step += p * (after - before)
    for step, gradient in zip(
        steps, numerical_gradients(mean_error, *start), strict=True
    ):
        np.testing.assert_allclose(step, -0.01 * gradient, atol=1e-7)


def test_the_first_error_is_the_first_baseline():
    controller = Controller((2,))
    controller.update((1,), 30.0)
    np.testing.assert_allclose(controller.logits[0], 0)
    controller.update((1,), 20.0)
    assert controller.logits[0][1] > 0


def test_the_best_so_far_never_rises():
    history = [((), 5.0), ((), 7.0), ((), 3.0), ((), 4.0)]
    assert best_so_far(history).tolist() == [5, 5, 3, 3]
