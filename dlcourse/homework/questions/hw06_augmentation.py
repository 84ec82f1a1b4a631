"""Homework 06: flips, shifts, rotations, mixup, and what they do to labels."""

import numpy as np

from dlcourse.homework.question import Question


def flip(x, points):
    """Mirror a picture left-right, and its key points (column, row) with it."""
    last = x.shape[1] - 1
    return x[:, ::-1], np.stack([last - points[:, 0], points[:, 1]], axis=1)


def flip_broken(x, points):
    """Sends column 0 outside of the picture."""
    mirrored = flip(x, points)[1]
    return x[:, ::-1], mirrored + np.array([1, 0])


def flip_rows(x, points):
    """Mirrors up-down."""
    return x[::-1], np.stack([points[:, 0], len(x) - 1 - points[:, 1]], axis=1)


def flip_second(x, points):
    """Takes the second number of a point for its column."""
    last = x.shape[1] - 1
    return x[:, ::-1], np.stack([points[:, 0], last - points[:, 1]], axis=1)


def pictures_with_points(rng):
    """Two by four pixels to be read, and a picture with channels."""
    x = np.arange(8.0).reshape(2, 4, 1)
    points = rng.integers(0, 5, (3, 2)).astype(float)
    return [(x, np.array([[0.0, 1], [3, 0]])), (rng.normal(size=(5, 8, 3)), points)]


def shift(x, down, right):
    """Move a picture; what comes into view is 0."""
    h, w, _ = x.shape
    y = np.zeros_like(x)
    rows, columns = h - abs(down), w - abs(right)
    top, left = max(down, 0), max(right, 0)
    from_top, from_left = max(-down, 0), max(-right, 0)
    y[top : top + rows, left : left + columns] = x[
        from_top : from_top + rows, from_left : from_left + columns
    ]
    return y


def mirror_edges(x, down, right):
    """Repeats the pixels of the edge."""
    rows = np.clip(np.arange(len(x)) - down, 0, len(x) - 1)
    columns = np.clip(np.arange(x.shape[1]) - right, 0, x.shape[1] - 1)
    return x[rows][:, columns]


def shifts(rng):
    """Each direction, both together, and no shift."""
    x = np.arange(1.0, 7).reshape(2, 3, 1)
    larger = rng.normal(size=(5, 6, 2))
    both = [(larger, 2, 1), (larger, -1, 3), (larger, 1, -2), (larger, -2, -3)]
    return [(x, 0, 1), (x, 1, 0), (x, 0, -2), *both, (larger, 0, 0)]


def rotation_about(angle, x, y):
    """The 3 x 3 matrix that turns about the point (x, y) by an angle in radians."""
    return move(x, y) @ turn(angle) @ move(-x, -y)


def turn(angle):
    """Rotation about the origin."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def move(x, y):
    """Shift."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def mixup(x, labels, order, share):
    """Mix each example, and its label, with another one."""
    of_x = share.reshape(-1, 1, 1, 1)
    of_labels = share[:, None]
    return (
        of_x * x + (1 - of_x) * x[order],
        of_labels * labels + (1 - of_labels) * labels[order],
    )


def winner_takes_all(x, labels, order, share):
    """Gives the mixture the label of the larger share."""
    larger = np.where(share[:, None] >= 0.5, labels, labels[order])
    return mixup(x, labels, order, share)[0], larger


def batches(rng):
    """Two pictures of one pixel to be read, and five larger ones."""
    x = np.array([10.0, 20]).reshape(2, 1, 1, 1)
    n = 5
    order = np.roll(np.arange(n), 1)  # nobody is mixed with itself
    drawn = rng.normal(size=(n, 3, 4, 2)), np.eye(n)[rng.permutation(n)], order
    one_hot = np.eye(2)
    return [
        (x, one_hot, np.array([1, 0]), np.array([0.7, 0.4])),
        (*drawn, rng.uniform(0.1, 0.9, n)),
    ]


def different_crops():
    """Places of a crop of 28 in 32 pixels, in two directions, and mirrored."""
    return 2 * (32 - 28 + 1) ** 2


