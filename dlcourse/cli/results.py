"""The results of ``dlcourse train`` as tables and figures."""

import hashlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dlcourse import plots

MAX_LABELLED = 20  # classes; the numbers of a larger matrix cannot be read


def write_tables(folder, result, history):
    """Write history.csv and confusion.csv into a folder.

    Args:
        folder: a folder that exists.
        result: a `Result`.
        history: name -> one value per epoch, from `training.fit_recipe`.
    """
    epochs = pd.DataFrame(history)
    epochs.index += 1
    epochs.to_csv(folder / "history.csv", index_label="epoch")
    names = list(result.classes)
    confusion = pd.DataFrame(result.confusion, index=names, columns=names)
    confusion.to_csv(folder / "confusion.csv", index_label="true \\ predicted")


def per_class(result):
    """Images, recall and precision of each class, as a table.

    Recall is the fraction of a class's images that are found, precision that of the
    images called so that are; nan where there are none.
    """
    confusion = result.confusion
    right, true, called = np.diag(confusion), confusion.sum(1), confusion.sum(0)
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {"images": true, "recall": right / true, "precision": right / called},
            index=list(result.classes),
        )


def draw_curves(history):
    """Loss, and error in percent, of every epoch on training and validation images."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5))
    sets = {"training": "", "validation": "val_"}
    losses = {name: history[f"{key}loss"] for name, key in sets.items()}
    accuracies = {name: history[f"{key}accuracy"] for name, key in sets.items()}
    plots.curves(left, losses)
    plots.curves(right, {k: 100 * (1 - np.array(a)) for k, a in accuracies.items()})
    left.set(title="Loss", xlabel="Epoch")
    right.set(title="Error (%)", xlabel="Epoch")
    return figure


def draw_confusion(matrix, classes):
    """The confusion matrix, with numbers and names where they can be read."""
    side = min(16, 3 + 0.5 * len(classes))
    figure, ax = plt.subplots(figsize=(side, side))
    if len(classes) <= MAX_LABELLED:
        plots.numbers(ax, matrix)
        ax.set_xticks(range(len(classes)), classes, rotation=90)
        ax.set_yticks(range(len(classes)), classes)
    else:
        ax.imshow(matrix, cmap="Blues")
        ax.grid(False)
    ax.set(title="Confusion matrix", xlabel="Predicted class", ylabel="True class")
    return figure


def digest(weights):
    """The first twelve hexadecimal digits of the SHA-256 of a list of arrays.

    Two trainings with equal digests have equal weights, bit by bit. Ours because Keras
    has none, and a hash of model.keras depends on the date in it.
    """
    sha = hashlib.sha256()
    for array in weights:
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()[:12]
