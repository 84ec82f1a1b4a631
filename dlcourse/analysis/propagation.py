"""A forward pass through a model, step by step, and a backward pass to its input."""

from contextlib import contextmanager

import keras
import numpy as np
from keras import ops, tree

from dlcourse.analysis.graph import trace
from dlcourse.gradients import gradients

RULES = {  # at a ReLU: rectify the backward signal? stop it where the input was < 0?
    "gradient": (False, True),
    "deconvnet": (True, False),
    "guided": (True, True),
}


def forward(model, images, layer=None):
    """Run a model on images, up to and including a layer, or up to its output.

    Args:
        model: with one input (height, width, channels); nested models are traced.
        images: (n, height, width, channels).
        layer: its name, "outer/inner" inside a nested model.

    Returns:
        The steps of `trace` up to that layer, and a dictionary from id(tensor) to the
        values of that tensor, an array. The input is ``steps[0].inputs[0]``.

    Raises ValueError for a name that is not there, listing those that are, and for
    images that are no such array.
    """
    (entry, *more), steps, _ = trace(model)
    steps = steps[: position_of(layer, steps) + 1]
    images = np.asarray(images, "float32")
    fits = images.ndim == len(entry.shape) and all(
        size in (None, got) for size, got in zip(entry.shape, images.shape, strict=True)
    )
    if more or not fits:
        raise ValueError(
            f"{model.name} takes {[x.shape for x in (entry, *more)]}: give one array "
            f"of that shape, not {images.shape}."
        )
    values = {id(entry): images}
    for step in steps:
        outputs = call(step, [values[id(x)] for x in step.inputs])
        for x, output in zip(step.outputs, outputs, strict=True):
            values[id(x)] = ops.convert_to_numpy(output)
    return steps, values


def backward(steps, values, signal, rule="gradient"):
    """Propagate a signal from the last step back to all tensors that it depends on.

    Every step multiplies the signal by the transpose of its Jacobian: a convolution
    uses its filters transposed, a max pooling puts the signal where the maximum was.
    At a ReLU the rule of `RULES` decides. The signal enters below the last step's own
    activation, so that before a softmax it is one for logits.

    Args:
        steps, values: of `forward`.
        signal: shaped like the output of the last step.
        rule: "gradient", "deconvnet" or "guided".

    Returns:
        A dictionary from id(tensor) to the signal at that tensor, shaped like it.
    """
    if rule not in RULES:
        raise ValueError(f"rule={rule!r}: choose one of {', '.join(RULES)}.")
    rectify, stop = RULES[rule]
    last = steps[-1]
    signals = {id(last.outputs[0]): np.asarray(signal, "float32")}
    for step in reversed(steps):
        at_outputs = [signals.get(id(x)) for x in step.outputs]
        if all(each is None for each in at_outputs):
            continue  # the last step does not depend on it
        at_relu = step is not last and is_relu(step.operation)
        if at_relu and rectify:
            at_outputs = [np.maximum(at_outputs[0], 0)]
        linear = step is last or (at_relu and not stop)
        at_inputs = vector_jacobian_product(step, values, at_outputs, linear)
        for x, part in zip(step.inputs, at_inputs, strict=True):
            signals[id(x)] = signals.get(id(x), 0) + part
    return signals


def position_of(layer, steps):
    """Index of the step of a layer, of the last step by default."""
    names = [step.name for step in steps]
    if layer is None:
        return len(steps) - 1
    if layer not in names:
        raise ValueError(f"No layer {layer!r}; there are {', '.join(names)}.")
    return names.index(layer)


def call(step, tensors):
    """The step's outputs for these tensors in place of its symbolic inputs."""
    tensors = iter(tensors)

    def fill(x):
        return next(tensors) if isinstance(x, keras.KerasTensor) else x

    args, kwargs = tree.map_structure(fill, (step.arguments, step.keywords))
    return tree.flatten(step.operation(*args, **kwargs))


def vector_jacobian_product(step, values, signals, linear):
    """The signals at the step's inputs, given those at its outputs (None: zero).

    linear: whether to leave out the activation of the step.
    """
    if linear and is_activation(step.operation):
        return signals

    def inner_product(*tensors):
        pairs = zip(call(step, tensors), signals, strict=True)
        return sum(
            ops.sum(ops.multiply(*pair)) for pair in pairs if pair[1] is not None
        )

    with without_activation(step.operation, linear):
        return gradients(inner_product, *(values[id(x)] for x in step.inputs))[1]


@contextmanager
def without_activation(layer, linear=True):
    """The layer without its own activation, such as Conv2D's "relu", if ``linear``."""
    activation = getattr(layer, "activation", None)
    if not linear or activation is None:
        yield
        return
    layer.activation = keras.activations.linear
    try:
        yield
    finally:
        layer.activation = activation


def is_activation(operation):
    """Whether it is an activation, not a layer that may have one."""
    return type(operation).__name__ in ("ReLU", "Relu", "Softmax", "Sigmoid")


def is_relu(operation):
    """Whether it is a ReLU, or a layer with a ReLU as its activation."""
    function = getattr(operation, "activation", operation)
    name = getattr(function, "__name__", type(function).__name__)
    return name.lower() == "relu" and not getattr(operation, "negative_slope", 0)
