"""Homework 16: kernels of a block in another order, and connections that are cut."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_EXP,
    SUMS,
    twins,
)
from dlcourse.homework.questions.hw15_removed import last_of_ties, ring, share_of_wrong


def reordered(kernel, k0, k):
    """A kernel that reads the newest maps first, for maps in the order of writing."""
    return kernel[:, :, newest_first(kernel.shape[2], k0, k)]


def newest_first(c, k0, k):
    """Where each map of [x, y_1, .. y_m] stands in [y_m, .. y_1, x]."""
    layers = np.arange(c - k0).reshape(-1, k)[::-1].ravel()
    return np.concatenate([np.arange(c - k0, c), layers])


def layers_alone(kernel, k0, k):
    """The layers are turned round, x stays behind them."""
    return kernel[:, :, np.roll(newest_first(kernel.shape[2], k0, k), -k0)]


def turned_back(kernel, k0, k):
    """From our order to theirs."""
    return kernel[:, :, np.argsort(newest_first(kernel.shape[2], k0, k))]


def kernels_of_readers(rng):
    """Four maps to be read, then twelve maps that were written in different ways."""

    def some(rng, k0, k):
        return rng.normal(size=(3, 3, 12, 2)), k0, k

    by_hand = np.array([[[[5.0], [6], [7], [8]]]])
    drawn = twins(some, rng, (4, 2), (6, 3), (2, 5))
    return [(by_hand, 2, 1), *drawn, (rng.normal(size=(3, 3, 4, 2)), 4, 2)]


def cut_off(x, labels, kernels, head):
    """The error where a reader does not read a source: (layers + 1, layers + 1)."""
    return cut_all(x, labels, kernels, head)


def outputs(x, kernels, head, cut, nonlinearity=lambda z: np.maximum(z, 0)):
    """What the network gives; ``cut(reader)`` says which maps it does not read."""
    maps = x
    for reader, kernel in enumerate([*kernels, head]):
        c = maps.shape[1]
        read = maps * ~np.isin(np.arange(c), cut(reader))
        if reader == len(kernels):
            return read @ head
        maps = np.hstack([maps, nonlinearity(read @ kernel[:c])])


def maps_of(source, x, kernels):
    """The numbers of the maps that a source has written."""
    k0, k = x.shape[1], kernels.shape[2]
    begin = k0 + k * (source - 1) if source else 0
    return np.arange(begin, begin + (k if source else k0))


def cut_all(
    x,
    labels,
    kernels,
    head,
    cut=lambda reader, wanted: reader == wanted,
    maps=maps_of,
    answer=outputs,
    measure=share_of_wrong,
):
    """`cut_off`, and what becomes of it by a mistake."""
    count = len(kernels) + 1
    errors = np.full((count, count), np.nan)
    for source, reader in zip(*np.triu_indices(count), strict=True):
        own = maps(source, x, kernels)
        given = answer(x, kernels, head, lambda r: own if cut(r, reader) else [])  # noqa: B023
        errors[source, reader] = measure(given, labels)
    return errors


def risen(x, labels, kernels, head):
    """What the error has gone up by."""
    whole = share_of_wrong(outputs(x, kernels, head, lambda reader: []), labels)
    return cut_off(x, labels, kernels, head) - whole


def all_rows(x, kernels, head, cut):
    """Multiplies with the unused rows as well: nan times 0."""
    k0, k = x.shape[1], kernels.shape[2]
    maps = np.zeros((len(x), k0 + k * len(kernels)))
    maps[:, :k0] = x
    for reader, kernel in enumerate(kernels):
        read = maps * ~np.isin(np.arange(maps.shape[1]), cut(reader))
        begin = k0 + k * reader
        maps[:, begin : begin + k] = np.maximum(read[:, : len(kernel)] @ kernel, 0)
    return maps * ~np.isin(np.arange(maps.shape[1]), cut(len(kernels))) @ head


# A block of three layers that each write two maps, and a head, trained to find the
# points of a ring. A layer reads what was written before it.
nan = np.nan
KERNELS = np.array(
    [
        [[0.6, -1.2], [1.1, 0], [-0.4, 0.3], *[[nan, nan]] * 4],
        [
            [-1.5, -0.5],
            [1, 0.5],
            [-1, 2.5],
            [0.9, -0.1],
            [-0.2, -0.7],
            *[[nan, nan]] * 2,
        ],
        [
            [1.3, -0.1],
            [-1.9, 0.8],
            [-0.9, 0.6],
            [3.6, -3.8],
            [1.6, -1.5],
            [1.5, -4.8],
            [-2, 2.9],
        ],
    ]
)
HEAD = np.array(
    [
        [-1.7, 3.8],
        [1.6, -1.7],
        [-2.1, 5.4],
        [1.7, 1.3],
        [-1.1, 0.3],
        [2.3, -1.7],
        [-3.2, 2.4],
        [4.8, -3.7],
        [1.4, -3.1],
    ]
)
BY_HAND = (
    np.array([[1.0]]),
    np.array([0]),
    np.array([[[2.0]]]),
    np.array([[3.0, 0], [0, 1]]),
)


def dense_networks(rng):
    """One layer to be read, the trained block, and any blocks."""

    def some(rng):
        kernels = rng.normal(size=(3, 7, 2))
        kernels[0, 3:], kernels[1, 5:] = nan, nan
        x, labels = rng.normal(size=(17, 3)), rng.integers(3, size=17)
        return x, labels, kernels, rng.normal(size=(9, 3))

    return [BY_HAND, (*ring(rng, 60), KERNELS, HEAD), *twins(some, rng, (), (), ())]


QUESTIONS = (
    Question(
        homework="16",
        reference=reordered,
        inputs=kernels_of_readers,
        edges={"integer": (np.arange(1, 7).reshape(1, 1, 6, 1), 2, 2)},
        spared=SUMS | {"zero": "Its numbers are moved, and not changed."},
        points=2,
        hints=(
            "Write the maps with k0 = 2, k = 1 and two layers: theirs are y2, y1, x, "
            "x. Which row of the kernel belongs to which?",
            "Cut the axis of the maps into pieces: one for each layer, one for x. The "
            "pieces change places; within a piece nothing moves.",
            "The last k0 maps come first. The others are pieces of k, the last piece "
            "first: reshape(3, 3, -1, k, filters)[:, :, ::-1].",
        ),
        mistakes={
            "Within a piece nothing moves: this turns all maps round, one by one.": (
                lambda kernel, k0, k: kernel[:, :, ::-1]
            ),
            "x comes first now; the layers still stand newest first.": (
                lambda kernel, k0, k: np.roll(kernel, k0, axis=2)
            ),
            "The layers are in order; x has to stand before them.": layers_alone,
            "This goes from our order to theirs.": turned_back,
            "k maps belong together, in pieces, not every k-th.": (
                lambda kernel, k0, k: kernel[
                    :,
                    :,
                    [
                        *range(kernel.shape[2] - k0, kernel.shape[2]),
                        *np.arange(kernel.shape[2] - k0).reshape(-1, k).T.ravel(),
                    ],
                ]
            ),
            "This turns the filters round; the maps that are read have another axis.": (
                lambda kernel, k0, k: reordered(kernel, k0, k)[..., ::-1]
            ),
        },
    ),
    Question(
        homework="16",
        reference=cut_off,
        inputs=dense_networks,
        edges={
            "tie": (*BY_HAND[:3], np.array([[2.0, 0], [0, 1]])),
            "zero": (0 * BY_HAND[0], *BY_HAND[1:]),
            "nan": (  # what the first layer cannot read
                np.array([[1.0], [2]]),
                np.array([0, 1]),
                np.array([[[2.0], [nan]], [[1.0], [-1]]]),
                np.array([[3.0, 0], [0, 1], [0, 2]]),
            ),
            "integer": (np.array([[1], [2], [3]]), np.array([0, 1, 0]), *BY_HAND[2:]),
        },
        spared={"empty": NEVER_EMPTY, "too large": NO_EXP},
        points=2,
        hints=(
            "Write the block as a loop first: maps = np.hstack([maps, new maps]). How "
            "many rows of each kernel are used?",
            "The reader that is cut sees zeros where the source has written. All other "
            "readers see the maps as they are.",
            "Source 0 has the first k0 maps, source s the k maps from k0 + k (s - 1) "
            "on. For one reader: read = maps.copy(); read[:, begin:end] = 0.",
        ),
        mistakes={
            "One reader is cut; the others still read what the source has written.": (
                partial(cut_all, cut=lambda reader, wanted: reader >= wanted)
            ),
            "The source is silenced for all of its readers; cut one connection.": (
                partial(cut_all, cut=lambda reader, wanted: True)
            ),
            "Where there is no connection, write nan.": (
                lambda *given: np.nan_to_num(cut_off(*given))
            ),
            "Rows are sources, columns are readers.": lambda *given: cut_off(*given).T,
            "That is how far the error has risen; give the error itself.": risen,
            "That is the share of right answers; an error counts the wrong ones.": (
                lambda *given: 1 - cut_off(*given)
            ),
            "An error is a share: divide by the number of images.": (
                lambda x, *given: len(x) * cut_off(x, *given)
            ),
            "A kernel has rows that are not used. They hold nan, and 0 times nan is "
            "nan: cut them off.": partial(cut_all, answer=all_rows),
            "A source has written several maps, not only its first one.": (
                partial(cut_all, maps=lambda *given: maps_of(*given)[:1])
            ),
            "Each layer ends in a ReLU.": (
                partial(cut_all, answer=partial(outputs, nonlinearity=lambda z: z))
            ),
            "Of equal outputs the first is the answer.": (
                partial(cut_all, measure=last_of_ties)
            ),
        },
    ),
)
