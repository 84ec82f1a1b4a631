"""Mixed precision is for a training alone."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlcourse.layers import reconstruction_loss
from dlcourse.models import VariationalAutoencoder
from dlcourse.training import fit, precision, set_training_precision, training_precision

X = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


class Seen(layers.Dense):
    """A layer that notes the dtypes in which it computes."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.seen = set()

    def call(self, x):
        """Note the dtype."""
        self.seen.add(keras.backend.standardize_dtype(x.dtype))
        return super().call(x)


def functional(hidden, logits):
    """A network whose head is two layers and an operation."""
    inputs = keras.Input((4,))
    outputs = ops.softmax(layers.Rescaling(2.0)(logits(ops.relu(hidden(inputs)))))
    return keras.Model(inputs, outputs)


def sequential(hidden, logits):
    """The same in a row."""
    softmax = layers.Activation("softmax")
    return keras.Sequential([keras.Input((4,)), hidden, logits, softmax])


def nested(hidden, logits):
    """The hidden layer in a model of its own."""
    inside = keras.Sequential([keras.Input((4,)), hidden])
    inputs = keras.Input((4,))
    return keras.Model(inputs, ops.softmax(logits(inside(inputs))))


@pytest.fixture(params=["mixed_bfloat16", "mixed_float16"])
def policy(request):
    before = precision.chosen
    set_training_precision(request.param)
    yield request.param
    set_training_precision(before)


@pytest.mark.parametrize("build", [functional, sequential, nested])
def test_a_training_is_mixed_and_what_comes_after_is_not(build, policy):
    hidden, logits = Seen(3), Seen(2)
    model = build(hidden, logits)
    hidden.seen, logits.seen = set(), set()
    history = fit(model, (X, Y), 2, (X, Y))
    assert np.isfinite(history["val_loss"]).all()
    assert hidden.seen == {policy.removeprefix("mixed_")}
    assert logits.seen == {"float32"}  # the head
    assert hidden.kernel.dtype == "float32"
    scaled = isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert scaled == (policy == "mixed_float16")
    hidden.seen = set()
    model.evaluate(X, Y, verbose=0)
    model.predict(X, verbose=0)
    model.train_on_batch(X, Y)
    assert hidden.seen == {"float32"}
    assert hidden.dtype_policy.name == "float32"


def test_all_is_as_before_after_an_error(policy):
    hidden = layers.Dense(3)
    model = sequential(hidden, layers.Dense(2))
    with pytest.raises(ValueError, match="metric"):
        fit(model, (X, Y), 1, metrics=["no metric"])
    assert hidden.compute_dtype == "float32"


def test_float32_leaves_a_model_as_it_was_built():
    hidden = layers.Dense(3, dtype="mixed_bfloat16")
    with training_precision(sequential(hidden, layers.Dense(2)), "float32"):
        assert hidden.compute_dtype == "bfloat16"


def test_images_are_normalized_in_float32(policy):
    standardize = layers.Normalization(mean=0.5, variance=1.0)
    rows = [keras.Input((4,)), standardize, layers.Dense(3), layers.Dense(2)]
    with training_precision(keras.Sequential(rows)):
        assert standardize.compute_dtype == "float32"
        assert rows[2].compute_dtype != "float32"


class Game(keras.Model):
    """A class of its own around a network, with a loss that it computes itself."""

    def __init__(self, hidden, logits):
        super().__init__()
        self.network = sequential(hidden, logits)
        self.seen = set()

    def call(self, x):
        """Note in what the class itself computes."""
        self.seen.add(keras.backend.standardize_dtype(x.dtype))
        return self.network(x)

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        """The loss; note its dtype."""
        loss = ops.mean(ops.square(y_pred))
        self.seen.add(keras.backend.standardize_dtype(loss.dtype))
        return loss


def test_what_a_class_computes_beside_its_networks_is_float32(policy):
    hidden, logits = Seen(3), Seen(2)
    game = Game(hidden, logits)
    hidden.seen, logits.seen, game.seen = set(), set(), set()
    fit(game, (X, Y), 1, metrics=())
    assert hidden.seen == {policy.removeprefix("mixed_")}
    assert logits.seen == {"float32"}
    assert game.seen == {"float32"}


def test_the_head_of_a_model_that_is_a_head_is_float32(policy):
    hidden, logits = Seen(3), Seen(2)
    inputs = keras.Input((4,))
    model = keras.Model(inputs, functional(hidden, logits)(layers.Dense(4)(inputs)))
    hidden.seen, logits.seen = set(), set()
    fit(model, (X, Y), 1)
    assert hidden.seen == {policy.removeprefix("mixed_")}
    assert logits.seen == {"float32"}


def test_a_variational_autoencoder_trains(policy):
    vae = VariationalAutoencoder((4,), 2, input_shape=(4, 4, 1))
    x = np.random.default_rng(0).uniform(size=(32, 4, 4, 1)).astype("float32")
    history = fit(vae, (x, x), 1, loss=reconstruction_loss, metrics=())
    assert np.isfinite(history["loss"]).all()
    assert vae.predict(x, verbose=0).dtype == "float32"
