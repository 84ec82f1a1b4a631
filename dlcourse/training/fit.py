"""Training that resumes where it was interrupted: one path for all of the course."""

import os
from pathlib import Path

import keras
import numpy as np
from keras import ops, tree

from dlcourse.datasets.epochs import Epochs, validation_batches
from dlcourse.training.checkpoints import Checkpoints
from dlcourse.training.devices import steps_at_once
from dlcourse.training.precision import training_precision
from dlcourse.training.progress import Progress
from dlcourse.training.recipe import Recipe


def fit(
    model,
    data,
    epochs,
    validation=None,
    *,
    rate=1e-3,
    batch_size=32,
    optimizer="adam",
    schedule="cosine",
    **options,
):
    """Train a model by Adam, its rate on half a cosine down to zero; the history.

    What is left to say is the model, the data and how long. For all that a paper's
    training has beside these there is `fit_recipe`, of which this is the short form.

    Args:
        model: a built ``keras.Model`` that gives probabilities, or what ``loss`` takes.
        data, validation: as for `fit_recipe`.
        epochs: how often each example is seen.
        rate: the highest learning rate.
        batch_size: examples per step.
        optimizer: "adam", "sgd" (momentum 0.9) or "rmsprop".
        schedule: of the rate: "cosine", "linear" or "constant".
        options: those of `fit_recipe`: ``seed``, ``augment``, ``loss``, ``label``, …

    Returns:
        The history: name -> one value per epoch.
    """
    own = {"optimizer": optimizer, "momentum": 0.9 if optimizer == "sgd" else 0.0}
    recipe = Recipe("", batch_size, epochs, rate, schedule, **own)
    return fit_recipe(model, recipe, data, validation, **options)


def fit_recipe(
    model,
    recipe,
    data,
    validation=None,
    *,
    seed=0,
    augment=None,
    loss=None,
    metrics=None,
    folder=None,
    settings=None,
    callbacks=(),
    label="train",
    **compile_options,
):
    """Compile, resume from the newest checkpoint in the folder, and fit to the end.

    The same seed, machine and backend give the same weights, however often training was
    interrupted: an epoch that was cut short is done again.

    Args:
        model: a built ``keras.Model`` that gives probabilities, or what ``loss`` takes.
        recipe: a `Recipe`.
        data: inputs and labels as a pair of arrays, or a `datasets.Epochs`.
        validation: the same as arrays, or as batches for ``fit``'s validation_data.
        seed: of the order of the examples, and of what Keras draws on the way; the
            initial weights were drawn when the model was built.
        augment: a Keras layer for batches of inputs; with arrays.
        loss, metrics: as for ``compile``; by default the recipe's cross-entropy of
            whole-number labels and probabilities, and the accuracy.
        folder, settings: those of `Checkpoints`; without a folder nothing is resumed.
        callbacks: more of them for ``fit``.
        label: of the progress bar.
        compile_options: for ``compile``, such as ``steps_per_execution``.

    Returns:
        The history: name -> one value per epoch.

    Raises:
        ValueError: for checkpoints of a training with other settings.
        OSError: where a checkpoint cannot be written; the finished ones stay.
        RuntimeError: where hosts that train together stopped at different epochs.
    """
    size = recipe.micro_batch_size
    data, validation = in_batches(data, validation, size, augment, seed)
    optimizer = recipe.make_optimizer(data.steps)
    loss = recipe.loss() if loss is None else loss
    metrics = recipe.metrics() if metrics is None else metrics
    at_once = steps_at_once(compile_options.get("steps_per_execution", 1))
    compile_options |= {"steps_per_execution": at_once}
    checkpoints = Checkpoints(folder, settings)
    with training_precision(model):
        model.compile(optimizer, loss, metrics=list(metrics), **compile_options)
        complete(model, recipe, data, validation, seed, checkpoints, callbacks, label)
    return checkpoints.history


def complete(model, recipe, data, validation, seed, checkpoints, callbacks, label):
    """What `fit_recipe` does with a compiled model: resume, and fit to the end."""
    epochs = round(recipe.epochs)
    batches = data.between(0, epochs)
    build_state(model, batches.element_spec[1])
    done = resume(checkpoints, model, epochs)
    if done >= epochs:
        return
    earlier = checkpoints.history.get("val_loss", ())
    own = [checkpoints, *recipe.callbacks(earlier), Progress(label, done)]
    keras.utils.set_random_seed(seed)
    model.fit(
        data.between(done, epochs) if done else batches,
        initial_epoch=done,
        epochs=epochs,
        steps_per_epoch=data.steps,
        validation_data=validation,
        callbacks=[*own, *callbacks],
        shuffle=False,
        verbose=0,
    )


def in_batches(data, validation, batch_size, augment, seed):
    """Both as ``fit`` takes them: arrays in batches, all else as it is."""
    if isinstance(data, tuple | list):
        data = Epochs(data, batch_size, augment, seed)
    if isinstance(validation, tuple | list):
        validation = validation_batches(validation, evaluation_size(batch_size))
    return data, validation


def evaluation_size(batch_size):
    """How many examples to evaluate at once in a training with such batches.

    Without gradients a layer's outputs need not be kept, so there is room for more; a
    small network's step takes about as long with 32 examples as with 128.
    """
    return max(batch_size, min(4 * batch_size, 128))


def resume(checkpoints, model, epochs):
    """The number of epochs done: those of the newest checkpoint, which is restored.

    RuntimeError where hosts that train together stopped at different epochs.
    """
    done = checkpoints.restore(model)
    if len(everywhere := set(on_all_hosts(done))) > 1:
        raise RuntimeError(
            f"The hosts have checkpoints of epochs {sorted(everywhere)} in "
            f"{checkpoints.folder}: remove the newer ones, and start again."
        )
    if 0 < done < epochs:
        print(f"Resuming after epoch {done} of {epochs}, from {checkpoints.folder}.")
    return done


def build_state(model, labels):
    """Make the variables of a compiled model's optimizer and metrics before ``fit``.

    TensorFlow traces the first step a second time if variables were made in it, and
    tracing a deep network takes longer than training it for an epoch: on two CPU cores
    56 layers begin after 5 s instead of 9 s. Changes no result.

    labels: those of a batch, of which shape and dtype are read alone.
    """
    if keras.backend.backend() != "tensorflow" or not hasattr(model, "outputs"):
        return
    if model.distribute_strategy.num_replicas_in_sync > 1:
        return  # here Keras does it itself
    model.optimizer.build(model.trainable_variables)

    y_pred = [ops.zeros([size or 1 for size in y.shape]) for y in model.outputs]

    def zeros(y):
        """One label; one pixel where the network takes images of any size."""
        sizes = zip(y.shape, model.outputs[0].shape, strict=False)
        shape = [1 if known is None else size for size, known in sizes]
        return ops.zeros(shape, keras.backend.standardize_dtype(y.dtype))

    y_true = tree.map_structure(zeros, labels)
    model.compute_metrics(None, y_true, y_pred if len(y_pred) > 1 else y_pred[0])
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
