"""What the cells of `dlcourse.models.cell_net` are worth: trained one by one."""

from importlib.resources import files

import keras
import numpy as np
from keras import ops

from dlcourse.models.cell_net import CellNet, become


class CellTrainer:
    """Trains one cell after the other, in one network that is compiled once.

    Args:
        training, validation: images (n, height, width, channels), labels (n,).
        steps, batch_size, rate: of SGD with momentum 0.9, the rate on half a cosine.
        width, repeats: those of `CellNet`.
    """

    def __init__(
        self, training, validation, steps, batch_size=32, rate=0.1, width=8, repeats=1
    ):
        self.training, self.validation = training, validation
        self.steps, self.batch_size = steps, batch_size
        shape, classes = training[0].shape[1:], int(training[1].max()) + 1
        self.options = {"width": width, "repeats": repeats}
        self.options |= {"input_shape": shape, "classes": classes}
        self.model, self.first = CellNet(**self.options), {}
        cosine = keras.optimizers.schedules.CosineDecay(rate, steps)
        self.model.compile(
            keras.optimizers.SGD(cosine, momentum=0.9),
            "sparse_categorical_crossentropy",
            steps_per_execution=steps,
        )

    def __call__(self, cell, seed=0):
        """Train a cell from new weights; its error on the validation set in percent."""
        self.model.set_weights(self.first_weights(seed))
        for variable in self.model.optimizer.variables:
            variable.assign(np.zeros(variable.shape))
        become(self.model, cell)
        images, labels = (array[self.order(seed)] for array in self.training)
        self.model.fit(images, labels, self.batch_size, verbose=0, shuffle=False)
        images, labels = self.validation
        # With statistics of these images: the running ones are stale so early.
        said = ops.convert_to_numpy(self.model(images, training=True)).argmax(axis=1)
        return 100 * float(np.mean(said != labels))

    def order(self, seed):
        """The numbers of the images that are trained on, epoch after epoch."""
        rng, images = np.random.default_rng(seed), len(self.training[0])
        wanted = self.steps * self.batch_size
        epochs = [rng.permutation(images) for _ in range(-(-wanted // images))]
        return np.concatenate(epochs)[:wanted]

    def first_weights(self, seed):
        """The weights of a `CellNet` that is built after this seed was set."""
        if seed not in self.first:
            keras.utils.set_random_seed(seed)
            self.first[seed] = CellNet(**self.options).get_weights()
        return self.first[seed]


def cell_errors():
    """Errors of all cells as a DataFrame, measured by ``benchmarks/cell_errors.py``.

    A row is a distinct cell. "seed 0", "seed 1": validation error in percent of the
    small network; "large": of a wider, deeper one that was trained longer, for some.
    """
    import pandas as pd

    path = files("dlcourse.training") / "cell_errors.csv"
    table = pd.read_csv(path.open(), dtype={"cell": str})
    table.index = [tuple(map(int, cell)) for cell in table.pop("cell")]
    return table
