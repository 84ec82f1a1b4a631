"""Automatic differentiation, the same on TensorFlow, JAX and PyTorch.

Keras computes gradients inside ``fit`` and has no function for them that is the same on
all backends. Beside them: central differences, which check a gradient because they use
values of the function alone.
"""

import keras
import numpy as np
from keras import ops

from dlcourse import arguments as kinds


def gradients(function, *arrays):
    """The value of a scalar function of arrays, and its gradient for each of them.

    Args:
        function: takes tensors shaped like ``arrays``, returns a tensor of shape ().
        arrays: float arrays; they are taken as float32.

    Returns:
        The value as a float, and a list of NumPy arrays shaped like ``arrays``.
    """
    tensors = [ops.convert_to_tensor(array, "float32") for array in arrays]
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(tensors)
            value = function(*tensors)
        found = tape.gradient(value, tensors, unconnected_gradients="zero")
    elif backend == "jax":
        import jax

        every = tuple(range(len(tensors)))
        value, found = jax.value_and_grad(function, argnums=every)(*tensors)
    else:
        import torch

        tensors = [tensor.detach().clone().requires_grad_() for tensor in tensors]
        value = function(*tensors)
        found = torch.autograd.grad(value, tensors, materialize_grads=True)
    return float(value), [np.asarray(ops.convert_to_numpy(each)) for each in found]


def tensor_gradients(function, tensors):
    """The gradient of a scalar function as tensors, which can be differentiated again.

    For a network whose forward pass has gradients in it; `gradients` returns arrays.

    Args:
        function: takes as many tensors, returns a tensor of shape ().
        tensors: where the gradient is taken.

    Returns:
        A list of tensors shaped like ``tensors``.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(tensors)
            value = function(*tensors)
        return tape.gradient(value, tensors, unconnected_gradients="zero")
    if backend == "jax":
        import jax

        return list(jax.grad(function, tuple(range(len(tensors))))(*tensors))
    import torch

    with torch.enable_grad():  # in ``predict``, too
        known = [t if t.requires_grad else t.detach().requires_grad_() for t in tensors]
        value = function(*known)
        options = {"create_graph": True, "materialize_grads": True}
        return list(torch.autograd.grad(value, known, **options))


def weight_gradients(model, loss, x, y, training=False):
    """The loss of a model on one batch, and its gradient for each trainable weight.

    Args:
        model: a built ``keras.Model``. Its state (batch-norm statistics) may be updated
            on TensorFlow and PyTorch if ``training`` is true, as in a training step.
        loss: function (y_true, y_pred) -> loss per example, such as
            ``keras.losses.sparse_categorical_crossentropy``; its mean is taken.
        x, y: one batch.

    Returns:
        The value as a float, and a list of NumPy arrays in the order of
        ``model.trainable_weights``.
    """
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    weights = model.trainable_variables
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        def value_of(values):
            state = [variable.value for variable in model.non_trainable_variables]
            output, _ = model.stateless_call(values, state, x, training=training)
            return ops.mean(loss(y, output))

        values = [variable.value for variable in weights]
        value, found = jax.value_and_grad(value_of)(values)
    elif backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            value = ops.mean(loss(y, model(x, training=training)))
        values = [variable.value for variable in weights]
        # Under a strategy a weight has a copy on each device; the first is read here.
        values = [getattr(v, "values", (v,))[0] for v in values]
        found = tape.gradient(value, values, unconnected_gradients="zero")
    else:
        import torch

        value = ops.mean(loss(y, model(x, training=training)))
        values = [variable.value for variable in weights]
        found = torch.autograd.grad(value, values, materialize_grads=True)
    return float(value), [np.asarray(ops.convert_to_numpy(each)) for each in found]


def numerical_gradients(function, *arrays, h=1e-5):
    """Central differences (f(w + h) - f(w - h)) / 2h, for one number after the other.

    Two values of the function for each number: a check of gradients, too slow to train.

    Args:
        function: takes float64 arrays shaped like ``arrays``, returns a number.
        arrays: where to take the differences; they are not changed.
        h: the error is about h^2 from the curve, and 1e-16 / h from rounding.

    Returns:
        A list of float64 arrays shaped like ``arrays``.
    """
    arrays = [np.array(array, "float64") for array in arrays]
    found = [np.zeros_like(array) for array in arrays]
    for array, gradient in zip(arrays, found, strict=True):
        for index, here in np.ndenumerate(array.copy()):
            array[index] = here + h
            above = float(function(*arrays))
            array[index] = here - h
            below = float(function(*arrays))
            array[index] = here
            gradient[index] = (above - below) / (2 * h)
    return found


kinds.check_all(
    globals(),
    {
        "numerical_gradients": {
            "function": kinds.function(),
            "arrays": kinds.many(kinds.array()),
            "h": kinds.above_0(),
        },
        "weight_gradients": {
            "model": kinds.having("trainable_variables", "a keras.Model"),
            "loss": kinds.function(),
            "x": kinds.array(),
            "y": kinds.array(),
            "training": kinds.flag(),
        },
    },
)
