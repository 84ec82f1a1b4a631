"""Diffusion: data are made noise step by step, and a network learns to undo it.

Jonathan Ho, Ajay Jain, Pieter Abbeel: Denoising Diffusion Probabilistic Models.
NeurIPS 2020, arXiv:2006.11239.
"""

import keras
import numpy as np
from keras import ops

from dlcourse.models.arguments import check_counts


def linear_betas(steps=1000, first=1e-4, last=0.02):
    """The variance of the noise that each step adds: (steps,), in even steps.

    The paper's by default (section 4). ValueError for what is no number of steps, or
    variances outside of 0 to 1.
    """
    check_counts(steps=steps)
    if not 0 < first <= last < 1:
        raise ValueError(f"first={first!r}, last={last!r}: give 0 < first <= last < 1.")
    return np.linspace(first, last, steps)


def diffuse(x, kept, noise):
    """sqrt(kept) x + sqrt(1 - kept) noise (equation 4): the data after some steps.

    ``kept`` is the product of 1 - beta over those steps, which broadcasts with x.
    """
    return ops.sqrt(kept) * x + ops.sqrt(1 - kept) * noise


@keras.saving.register_keras_serializable("dlcourse")
class Diffusion(keras.Model):
    """A network that predicts the noise in its input, and how to sample with it.

    ``fit(x, x)`` trains it (algorithm 1); a loss for ``compile`` is not used.
    `generate` makes new examples (algorithm 2).

    Args:
        network: a ``keras.Model``: examples (n, ...), and times (n, 1) from 0 to 1 ->
            the noise in them (n, ...).
        betas: the variance of the noise of each step, such as those of `linear_betas`.
        seed: of all noise.
    """

    def __init__(self, network, betas, seed=None, **options):
        super().__init__(**options)
        self.network, self.seed = network, seed
        self.betas = np.asarray(betas, "float32")
        self.kept = np.cumprod(1 - self.betas, dtype="float64").astype("float32")
        self.seeds = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        """The noise that is added to x, each example for a time of its own; the guess.

        Returns both, in the shape of x.
        """
        count, ones = ops.shape(x)[0], (1,) * (len(x.shape) - 1)
        step = keras.random.randint((count,), 0, len(self.betas), seed=self.seeds)
        kept = ops.reshape(ops.take(self.kept, step), (-1, *ones))
        noise = keras.random.normal(ops.shape(x), seed=self.seeds)
        noisy = diffuse(x, kept, noise)
        return noise, self.network([noisy, self.time(step)], training=training)

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        """Mean squared error of the guess (equation 14)."""
        noise, guess = y_pred
        return ops.mean(ops.square(noise - guess))

    def time(self, step):
        """Steps (n,), counted from 0, as times (n, 1) from 0 to 1."""
        return ops.reshape(ops.cast(step, "float32"), (-1, 1)) / len(self.betas)

    def denoise(self, x, step):
        """One step back: from x after this step, counted from 0, to before it.

        The guessed noise is taken away in part, and unless it is the first step, fresh
        noise of the step's variance is added (algorithm 2, line 4).
        """
        x = ops.convert_to_tensor(x)
        beta, kept = float(self.betas[step]), float(self.kept[step])
        guess = self.network([x, self.time(ops.full((len(x),), step))])
        mean = (x - beta / (1 - kept) ** 0.5 * guess) / (1 - beta) ** 0.5
        if step == 0:
            return mean
        return mean + beta**0.5 * keras.random.normal(ops.shape(x), seed=self.seeds)

    def generate(self, count):
        """New examples, and all that they were on the way: (steps + 1, count, ...).

        The first are from N(0, 1), the last are the new examples.
        """
        shape = (count, *self.network.input_shape[0][1:])
        path = [keras.random.normal(shape, seed=self.seeds)]
        for step in reversed(range(len(self.betas))):
            path.append(self.denoise(path[-1], step))
        return np.stack([ops.convert_to_numpy(x) for x in path])

    def get_config(self):
        """Return the arguments of the constructor."""
        network = keras.saving.serialize_keras_object(self.network)
        own = {"network": network, "betas": self.betas.tolist(), "seed": self.seed}
        return super().get_config() | own

    @classmethod
    def from_config(cls, config):
        """Return the model of such arguments."""
        network = keras.saving.deserialize_keras_object(config.pop("network"))
        return cls(network, **config)
