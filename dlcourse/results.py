"""What ``dlcourse train`` writes: history, curves and confusion, as CSV and PNG."""

import csv
import hashlib

import matplotlib.pyplot as plt
import numpy as np

from dlcourse import plots
from dlcourse.lecture import STYLE

LEGIBLE = 20  # classes: with more of them, numbers in the matrix cannot be read


def write(folder, model, batches, classes, history):
    """Evaluate the model and write all results; the error rate in a sentence."""
    labels = np.concatenate([labels for _, labels in batches.as_numpy_iterator()])
    predicted = model.predict(batches, verbose=0).argmax(axis=-1)
    matrix = confusion(labels, predicted, len(classes))
    columns = [range(1, len(next(iter(history.values()))) + 1), *history.values()]
    rows = zip(*columns, strict=True)
    write_csv(folder / "history.csv", ["epoch", *history], rows)
    table = ([name, *row] for name, row in zip(classes, matrix.tolist(), strict=True))
    write_csv(folder / "confusion.csv", ["is \\ predicted", *classes], table)
    with plt.style.context(STYLE):
        save(folder / "curve.png", draw_curves(history))
        save(folder / "confusion.png", draw_confusion(matrix, classes))
    wrong = len(labels) - int(np.trace(matrix))
    share = wrong / len(labels)
    return f"Error {share:.2%}: {wrong} of {len(labels)} held out. Results: {folder}"


def confusion(labels, predicted, classes):
    """How many of each class (rows) were taken for each class (columns)."""
    matrix = np.zeros((classes, classes), int)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


def write_csv(path, header, rows):
    """Write a table."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def draw_curves(history):
    """Loss and error of every epoch, on training images and those held out."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.5))
    error = {"accuracy": lambda share: 100 * (1 - np.array(share)), "loss": np.array}
    titles = {"accuracy": "Error (%)", "loss": "Loss"}
    for ax, name in zip(axes, ("loss", "accuracy"), strict=True):
        series = {"training": name, "held out": f"val_{name}"}
        plots.curves(ax, {k: error[name](history[key]) for k, key in series.items()})
        ax.set(title=titles[name], xlabel="Epoch")
    return figure


def draw_confusion(matrix, classes):
    """The matrix, with numbers and names where they can be read."""
    side = min(16, 3 + 0.5 * len(classes))
    figure, ax = plt.subplots(figsize=(side, side))
    if len(classes) <= LEGIBLE:
        plots.numbers(ax, matrix)
        ax.set_xticks(range(len(classes)), classes, rotation=90)
        ax.set_yticks(range(len(classes)), classes)
    else:
        ax.imshow(matrix, cmap="Blues")
        ax.grid(False)
    ax.set(title="Confusion", xlabel="Predicted", ylabel="Is")
    return figure


def save(path, figure):
    """Write a figure and let go of it."""
    figure.savefig(path)
    plt.close(figure)


def digest(weights):
    """Twelve figures that are other ones as soon as one bit of one weight is."""
    sha = hashlib.sha256()
    for array in weights:
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()[:12]
