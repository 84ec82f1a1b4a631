"""Homework 06: flips, shifts, rotations, and what they do to points."""

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import (
    NEVER_EMPTY,
    NO_EXP,
    NO_ORDER,
    PASSES,
    SMOOTH,
    twins,
)


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
    """Two by four pixels to be read, and pictures with channels."""
    x = np.arange(8.0).reshape(2, 4, 1)
    drawn = twins(a_face, rng, (), ())
    return [(x, np.array([[0.0, 1], [3, 0]])), *drawn]


def a_face(rng):
    """A picture and three points in it, between pixels as well."""
    return rng.normal(size=(5, 8, 3)), rng.uniform(0, 4, (3, 2))


def shift(x, down, right):
    """Move a picture; what comes into view is 0."""
    h, w, _ = x.shape
    p = max(abs(down), abs(right))
    padded = np.pad(x, ((p, p), (p, p), (0, 0)))
    return padded[p - down : p - down + h, p - right : p - right + w]


def mirror_edges(x, down, right):
    """Repeats the pixels of the edge."""
    rows = np.clip(np.arange(len(x)) - down, 0, len(x) - 1)
    columns = np.clip(np.arange(x.shape[1]) - right, 0, x.shape[1] - 1)
    return x[rows][:, columns]


def shifts(rng):
    """Each direction, both together, and no shift."""
    x = np.arange(1.0, 7).reshape(2, 3, 1)
    both = twins(a_picture, rng, (2, 1), (-1, 3), (1, -2), (-2, -3), (0, 0))
    return [(x, 0, 1), (x, 1, 0), (x, 0, -2), *both]


def a_picture(rng, down, right):
    """A picture that is to be moved."""
    return rng.normal(size=(5, 6, 2)), down, right


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


QUESTIONS = (
    Question(
        homework="06",
        reference=flip,
        inputs=pictures_with_points,
        edges={
            "integer": (np.arange(6).reshape(1, 6, 1), np.array([[0, 0], [2, 0]])),
            "empty": (np.ones((1, 2, 1)), np.zeros((0, 2))),
        },
        spared={"tie": NO_ORDER, "zero": SMOOTH, "nan": PASSES, "too large": NO_EXP},
        points=2,
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
        edges={
            "zero": (np.arange(6.0).reshape(2, 3, 1), 0, 0),
            "integer": (np.arange(1, 7).reshape(2, 3, 1), -1, 1),
            "too large": (np.ones((2, 3, 1)), 1, -5),
        },
        spared={"tie": NO_ORDER, "nan": PASSES, "empty": NEVER_EMPTY},
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
            (np.pi / 2, 4.0, 2.0),
            *(tuple(rng.uniform([0.3, 1, 1], [1.5, 9, 9])) for _ in range(3)),
            tuple(rng.uniform([-3, -9, -9], [-2, -1, -1])),
        ],
        edges={
            "tie": (np.pi / 6, 3.0, 3.0),
            "zero": (0.0, 2.0, -3.0),
            "integer": (1, 2, -3),
            "too large": (100.0, 1e3, 2.0),
        },
        spared={"nan": PASSES, "empty": NEVER_EMPTY},
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
)
