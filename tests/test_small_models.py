"""A network made small: distillation and quantization, each against an oracle."""

import keras
import numpy as np
import pytest
from keras import layers

from dlcourse.training.distillation import distillation_loss
from dlcourse.training.quantization import (
    make_interpreter,
    quantize,
    run_litert,
    to_litert,
)

RNG = np.random.default_rng(0)
TEACHER, STUDENT = RNG.normal(size=(2, 5, 4)).astype("float32")


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_the_loss_of_distillation_is_the_papers(temperature):
    found = keras.ops.convert_to_numpy(distillation_loss(temperature)(TEACHER, STUDENT))
    p, q = softmax(TEACHER / temperature), softmax(STUDENT / temperature)
    np.testing.assert_allclose(
        found, -(temperature**2) * (p * np.log(q)).sum(axis=1), rtol=1e-5
    )


def test_a_hot_student_matches_logits():
    """Section 2.1: the gradient becomes (student - teacher) / classes, centred."""
    loss, step = distillation_loss(100.0), 0.1

    def total(student):
        return float(keras.ops.sum(loss(TEACHER.astype("float64"), student)))

    slope = np.zeros_like(STUDENT)
    for at in np.ndindex(*STUDENT.shape):
        ahead, behind = STUDENT.astype("float64"), STUDENT.astype("float64")
        ahead[at] += step
        behind[at] -= step
        slope[at] = (total(ahead) - total(behind)) / (2 * step)
    gap = STUDENT - TEACHER
    expected = (gap - gap.mean(axis=1, keepdims=True)) / 4
    np.testing.assert_allclose(slope, expected, atol=0.02)


@pytest.mark.parametrize("temperature", [0, -1, float("nan")])
def test_a_temperature_must_be_above_zero(temperature):
    with pytest.raises(ValueError, match="above 0"):
        distillation_loss(temperature)


@pytest.mark.parametrize(("axis", "steps"), [(None, [1.0] * 3), (1, [0.1, 0.4, 1.0])])
def test_a_step_for_all_or_for_each_channel(axis, steps):
    values = np.array([[12.7, 50.8, -127], [-3.14, 3.5, 60.4]], "float32")
    steps = np.array(steps, "float32")
    found = quantize(values, 8, axis)
    np.testing.assert_allclose(found, np.round(values / steps) * steps, rtol=1e-5)
    turned = quantize(values.T, 8, None if axis is None else 0)
    np.testing.assert_array_equal(turned, found.T)


def test_bits_are_levels_and_zeros_stay():
    values = np.linspace(-1, 1, 1001)
    assert [len(np.unique(quantize(values, bits))) for bits in (2, 3, 8)] == [3, 7, 255]
    assert not quantize(np.zeros((2, 2)), axis=0).any()
    with pytest.raises(ValueError, match="bits=1"):
        quantize(values, 1)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((8, 8, 1))
    x = layers.Conv2D(16, 3, activation="relu")(inputs)
    x = layers.DepthwiseConv2D(3, activation="relu")(x)
    outputs = layers.Dense(3)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, outputs), RNG.random((60, 8, 8, 1), "float32")


def test_litert_computes_what_the_model_does(model):
    model, x = model
    wanted = model.predict(x, verbose=0)
    exact = to_litert(model)
    found = run_litert(exact, x, batch_size=25)
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    small = to_litert(model, x[:20])
    difference = np.abs(run_litert(small, x, threads=1) - wanted)
    assert 0 < difference.max() < 0.05 * np.ptp(wanted)
    stored = [kernel.dtype for kernel in tensors(small) if kernel.ndim == 4]
    assert set(stored) == {np.dtype("int8")}


def tensors(litert):
    """The constants of a LiteRT model, its weights among them."""
    interpreter = make_interpreter(litert)
    found = []
    for about in interpreter.get_tensor_details():
        try:
            found.append(interpreter.get_tensor(about["index"]))
        except ValueError:  # is computed, and not there yet
            continue
    return found
