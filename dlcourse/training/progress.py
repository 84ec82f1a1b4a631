"""A progress bar for ``fit``: one bar a run, in a notebook or a terminal."""

import os

import keras
from tqdm.auto import tqdm


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
        # A bar in a notebook does not read the variable by itself.
        hidden = os.environ.get("TQDM_DISABLE") == "1"
        self.bar = tqdm(
            total=self.params["epochs"],
            initial=self.done,
            desc=self.label,
            disable=hidden,
        )

    def on_epoch_end(self, epoch, logs=None):
        self.bar.set_postfix(
            {name: f"{value:.3f}" for name, value in (logs or {}).items()}
        )
        self.bar.update()

    def on_train_end(self, logs=None):
        self.bar.close()
