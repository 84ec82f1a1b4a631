"""What ``fit`` does in an epoch, written out: forward, loss, backward, step.

The loop is the same on all backends; they differ in how they are asked for gradients.
`fit` adds what a long training needs: a compiled step, a schedule, validation, progress
and checkpoints.
"""

import keras
from keras import ops


def tensorflow_loop(model, loss, optimizer, batches):
    """Train for one epoch; the loss of each step.

    Args:
        model: a built ``keras.Model``.
        loss: function (y_true, y_pred) -> loss of each example.
        optimizer: a ``keras.optimizers.Optimizer``.
        batches: pairs of inputs and labels.
    """
    import tensorflow as tf

    losses = []
    for x, y in batches:
        with tf.GradientTape() as tape:
            y_pred = model(x, training=True)  # forward
            value = ops.mean(loss(y, y_pred))
        gradients = tape.gradient(value, model.trainable_weights)  # backward
        optimizer.apply(gradients, model.trainable_weights)  # step
        losses.append(float(value))
    return losses


def torch_loop(model, loss, optimizer, batches):
    """As `tensorflow_loop`: PyTorch notes the forward pass down without being asked."""
    losses = []
    for x, y in batches:
        model.zero_grad()
        y_pred = model(x, training=True)  # forward
        value = ops.mean(loss(y, y_pred))
        value.backward()  # leaves the gradient of each weight beside it
        gradients = [weight.value.grad for weight in model.trainable_weights]
        optimizer.apply(gradients, model.trainable_weights)  # step
        losses.append(float(value))
    return losses


def jax_loop(model, loss, optimizer, batches):
    """As `tensorflow_loop`: JAX differentiates functions without side effects.

    So weights go in as arguments, and what the model changes comes out as a result.
    """
    import jax

    def forward(weights, state, x, y):
        y_pred, state = model.stateless_call(weights, state, x, training=True)
        return ops.mean(loss(y, y_pred)), state

    forward_backward = jax.value_and_grad(forward, has_aux=True)
    losses = []
    for x, y in batches:
        weights = [variable.value for variable in model.trainable_variables]
        state = [variable.value for variable in model.non_trainable_variables]
        (value, state), gradients = forward_backward(weights, state, x, y)
        for variable, now in zip(model.non_trainable_variables, state, strict=True):
            variable.assign(now)
        optimizer.apply(gradients, model.trainable_variables)  # step
        losses.append(float(value))
    return losses


LOOPS = {"tensorflow": tensorflow_loop, "torch": torch_loop, "jax": jax_loop}


def training_loop(model, loss, optimizer, batches):
    """The loop of the backend in use: arguments and result of `tensorflow_loop`."""
    return LOOPS[keras.backend.backend()](model, loss, optimizer, batches)
