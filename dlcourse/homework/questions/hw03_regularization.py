"""Homework 03: ridge, early stopping, choosing by validation."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_EXP, SUMS, twins


def ridge(x, y, beta):
    """w and b at the minimum of |y - x w - b|^2 / 2 + beta |w|^2 / 2, beta > 0."""
    centred = x - x.mean(axis=0)
    inner = centred.T @ centred + beta * np.eye(x.shape[1])
    w = np.linalg.solve(inner, centred.T @ (y - y.mean()))
    return w, y.mean() - x.mean(axis=0) @ w


def without_bias(x, y, beta):
    """The line through the origin."""
    w = np.linalg.solve(x.T @ x + beta * np.eye(x.shape[1]), x.T @ y)
    return w, 0.0


def bias_of_the_mean(x, y, beta):
    """Forgets the mean of the features in the bias."""
    return ridge(x, y, beta)[0], y.mean()


def fades_the_bias(x, y, beta):
    """Punishes the bias as well: a column of ones like the others."""
    w, _ = without_bias(np.column_stack([x, np.ones(len(x))]), y, beta)
    return w[:-1], w[-1]


def bias_afterwards(x, y, beta):
    """Fits the line through the origin, and moves it afterwards."""
    w, _ = without_bias(x, y, beta)
    return w, (y - x @ w).mean()


def regressions(rng):
    """Two features to be read; more examples than features, and fewer."""
    x = np.array([[1.0, 0], [0, 2], [1, 1]])
    y = np.array([1.0, 2, 3])
    unlike = x * [1, 100]  # a descent takes thousands of steps
    drawn = twins(a_regression, rng, (8, 3, 3.0), (8, 3, 0.5))
    return [(x, y, 2.0), (unlike, y, 0.01), *drawn, a_regression(rng, 3, 5, 1.5)]


def a_regression(rng, n, f, beta):
    """n examples of f features."""
    return rng.normal(size=(n, f)), rng.normal(size=n), beta


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
    """Curves that jitter, stop, and do not stop; some are of one length."""
    jitter = np.array([9.0, 7, 8, 6, 7, 6.5, 5, 6, 5.5, 5.2, 4, 3])
    falls = np.array([5.0, 4, 3, 2, 1.5])
    drawn = 1 / np.arange(1, 31) + rng.normal(0, 0.05, 30)
    late = np.array([3.0, 2, 4, 2.5, 2.2, 1, 0.5])
    soon = np.array([3.0, 4, 5, 1, 6, 6, 0])
    curves = [(jitter, 3), (falls, 2), (drawn, 4), (drawn, 2), (late, 3)]
    return [*curves, (late, 4), (soon, 2), (soon[:4], 1)]


def choose_network(validation, test):
    """The network, its mean test error, and the standard error of that mean."""
    best = int(np.argmin(validation.mean(axis=1)))
    return best, *mean_error(test[best])


def mean_error(errors):
    """A mean over seeds and its standard error."""
    return errors.mean(), errors.std(ddof=1) / np.sqrt(len(errors))


def chosen_by(rule):
    """`choose_network` with another rule, a function of both tables."""

    def mistaken(validation, test):
        best = int(rule(validation, test))
        return best, *mean_error(test[best])

    return mistaken


def with_spread(of):
    """`choose_network` with another spread, a function of the test errors."""

    def mistaken(validation, test):
        best, error, _ = choose_network(validation, test)
        return best, error, of(test[best])

    return mistaken


def tables(rng):
    """Three networks to be read, then four with five seeds each."""
    validation = np.array([[10.0, 12, 14], [11, 11, 11], [9, 16, 17]])
    test = np.array([[11.0, 13, 12], [12, 14, 13], [10, 12, 11]])
    return [(validation, test), *twins(four_networks, rng, (1,), (3,), (2,))]


def four_networks(rng, best):
    """Errors of four networks, with five seeds each."""
    validation, test = rng.uniform(10, 14, (2, 4, 5))
    validation[best] -= 4
    return validation, test


QUESTIONS = (
    Question(
        homework="03",
        reference=ridge,
        inputs=regressions,
        edges={
            "zero": (np.array([[1.0, 0], [2, 0]]), np.array([1.0, 3]), 0.5),
            "integer": (np.array([[1, 0], [2, 1]]), np.array([1, 3]), 2),
        },
        spared=SUMS,
        points=2,
        results=("w", "b"),
        hints=(
            "Set the derivative for b to 0 first: what is b, if w is known?",
            "b = mean(y) - mean(x) @ w. Put that in: what is left is ridge without a "
            "bias, on x and y from which the means were taken.",
            "(X'X + beta I) w = X'y with the centred X and y, X' the transposed of X; "
            "np.linalg.solve(a, c) gives the w with a @ w = c.",
        ),
        mistakes={
            "There is no bias here: the line goes through the origin.": without_bias,
            "The bias is punished too. A shift of all y should move b alone.": (
                fades_the_bias
            ),
            "The weights were found without the bias, which changes their task.": (
                bias_afterwards
            ),
            "b is the mean of y only where the features have a mean of 0.": (
                bias_of_the_mean
            ),
            "The penalty is missing: this is least squares.": (
                lambda x, y, beta: ridge(x, y, 1e-13)
            ),
            "This is for a mean of squares. The loss here is their sum.": (
                lambda x, y, beta: ridge(x, y, beta * len(x))
            ),
            "The penalty counts twice: it has a factor of ½, as the loss has.": (
                lambda x, y, beta: ridge(x, y, 2 * beta)
            ),
        },
    ),
    Question(
        homework="03",
        reference=early_stop,
        inputs=validation_losses,
        edges={
            "tie": (np.array([3.0, 2, 2, 2, 1]), 2),
            "zero": (np.array([1.0, 0, 0.5, 0.25, -1]), 2),
            "nan": (np.array([2.0, np.nan, 1, np.nan, np.nan, 0.5]), 2),
            "integer": (np.array([5, 3, 4, 4, 2]), 2),
            "too large": (np.array([1e300, 3.0, 1e308, 2.0]), 9),
        },
        spared={"empty": NEVER_EMPTY},
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
        reference=choose_network,
        inputs=tables,
        edges={
            "tie": (np.array([[9.0, 7], [8, 8], [6, 10]]), np.array([[5.0, 6]] * 3)),
            "zero": (np.array([[1.0, 0], [0, 0]]), np.array([[0.0, 1], [2, 0]])),
            "integer": (np.array([[5, 6], [4, 6]]), np.array([[7, 8], [6, 9]])),
        },
        spared={
            "nan": "A seed whose training broke is not in the table.",
            "empty": NEVER_EMPTY,
            "too large": NO_EXP,
        },
        points=3,
        results=("network", "error", "spread"),
        hints=(
            "Which of the two tables may the choice look at? Every network has several "
            "seeds: what stands for it?",
            "The test errors of the chosen network alone: their mean over the seeds.",
            "How far would that mean move with other seeds? errors.std(ddof=1) divided "
            "by the root of the number of seeds.",
        ),
        mistakes={
            "The choice looked at the test set, which is then no test any more.": (
                chosen_by(lambda validation, test: test.mean(axis=1).argmin())
            ),
            "The network with the one luckiest seed was taken; take the least mean.": (
                chosen_by(lambda validation, test: validation.min(axis=1).argmin())
            ),
            "This takes the largest error.": (
                chosen_by(lambda validation, test: validation.mean(axis=1).argmax())
            ),
            "The error is that of the validation set, by which the network was chosen: "
            "too good.": lambda validation, test: (
                choose_network(validation, test)[0],
                *mean_error(validation[choose_network(validation, test)[0]]),
            ),
            "The spread of single seeds; a mean of n is √n times as sure.": (
                with_spread(lambda errors: errors.std(ddof=1))
            ),
            "The spread divides by n - 1, as the mean was taken from the same numbers: "
            "ddof=1.": with_spread(lambda errors: errors.std() / np.sqrt(len(errors))),
            "This is a variance; the spread is its root.": (
                with_spread(lambda errors: errors.var(ddof=1) / len(errors))
            ),
        },
    ),
)
