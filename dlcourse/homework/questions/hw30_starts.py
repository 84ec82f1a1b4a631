"""Homework 30: the best start for one step of training, found without any training."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import LINEAR, twins
from dlcourse.homework.questions.hw26_memory import fitted_to


def best_start(x, y, x_new, y_new, rate):
    """The start with the least error after a step, that error, and a rival's."""
    return started(x, y, x_new, y_new, rate)


def one_step(x, y, rate):
    """The step as a matrix and a vector: w becomes matrix @ w + vector."""
    scale = 2 * rate / len(x)
    return np.eye(x.shape[1]) - scale * x.T @ x, scale * x.T @ y


def of_all_tasks(x, y, x_new, y_new, rate, step=one_step):
    """What the weights behind the step meet: a table and targets, task below task."""
    steps = [step(*task, rate) for task in zip(x, y, strict=True)]
    table = [new @ matrix for new, (matrix, _) in zip(x_new, steps, strict=True)]
    targets = [
        asked - new @ vector
        for asked, new, (_, vector) in zip(y_new, x_new, steps, strict=True)
    ]
    return np.concatenate(table), np.concatenate(targets)


def together(x, y, x_new, y_new):
    """One fit to the new examples of all tasks, without a step."""
    return fitted_to(np.concatenate(x_new), np.concatenate(y_new))


def started(
    x,
    y,
    x_new,
    y_new,
    rate,
    step=one_step,
    start=lambda table, targets, given: fitted_to(table, targets),
    rival=together,
    mean=lambda squares: squares.mean(),
):
    """`best_start`; a mistake has another step, another start or another rival."""
    table, targets = of_all_tasks(x, y, x_new, y_new, rate, step)
    begin, other = (
        start(table, targets, (x, y, x_new, y_new)),
        rival(x, y, x_new, y_new),
    )
    return begin, *(mean((table @ w - targets) ** 2) for w in (begin, other))


def as_if_it_were_not_there(table, targets, given):
    """First-order: the gradient does not go back through the step."""
    straight = np.concatenate(given[2])
    return fitted_to(straight.T @ table, straight.T @ targets)


def before_the_step(table, targets, given):
    """The start that is best if no step is taken."""
    return together(*given)


def mean_of_tasks(table, targets, given):
    """Each task's own best weights, averaged."""
    fitted = [fitted_to(*task) for task in zip(given[2], given[3], strict=True)]
    return np.mean(fitted, axis=0)


def summed(x, y, rate):
    """The error of a task is a sum over its examples."""
    return one_step(x, y, rate * len(x))


def without_2(x, y, rate):
    """Leaves out what the square brings down."""
    return one_step(x, y, rate / 2)


def uphill(x, y, rate):
    """Steps along the gradient."""
    return one_step(x, y, -rate)


def two_steps(x, y, rate):
    """Takes the step twice."""
    matrix, vector = one_step(x, y, rate)
    return matrix @ matrix, matrix @ vector + vector


def nothing_learned(x, y, rate):
    """Takes no step."""
    return one_step(x, y, 0)


def on_what_it_learns_from(x, y, x_new, y_new, rate):
    """Judges the weights on the examples of the step."""
    return started(x, y, x, y, rate)


def one_step_for_all(x, y, x_new, y_new, rate):
    """One step on the examples of all tasks."""
    everything = np.concatenate(x), np.concatenate(y)
    return started(x, y, x_new, y_new, rate, lambda *task: one_step(*everything, rate))


def rival_stands_still(x, y, x_new, y_new, rate):
    """The rival takes no step."""
    begin, error, _ = started(x, y, x_new, y_new, rate)
    rival = together(x, y, x_new, y_new)
    return begin, error, np.mean((x_new @ rival - y_new) ** 2)


def tasks(rng):
    """Two tasks of one example to be read, then six of four and five examples."""
    by_hand = (
        np.array([[[1.0]], [[2.0]]]),
        np.array([[2.0], [0.0]]),
        np.array([[[1.0]], [[1.0]]]),
        np.array([[3.0], [0.0]]),
        0.25,
    )

    def drawn(rng, rate):
        x, x_new = rng.normal(size=(6, 4, 3)), rng.normal(size=(6, 5, 3))
        w = rng.normal(1, 1, (6, 3, 1))
        y, y_new = (
            (some @ w)[..., 0] + rng.normal(0, 0.3, some.shape[:2])
            for some in (x, x_new)
        )
        return x, y, x_new, y_new, rate

    return [by_hand, *twins(drawn, rng, (0.1,), (0.2,), (0.05,))]


START = Question(
    homework="30",
    reference=best_start,
    inputs=tasks,
    edges={
        "zero": (  # no step at all
            np.array([[[1.0, 0]], [[0, 2]], [[1, 1]]]),
            np.array([[1.0], [2], [0]]),
            np.array([[[1.0, 1]], [[0, 1]], [[2, 1]]]),
            np.array([[1.0], [0], [1.5]]),
            0.0,
        ),
        "integer": (
            np.array([[[1, 0]], [[0, 2]], [[1, 1]]]),
            np.array([[1], [2], [0]]),
            np.array([[[1, 1]], [[0, 1]], [[2, 1]]]),
            np.array([[1], [0], [2]]),
            0.1,
        ),
    },
    spared={edge: why for edge, why in LINEAR.items() if edge != "zero"},
    points=3,
    results=("start", "error", "rival"),
    hints=(
        "The gradient of a task's mean squared error is 2 / n X.T @ (X w - y). So "
        "behind the step the weights are A w + b. Write A and b down.",
        "The error on the new examples is X_new @ (A w + b) - y_new, linear in w. By "
        "which table is w multiplied, and what is its target?",
        "Put the tables X_new @ A of all tasks one below the other, and the targets "
        "y_new - X_new @ b as well: one np.linalg.lstsq for all.",
    ),
    mistakes={
        "That start is best without a step: the step is yet to come.": (
            partial(started, start=before_the_step)
        ),
        "What is best behind the step depends on the slope of the step, too.": (
            partial(started, start=as_if_it_were_not_there)
        ),
        "The mean of the tasks' own weights is not the best start.": (
            partial(started, start=mean_of_tasks)
        ),
        "The weights are judged on the new examples.": on_what_it_learns_from,
        "Each task takes a step of its own.": one_step_for_all,
        "The error of a task is a mean over its examples.": (
            partial(started, step=summed)
        ),
        "The derivative of a square has a 2.": partial(started, step=without_2),
        "The step goes down.": partial(started, step=uphill),
        "There is a single step.": partial(started, step=two_steps),
        "There is a step.": partial(started, step=nothing_learned),
        "The rival takes the step, too.": rival_stands_still,
        "The rival is fitted to the new examples.": (
            partial(started, rival=lambda x, y, x_new, y_new: together(x, y, x, y))
        ),
        "Errors are means.": partial(started, mean=np.sum),
        "Squared errors have no root.": (
            partial(started, mean=lambda squares: np.sqrt(squares.mean()))
        ),
    },
)
QUESTIONS = (START,)
