"""The loss landscape: how does the loss change along directions in weight space?

Hao Li, Zheng Xu, Gavin Taylor, Christoph Studer, Tom Goldstein: Visualizing the Loss
Landscape of Neural Nets. NeurIPS 2018, arXiv:1712.09913, sections 2 and 4.
"""

import itertools
import zlib
from pathlib import Path

import numpy as np
from keras import ops, tree
from tqdm.auto import tqdm

from dlcourse.analysis.prediction import predict_batch
from dlcourse.bars import hidden
from dlcourse.files import DamagedFile, load_checkpoint, save_checkpoint


def filter_normalized(weights, seed):
    """A random direction whose filters are as long as those of the weights (section 4).

    d_ij <- d_ij / ||d_ij|| * ||theta_ij||. Filter j of layer i is all weights of its
    output j: ``kernel[..., j]``. Biases and the vectors of batch norm stay as they are.

    Args:
        weights: list of arrays, such as ``model.get_weights()``.
        seed: of the normal distribution of d.

    Returns:
        A list of arrays with the shapes of ``weights``.
    """
    random, direction = np.random.default_rng(seed), []
    for theta in weights:
        d = random.normal(size=theta.shape)
        if theta.ndim > 1:
            d *= filter_norms(theta) / filter_norms(d)
        else:
            d = np.zeros_like(d)
        direction.append(d.astype("float32"))
    return direction


def filter_norms(kernel):
    """The Euclidean norm of each filter of a kernel (..., filters): (filters,)."""
    return np.sqrt(np.sum(np.square(kernel), axis=tuple(range(kernel.ndim - 1))))


def loss_section(
    model, loss, x, y, directions, steps, batch_size=512, file=None, label="section"
):
    """The loss at theta + a d_1 for each step a; or at theta + a d_1 + b d_2; or ...

    Batch norm uses its running statistics, as in the paper. Afterwards the model has
    its weights theta back, also when it is interrupted.

    Args:
        model: a built ``keras.Model``.
        loss: function (y_true, y_pred) -> loss per example, such as
            ``keras.losses.sparse_categorical_crossentropy``; its mean is taken.
        x, y: examples.
        directions: list of directions, each a list of arrays in the order and with the
            shapes of ``model.get_weights()``.
        steps: the values (n,) that each coordinate takes.
        batch_size: how many examples the model is given at once.
        file: where each value is saved as soon as it is computed; the same call
            resumes from there. A damaged file is reported and written anew.
        label: of the progress bar.

    Returns:
        Array (n,) for one direction; (n, n) for two, [i, j] at (steps[i], steps[j]).

    Raises:
        ValueError: for directions of other shapes, or a file of another section.
    """
    theta, steps = model.get_weights(), np.asarray(steps, "float32")
    check_shapes(theta, directions)
    identity = checksums(loss, weights=theta, directions=directions, examples=[x, y])
    identity["steps"] = steps.tolist()
    values = load_values(file, identity, [len(steps)] * len(directions))
    points = list(itertools.product(range(len(steps)), repeat=len(directions)))
    todo = [point for point in points if np.isnan(values[point])]
    done = len(points) - len(todo)
    bar = {"desc": label, "initial": done, "total": len(points), "disable": hidden()}
    try:
        for point in tqdm(todo, unit="point", **bar):
            move_weights(model, theta, directions, steps[list(point)])
            values[point] = mean_loss(model, loss, x, y, batch_size)
            if file:
                save_checkpoint(Path(file), [values], identity)
    finally:
        model.set_weights(theta)
    return values


def move_weights(model, theta, directions, coordinates):
    """Assign theta + a d_1 + b d_2 + ... to the weights that a direction changes."""
    for variable, value, *deltas in zip(model.weights, theta, *directions, strict=True):
        if any(np.any(delta) for delta in deltas):
            steps = (a * d for a, d in zip(coordinates, deltas, strict=True))
            variable.assign(value + sum(steps))


def mean_loss(model, loss, x, y, batch_size):
    """The mean loss over all examples, by the function that Keras compiles once."""
    losses = []
    for start in range(0, len(x), batch_size):
        batch = slice(start, start + batch_size)
        predicted = predict_batch(model, x[batch])
        losses.append(ops.convert_to_numpy(loss(y[batch], predicted)))
    return float(np.mean(np.concatenate(losses)))


def check_shapes(theta, directions):
    """ValueError where a direction cannot be added to the weights."""
    shapes = [weight.shape for weight in theta]
    for number, direction in enumerate(directions, start=1):
        if [np.shape(delta) for delta in direction] != shapes:
            raise ValueError(
                f"Direction {number} has other shapes than model.get_weights()."
            )


def checksums(loss, **lists):
    """What identifies a section: the name of the loss, a CRC-32 per list of arrays."""
    identity = {"loss": getattr(loss, "__name__", type(loss).__name__)}
    for name, arrays in lists.items():
        number = 0
        for array in tree.flatten(arrays):
            number = zlib.crc32(np.ascontiguousarray(array), number)
        identity[name] = number
    return identity


def load_values(file, identity, shape):
    """The values in a file, nan where there are none yet; all nan without a file."""
    if file and Path(file).exists():
        try:
            (values,), saved = load_checkpoint(Path(file))
        except DamagedFile as error:
            print(f"{error} The section begins anew.")
        else:
            if other := [n for n in identity if identity[n] != saved.get(n)]:
                raise ValueError(
                    f"{file} is a section with other {', '.join(other)}: remove it, or "
                    "name another file."
                )
            return values
    return np.full(shape, np.nan)
