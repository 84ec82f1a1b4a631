"""Homework 26: backpropagation through time, and what a state still knows."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import NEVER_EMPTY, NO_ORDER, PASSES, twins


def rnn_backward(x, w, u, b, dh):
    """Gradients for the kernel, the recurrent matrix and the biases."""
    return backward(x, w, u, b, dh)


def states(x, w, u, b):
    """The sums (t, n), and the states (t + 1, n): the first one is 0."""
    sums, h = np.zeros((len(x), len(u))), np.zeros((len(x) + 1, len(u)))
    for t in range(len(x)):
        sums[t] = x[t] @ w + h[t] @ u + b
        h[t + 1] = np.tanh(sums[t])
    return sums, h


def slope_of(s):
    """The derivative of tanh at the sums."""
    return 1 - np.tanh(s) ** 2


def backward(x, w, u, b, dh, slope=slope_of, back=np.transpose, sloped=True, state=0):
    """`rnn_backward`; a mistake has another slope, or goes back in another way."""
    sums, h = states(x, w, u, b)
    ds, later = np.zeros(sums.shape), 0
    for t in range(len(x))[::-1]:
        of_tanh = slope(sums[t])
        ds[t] = (dh[t] + later) * of_tanh if sloped else dh[t] * of_tanh + later
        later = ds[t] @ back(u)
    return x.T @ ds, h[state : state + len(x)].T @ ds, ds.sum(axis=0)


def each_for_itself(u):
    """Nothing goes back from one state to the one before."""
    return 0 * u


def last_step_alone(x, w, u, b, dh):
    """Only what comes from above at the end."""
    return backward(x, w, u, b, np.concatenate([0 * dh[:-1], dh[-1:]]))


def one_step_back(x, w, u, b, dh):
    """What comes from above goes back one step, and ends there."""
    sums, h = states(x, w, u, b)
    own = dh * slope_of(sums)
    ds = own.copy()
    ds[:-1] += own[1:] @ u.T * slope_of(sums[:-1])
    return x.T @ ds, h[:-1].T @ ds, ds.sum(axis=0)


def towards_the_end(x, w, u, b, dh):
    """What comes from above is handed on to later steps."""
    sums, h = states(x, w, u, b)
    ds, before = np.zeros(sums.shape), 0
    for t in range(len(x)):
        ds[t] = (dh[t] + before) * slope_of(sums[t])
        before = ds[t] @ u.T
    return x.T @ ds, h[:-1].T @ ds, ds.sum(axis=0)


def averaged(x, w, u, b, dh):
    """Means over the steps."""
    return tuple(d / len(x) for d in backward(x, w, u, b, dh))


def sequences(rng):
    """Two steps of one unit to be read, then six steps of three units."""
    by_hand = (
        np.array([[1.0], [0.0]]),
        np.array([[0.5]]),
        np.array([[2.0]]),
        np.array([0.0]),
        np.array([[0.0], [1.0]]),
    )

    def drawn(rng, size):
        shapes = (6, 2), (2, 3), (3, 3), (3,), (6, 3)
        return tuple(rng.normal(0, size, shape) for shape in shapes)

    return [by_hand, *twins(drawn, rng, (0.5,), (1.0,), (0.7,))]


def recalled(x, w, u, half, lags):
    """Share of the input of k steps ago that a readout of the state does not know."""
    return lost(x, w, u, half, lags)


def run(x, w, u, activation=np.tanh):
    """The states (t, n) of a network that reads one number at each step."""
    h, found = np.zeros(len(w)), []
    for number in x:
        h = activation(number * w + h @ u)
        found.append(h)
    return np.array(found)


def with_constant(h):
    """States, and a 1 beside them."""
    return np.column_stack([h, np.ones(len(h))])


def fitted_to(states, y):
    """The readout, by least squares; LAPACK writes a line where a number is none."""
    if not (np.isfinite(states).all() and np.isfinite(y).all()):
        raise ValueError("Least squares need finite numbers.")
    return np.linalg.lstsq(states, y, rcond=None)[0]


def past(x, lag):
    """The input of so many steps ago; before the beginning the end comes round."""
    return np.roll(x, lag)


def lost(
    x,
    w,
    u,
    half,
    lags,
    features=with_constant,
    target=past,
    fitted=lambda lags, half, count: slice(lags - 1, half),
    tested=lambda half: slice(half, None),
    scale=lambda known, asked: asked.var(),
    activation=np.tanh,
):
    """`recalled`; a mistake fits or tests on other steps, or has other targets."""
    states, shares = features(run(x, w, u, activation)), []
    fit, test = fitted(lags, half, len(x)), tested(half)
    for lag in range(lags):
        y = target(x, lag)
        readout = fitted_to(states[fit], y[fit])
        error = states[test] @ readout - y[test]
        shares.append(np.mean(error**2) / scale(y[fit], y[test]))
    return np.array(shares)


def one_readout(x, w, u, half, lags):
    """What was fitted to the input of now is asked for those before."""
    states, known = with_constant(run(x, w, u)), slice(lags - 1, half)
    readout = fitted_to(states[known], x[known])
    asked = [np.roll(x, lag)[half:] for lag in range(lags)]
    return [np.mean((states[half:] @ readout - y) ** 2) / y.var() for y in asked]


def listeners(rng):
    """One unit to be read, then five that hear 80 numbers."""
    by_hand = np.array([1.0, -1, 1, 1, -1, 1, -1, -1])
    by_hand = by_hand, np.array([1.0]), np.array([[0.5]]), 5, 2

    def drawn(rng, half, lags, radius):
        w, u = rng.normal(0, 0.6, 5), np.linalg.qr(rng.normal(size=(5, 5)))[0]
        return rng.uniform(-1, 1, 80), w, radius * u, half, lags

    variants = (50, 4, 0.9), (40, 6, 0.7), (56, 5, 0.5)
    return [by_hand, *twins(drawn, rng, *variants)]


BACKWARD = Question(
    homework="26",
    reference=rnn_backward,
    inputs=sequences,
    edges={
        "zero": (
            np.zeros((3, 2)),
            np.array([[1.0, 2], [3, 4]]),
            np.array([[0.0, 1], [-2, 0.5]]),
            np.zeros(2),
            np.array([[1.0, 0], [0, 1], [2, 3]]),
        ),
        "integer": (
            np.array([[1, 0], [0, 2], [1, 1]]),
            np.array([[1, 0], [0, -1]]),
            np.array([[1, -1], [1, 0]]),
            np.array([0, 1]),
            np.array([[1, 0], [0, 1], [1, 2]]),
        ),
        "too large": (
            np.array([[900.0], [-900], [0.2]]),
            np.array([[1.0, -2]]),
            np.array([[0.5, 0], [0.25, -0.5]]),
            np.array([0.0, 0.5]),
            np.array([[1.0, 2], [3, 4], [5, 6]]),
        ),
    },
    spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
    points=3,
    results=("dw", "du", "db"),
    hints=(
        "Go forward first, and keep all states, the one at the beginning as well.",
        "Then from the last step to the first. Two ways lead from a state to the loss: "
        "the direct one, and the one through the next state.",
        "ds[t] = (dh[t] + ds[t + 1] @ u.T) * (1 - h[t]**2). The three matrices are "
        "used at every step: their gradients are sums over the steps.",
    ),
    mistakes={
        "A state acts on the loss through the next states as well.": (
            partial(backward, back=each_for_itself)
        ),
        "What came back one step goes further back.": one_step_back,
        "What comes from above at the earlier steps is missing.": last_step_alone,
        "The gradient goes from the end to the beginning.": towards_the_end,
        "The way back goes through the transposed matrix.": (
            partial(backward, back=lambda u: u)
        ),
        "The slope of tanh is missing.": partial(backward, slope=lambda s: 1),
        "The slope is 1 - tanh², of the state, not of the sum.": (
            partial(backward, slope=lambda s: 1 - s**2)
        ),
        "That is the slope of a sigmoid.": (
            partial(backward, slope=lambda s: np.tanh(s) * (1 - np.tanh(s)))
        ),
        "What comes back from the next step passes this step's tanh, too.": (
            partial(backward, sloped=False)
        ),
        "U meets the state of the step before.": partial(backward, state=1),
        "The loss is a sum over the steps, and so are the gradients.": averaged,
    },
)
RECALLED = Question(
    homework="26",
    reference=recalled,
    inputs=listeners,
    edges={
        "zero": (
            np.array([0.5, -1, 0.25, 1, -0.5, 0.75, -0.25, 0.1]),
            np.array([1.0, 0]),
            np.array([[0.5, 0], [0, 0.5]]),
            5,
            2,
        ),
        "integer": (
            np.array([1, -1, 0, 1, 1, -1, 0, -1, 1]),
            np.array([1, -1]),
            np.array([[0, 1], [-1, 0]]),
            6,
            3,
        ),
    },
    spared={
        "tie": NO_ORDER,
        "nan": "A sequence has no gaps.",
        "empty": NEVER_EMPTY,
        "too large": "NumPy's tanh takes any number.",
    },
    points=2,
    hints=(
        "Run the network once and keep the states (t, n). A column of ones beside them "
        "is the constant.",
        "For each lag: which steps have an input of so long ago, and belong to the "
        "first part? np.linalg.lstsq finds the readout.",
        "For lag k the targets of the steps a to b - 1 are x[a - k : b - k].",
    ),
    mistakes={
        "It is tested on the steps that it was fitted to.": (
            partial(lost, tested=lambda half: slice(None, half))
        ),
        "The readout has seen the steps that it is tested on.": (
            partial(lost, fitted=lambda lags, half, count: slice(lags - 1, None))
        ),
        "That is the input that will come, not one that has been.": (
            partial(lost, target=lambda x, lag: np.roll(x, -lag))
        ),
        "The readout has a constant, too.": partial(lost, features=lambda h: h),
        "The first steps have no such past: leave them out.": (
            partial(lost, fitted=lambda lags, half, count: slice(0, half))
        ),
        "Each lag has a readout of its own.": one_readout,
        "Lag 0 is the input of the same step.": (
            partial(lost, target=lambda x, lag: np.roll(x, lag + 1))
        ),
        "Divide by the variance of the targets that are asked for.": (
            partial(lost, scale=lambda known, asked: known.var())
        ),
        "The variance is about the mean.": (
            partial(lost, scale=lambda known, asked: np.mean(asked**2))
        ),
        "The network has a tanh.": partial(lost, activation=lambda s: s),
        "The state is a row: h U, not U h.": (
            lambda x, w, u, half, lags: lost(x, w, u.T, half, lags)
        ),
        "That is the share that is kept.": (lambda *given: 1 - lost(*given)),
        "It is a share of the variance, not of the standard deviation.": (
            lambda *given: np.sqrt(lost(*given))
        ),
    },
)
QUESTIONS = BACKWARD, RECALLED
