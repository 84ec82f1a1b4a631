"""Checkpoints that survive: a power cut while writing, a full disk, a damaged file.

Keras's ``BackupAndRestore`` was tried first. It writes the weights over the old ones,
so that a cut leaves half a file, and the epoch into a second file, which may then
belong to other weights; it leaves out the state of dropout's random generators and
the history. A training resumed from it ends with other weights.
"""

import json
import math
from pathlib import Path

import keras
from keras import ops

from dlcourse.files import DamagedFile, load_checkpoint, save_checkpoint

KEPT = 2  # the newest, and the one before in case it is damaged
SHOWN = 60  # characters of a setting in a message


class Diverged(RuntimeError):
    """The loss is no number any more: from here on there is nothing to be trained."""


class Checkpoints(keras.callbacks.Callback):
    """Writes all that training consists of into a folder, at the end of each epoch.

    That is: weights, batch norm's statistics, dropout's random generators, the
    optimizer with its step and rate, the epoch, and the history. What Keras draws
    without a ``SeedGenerator`` of a layer is not in it. After an epoch whose loss is
    not finite it writes nothing and raises `Diverged`.

    ``history`` maps the name of each metric to its value for every epoch so far, also
    those before an interruption.

    Args:
        folder: where they stand; None keeps the history alone.
        settings: a dictionary of numbers and text, of which a checkpoint must have the
            same to be resumed.
    """

    def __init__(self, folder, settings=None):
        super().__init__()
        self.folder = folder and Path(folder)
        self.settings = json.loads(json.dumps(settings or {}))  # tuples become lists
        self.history = {}

    def restore(self, model):
        """Bring a compiled model to the newest checkpoint; the number of epochs done.

        A damaged checkpoint is named, and the one before it taken. ValueError where the
        settings or the network are other ones.
        """
        for path in reversed(self.files()):
            try:
                values, state = load_checkpoint(path)
            except DamagedFile as error:
                print(f"{error} The checkpoint before it is taken.")
                continue
            self.check(path, state.get("settings", {}))
            assign(path, variables(model), values)
            self.history = state["history"]
            return state["epoch"]
        return 0

    def files(self):
        """The checkpoints, oldest first."""
        return sorted(self.folder.glob("epoch-*.npz")) if self.folder else []

    def check(self, path, before):
        """ValueError if the settings in a checkpoint are not ours."""
        if changed := differences(before, self.settings):
            listed = ", ".join(changed.values())
            raise ValueError(
                f"{path} belongs to a training with other settings: {listed}. Give the "
                "same, or another folder."
            )

    def on_epoch_end(self, epoch, logs=None):
        """Add to the history, write the checkpoint, remove those no longer kept."""
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(float(value))
        if self.folder is None:
            return
        loss = self.history.get("loss", [0.0])[-1]
        if not math.isfinite(loss):
            raise Diverged(
                f"The loss is {loss} after epoch {epoch + 1}: the training has "
                "diverged. Train with a lower learning rate; no checkpoint of this "
                f"epoch is kept in {self.folder}."
            )
        state = {"epoch": epoch + 1, "history": self.history, "settings": self.settings}
        values = [ops.convert_to_numpy(variable) for variable in variables(self.model)]
        path = self.folder / f"epoch-{epoch + 1:05}.npz"
        save_checkpoint(path, values, state)
        for path in self.files()[:-KEPT]:
            path.unlink()


def variables(model):
    """All variables that training changes; builds the optimizer when needed."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    return [*model.variables, *model.optimizer.variables]


def assign(path, own, values):
    """Assign the values of a checkpoint; ValueError where they are another network's.

    Nothing is assigned unless every shape is right.
    """
    shapes = [tuple(variable.shape) for variable in own]
    if shapes != [value.shape for value in values]:
        raise ValueError(
            f"{path} holds {len(values)} variables of another network, or of another "
            f"version of this one, which has {len(own)}: choose another folder."
        )
    for variable, value in zip(own, values, strict=True):
        variable.assign(value)


def differences(before, now):
    """What two settings differ in: name -> "name was … and is …"."""
    before, now = flat(before), flat(now)
    return {
        name: f"{name} was {shown(before.get(name))} and is {shown(now.get(name))}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    }


def flat(settings, prefix=""):
    """Nested dictionaries as one: {"recipe": {"rate": 1}} as {"recipe.rate": 1}."""
    found = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def shown(value):
    """A setting as text, cut where it is long, such as a list of weights."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
