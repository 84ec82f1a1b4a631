"""Homework 22: an all-reduce in a ring, and a shuffle buffer."""

from functools import partial

import numpy as np

from dlcourse.homework.question import Question
from dlcourse.homework.questions.drawing import COUNTS, NO_ORDER, SMOOTH, SUMS, twins


def ring_all_reduce(gradients, steps):
    """What each of k devices holds after so many steps of the ring: (k, k, m)."""
    return ring(gradients, steps)


def ring(gradients, steps, direction=1, piece=-1, adding=None, first=0, closed=True):
    """`ring_all_reduce`; a mistake sends other pieces, or in the other direction."""
    held = gradients.astype(float)
    k = len(held)
    adding = k - 1 if adding is None else adding
    for t in range(first, first + steps):
        sent = held.copy()  # all send at once
        for i in range(k if closed else k - 1):
            p, receiver = (i + piece * t) % k, (i + direction) % k
            held[receiver, p] = sent[i, p] + (held[receiver, p] if t < adding else 0)
    return held


def whole_gradients(gradients, steps):
    """Each device sends all its pieces in each step."""
    held = gradients.astype(float)
    for t in range(steps):
        received = np.roll(held, 1, axis=0)
        held = held + received if t < len(held) - 1 else received
    return held


def all_at_once(gradients, steps):
    """The end of the all-reduce, however few steps there were."""
    return np.broadcast_to(gradients.sum(axis=0), gradients.shape) * 1.0


def averaged(gradients, steps):
    """Divides each sum by the number of devices."""
    return ring(gradients, steps) / len(gradients)


def rings(rng):
    """Three devices to be read, then four with two numbers in each piece."""
    by_hand = np.array([[1.0, 2, 3], [10, 20, 30], [100, 200, 300]])[..., None]

    def devices(rng, steps):
        return rng.normal(size=(4, 4, 2)), steps

    alike = twins(devices, rng, (2,), (5,), (6,), (1,), (3,))
    return [(by_hand, 1), (by_hand, 3), *alike]


def shuffled(x, size, draws):
    """The examples in the order in which a shuffle buffer gives them: (n,)."""
    return drawn(x, size, draws)


def place_of(draw, held, full):
    """The place in a buffer of ``held`` examples; there were ``full`` of them."""
    return int(draw * held)


def drawn(x, size, draws, place_of=place_of, drain="drawn", refill="in place"):
    """`shuffled`; a mistake ends in another way, or fills another place."""
    held, coming, given = list(x[:size]), list(x[size:]), []
    for draw in draws:
        if drain == "as it is" and not coming:
            break
        place = min(place_of(draw, len(held), min(size, len(x))), len(held) - 1)
        given.append(held[place])
        if coming and refill == "in place":
            held[place] = coming.pop(0)
        elif coming:
            held.pop(place)
            held.append(coming.pop(0))
        elif drain == "moved up":
            held.pop(place)
        else:
            held[place] = held[-1]
            held.pop()
    return np.array([*given, *held] if drain == "as it is" else given)


def in_blocks(x, size, draws):
    """Each buffer is emptied before the next one is filled."""
    parts = [
        drawn(x[at : at + size], size, draws[at : at + size])
        for at in range(0, len(x), size)
    ]
    return np.concatenate(parts)


def one_larger(x, size, draws):
    """The next example comes in before one is drawn."""
    return drawn(x, size + 1, draws)


def streams(rng):
    """Five examples to be read, then twelve; the buffer is smaller than the set."""
    by_hand = np.array([10, 20, 30, 40, 50]), 3, np.array([0.1, 0.5, 0.9, 0.4, 0.0])

    def stream(rng, size):
        return rng.permutation(90)[:12] + 10.0, size, rng.uniform(size=12)

    return [by_hand, *twins(stream, rng, (4,), (6,), (3,), (8,))]


RING = Question(
    homework="22",
    reference=ring_all_reduce,
    inputs=rings,
    edges={
        "zero": (np.array([[[1.0], [2]], [[5], [9]]]), 0),
        "integer": (np.array([[[1], [2]], [[5], [9]]]), 2),
    },
    spared=SUMS,
    points=3,
    hints=(
        "Do the example by hand for three steps: a table of three devices and three "
        "pieces. In each step three numbers change.",
        "The remainder does both: piece (i - t) % k goes to device (i + 1) % k, also "
        "where i - t is below 0.",
        "In steps 0 to k - 2 what comes is added; from step k - 1 on it takes the "
        "place of what was there. There are 2 (k - 1) steps in all.",
    ),
    mistakes={
        "The ring turns the other way: device i sends to device i + 1.": (
            partial(ring, direction=-1)
        ),
        "Each device sends another piece in each step: number i - t, not i + t.": (
            partial(ring, piece=1)
        ),
        "Each device sends another piece in each step, not always its own.": (
            partial(ring, piece=0)
        ),
        "From step k - 1 on the sums are there: they are passed on, not added.": (
            partial(ring, adding=10**6)
        ),
        "In the first k - 1 steps what comes is added to what is there.": (
            partial(ring, adding=0)
        ),
        "There was one step of adding too many: k - 1 of them make a sum of k.": (
            lambda gradients, steps: ring(gradients, steps, adding=len(gradients))
        ),
        "The steps begin with t = 0.": partial(ring, first=1),
        "The last device sends to the first: it is a ring.": (
            partial(ring, closed=False)
        ),
        "One piece is sent at a time, not the whole gradient.": whole_gradients,
        "That is the end of the all-reduce; asked is the state after so many steps.": (
            all_at_once
        ),
        "These are means; the ring makes sums.": averaged,
    },
)
SHUFFLED = Question(
    homework="22",
    reference=shuffled,
    inputs=streams,
    edges={
        "integer": (np.array([3, 1, 2, 5]), 2, np.array([0.75, 0.25, 0.5, 0.125])),
        "too large": (np.array([3.0, 1, 2, 5]), 9, np.array([0.3, 0.9, 0.2, 0.6])),
    },
    spared={"nan, empty": COUNTS, "tie": NO_ORDER, "zero": SMOOTH},
    points=2,
    hints=(
        "Call the broken one with a buffer that holds the whole set. What should come "
        "out, and what does?",
        "How many draws has it used at the end, and how many examples has it given?",
        "After the stream's end: given.append(buffer[place]), the last of the buffer "
        "moves to that place, and the buffer gets shorter.",
    ),
    mistakes={
        "What is left in the buffer at the end comes out as it stands; draw from it "
        "until it is empty.": partial(drawn, drain="as it is"),
        "At the end the last example moves to the empty place; here all behind it "
        "move up.": partial(drawn, drain="moved up"),
        "The next example takes the place that has become empty, not the last one.": (
            partial(drawn, refill="behind")
        ),
        "The buffer is emptied before it is filled again: fill up after each "
        "example.": in_blocks,
        "At the end the buffer holds fewer examples: draw · its length.": (
            partial(drawn, place_of=lambda draw, held, full: int(draw * full))
        ),
        "The buffer is one larger: draw first, then fill the place.": one_larger,
        "int cuts off. Rounded, the first place comes half as often as the others.": (
            partial(drawn, place_of=lambda draw, held, full: round(draw * held))
        ),
        "Nothing is shuffled.": lambda x, size, draws: x * 1,
        "The whole set was shuffled, as with a buffer that holds all of it.": (
            lambda x, size, draws: drawn(x, len(x), draws)
        ),
    },
)
QUESTIONS = RING, SHUFFLED
