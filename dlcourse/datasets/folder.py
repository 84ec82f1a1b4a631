"""A folder of one's own pictures: one folder per class, named after the class.

Nothing of ``keras.utils.image_dataset_from_directory``, which does not turn images
upright, reads neither TIFF nor WebP, and meets an unreadable image only in training.
"""

import contextlib
import hashlib
import os
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np

from dlcourse.bars import hidden
from dlcourse.datasets.examples import Indexed
from dlcourse.datasets.image_file import CHANNELS, SUFFIXES, probe, read_image
from dlcourse.datasets.picture import Encoded

PARTS = {  # of a data set, by the names that folders have for them
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
ORDER = ("train", "validation", "test")


class Files(Indexed):
    """Pictures in files, decoded when they are needed; `read_folder` makes it.

    Attributes:
        paths: of the files, strings.
        labels: int32 (n,).
        facts: `Facts` of each file.
        root: the folder that names are relative to.
        classes: how many there are.
        channels: 3 or 1.
    """

    def __init__(self, paths, labels, facts, root, classes, channels=3):
        self.paths, self.labels, self.facts = paths, labels, facts
        self.root, self.classes, self.channels = root, classes, channels

    def __len__(self):
        return len(self.paths)

    def part(self, indices):
        """Those at these positions."""
        paths, facts = ([x[i] for i in indices] for x in (self.paths, self.facts))
        labels = self.labels[indices]
        return Files(paths, labels, facts, self.root, self.classes, self.channels)

    @cached_property
    def fingerprint(self):
        """Of names, sizes and contents, in whichever order; not of dates."""
        entries = sorted(
            (os.path.relpath(path, self.root).replace(os.sep, "/"), facts.digest)
            for path, facts in zip(self.paths, self.facts, strict=True)
        )
        return hashlib.sha256(repr(entries).encode()).hexdigest()

    @cached_property
    def tensors(self):
        """Paths, whether they are plain JPEG files, and labels."""
        import tensorflow as tf

        plain = [facts.plain for facts in self.facts]
        with tf.init_scope(), tf.device("CPU:0"):
            return (
                tf.constant([os.fsencode(path) for path in self.paths]),
                tf.constant(plain),
                tf.constant(self.labels),
            )

    def picture(self, position):
        """The picture there, and its label."""
        import tensorflow as tf

        path, plain, label = (part[position] for part in self.tensors)

        def by_pillow():
            def read(name):
                return read_image(os.fsdecode(name), self.channels)

            return tf.numpy_function(read, [path], tf.uint8)

        data = tf.cond(plain, lambda: tf.io.read_file(path), lambda: "")
        return Encoded(data, plain, by_pillow, self.channels), label

    def damaged(self):
        """Of the JPEG files with a right header, those that cannot be decoded."""
        import tensorflow as tf

        def fails(position):
            try:
                tf.io.decode_jpeg(tf.io.read_file(self.paths[position]))
            except tf.errors.InvalidArgumentError:
                return True
            return False

        plain = [i for i, facts in enumerate(self.facts) if facts.plain]
        with ThreadPoolExecutor() as pool:
            found = list(pool.map(fails, plain))
        return [self.paths[i] for i, bad in zip(plain, found, strict=True) if bad]


@contextlib.contextmanager
def damage_told(*parts):
    """Where decoding fails in the middle of the work: a ValueError that names the file.

    Headers are read before the work begins; that the rest of a file is damaged as well,
    only decoding tells, and TensorFlow does not say of which file.

    Args:
        parts: the examples that are read meanwhile, `Files` or others.
    """
    try:
        yield
    except Exception as error:
        files = [part for part in parts if isinstance(part, Files)]
        if "JPEG" not in str(error):
            raise
        names = [name for part in files for name in part.damaged()]
        if not names:
            raise
        raise ValueError(
            f"{names[0]} cannot be decoded (files like it: {len(names)}): mend or "
            "remove it. The data are then others, so the training begins again."
        ) from error


def read_folder(path, channels=3, skip_unreadable=False):
    """Parts of a folder and its class names: ({"train": `Files`, …}, names).

    A folder has one folder per class, which may have folders of its own; or ``train``,
    ``val`` and ``test``, each of which has one folder per class. Headers are read now,
    pictures when they are needed. What is passed over is counted in a warning.

    Raises:
        ValueError: for a folder without such pictures, for a class that only ``val`` or
            ``test`` has, and for a file that cannot be read as an image; with
            skip_unreadable such files are left out and counted.
    """
    if channels not in CHANNELS:
        raise ValueError(f"channels={channels}: choose 1 or 3.")
    root = Path(path).expanduser()
    if not root.is_dir():
        raise ValueError(f"{root} is not a folder.")
    by_part, passed = part_folders(root)
    found, classes = {}, None
    for name, folder in by_part.items():
        members, others = list_classes(folder)
        classes = classes or tuple(members)
        if strangers := members.keys() - set(classes):
            raise ValueError(
                f"{folder} has classes that are not in training: "
                f"{', '.join(sorted(strangers))}."
            )
        found[name], passed = members, passed + others
    if passed:
        warnings.warn(f"{root}: {passed_over(passed, root)}", stacklevel=3)
    parts = {
        name: read_headers(members, classes, root, channels, skip_unreadable)
        for name, members in found.items()
    }
    return parts, classes


def part_folders(root):
    """Folders by part of the data set, and the files of the folders beside them.

    One "train", the whole, where there are no such folders. A class may be called
    train: other folders beside ``train`` are classes, too, unless there is another part
    and ``train`` has folders itself. ValueError for two folders of one part.
    """
    inside = folders(root)
    of_parts = [folder for folder in inside if folder.name.lower() in PARTS]
    names = [PARTS[folder.name.lower()] for folder in of_parts]
    others = [folder for folder in inside if folder not in of_parts]
    by_part = {name: of_parts[names.index(name)] for name in ORDER if name in names}
    plain = "train" not in by_part
    if plain or (others and (len(by_part) == 1 or not folders(by_part["train"]))):
        return {"train": root}, []
    if len(names) > len(by_part):
        listed = ", ".join(folder.name for folder in of_parts)
        raise ValueError(f"{root} has two folders for one part of the data: {listed}.")
    return by_part, [file for folder in others for file in files_in(folder)]


def folders(path):
    """Folders in a folder, but for hidden ones, sorted."""
    return sorted(p for p in path.iterdir() if p.is_dir() and p.name[0] != ".")


def files_in(folder):
    """All files in a folder and in those inside it but for hidden ones, sorted."""
    found = []
    for place, inside, names in os.walk(folder):
        inside[:] = [name for name in inside if name[0] != "."]
        found += [Path(place, name) for name in names if name[0] != "."]
    return sorted(found)


def list_classes(path):
    """Pictures by class name, and all other files; ValueError if there is no class."""
    loose = [p for p in path.iterdir() if p.is_file() and p.name[0] != "."]
    members, others = {}, loose
    for folder in folders(path):
        files = files_in(folder)
        members[folder.name] = [f for f in files if f.suffix.lower() in {*SUFFIXES, ""}]
        others += [f for f in files if f.suffix.lower() not in {*SUFFIXES, ""}]
    empty = [name for name, files in members.items() if not files]
    if empty or not members:
        raise ValueError(
            f"{path} needs one folder of images per class, as in {path / 'cat/1.jpg'}"
            + (f"; without images: {', '.join(empty)}." if empty else "; it has none.")
        )
    return members, others


def passed_over(files, root):
    """What is not read, in words: how many of which kind."""
    loose = [f for f in files if f.suffix.lower() in SUFFIXES]  # no class folder
    kinds = Counter(
        f.suffix.lower() or "no suffix"
        for f in files
        if f.suffix.lower() not in SUFFIXES
    )
    words = [f"{count} × {kind}" for kind, count in kinds.most_common()]
    if loose:
        names = ", ".join(str(file.relative_to(root)) for file in loose[:3])
        words.append(f"{len(loose)} outside the folders of classes ({names} …)")
    return f"{len(files)} files are not read: {', '.join(words)}."


def read_headers(members, classes, root, channels, skip_unreadable):
    """`Files` of all pictures; ValueError names those that cannot be read."""
    files = [file for files in members.values() for file in files]
    facts = probe_all(files)
    errors = [fact for fact in facts if isinstance(fact, Exception)]
    if len(errors) == len(files):
        raise ValueError(
            f"{root}: none of the {len(files)} images can be read: {errors[0]}"
        )
    if errors:
        message = f"{len(errors)} of {len(files)} images cannot be read: {errors[0]}"
        if not skip_unreadable:
            raise ValueError(
                f"{message} Or leave such files out: --skip-unreadable, in Python "
                "skip_unreadable=True."
            )
        warnings.warn(message, stacklevel=4)
    warn_of_animations(files, facts)
    good = [i for i, fact in enumerate(facts) if not isinstance(fact, Exception)]
    number = {name: label for label, name in enumerate(classes)}
    labels = [number[name] for name, files in members.items() for _ in files]
    labels = np.array(labels, "int32")
    paths = [os.fspath(file) for file in files]  # smaller than a Path
    return Files(paths, labels, facts, root, len(classes), channels).part(good)


def warn_of_animations(files, facts):
    """Count the files of several pictures, of which the first alone is read."""
    pairs = zip(files, facts, strict=True)
    found = [file for file, fact in pairs if getattr(fact, "animated", False)]
    if found:
        warnings.warn(
            f"{len(found)} files hold several pictures or pages, of which the first is "
            f"taken: {found[0]}.",
            stacklevel=5,
        )


def probe_all(files):
    """What `probe` finds in each file, or the error that it raised."""
    from tqdm.auto import tqdm

    def attempt(file):
        try:
            return probe(file)
        except (OSError, ValueError) as error:
            return error

    with ThreadPoolExecutor() as pool:
        read = pool.map(attempt, files)
        return list(tqdm(read, "Reading headers", len(files), disable=hidden()))
