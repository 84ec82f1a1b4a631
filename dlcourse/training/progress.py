"""A progress bar for ``fit``: one bar a run, in a notebook or a terminal."""

import keras
from tqdm.auto import tqdm

from dlcourse.bars import hidden


class Progress(keras.callbacks.Callback):
    """One bar over all epochs, with the latest metrics; use it with ``verbose=0``.

    ``label`` says what is being trained, ``done`` how many epochs already are. The
    environment variable TQDM_DISABLE=1 leaves the bar out; so are the lectures' stored
    outputs made.
    """

    def __init__(self, label="epochs", done=0):
        super().__init__()
        self.label = label
        self.done = done

    def on_train_begin(self, logs=None):
        self.steps = self.params.get("steps")  # None where Keras does not know
        self.bar = tqdm(
            total=self.params["epochs"] * (self.steps or 1),
            initial=self.done * (self.steps or 1),
            desc=self.label,
            unit="step" if self.steps else "epoch",
            disable=hidden(),
        )

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        # At its end, Keras would wait for the device to read the logs.
        if self.steps:
            self.move(self.epoch * self.steps + batch)

    def on_epoch_end(self, epoch, logs=None):
        self.bar.set_postfix(
            {name: f"{value:.3f}" for name, value in (logs or {}).items()}
        )
        self.move((epoch + 1) * (self.steps or 1))

    def move(self, position):
        """Draw the bar up to this step."""
        self.bar.update(position - self.bar.n)

    def on_train_end(self, logs=None):
        self.bar.total = self.bar.n  # stopped early is no failure, which would be red
        self.bar.close()
