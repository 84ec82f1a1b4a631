"""What ``dlcourse evaluate`` does: a trained model on labelled pictures."""

import numpy as np
import pandas as pd

from dlcourse import datasets
from dlcourse.cli import model_file
from dlcourse.cli.evaluation import Result, classify
from dlcourse.cli.results import MAX_LABELLED

BATCH = 32


def evaluate(path, data, skip_unreadable=False):
    """Classify the pictures of a data set; what is to be said about it, in lines.

    The test part is taken where there is one, else all pictures; of the very data that
    the model was trained on, those that it was not trained on.

    ValueError for other classes, other channels, or a model that cannot be opened.
    """
    model, about = model_file.load(path)
    wanted, seed = model.input_shape[-1], about.data.get("seed", 0)
    split = datasets.train_validation_split(data, seed, wanted, skip_unreadable)
    check_classes(about.classes, split.classes)
    if wanted != split.channels:
        raise ValueError(
            f"The images of {data} have {split.channels} channels, and the model takes "
            f"{wanted}: convert them."
        )
    parts, notes = choose_parts(about, split)
    results = [
        classify(model, examples, about.classes, about.preprocessing, BATCH)
        for examples in parts.values()
    ]
    result = Result(
        np.concatenate([one.labels for one in results]),
        np.concatenate([one.probabilities for one in results]),
        about.classes,
    )
    name = " and ".join(parts)
    lines = [*notes, result.sentence(name)]
    doubts = result.doubts() or result.missed()
    lines += [f"Warning: {doubt}" for doubt in doubts]
    return "\n".join([*lines, "", confusion_text(result)])


def check_classes(known, given):
    """ValueError that names the classes in which the data differ from the model."""
    if tuple(known) == tuple(given):
        return
    unknown, missing = set(given) - set(known), set(known) - set(given)
    differences = []
    if unknown:
        differences.append(f"the model does not know {', '.join(sorted(unknown))}")
    if missing:
        differences.append(f"the data do not have {', '.join(sorted(missing))}")
    listed = "; ".join(differences) or "their order differs"
    raise ValueError(f"The classes are not those of the model: {listed}.")


def choose_parts(about, split):
    """Name -> examples that are to be classified, and sentences on the choice."""
    trained = {
        kept["fingerprint"] for kept in about.data.values() if isinstance(kept, dict)
    }
    if split.test is not None:
        same = split.test.fingerprint in trained
        note = ["The model was trained on the training part of these data."] * same
        return {"test": split.test}, note
    if split.train.fingerprint == about.data.get("train", {}).get("fingerprint"):
        return {"validation": split.validation}, [
            "The model was trained on these data: only the images that were held out "
            "are classified."
        ]
    parts = {"training": split.train, "validation": split.validation}
    seen = {part for part, one in parts.items() if one.fingerprint in trained}
    notes = [f"Warning: the model has seen the {part} images." for part in seen]
    return parts, notes


def confusion_text(result):
    """The confusion matrix as text, or of many classes the ten commonest confusions."""
    names = list(result.classes)
    frame = pd.DataFrame(result.confusion, index=names, columns=names)
    if len(names) <= MAX_LABELLED:
        return frame.rename_axis(columns="true \\ predicted").to_string(line_width=80)
    counts = result.confusion.copy()
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:10]
    pairs = zip(*np.unravel_index(order, counts.shape), strict=True)
    lines = [f"{counts[t, p]:>6}  {names[t]} called {names[p]}" for t, p in pairs]
    return "\n".join(["The commonest confusions:", *lines])
