"""Keras's ``fit``, ``predict`` and ``evaluate``, cut to what a CPU does in a moment.

A training is one small step, whose result stands for all epochs, in histories of the
true length. What is predicted for the first examples stands for the others; so does
their loss at each point of a section through the loss.
"""

import functools
import inspect
import math

import keras
import numpy as np
from keras import tree

from dlcourse import analysis
from dlcourse.analysis import landscape
from dlcourse.analysis.complexity import complexity
from dlcourse.rehearsal.record import note
from dlcourse.training import Estimate, estimate_prediction, estimate_training
from dlcourse.training.precision import set_training_precision

ROWS = 8  # examples of a step
MACS = 2e9  # multiply-adds up to which a prediction is made in full
LEARNED = 0.95  # of the way to a perfect network, at the end of a training
SIDE = 7  # points along each side of a grid
LARGE = 400  # batches, up to which a pipeline's examples are counted one by one


def install(policies=None):
    """Put the cut methods in the place of Keras's, in this process.

    policies: an iterator of Keras dtype policies, of which each training gets the next;
    without it, what trainings and predictions would take is estimated and noted.
    """
    model = keras.Model
    model.fit = cut_fit(model.fit, policies)
    model.predict = cut_predict(model.predict, policies is None)
    model.evaluate = cut_evaluate(model.evaluate)
    model.train_on_batch = cut_train_on_batch(model.train_on_batch)
    landscape.mean_loss = cut_mean_loss(landscape.mean_loss, policies is None)
    analysis.loss_section = cut_loss_section(analysis.loss_section, policies is None)
    if policies:
        set_training_precision(next(policies))


def cut_fit(fit, policies):
    """``fit`` for one small step; the callbacks see all epochs."""
    signature = inspect.signature(fit)

    @functools.wraps(fit)
    def one_step(*arguments, **options):
        given = signature.bind(*arguments, **options)
        given.apply_defaults()
        a = given.arguments
        model, x, epochs = a["self"], a["x"], a["epochs"]
        size, steps = size_and_steps(x, a["batch_size"], a["steps_per_epoch"])
        steps = math.ceil(steps * (1 - a["validation_split"]))
        if not policies:
            take = estimate(estimate_training, model, size, steps * epochs)
            note(hours=take.hours, gpu=take.memory)
        validated = a["validation_data"] is not None
        callbacks = AllEpochs(a["callbacks"], epochs, steps, validated).of(model)
        a |= {name: first(a[name]) for name in ("x", "y", "sample_weight")}
        a |= {"batch_size": None if a["y"] is None else ROWS, "callbacks": callbacks}
        a |= {"epochs": min(epochs, a["initial_epoch"] + 1), "verbose": 0}
        a |= {"steps_per_epoch": None, "validation_steps": None}
        a["validation_data"] = few_for_validation(a["validation_data"])
        history = fit(**a)
        if policies:
            set_training_precision(next(policies))
        return history

    return one_step


class AllEpochs(keras.callbacks.CallbackList):
    """Callbacks that are told of all epochs, though the first alone is trained."""

    def __init__(self, callbacks, epochs, steps, validated):
        self.given, self.epochs, self.validated = callbacks, epochs, validated
        self.numbers = {"epochs": epochs, "steps": steps, "verbose": 0}

    def of(self, model):
        """Itself, for a model."""
        super().__init__(self.given, add_history=True, model=model, **self.numbers)
        return self

    def on_epoch_end(self, epoch, logs=None):
        """The end of the epoch, and the other epochs from their begin to their end."""
        super().on_epoch_end(epoch, logs)
        for later in range(epoch + 1, self.epochs):
            if self.model.stop_training:
                break
            supposed = as_if_trained(
                logs or {}, (later - epoch) / (self.epochs - epoch)
            )
            self.on_epoch_begin(later)
            self.on_train_batch_begin(0)
            self.on_train_batch_end(0, supposed)
            if self.validated:
                self.on_test_begin()
                self.on_test_end(supposed)
            super().on_epoch_end(later, supposed)


def as_if_trained(logs, part):
    """What an epoch may give after this part of a training, from the first one's logs.

    Losses fall and accuracies rise, those of validation until the middle alone: from
    there on the network overfits.
    """
    return {name: later(name, value, part) for name, value in logs.items()}


def later(name, value, part):
    """One number of `as_if_trained`."""
    if name.startswith("val_") and part > 0.5:
        part = 0.75 - part / 2  # back to half of the way, more slowly
    end = LEARNED if "accuracy" in name else (1 - LEARNED) * value
    return value + part * (end - value)


def cut_predict(predict, estimated):
    """``predict`` for the first examples, repeated to the full length."""

    @functools.wraps(predict)
    def one_batch(self, x, batch_size=None, steps=None, **options):
        count = examples(x, steps)
        if estimated:
            note(hours=estimate(estimate_prediction, self, count).hours)
        few = first(x, affordable(self))
        y_pred = predict(self, few, batch_size=batch_size, **options)
        return tree.map_structure(lambda rows: repeated(rows, count), y_pred)

    return one_batch


