"""One file for a trained classifier: Keras's own, with ``dlcourse.json`` inside.

Keras opens it by ``keras.saving.load_model`` after ``import dlcourse``, and takes
images in [0, 1]. What Keras has no place for stands in the JSON: the names of the
classes, how a picture is cut and resized, how the network was trained, and how well.
"""

import dataclasses
import json
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from dlcourse.course import runs_folder
from dlcourse.datasets.folder import folders
from dlcourse.datasets.preprocessing import Preprocessing
from dlcourse.similar import did_you_mean

ABOUT = "dlcourse.json"
VERSION = 1  # of the entry; a file of a later one is refused


@dataclass(frozen=True)
class About:
    """What is known about a trained classifier beside its weights.

    ``data`` has the name, the number of training pictures and the fingerprints of its
    parts; ``errors`` has, for "validation" and "test", what `Result.summary` gives.
    """

    network: str
    classes: tuple
    preprocessing: Preprocessing
    recipe: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    command: str = ""
    versions: dict = field(default_factory=dict)
    weights: str = ""  # their digest

    def to_json(self):
        """As text."""
        entries = {"version": VERSION} | dataclasses.asdict(self)
        return json.dumps(entries, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text):
        """What `to_json` wrote; ValueError, KeyError or TypeError for anything else."""
        entries = json.loads(text)
        if (version := entries.pop("version")) > VERSION:
            raise ValueError(f"it has version {version}, and this course {VERSION}")
        pipeline = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in entries.pop("preprocessing").items()
        }
        entries["classes"] = tuple(entries["classes"])
        return cls(preprocessing=Preprocessing(**pipeline), **entries)


def save(path, model, about):
    """Write a model and its `About` into one file, whole or not at all.

    OSError that names the file where the disk is full or cannot be written to.
    """
    path = Path(path)
    new = path.with_name(f"{uuid4().hex}-{path.name}")
    try:
        model.save(new)
        with zipfile.ZipFile(new, "a", zipfile.ZIP_DEFLATED) as file:
            file.writestr(ABOUT, about.to_json())
        os.replace(new, path)
    except OSError as error:
        cause = os.strerror(error.errno) if error.errno else error
        raise OSError(
            error.errno,
            f"{path} could not be written: {cause}. The checkpoints are still there: "
            "make room and start again",
        ) from error
    finally:
        new.unlink(missing_ok=True)


def read_about(path):
    """Path and `About` of a file; ValueError that says what is wrong with it."""
    path = Path(path)
    if path.is_dir():
        path = path / "model.keras"  # the folder that `dlcourse train` wrote
    if not path.is_file():
        raise ValueError(
            f"There is no model {path}.{did_you_mean(str(path), trained(path))} "
            "`dlcourse train` writes one at its end."
        )
    try:
        with zipfile.ZipFile(path) as file:
            text = file.read(ABOUT).decode()
    except zipfile.BadZipFile:
        raise ValueError(f"{path} is no model, or a damaged one.") from None
    except KeyError:
        raise ValueError(
            f"{path} has no {ABOUT} inside: it was not written by `dlcourse train`, so "
            "its classes and how it prepares pictures are not known."
        ) from None
    try:
        return path, About.from_json(text)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path}: its {ABOUT} cannot be read ({error}); train again, or use the "
            "version of the course that wrote it."
        ) from None


def trained(path):
    """Folders with a trained model in runs/, and beside a path."""
    places = {path.parent, runs_folder()}
    beside = [one for place in places if place.is_dir() for one in folders(place)]
    return [str(one) for one in beside if (one / "model.keras").is_file()]


def load(path):
    """Model and `About` of a file, or of a folder of ``dlcourse train``.

    ValueError that says what is wrong with the file.
    """
    from dlcourse.lecture import quiet

    path, about = read_about(path)
    try:
        with quiet():  # drivers log what they do not find
            import keras

            return keras.saving.load_model(path, compile=False), about
    except Exception as error:  # whatever Keras meets in a file
        reason = str(error).strip().splitlines()[0][:200]
        raise ValueError(f"{path} cannot be opened by Keras: {reason}") from error
