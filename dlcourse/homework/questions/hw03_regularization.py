"""Homework 03: ridge, early stopping, dropout, weight decay."""

import numpy as np

from dlcourse.homework.question import Question


def ridge(x, y, beta):
    """Minimum of |y - x w|^2 / 2 + beta |w|^2 / 2: (n, f), (n,) -> (f,)."""
    return np.linalg.solve(x.T @ x + beta * np.eye(x.shape[1]), x.T @ y)


def regressions(rng):
    """Two features to be read, then three; more examples than features."""
    x = np.array([[1.0, 0], [0, 2], [1, 1]])
    drawn = rng.normal(size=(8, 3)), rng.normal(size=8)
    return [(x, np.array([1.0, 2, 3]), 2.0), (*drawn, 3.0), (*drawn, 0.0)]


def early_stop(losses, patience):
    """Best epoch, and the epoch after which training stops."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch


def counts_rises(losses, patience):
    """Waits for epochs that are worse than the one before them."""
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] > losses[epoch - 1] else 0
        if rises == patience:
            break
    return int(np.argmin(losses[: epoch + 1])), epoch


def never_starts_anew(losses, patience):
    """Counts the epochs without a new minimum, whether in a row or not."""
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            waited += 1
        if waited == patience:
            break
    return best, epoch


def validation_losses(rng):
    """Curves that jitter, stop, and do not stop."""
    jitter = np.array([9.0, 7, 8, 6, 7, 6.5, 5, 6, 5.5, 5.2, 4, 3])
    falls = np.array([5.0, 4, 3, 2, 1.5])
    drawn = 1 / np.arange(1, 31) + rng.normal(0, 0.05, 30)
    late = np.array([3.0, 2, 4, 2.5, 2.2, 1, 0.5])
    curves = [(jitter, 3), (falls, 2), (drawn, 4), (drawn, 2), (late, 3)]
    return [*curves, (np.array([3.0, 4, 5, 1]), 1)]


def dropout(x, dy, uniform, keep):
    """Output in training, and the gradient for x where dy is that of the output."""
    factor = (uniform < keep) / keep
    return x * factor, dy * factor


def decay_step(w, gradient, rate, beta):
    """A step of SGD with the penalty beta / 2 |w|^2."""
    return w - rate * (gradient + beta * w)


def sub_networks():
    """Each of twelve units is there or not."""
    return 2**12


QUESTIONS = (
    Question(
        homework="03",
        reference=ridge,
        inputs=regressions,
        points=2,
        hints=(
            "Set the gradient to 0. What is the gradient of the penalty?",
            "(X'X + beta I) w = X'y, with X' the transposed of X.",
            "np.linalg.solve(a, b) gives the w with a @ w = b.",
        ),
        mistakes={
            "The penalty is missing: this is least squares.": (
                lambda x, y, beta: ridge(x, y, 0)
            ),
            "The penalty has the wrong sign: it has to make the weights smaller.": (
                lambda x, y, beta: ridge(x, y, -beta)
            ),
            "This is for a mean of squares. The loss here is their sum.": (
                lambda x, y, beta: ridge(x, y, beta * len(x))
            ),
            "The penalty counts twice: it has a factor of ½, as the loss has.": (
                lambda x, y, beta: ridge(x, y, 2 * beta)
            ),
            "beta was added to every element of X'X; it belongs on the diagonal.": (
                lambda x, y, beta: np.linalg.lstsq(x.T @ x + beta, x.T @ y)[0]
            ),
        },
    ),
    Question(
        homework="03",
        reference=early_stop,
        inputs=validation_losses,
        points=2,
        results=("best", "last"),
        hints=(
            "Go through the epochs, and remember the best one so far.",
            "Stop when `patience` epochs have gone since the best one.",
            "Where the rule never stops, the last epoch is len(losses) - 1.",
        ),
        mistakes={
            "This waits for rises from one epoch to the next. What counts are epochs "
            "without a new minimum.": counts_rises,
            "The waiting has to begin anew with each new minimum.": never_starts_anew,
            "It stops one epoch too late: `patience` epochs without a new minimum are "
            "enough.": lambda losses, patience: early_stop(losses, patience + 1),
            "It never stops: this is the best of all epochs.": (
                lambda losses, patience: (int(np.argmin(losses)), len(losses) - 1)
            ),
            "The two are exchanged: first the best epoch, then the last.": (
                lambda losses, patience: early_stop(losses, patience)[::-1]
            ),
            "Epochs are counted from 0.": (
                lambda losses, patience: tuple(
                    epoch + 1 for epoch in early_stop(losses, patience)
                )
            ),
        },
    ),
    Question(
        homework="03",
        reference=dropout,
        inputs=lambda rng: [
            (
                np.array([1.0, 2, 3, 4]),
                np.array([10.0, 20, 30, 40]),
                np.array([0.1, 0.9, 0.7, 0.4]),
                0.8,
            ),
            (*rng.normal(size=(2, 4, 5)), rng.random((4, 5)), 0.6),
        ],
        results=("y", "dx"),
        hints=(
            "uniform < keep is True with probability keep.",
            "What is the derivative of a kept output for its input? Of a dropped one?",
        ),
        mistakes={
            "What is kept is not divided by keep, so the mean of the output is too "
            "small.": lambda x, dy, u, keep: (x * (u < keep), dy * (u < keep)),
            "The output is right, but its gradient lacks the division by keep.": (
                lambda x, dy, u, keep: (dropout(x, dy, u, keep)[0], dy * (u < keep))
            ),
            "The gradient went through the dropped numbers as well. Their output is 0 "
            "whatever x is.": lambda x, dy, u, keep: (dropout(x, dy, u, keep)[0], dy),
            "keep was taken for the share that is dropped.": (
                lambda x, dy, u, keep: dropout(x, dy, u, 1 - keep)
            ),
            "The wrong ones are kept: keep where uniform < keep.": (
                lambda x, dy, u, keep: (x * (u >= keep) / keep, dy * (u >= keep) / keep)
            ),
            "This multiplies by keep; divide what is kept by it.": (
                lambda x, dy, u, keep: (x * (u < keep) * keep, dy * (u < keep) * keep)
            ),
        },
    ),
    Question(
        homework="03",
        reference=decay_step,
        inputs=lambda rng: [
            (np.array([1.0, -2]), np.array([0.5, 0]), 0.1, 0.3),
            (*rng.normal(size=(2, 3, 2)), 0.2, 0.5),
        ],
        hints=(
            "What is the gradient of loss plus penalty? One step of SGD with that.",
            "Multiply out: by which factor does w shrink where the gradient is 0?",
        ),
        mistakes={
            "The decay lacks the rate: with a rate of 0 the weights still fade.": (
                lambda w, g, rate, beta: (1 - beta) * w - rate * g
            ),
            "The penalty makes the weights grow: the sign of its gradient is wrong.": (
                lambda w, g, rate, beta: w - rate * (g - beta * w)
            ),
            "The weights shrink after the step here; both gradients are taken at the "
            "old w.": lambda w, g, rate, beta: (1 - rate * beta) * (w - rate * g),
            "The gradient of beta / 2 times w² is beta w: the ½ has cancelled.": (
                lambda w, g, rate, beta: w - rate * (g + beta / 2 * w)
            ),
            "The decay is missing.": lambda w, g, rate, beta: w - rate * g,
        },
    ),
    Question(
        homework="03",
        reference=sub_networks,
        hints=(
            "How many with one unit? With two?",
            "Each further unit is there or not, so the number doubles.",
        ),
        mistakes={
            "Every unit doubles the number; it does not add 2.": lambda: 2 * 12,
            "It is two choices for each of twelve units, not twelve for each of two.": (
                lambda: 12**2
            ),
            "The network in which every unit is dropped counts as well.": (
                lambda: 2**12 - 1
            ),
            "This counts the networks in which exactly six units are left.": lambda: (
                924
            ),
        },
    ),
)
