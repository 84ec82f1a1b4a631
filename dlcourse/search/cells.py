"""The errors of the cells of `dlcourse.search.cell_net`: each is trained by itself."""

from importlib.resources import files

import keras
import numpy as np
from keras import ops

from dlcourse.search.cell_net import CellNet, select_cell


class CellTrainer:
    """Trains one cell after the other, in one network that is compiled once.

    Args:
        training, validation: images (n, height, width, channels), labels (n,).
        steps, batch_size: number of updates of a training, examples for each.
        rate: initial learning rate of SGD with momentum 0.9; it follows a cosine to 0.
        width, repeats: those of `CellNet`.
    """

    def __init__(
        self, training, validation, steps, batch_size=32, rate=0.1, width=8, repeats=1
    ):
        from dlcourse.training import steps_at_once  # its import may have led here

        self.training, self.validation = training, validation
        self.steps, self.batch_size = steps, batch_size
        shape, classes = training[0].shape[1:], int(training[1].max()) + 1
        self.options = {"width": width, "repeats": repeats}
        self.options |= {"input_shape": shape, "classes": classes}
        self.model, self.initial = CellNet(**self.options), {}
        cosine = keras.optimizers.schedules.CosineDecay(rate, steps)
        self.model.compile(
            keras.optimizers.SGD(cosine, momentum=0.9),
            "sparse_categorical_crossentropy",
            steps_per_execution=steps_at_once(steps),
        )

    def __call__(self, cell, seed=0):
        """Train a cell from its initial weights; the validation error in percent."""
        self.model.set_weights(self.initial_weights(seed))
        for variable in self.model.optimizer.variables:
            variable.assign(np.zeros(variable.shape))
        select_cell(self.model, cell)
        images, labels = (array[self.order(seed)] for array in self.training)
        self.model.fit(images, labels, self.batch_size, verbose=0, shuffle=False)
        images, labels = self.validation
        # Batch statistics of these images: so early the moving averages lag behind.
        probabilities = self.model(images, training=True)
        predicted = ops.convert_to_numpy(probabilities).argmax(axis=1)
        return 100 * float(np.mean(predicted != labels))

    def order(self, seed):
        """Indices of the training images (steps × batch_size,), epoch after epoch."""
        rng, images = np.random.default_rng(seed), len(self.training[0])
        examples = self.steps * self.batch_size
        epochs = [rng.permutation(images) for _ in range(-(-examples // images))]
        return np.concatenate(epochs)[:examples]

    def initial_weights(self, seed):
        """The weights of a `CellNet` that is built after this seed was set."""
        if seed not in self.initial:
            keras.utils.set_random_seed(seed)
            self.initial[seed] = CellNet(**self.options).get_weights()
        return self.initial[seed]


def cell_errors():
    """Errors of all cells as a DataFrame, measured by ``benchmarks/cell_errors.py``.

    A row is a canonical cell. "seed 0", "seed 1": validation error in percent of the
    small network; "large": of a wider, deeper one that was trained longer, for some.
    """
    import pandas as pd

    path = files("dlcourse.search") / "cell_errors.csv"
    table = pd.read_csv(path.open(), dtype={"cell": str})
    table.index = [tuple(map(int, cell)) for cell in table.pop("cell")]
    return table
