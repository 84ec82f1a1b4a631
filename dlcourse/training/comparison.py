"""Several networks, several seeds, one recipe: what is a difference, what is chance?"""

import dataclasses
import math
import shutil
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np

from dlcourse.analysis.complexity import complexity
from dlcourse.datasets.epochs import Epochs, validation_batches
from dlcourse.datasets.examples import as_examples
from dlcourse.files import DamagedFile, load_checkpoint, save_checkpoint
from dlcourse.training.checkpoints import Checkpoints
from dlcourse.training.fit import evaluation_size, fit_recipe

FINISHED = "run.npz"


@dataclass(frozen=True)
class Run:
    """One network, trained once."""

    network: str
    seed: int
    parameters: int  # trainable
    macs: int  # multiply-adds for one image
    seconds: float  # per step, in the median epoch
    history: dict  # metric -> its value after each epoch
    # of the test images, in their order: (images, classes)
    probabilities: np.ndarray = field(repr=False, compare=False)

    @property
    def training_loss(self):
        """Mean over the last epoch."""
        return self.history["loss"][-1]

    @property
    def error(self):
        """Test images that the network names wrongly, in percent, at the end."""
        return 100 * (1 - self.history["val_accuracy"][-1])


def compare(
    networks, recipe, training, test, seeds=(0, 1, 2), augment=None, folder=None
):
    """Train each network with each seed by one recipe; a list of `Run`.

    A seed decides initial weights, order of the images and augmentation, the same for
    all networks. With a folder, what is finished is kept there and not done again, and
    a run that was interrupted goes on after its last epoch: the same call, killed and
    started again, gives the same histories as one that was not.

    Args:
        networks: name -> function without arguments that builds a ``keras.Model``.
        recipe: a `Recipe`.
        training, test: images (n, height, width, channels), whole-number labels (n,).
        augment: function from a seed to a Keras layer.
        folder: for the results; ValueError if those in it are of another comparison.
    """
    runs, wanted = [], [(name, seed) for name in networks for seed in seeds]
    training, test = as_examples(training), as_examples(test)
    images = [part.fingerprint for part in (training, test) if folder]
    for name, seed in wanted:
        keras.utils.set_random_seed(seed)
        model = networks[name]()
        settings = settings_of(name, model, recipe, images, augment)
        place = folder and Path(folder) / f"{name.replace('/', '-')}, seed {seed}"
        measured = place and finished(place, settings)
        if not measured:
            layer = augment and augment(seed)
            data = Epochs(training, recipe.batch_size, layer, seed)
            tests = validation_batches(test, evaluation_size(recipe.batch_size))
            label = f"{name}, seed {seed} ({len(runs) + 1} of {len(wanted)})"
            measured = train_once(model, recipe, data, tests, place, settings, label)
        cost = complexity(model)
        runs.append(Run(name, seed, cost.parameters, cost.macs, **measured))
    return runs


def settings_of(name, model, recipe, images, augment):
    """All that decides a run but the seed, as numbers and text."""
    return {
        "network": name,
        "weights": [list(weight.shape) for weight in model.weights],
        "recipe": dataclasses.asdict(recipe),
        "images": images,
        "augmented": augment is not None,
        "backend": keras.backend.backend(),
    }


def train_once(model, recipe, data, validation, place, settings, label):
    """One run; the last fields of `Run`, which are also written where it is kept."""
    checkpoints = place and place / "checkpoints"
    watch = Stopwatch()
    history = fit_recipe(
        model,
        recipe,
        data,
        validation,
        folder=checkpoints,
        settings=settings,
        callbacks=[watch],
        label=label,
    )
    measured = {"seconds": watch.median() / data.steps, "history": history}
    probabilities = model.predict(validation, verbose=0)
    if place:
        result = measured | {"settings": settings}
        save_checkpoint(place / FINISHED, [probabilities], result)
        shutil.rmtree(checkpoints)  # many times the size of the result
    return measured | {"probabilities": probabilities}


class Stopwatch(keras.callbacks.Callback):
    """The seconds that each epoch takes, without validation."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.begin = time.perf_counter()

    def on_test_begin(self, logs=None):
        self.seconds.append(time.perf_counter() - self.begin)

    def median(self):
        """Median epoch, the first left out, in which the backend compiles.

        nan if an interruption left no epoch to be trained.
        """
        return statistics.median(self.seconds[1:] or self.seconds or [math.nan])


def finished(place, settings):
    """What `train_once` has written, or None; ValueError if the settings differ."""
    path = place / FINISHED
    if not path.exists():
        return None
    try:
        (probabilities,), result = load_checkpoint(path)
    except DamagedFile as error:
        print(f"{error} This network is trained again.")
        return None
    Checkpoints(place, settings).check(path, result.pop("settings"))
    return result | {"probabilities": probabilities}


def summary(runs):
    """One row per network, as a pandas DataFrame: what it costs and what it reaches.

    Loss and error are means over the seeds; "from … to" is the span of the errors.
    """
    import pandas as pd

    rows = {}
    for run in runs:
        rows.setdefault(run.network, []).append(run)
    mean = statistics.fmean
    return pd.DataFrame(
        {
            name: {
                "parameters": own[0].parameters,
                "multiply-adds": own[0].macs,
                "ms per step": 1000 * min(run.seconds for run in own),
                "training loss": mean(run.training_loss for run in own),
                "error (%)": mean(run.error for run in own),
                "from": min(run.error for run in own),
                "to": max(run.error for run in own),
            }
            for name, own in rows.items()
        }
    ).T
