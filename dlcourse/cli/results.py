"""The results of ``dlcourse train``: history and confusion matrix as CSV and PNG."""

import hashlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from dlcourse import plots
from dlcourse.lecture import STYLE

MAX_LABELLED = 20  # classes; the numbers of a larger matrix cannot be read


def write(folder, model, batches, classes, history):
    """Evaluate the model and write all results; gives the error rate in a sentence.

    Args:
        folder: a folder that exists.
        model: gives a probability for each class.
        batches: a ``tf.data`` pipeline of (images, labels).
        classes: their names.
        history: name -> one value per epoch, from `training.fit_recipe`.
    """
    y_true = np.concatenate([labels for _, labels in batches.as_numpy_iterator()])
    y_pred = model.predict(batches, verbose=0).argmax(axis=-1)
    matrix = confusion_matrix(y_true, y_pred, labels=range(len(classes)))
    epochs = pd.DataFrame(history)
    epochs.index += 1
    epochs.to_csv(folder / "history.csv", index_label="epoch")
    confusion = pd.DataFrame(matrix, index=classes, columns=classes)
    confusion.to_csv(folder / "confusion.csv", index_label="true \\ predicted")
    with plt.style.context(STYLE):
        save(folder / "curve.png", draw_curves(history))
        save(folder / "confusion.png", draw_confusion(matrix, classes))
    wrong, count = int((y_true != y_pred).sum()), len(y_true)
    return (
        f"Error {wrong / count:.2%}: {wrong} of {count} validation images. "
        f"Results: {folder}"
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


def save(path, figure):
    """Write a figure and close it."""
    figure.savefig(path)
    plt.close(figure)


def digest(weights):
    """The first twelve hexadecimal digits of the SHA-256 of a list of arrays.

    Two trainings with equal digests have equal weights, bit by bit. Ours because Keras
    has none, and a hash of model.keras depends on the date in it.
    """
    sha = hashlib.sha256()
    for array in weights:
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()[:12]
