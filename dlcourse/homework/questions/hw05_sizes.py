"""Homework 05: padding and receptive fields."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    COUNTS,
    NEVER_EMPTY,
    NO_ORDER,
)


def receptive_field(kernels, strides):
    """Pixels that one unit sees behind layers with these kernels and strides."""
    steps = np.cumprod([1, *strides[:-1]])
    return 1 + int((np.asarray(kernels) - 1) @ steps)


def same_padding(n, k, s):
    """Pixels of padding in all for as many outputs as there are strides in n."""
    return max((-(-n // s) - 1) * s + k - n, 0)


QUESTIONS = (
    Question(
        homework="05",
        reference=same_padding,
        inputs=lambda rng: [
            (5, 3, 1),
            (224, 7, 2),
            (28, 2, 2),
            (28, 5, 3),
            (27, 2, 2),
            (10, 1, 4),
            (9, 1, 3),
            *(
                tuple(int(i) for i in rng.integers([9, 1, 1], [60, 8, 5]))
                for _ in range(20)
            ),
        ],
        edges={
            "tie": (12, 3, 3),
            "integer": (7, 4, 2),
            "too large": (3, 11, 1),
        },
        spared={"zero": COUNTS, "nan": COUNTS, "empty": COUNTS},
        hints=(
            "How many outputs are asked for? The last of them begins at which pixel, "
            "and where does its window end?",
            "It ends behind (outputs - 1) * s + k pixels, and n of them are there.",
            "Where the image is larger than what the windows see, nothing is missing.",
        ),
        mistakes={
            "No padding is below 0: where the windows end within the image, it is 0.": (
                lambda n, k, s: (-(-n // s) - 1) * s + k - n
            ),
            "The number of outputs is n / s rounded up.": (
                lambda n, k, s: max((n // s - 1) * s + k - n, 0)
            ),
            "This is the padding on one side; asked for is that of both together.": (
                lambda n, k, s: same_padding(n, k, s) / 2
            ),
            "k - 1 holds with stride 1 alone.": lambda n, k, s: k - 1,
            "The first window takes no stride: outputs - 1 strides, then k pixels.": (
                lambda n, k, s: max(-(-n // s) * s + k - n, 0)
            ),
            "This keeps n outputs; with a stride, n / s are asked for.": (
                lambda n, k, s: max((n - 1) * s + k - n, 0)
            ),
        },
    ),
    Question(
        homework="05",
        reference=receptive_field,
        inputs=lambda rng: [
            (np.array([3, 3]), np.array([1, 1])),
            (np.array([3, 2, 3]), np.array([1, 2, 1])),
            (np.array([3, 5, 2]), np.array([3, 1, 2])),
            *((rng.integers(2, 6, n), rng.integers(1, 4, n)) for n in (3, 4, 5)),
        ],
        edges={"integer": (np.array([7]), np.array([2]))},
        spared={
            "tie": NO_ORDER,
            "zero": COUNTS,
            "nan": COUNTS,
            "empty": NEVER_EMPTY,
            "too large": COUNTS,
        },
        hints=(
            "Go up layer by layer. What does one more layer add, without any stride?",
            "One step in the input of layer l is as many pixels as the strides of the "
            "layers below it multiply to.",
        ),
        mistakes={
            "A layer's own stride does not widen what its unit sees; it widens what "
            "the layers above see.": (
                lambda kernels, strides: (
                    1 + int((np.asarray(kernels) - 1) @ np.cumprod(strides))
                )
            ),
            "The strides are ignored.": (
                lambda kernels, strides: 1 + int(np.sum(np.asarray(kernels) - 1))
            ),
            "A kernel of k adds k - 1 steps, not k: windows overlap.": (
                lambda kernels, strides: (
                    1 + int(kernels @ np.cumprod([1, *strides[:-1]]))
                )
            ),
            "Off by one: before the first layer a unit sees 1 pixel, itself.": (
                lambda kernels, strides: receptive_field(kernels, strides) - 1
            ),
        },
    ),
)
