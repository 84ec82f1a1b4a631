"""Tasks for learning to learn: one example is a task with data of its own.

Oriol Vinyals, Charles Blundell, Timothy Lillicrap, Koray Kavukcuoglu, Daan Wierstra:
Matching Networks for One Shot Learning. NIPS 2016, arXiv:1606.04080 (episodes).
"""

import numpy as np


def sinusoid_tasks(count, points, shots, seed=0):
    """Sinusoids of random amplitude and phase, each known at some points.

    Chelsea Finn, Pieter Abbeel, Sergey Levine: Model-Agnostic Meta-Learning. ICML 2017,
    section 5.1: amplitudes from 0.1 to 5, phases from 0 to pi, x from -5 to 5.

    Returns:
        Tasks (count, points, 2), float32, of x and y; and y of the points after the
        first ``shots`` (count, points - shots), which are to be predicted.
    """
    rng = np.random.default_rng(seed)
    amplitude = rng.uniform(0.1, 5, (count, 1))
    phase = rng.uniform(0, np.pi, (count, 1))
    x = rng.uniform(-5, 5, (count, points))
    y = amplitude * np.sin(x + phase)
    tasks = np.stack([x, y], axis=-1).astype("float32")
    return tasks, tasks[:, shots:, 1]


def picture_episodes(images, labels, count, ways, pictures, seed=0):
    """Small problems of classification: some classes, and some pictures of each.

    Args:
        images, labels: the pictures (n, …), and their classes (n,).
        count: episodes.
        ways: different classes in an episode.
        pictures: different ones of a class, for support and queries together.

    Returns:
        Pictures (count, ways, pictures, …).

    Raises:
        ValueError: where there are not as many classes, or pictures of a class.
    """
    rng, classes = np.random.default_rng(seed), np.unique(labels)
    places = [np.flatnonzero(labels == label) for label in classes]
    if ways > len(classes):
        raise ValueError(f"ways={ways}: the labels have {len(classes)} classes.")
    if pictures > (least := min(map(len, places))):
        raise ValueError(f"pictures={pictures}: a class has {least}.")
    chosen = [
        [rng.choice(places[c], pictures, replace=False) for c in drawn]
        for drawn in (rng.permutation(len(classes))[:ways] for _ in range(count))
    ]
    return np.asarray(images)[np.array(chosen)]


def episode_labels(count, ways, queries):
    """The classes of the queries within their episodes (count, ways * queries)."""
    return np.tile(np.repeat(np.arange(ways), queries), (count, 1))
