"""Training by a recipe that goes on where it was interrupted."""

import os
from pathlib import Path

import keras
import numpy as np
from keras import ops

from dlcourse.training.checkpoints import Checkpoints
from dlcourse.training.progress import Progress


def fit_recipe(
    model,
    recipe,
    data,
    validation=None,
    folder=None,
    settings=None,
    callbacks=(),
    label="train",
):
    """Compile, resume from the newest checkpoint in the folder, and fit to the end.

    The same seed, machine and backend give the same weights, however often training was
    interrupted: an epoch that was cut short is done again.

    Args:
        model: a ``keras.Model`` that gives probabilities.
        recipe: a `Recipe`.
        data: ``datasets.Epochs``, or what has ``steps`` and ``between`` like it.
        validation: data for ``fit``'s validation_data.
        folder, settings: those of `Checkpoints`; without a folder nothing is resumed.
        callbacks: more of them for ``fit``.
        label: of the progress bar.

    Returns:
        The history: name -> one value per epoch.

    Raises:
        ValueError: for checkpoints of a training with other settings.
        OSError: where a checkpoint cannot be written; the finished ones stay.
        RuntimeError: where hosts that train together stopped at different epochs.
    """
    model.compile(recipe.optimizer(data.steps), recipe.loss(), metrics=["accuracy"])
    build_state(model)
    checkpoints = Checkpoints(folder, settings)
    done, epochs = checkpoints.restore(model), round(recipe.epochs)
    if len(everywhere := set(on_all_hosts(done))) > 1:
        raise RuntimeError(
            f"The hosts have checkpoints of epochs {sorted(everywhere)} in {folder}: "
            "remove the newer ones, and start again."
        )
    if done >= epochs:
        return checkpoints.history
    if done:
        print(f"Going on after epoch {done} of {epochs}, from {folder}.")
    model.fit(
        data.between(done, epochs),
        initial_epoch=done,
        epochs=epochs,
        steps_per_epoch=data.steps,
        validation_data=validation,
        callbacks=[
            checkpoints,
            *recipe.callbacks(checkpoints.history.get("val_loss", ())),
            Progress(label, done),
            *callbacks,
        ],
        shuffle=False,
        verbose=0,
    )
    return checkpoints.history


def build_state(model):
    """Make the variables of a compiled model's optimizer and metrics before ``fit``.

    TensorFlow traces the first step a second time if variables were made in it, and
    tracing a deep network takes longer than training it for an epoch: on two CPU cores
    56 layers begin after 5 s instead of 9 s. Changes no result.
    """
    if keras.backend.backend() != "tensorflow" or not hasattr(model, "outputs"):
        return
    if model.distribute_strategy.num_replicas_in_sync > 1:
        return  # here Keras does it itself
    model.optimizer.build(model.trainable_variables)
    shapes = [[size or 1 for size in output.shape] for output in model.outputs]
    said = [ops.zeros(shape) for shape in shapes]
    right = [ops.zeros(shape[:-1], "int32") for shape in shapes]  # classes' numbers
    model.compute_metrics(None, right, said)
    model.reset_metrics()


def on_all_hosts(number):
    """This number as each of the hosts has it."""
    if keras.backend.backend() != "jax":
        return [number]
    from jax.experimental.multihost_utils import process_allgather

    return process_allgather(np.array(number)).ravel().tolist()


def run_folder(name):
    """A folder of that name for checkpoints of a lecture's run, or None.

    ``dlcourse run --profile full`` sets DLCOURSE_RUN, so that the next run of the same
    lecture goes on from there; without it a lecture writes no checkpoints.
    """
    run = os.environ.get("DLCOURSE_RUN")
    return Path(run) / name if run else None