QUESTIONS = (
    Question(
        homework="06",
        reference=flip,
        inputs=pictures_with_points,
        results=("picture", "points"),
        hints=(
            "Where is the pixel of column 0 after the flip, in a picture of 4 columns?",
            "The columns are 0 to w - 1, so column c becomes w - 1 - c.",
        ),
        mistakes={
            "The points are off by one column: 0 has to become w - 1, the last column "
            "there is.": flip_broken,
            "The picture is mirrored, but its points stayed where they were.": (
                lambda x, points: (x[:, ::-1], points)
            ),
            "The points are mirrored, but the picture is not.": (
                lambda x, points: (x, flip(x, points)[1])
            ),
            "Top and bottom are exchanged; mirror left and right.": flip_rows,
            "The row of each point is mirrored; a point is (column, row).": flip_second,
        },
    ),
    Question(
        homework="06",
        reference=shift,
        inputs=shifts,
        points=2,
        hints=(
            "Pad with zeros on all sides, then crop back to the old size. Where does "
            "the crop begin?",
            "With a padding of p on all sides, a crop that begins at p shows the old "
            "picture. To move that down, begin higher: at p - down.",
        ),
        mistakes={
            "It moves the other way: with down = 1 the first row becomes empty.": (
                lambda x, down, right: shift(x, -down, -right)
            ),
            "What leaves on one side comes in on the other. Zeros should come in.": (
                lambda x, down, right: np.roll(x, (down, right), (0, 1))
            ),
            "Down and right are exchanged.": (
                lambda x, down, right: (
                    shift(x, right, down)
                    if max(abs(right), abs(down)) <= min(x.shape[:2])
                    else 0 * x
                )
            ),
            "The pixels of the edge are repeated; zeros should come in.": mirror_edges,
            "It moves down, but not to the side.": (
                lambda x, down, right: shift(x, down, 0)
            ),
        },
    ),
    Question(
        homework="06",
        reference=rotation_about,
        inputs=lambda rng: [
            (np.pi / 2, 1.0, 0.0),
            *(tuple(rng.uniform([0.3, 1, 1], [1.5, 9, 9])) for _ in range(3)),
        ],
        points=2,
        hints=(
            "Three steps: move the point to the origin, turn, move back.",
            "The matrix of the first step stands on the right.",
        ),
        mistakes={
            "This turns about the origin: the point (x, y) does not stay.": (
                lambda angle, x, y: turn(angle)
            ),
            "The steps are in the wrong order. What is done first stands on the right, "
            "next to the vector.": (
                lambda angle, x, y: move(-x, -y) @ turn(angle) @ move(x, y)
            ),
            "It turns the other way: the upper right element is minus the sine.": (
                lambda angle, x, y: rotation_about(-angle, x, y)
            ),
            "It does not move back after turning.": (
                lambda angle, x, y: turn(angle) @ move(-x, -y)
            ),
            "The angle is in radians.": (
                lambda angle, x, y: rotation_about(np.deg2rad(angle), x, y)
            ),
        },
    ),
    Question(
        homework="06",
        reference=mixup,
        inputs=batches,
        points=2,
        results=("x", "labels"),
        hints=(
            "x[order] is the other picture of each.",
            "share is (n,). What shape fits (n, h, w, c), and what (n, classes)?",
            "share.reshape(-1, 1, 1, 1) for pictures, share[:, None] for labels.",
        ),
        mistakes={
            "The labels stayed as they were. A mixed picture needs a mixed label.": (
                lambda x, t, order, share: (mixup(x, t, order, share)[0], t)
            ),
            "The shares are exchanged: share is that of the picture itself.": (
                lambda x, t, order, share: mixup(x, t, order, 1 - share)
            ),
            "The label is that of the larger share; it has to be mixed as well.": (
                winner_takes_all
            ),
            "The shares of the labels go along the classes. Each belongs to a row: "
            "share[:, None] has the shape (n, 1).": (
                lambda x, t, order, share: (
                    mixup(x, t, order, share)[0],
                    share * t + (1 - share) * t[order],
                )
            ),
            "All pictures get the share of the first one.": (
                lambda x, t, order, share: mixup(x, t, order, 0 * share + share[0])
            ),
            "The pictures and the labels are mixed with different partners.": (
                lambda x, t, order, share: (
                    mixup(x, t, order, share)[0],
                    mixup(x, t, np.argsort(order), share)[1],
                )
            ),
        },
    ),
    Question(
        homework="06",
        reference=different_crops,
        hints=(
            "How many places has a window of 28 in a row of 32?",
            "As many down as across; and each crop has a mirror image.",
        ),
        mistakes={
            "One place less than there is, as AlexNet's authors counted: the first one "
            "counts as well.": lambda: 2 * 4**2,
            "The mirror images are missing.": lambda: 5**2,
            "The window moves in two directions.": lambda: 2 * 5,
            "Mirroring doubles the number of pictures once, not in each direction.": (
                lambda: (2 * 5) ** 2
            ),
        },
    ),
)