def cut_evaluate(evaluate):
    """``evaluate`` on the first examples."""

    @functools.wraps(evaluate)
    def one_batch(self, x=None, y=None, batch_size=None, steps=None, **options):
        rows = affordable(self)
        few, labels = first(x, rows), first(y, rows)
        return evaluate(self, few, labels, batch_size=batch_size, **options)

    return one_batch


def cut_train_on_batch(train_on_batch):
    """``train_on_batch`` on the first examples."""

    @functools.wraps(train_on_batch)
    def few_rows(self, x, y=None, *arguments, **options):
        rows = affordable(self)
        return train_on_batch(
            self, first(x, rows), first(y, rows), *arguments, **options
        )

    return few_rows


def cut_mean_loss(mean_loss, estimated):
    """`landscape.mean_loss` of the first examples."""

    @functools.wraps(mean_loss)
    def few_rows(model, loss, x, y, batch_size):
        if estimated:
            note(hours=estimate(estimate_prediction, model, len(x)).hours)
        rows = affordable(model)
        return mean_loss(model, loss, first(x, rows), first(y, rows), batch_size)

    return few_rows


def cut_loss_section(loss_section, estimated):
    """`analysis.loss_section`: a few points of a grid stand for their neighbours.

    The losses along a line are all computed.
    """
    signature = inspect.signature(loss_section)

    @functools.wraps(loss_section)
    def few_points(*arguments, **options):
        given = signature.bind(*arguments, **options)
        a, sides = given.arguments, len(given.arguments["directions"])
        count = len(a["steps"])
        if sides < 2 or count <= SIDE:
            return loss_section(*arguments, **options)
        if estimated:
            points = count**sides - SIDE**sides
            hours = estimate(estimate_prediction, a["model"], len(a["x"])).hours
            note(hours=points * hours)
        few = np.linspace(0, count - 1, SIDE).round().astype(int)
        a |= {"steps": np.asarray(a["steps"])[few], "file": None}
        nearest = np.abs(np.arange(count)[:, None] - few).argmin(axis=1)
        return loss_section(**a)[np.ix_(*[nearest] * sides)]

    return few_points


def affordable(model):
    """How many examples a prediction is made for."""
    macs = cost(model)
    return ROWS if macs is None else ROWS * max(1, int(MACS / ROWS / max(macs, 1)))


def cost(model):
    """Multiply-adds for one example; None where they are not known."""
    return known(complexity, model, lambda found: found.macs, None)


def estimate(function, model, *numbers):
    """What `estimate_training` and the like give, nothing where they cannot tell."""
    return known(function, model, lambda found: found, Estimate(), *numbers)


KNOWN = {}


def known(function, model, read, otherwise, *numbers):
    """A result of a function of a model, kept for all models of the same layers."""
    sizes = (model.count_params(), len(model.layers)) if model.built else (id(model), 0)
    key = (function.__name__, *sizes, str(getattr(model, "input_shape", None)), numbers)
    if key not in KNOWN:
        try:
            KNOWN[key] = read(function(model, *numbers))
        except (AttributeError, TypeError, ValueError):  # sizes that are not fixed
            KNOWN[key] = otherwise
    return KNOWN[key]


def is_pipeline(x):
    """Whether data are a ``tf.data.Dataset`` rather than arrays."""
    return hasattr(x, "element_spec")


def first(x, rows=ROWS):
    """The first rows of arrays, the first batch of a pipeline, cut to so many rows."""
    if x is None:
        return None
    if not is_pipeline(x):
        return tree.map_structure(lambda array: array[:rows], x)

    def cut(*batch):
        short = tree.map_structure(lambda tensor: tensor[:rows], batch)
        return short if len(short) > 1 else short[0]

    return x.take(1).map(cut)


def few_for_validation(data):
    """The first rows of what ``fit`` takes as validation_data."""
    if isinstance(data, tuple | list):
        return tuple(first(part) for part in data)
    return first(data)


def size_and_steps(x, batch_size, steps_per_epoch):
    """Examples of a batch, and batches of an epoch."""
    if not is_pipeline(x):
        size = batch_size or 32
        return size, steps_per_epoch or math.ceil(examples(x) / size)
    size = tree.flatten(x.element_spec)[0].shape[0]
    if size is None:
        size = len(tree.flatten(next(iter(x)))[0])
    return size, steps_per_epoch or int(x.cardinality())


def examples(x, steps=None):
    """How many examples data have."""
    if not is_pipeline(x):
        return len(tree.flatten(x)[0])
    batches = steps or int(x.cardinality())
    if batches <= LARGE:
        return sum(len(tree.flatten(batch)[0]) for batch in x.take(batches))
    return batches * size_and_steps(x, None, None)[0]


def repeated(rows, count):
    """Rows, repeated from the first on, until there are so many."""
    return rows[np.arange(count) % len(rows)]
