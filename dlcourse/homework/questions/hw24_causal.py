"""Homework 24: back through a causal convolution, and a sound in pieces."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    LINEAR,
    NO_EXP,
    NO_ORDER,
    PASSES,
    SMOOTH,
    twins,
)


def causal_backward(x, kernel, dilation, dy):
    """Gradients for the input and for the kernel of a dilated causal convolution."""
    return backward(x, kernel, dilation, dy)


def delays(taps, dilation):
    """By how many samples each tap looks back; the last one reads now."""
    return dilation * np.arange(taps)[::-1]


def moved(x, steps):
    """x so many steps later, or earlier where they are negative; zeros come in."""
    found, n = np.zeros(x.shape), len(x)
    steps = int(np.clip(steps, -n, n))
    found[max(steps, 0) : n + min(steps, 0)] = x[max(-steps, 0) : n - max(steps, 0)]
    return found


def rolled(x, steps):
    """As `moved`, but the end comes in at the beginning."""
    return np.roll(x, steps, axis=0)


def backward(
    x, kernel, dilation, dy, back=delays, reads=delays, shift=moved, turned=True
):
    """`causal_backward`; a mistake has other delays, or shifts in another way."""
    dx, dkernel = np.zeros(x.shape), np.zeros(kernel.shape)
    for tap, delay in enumerate(back(len(kernel), dilation)):
        dx += shift(dy, -delay) @ (kernel[tap].T if turned else kernel[tap])
    for tap, delay in enumerate(reads(len(kernel), dilation)):
        dkernel[tap] = shift(x, delay).T @ dy
    return dx, dkernel


def both_with(delays_of):
    """`backward` with other delays on both ways."""
    return partial(backward, back=delays_of, reads=delays_of)


def centred(taps, dilation):
    """As many samples ahead as back."""
    return delays(taps, dilation) - (taps - 1) * dilation // 2


def averaged(x, *more):
    """Means over the time."""
    return tuple(d / len(x) for d in backward(x, *more))


def where_all_taps_read(x, kernel, dilation, dy):
    """Without the outputs that read a zero from before the beginning."""
    late = np.arange(len(x)) >= (len(kernel) - 1) * dilation
    return backward(x, kernel, dilation, dy * late[:, None])


def sounds(rng):
    """Three samples of one channel to be read, then seven of two."""
    numbers = [[1.0], [2], [3]], [[[10.0]], [[1.0]]], [[1.0], [0], [5]]
    x, kernel, dy = map(np.array, numbers)

    def drawn(rng, dilation):
        x, kernel = rng.normal(size=(7, 2)), rng.normal(size=(3, 2, 2))
        return x, kernel, dilation, rng.normal(size=(7, 2))

    return [(x, kernel, 2, dy), *twins(drawn, rng, (1,), (2,), (4,))]


def next_piece(kept, piece, kernel, dilation):
    """Outputs of a causal convolution for a piece, and the last inputs."""
    return go_on(kept, piece, kernel, dilation)


def last_of_both(kept, piece):
    """The last inputs, as many as there were, whichever piece they come from."""
    return np.concatenate([kept, piece])[len(piece) :]


def last_of_piece(kept, piece):
    """The last inputs of this piece, though it may be shorter."""
    return piece[-len(kept) :]


def from_the_end(kept, taps, dilation):
    """Where the earliest tap of the first output reads, in kept and piece."""
    return len(kept) - (taps - 1) * dilation


def from_the_beginning(kept, taps, dilation):
    """As if no more were kept than is needed."""
    return 0


def go_on(
    kept,
    piece,
    kernel,
    dilation,
    keep=last_of_both,
    begin=from_the_end,
    order=slice(None),
    before=lambda kept: kept,
):
    """`next_piece`; a mistake keeps, begins, or orders in another way."""
    joined, taps = np.concatenate([before(kept), piece]), kernel[order]
    first, out = begin(kept, len(taps), dilation), 0.0
    for tap, weights in enumerate(taps):
        out = out + joined[first + tap * dilation :][: len(piece)] @ weights
    return out, keep(kept, piece)


def filled_up_with_zeros(kept, piece):
    """Zeros before a piece that is too short."""
    return last_of_both(0 * kept, piece)


def all_where_none_is_asked(kept, piece):
    """The slice [-0:] has all of an array."""
    return np.concatenate([kept, piece])[-len(kept) :]


def one_too_early(kept, piece):
    """Without the newest input."""
    return np.concatenate([kept[:1], kept, piece])[len(piece) : -1]


def outputs_kept(kept, piece, kernel, dilation):
    """Keeps what comes out, one number for all channels where they differ."""
    out, inputs = go_on(kept, piece, kernel, dilation)
    if out.shape[1] != kept.shape[1]:
        out = out.mean(axis=1, keepdims=True) + 0 * piece
    return out, last_of_both(inputs, out)


def pieces(rng):
    """A piece of two samples to be read, then one of five; and a single tap."""
    kept, piece = np.array([[7.0], [1], [2]]), np.array([[3.0], [4]])
    by_hand = kept, piece, np.array([[[10.0]], [[1.0]]]), 2
    one_tap = np.zeros((0, 2)), rng.normal(size=(3, 2)), rng.normal(size=(1, 2, 3)), 1

    def drawn(rng, dilation):
        kept, piece = rng.normal(size=(9, 2)), rng.normal(size=(5, 2))
        return kept, piece, rng.normal(size=(3, 2, 2)), dilation

    return [by_hand, *twins(drawn, rng, (1,), (2,), (4,)), one_tap]


BACKWARD = Question(
    homework="24",
    reference=causal_backward,
    inputs=sounds,
    edges={
        "integer": (
            np.array([[1, 0], [2, -1], [0, 3]]),
            np.array([[[0.5, 1], [1, -1]], [[2, 0.25], [0, 1]]]),
            1,
            np.array([[0.5, 1], [0, 1], [-1.5, 2]]),
        )
    },
    spared=LINEAR,
    points=2,
    results=("dx", "dkernel"),
    hints=(
        "Write down which outputs read x[s]. They are those at s and after it.",
        "Tap i looks (taps - 1 - i) * dilation samples back. Each tap by itself is a "
        "matrix product of shifted arrays.",
        "With that delay D: dx[: n - D] gets dy[D:] @ kernel[i].T, and dkernel[i] is "
        "x[: n - D].T @ dy[D:]. And where D is more than n?",
    ),
    mistakes={
        "The gradient comes from later outputs, not from earlier ones.": (
            partial(backward, back=lambda taps, d: -delays(taps, d))
        ),
        "The last tap reads the sample of now, the first one looks back farthest.": (
            both_with(lambda taps, d: delays(taps, d)[::-1])
        ),
        "The taps are `dilation` samples apart.": (
            both_with(lambda taps, d: delays(taps, 1))
        ),
        "Before the beginning and after the end are zeros: nothing comes round.": (
            partial(backward, shift=rolled)
        ),
        "The convolution is causal: no tap reads what comes.": both_with(centred),
        "Back through a matrix goes its transpose.": partial(backward, turned=False),
        "The kernel's taps read x at other times than now.": (
            partial(backward, reads=lambda taps, d: 0 * delays(taps, d))
        ),
        "The gradient for x has delays as well.": (
            partial(backward, back=lambda taps, d: 0 * delays(taps, d))
        ),
        "Outputs of which one tap reads a zero count as well.": where_all_taps_read,
        "The loss is a sum over the time, and so are the gradients.": averaged,
    },
)
PIECE = Question(
    homework="24",
    reference=next_piece,
    inputs=pieces,
    edges={
        "empty": (
            np.array([[1.5, 2], [3, 4], [5, 6]]),
            np.zeros((0, 2)),
            np.array([[[1.0], [2]], [[3], [4]]]),
            2,
        ),
        "integer": (
            np.array([[1, 2], [3, 4], [5, 6]]),
            np.array([[7.5, 0.5]]),
            np.array([[[0.5, 1], [2, 0.25]], [[1, 0], [0.75, 4]]]),
            2,
        ),
    },
    spared={
        "tie": NO_ORDER,
        "zero": SMOOTH,
        "nan": PASSES,
        "too large": NO_EXP,
    },
    points=2,
    results=("out", "kept"),
    hints=(
        "Join kept and piece. At which place of the two stands the sample of now, for "
        "the first output? And which places do the other taps read?",
        "What shall be kept if the piece has one sample, and three are needed?",
        "The last len(kept) of kept and piece together. (A slice [-n:] has all of it "
        "where n is 0.)",
    ),
    mistakes={
        "More may be kept than is read: count back from now. And a piece may be "
        "shorter than what is kept.": (
            partial(go_on, keep=last_of_piece, begin=from_the_beginning)
        ),
        "A piece may be shorter than what is kept.": (
            partial(go_on, keep=last_of_piece)
        ),
        "More may be kept than is read: count back from now.": (
            partial(go_on, begin=from_the_beginning)
        ),
        "A slice [-n:] has all of an array where n is 0.": (
            partial(go_on, keep=all_where_none_is_asked)
        ),
        "What was kept before is still needed, zeros are no sound.": (
            partial(go_on, keep=filled_up_with_zeros)
        ),
        "Before the piece comes what was kept, not silence.": (
            partial(go_on, before=lambda kept: 0 * kept)
        ),
        "The last tap reads the sample of now.": (
            partial(go_on, order=slice(None, None, -1))
        ),
        "The sample of now is read as well: the delays are one too many.": (
            partial(go_on, begin=lambda *given: from_the_end(*given) - 1)
        ),
        "The newest input has to be kept as well.": partial(go_on, keep=one_too_early),
        "The newest input is the last one that is kept.": (
            partial(go_on, keep=lambda *given: last_of_both(*given)[::-1])
        ),
        "That is what was kept before; the piece is missing.": (
            partial(go_on, keep=lambda kept, piece: kept)
        ),
        "Its inputs are kept, not its outputs.": outputs_kept,
    },
)
QUESTIONS = BACKWARD, PIECE
