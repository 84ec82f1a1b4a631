"""Learning-rate schedules: four that decay, a constant one, and a warm-up."""

import math
from numbers import Real

import keras
from keras import ops

SCHEDULES = ("plateau", "steps", "cosine", "linear", "constant")


@keras.saving.register_keras_serializable("dlcourse")
class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """The rate as a function of the step; it needs nothing else when training resumes.

    Steps: the rate is multiplied by ``factor`` at each milestone. Cosine: (1 + cos πt)
    / 2 times the peak, where t runs from 0 to 1 after the warm-up (Ilya Loshchilov,
    Frank Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts. ICLR 2017,
    arXiv:1608.03983, equation 5, without restarts). Linear: (1 - t) times the peak.

    Args:
        kind: "steps", "cosine", "linear" or "constant".
        peak: the rate after the warm-up.
        steps: of the whole training.
        milestones: the steps at which "steps" decays.
        warmup: the steps in which the rate grows linearly to the peak, beginning at
            ``start``; fewer than ``steps``.
        gradual: False keeps the rate at ``start`` until the warm-up ends, the constant
            warm-up of Goyal et al., arXiv:1706.02677, section 2.2.
        accumulate: batches in a step. Keras counts them, not steps, where it asks for
            the rate of an optimizer with ``gradient_accumulation_steps``.

    Raises:
        ValueError: for a kind or number that is not possible.
    """

    def __init__(
        self,
        kind,
        peak,
        steps,
        milestones=(),
        factor=0.1,
        warmup=0,
        start=0.0,
        gradual=True,
        accumulate=1,
    ):
        if kind not in SCHEDULES[1:]:
            listed = ", ".join(SCHEDULES[1:])
            raise ValueError(f"kind={kind!r}: choose one of {listed}.")
        check_numbers(peak=peak, factor=factor, warmup=warmup, start=start)
        check_numbers(at_least=1, steps=steps, accumulate=accumulate)
        for milestone in milestones:
            check_numbers(milestones=milestone)
        if warmup >= steps:
            raise ValueError(
                f"warmup={warmup}: give fewer steps than the training has, {steps}."
            )
        self.config = {
            "kind": kind,
            "peak": peak,
            "steps": steps,
            "milestones": tuple(milestones),
            "factor": factor,
            "warmup": warmup,
            "start": start,
            "gradual": gradual,
            "accumulate": accumulate,
        }

    def __call__(self, step):
        """Return the rates of steps, or of batches of them, counted from 0."""
        peak, warmup, start = (self.config[k] for k in ("peak", "warmup", "start"))
        step = ops.floor(ops.cast(step, "float32") / self.config["accumulate"])
        rate = peak * self.decay(step)
        if warmup:
            slope = (peak - start) / warmup if self.config["gradual"] else 0.0
            rate = ops.where(step < warmup, start + slope * step, rate)
        return rate

    def decay(self, step):
        """The factor of the peak at this step, from 1 down to 0."""
        kind = self.config["kind"]
        if kind == "constant":
            return ops.ones_like(step)
        if kind == "steps":
            passed = ops.zeros_like(step)
            for milestone in self.config["milestones"]:
                passed += ops.cast(step >= milestone, "float32")
            return self.config["factor"] ** passed
        decaying = self.config["steps"] - self.config["warmup"]
        t = ops.clip((step - self.config["warmup"]) / decaying, 0.0, 1.0)
        return (1 + ops.cos(math.pi * t)) / 2 if kind == "cosine" else 1 - t

    def get_config(self):
        """Return the arguments of the constructor."""
        return self.config


def check_numbers(at_least=0.0, **numbers):
    """ValueError that names the argument, unless each is a finite number.

    ``at_least`` is the lowest that is possible.
    """
    for name, value in numbers.items():
        if not isinstance(value, Real) or not at_least <= value < math.inf:
            raise ValueError(
                f"{name}={value!r}: give a number of at least {at_least:g}."
            )


class Plateau(keras.callbacks.Callback):
    """Multiply the rate by ``factor`` when the validation loss has stopped falling.

    Keras's ``ReduceLROnPlateau`` forgets what it has seen when training is interrupted;
    here the rate follows from the losses, and a resumed training hands in those so far.

    Args:
        rate: the learning rate at the beginning.
        patience: epochs without a new lowest loss, after which the rate drops.
        drops: how often the rate is multiplied at most.
        losses: the validation losses of the epochs before this ``fit``.

    Raises:
        ValueError: for a number that is not possible.
    """

    def __init__(self, rate, factor=0.1, patience=5, drops=3, losses=()):
        super().__init__()
        check_numbers(rate=rate, factor=factor, drops=drops)
        check_numbers(at_least=1, patience=patience)
        self.rate, self.factor, self.patience = rate, factor, patience
        self.drops = drops
        self.losses = list(losses)

    def on_epoch_begin(self, epoch, logs=None):
        drops = min(plateaus(self.losses, self.patience), self.drops)
        self.model.optimizer.learning_rate = self.rate * self.factor**drops

    def on_epoch_end(self, epoch, logs=None):
        if "val_loss" not in (logs or {}):
            raise ValueError("This rate needs a validation loss: give validation_data.")
        self.losses.append(logs["val_loss"])


def plateaus(losses, patience):
    """How often ``losses`` went without a new lowest value for so many epochs."""
    lowest, waited, found = math.inf, 0, 0
    for loss in losses:
        waited = 0 if loss < lowest else waited + 1
        lowest = min(loss, lowest)
        if waited == patience:
            found, waited = found + 1, 0
    return found
