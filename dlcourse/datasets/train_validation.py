"""Any data set, split into parts for training, for validation and for the test."""

from dataclasses import dataclass
from pathlib import Path

from dlcourse.datasets.access import info
from dlcourse.datasets.embedded import EMBEDDED, embedded
from dlcourse.datasets.examples import Arrays
from dlcourse.datasets.folder import folders, read_folder
from dlcourse.datasets.split import stratified_split

FIFTH, TENTH = 0.2, 0.1  # for validation: without a test set, and with one


@dataclass(frozen=True)
class Split:
    """The parts of a data set, each as `Epochs` takes them; ``test`` may be None.

    ``classes`` are their names, ``channels`` the number of an image's channels.
    Parts have ``len``, ``labels`` (None where not known without reading the pictures)
    and ``fingerprint``, a hash of what is in them.
    """

    train: object
    validation: object
    test: object
    classes: tuple
    channels: int


def train_validation_split(
    name, seed=0, channels=3, skip_unreadable=False, hold_out=True
):
    """`Split` of an embedded set, a set of TFDS, or a folder with a folder per class.

    Where a set has no part for validation, it is cut from the training part, and the
    part for the test is left alone: a fifth where there is no test, else a tenth, of
    each class as much as of all where the labels are known. The same seed cuts alike.
    No picture is decoded.

    Args:
        name: of the set, or the folder.
        seed: for the cut.
        channels: 3 or 1, of a folder's pictures; those of a set are as they are.
        skip_unreadable: leave a folder's damaged files out, with a warning.
        hold_out: False cuts nothing off where there is a test part: for a training in
            which nothing is chosen. Its ``validation`` is the test part, to be watched.

    Raises:
        ValueError: for an unknown name, a set that is not of pictures with a class
            each, fewer than two classes, a class too small to be cut, or as
            `read_folder`.
    """
    if Path(name).is_dir():
        parts, classes = read_folder(name, channels, skip_unreadable)
    elif name in EMBEDDED:
        classes = EMBEDDED[name].INFO.classes
        parts = {s: Arrays(*xy, len(classes)) for s, xy in embedded(name).items()}
    else:
        parts, classes = tfds_parts(name, hold_out)
    if len(classes) < 2:
        raise ValueError(one_class_alone(name, classes[0]))
    if not hold_out and "validation" not in parts and "test" in parts:
        parts |= {"validation": parts["test"]}
    if "validation" not in parts:
        parts |= cut(parts["train"], classes, TENTH if "test" in parts else FIFTH, seed)
    train, test = parts["train"], parts.get("test")
    return Split(train, parts["validation"], test, tuple(classes), train.channels)


def one_class_alone(name, only):
    """The sentence for data with a single class; its folder may hold the classes."""
    inside = Path(name) / only
    deeper = inside.is_dir() and len(folders(inside)) > 1
    instead = f", or give {inside}, which has folders itself." if deeper else "."
    return (
        f"{name} has one class alone, {only}: there is nothing to tell it from. Add a "
        f"folder with images of another class{instead}"
    )


def cut(train, classes, fraction, seed):
    """Training and validation part of pictures whose labels are known."""
    kept, validation = stratified_split(train.labels, fraction, classes, seed)
    return {"train": train.part(kept), "validation": train.part(validation)}


def tfds_parts(name, hold_out=True):
    """Parts of a TFDS set, and its classes; the last part of training for validation.

    A test set without labels, as that of ImageNet, is none. Without hold_out, a set
    with a test part has no part for validation.
    """
    from dlcourse.datasets.records import Records
    from dlcourse.datasets.tfds_sets import need_pictures, prepared

    need_pictures(name)
    builder = prepared(name)
    sizes, classes = builder.info.splits, info(name).classes
    parts = {s: Records(builder, s) for s in ("validation", "test") if s in sizes}
    if "test" in parts and not labelled(parts["test"]):
        del parts["test"]
    if "validation" in parts or ("test" in parts and not hold_out):
        return parts | {"train": Records(builder, "train")}, classes
    percent = 90 if "test" in parts else 80
    validation = Records(builder, f"train[{percent}%:]")
    train = Records(builder, f"train[:{percent}%]")
    return parts | {"train": train, "validation": validation}, classes


def labelled(records):
    """Whether the first record has a class."""
    labels = records.ordered().take(1).map(lambda record: records.picture(record)[1])
    return next(labels.as_numpy_iterator()) >= 0
