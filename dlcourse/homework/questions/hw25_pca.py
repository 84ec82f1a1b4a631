"""Homework 25: an autoencoder against PCA."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    SMOOTH,
    SUMS,
    twins,
)


def against_pca(x, encoder, decoder):
    """Shares of the variance that an autoencoder and PCA lose, and how they tilt."""
    return compared(x, encoder, decoder)


def axes_of(x, codes):
    """The directions of the greatest variance, as rows: (codes, d)."""
    return np.linalg.svd(x, full_matrices=False)[2][:codes]


def orthonormal(rows):
    """Orthonormal rows in the same plane."""
    return np.linalg.qr(rows.T)[0].T


def smallest(cosines):
    """The cosine of the largest angle between two planes."""
    return cosines.min()


def compared(
    x,
    encoder,
    decoder,
    centre=lambda x: x - x.mean(axis=0),
    fewer=0,
    plane=lambda encoder, decoder: orthonormal(decoder),
    chosen=smallest,
):
    """`against_pca`; a mistake centres, or compares planes, in another way."""
    centred, codes = x - x.mean(axis=0), encoder.shape[1]
    seen, whole = centre(x), (centred**2).sum()
    own = ((seen @ encoder @ decoder - seen) ** 2).sum() / whole
    axes = axes_of(seen, codes - fewer)
    least = ((seen - seen @ axes.T @ axes) ** 2).sum() / whole
    cosines = np.linalg.svd(axes @ plane(encoder, decoder).T, compute_uv=False)
    return own, least, chosen(cosines)


def results_changed(change):
    """`compared`, with all three results changed."""
    return lambda *given: change(given[0], *compared(*given))


def per_number(x, own, least, cosine):
    """Mean squared errors in the place of shares."""
    variance = x.var(axis=0).mean()
    return own * variance, least * variance, cosine


def by_singular_values(x, encoder, decoder):
    """What is left as a share of singular values, not of their squares."""
    own, _, cosine = compared(x, encoder, decoder)
    values = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    return own, values[encoder.shape[1] :].sum() / values.sum(), cosine


def autoencoders(rng):
    """Four points and a code of one to be read, then three that were trained."""
    points = np.array([[2.0, 1], [-2, 1], [0, 2], [0, 0]])
    by_hand = points, np.array([[0.5], [0.5]]), np.array([[1.0, 1]])
    return [by_hand, *twins(trained, rng, (20,), (60,), (30,))]


def trained(rng, steps):
    """A linear autoencoder (5 -> 2 -> 5) after some steps of gradient descent."""
    turn = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    x = rng.normal(size=(30, 5)) * [3, 2, 1, 0.6, 0.3] @ turn + rng.normal(size=5)
    centred = x - x.mean(axis=0)
    encoder, decoder = rng.normal(0, 0.3, (5, 2)), rng.normal(0, 0.3, (2, 5))
    for _ in range(steps):
        code = centred @ encoder
        error = (code @ decoder - centred) / len(x)
        step = centred.T @ error @ decoder.T, code.T @ error
        encoder, decoder = encoder - 0.05 * step[0], decoder - 0.05 * step[1]
    return x, encoder, decoder


PCA = Question(
    homework="25",
    reference=against_pca,
    inputs=autoencoders,
    edges={
        "integer": (
            np.array([[5, 1, 0], [-3, 1, 2], [1, 4, 1], [1, 0, 0], [2, 2, 7]]),
            np.array([[0.5, 0], [0.5, 1], [0, 0.5]]),
            np.array([[1.0, 1, 0], [0, 0.5, 1]]),
        )
    },
    spared=SUMS | {"zero": SMOOTH},
    points=3,
    results=("own", "least", "cosine"),
    hints=(
        "Subtract the mean of x first. Everything is about what is left.",
        "np.linalg.svd(centred)[2] has the principal directions as rows, the largest "
        "first. The share that PCA loses is that of the squares left out.",
        "np.linalg.qr(decoder.T)[0] has orthonormal columns in the decoder's plane. "
        "The singular values of the product of both are the cosines.",
    ),
    mistakes={
        "The mean is subtracted before the code is made.": (
            partial(compared, centre=lambda x: x)
        ),
        "PCA may use as many directions as the code has numbers.": (
            partial(compared, fewer=1)
        ),
        "A share of the variance is a share of squares.": by_singular_values,
        "These are shares that are kept.": (
            results_changed(lambda x, own, least, cosine: (1 - own, 1 - least, cosine))
        ),
        "The errors are shares of the variance.": results_changed(per_number),
        "Squared errors are compared, not their roots.": (
            results_changed(lambda x, o, least, c: (np.sqrt(o), np.sqrt(least), c))
        ),
        "The rows of the decoder are neither orthogonal nor of length 1.": (
            partial(compared, plane=lambda encoder, decoder: decoder)
        ),
        "The rows of the decoder are not orthogonal, though they have length 1 now.": (
            partial(
                compared,
                plane=lambda encoder, decoder: (
                    decoder / np.linalg.norm(decoder, axis=1, keepdims=True)
                ),
            )
        ),
        "The plane of what comes out is the decoder's, not the encoder's.": (
            partial(compared, plane=lambda encoder, decoder: orthonormal(encoder.T))
        ),
        "The largest angle has the smallest cosine.": partial(compared, chosen=np.max),
        "That is the mean of the cosines.": partial(compared, chosen=np.mean),
        "The cosine is asked for, not the angle.": (
            partial(compared, chosen=lambda c: np.arccos(min(c.min(), 1)))
        ),
    },
)
QUESTIONS = (PCA,)
