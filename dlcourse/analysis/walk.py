"""A model run step by step: pictures up to a layer, and signals back down."""

from contextlib import contextmanager

import keras
import numpy as np
from keras import ops, tree

from dlcourse.analysis.graph import trace
from dlcourse.gradients import gradients

RULES = {  # at a ReLU: rectify the signal that comes down? block it where ReLU did?
    "gradient": (False, True),
    "deconvnet": (True, False),
    "guided": (True, True),
}


def climb(model, images, layer=None):
    """Run a model on pictures, up to a layer and including it, or to its output.

    Args:
        model: with one input (height, width, channels); nested models are walked.
        images: (n, height, width, channels).
        layer: its name, "outer/inner" inside a nested model.

    Returns:
        The steps of `trace` up to there, and a dictionary from id(tensor) to what it
        held, an array. The first tensor is ``steps[0].inputs[0]``.

    Raises ValueError for a name that is not there, listing those that are, and for
    images that are no such array.
    """
    (entry, *more), steps, _ = trace(model)
    steps = steps[: _position(steps, layer) + 1]
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
        outputs = _call(step, [values[id(x)] for x in step.inputs])
        for x, output in zip(step.outputs, outputs, strict=True):
            values[id(x)] = ops.convert_to_numpy(output)
    return steps, values


def descend(steps, values, signal, rule="gradient"):
    """Send a signal from the last of the steps back down to all that it depends on.

    Every step is passed in the transpose of its derivative: a convolution with its
    transposed filters, a max pooling to where the maximum was. At a ReLU the rule of
    `RULES` decides. The signal enters below the last step's own activation, so that one
    for a softmax is one for class scores.

    Args:
        steps, values: of `climb`.
        signal: shaped like the output of the last step.
        rule: "gradient", "deconvnet" or "guided".

    Returns:
        A dictionary from id(tensor) to the signal that reached it, shaped like it.
    """
    if rule not in RULES:
        raise ValueError(f"rule={rule!r}: choose one of {', '.join(RULES)}.")
    rectify, block = RULES[rule]
    top = steps[-1]
    signals = {id(top.outputs[0]): np.asarray(signal, "float32")}
    for step in reversed(steps):
        above = [signals.get(id(x)) for x in step.outputs]
        if all(each is None for each in above):
            continue  # nothing that was asked for depends on it
        at_relu = step is not top and _is_relu(step.operation)
        if at_relu and rectify:
            above = [np.maximum(above[0], 0)]
        linear = step is top or (at_relu and not block)
        below = _transposed(step, values, above, linear)
        for x, part in zip(step.inputs, below, strict=True):
            signals[id(x)] = signals.get(id(x), 0) + part
    return signals


def _position(steps, layer):
    names = [step.name for step in steps]
    if layer is None:
        return len(steps) - 1
    if layer not in names:
        raise ValueError(f"No layer {layer!r}; there are {', '.join(names)}.")
    return names.index(layer)


def _call(step, tensors):
    """The step's outputs, for these tensors in the place of its symbolic inputs."""
    tensors = iter(tensors)

    def fill(x):
        return next(tensors) if isinstance(x, keras.KerasTensor) else x

    args, kwargs = tree.map_structure(fill, (step.arguments, step.keywords))
    return tree.flatten(step.operation(*args, **kwargs))


def _transposed(step, values, above, linear):
    """What comes out at the step's inputs when ``above`` goes in at its outputs."""
    if linear and _is_activation(step.operation):
        return above

    def product(*tensors):
        pairs = zip(_call(step, tensors), above, strict=True)
        return sum(
            ops.sum(ops.multiply(*pair)) for pair in pairs if pair[1] is not None
        )

    with _without_activation(step.operation, linear):
        return gradients(product, *(values[id(x)] for x in step.inputs))[1]


@contextmanager
def _without_activation(layer, linear=True):
    """The layer without the activation that it ends in, such as Conv2D's "relu"."""
    activation = getattr(layer, "activation", None)
    if not linear or activation is None:
        yield
        return
    layer.activation = keras.activations.linear
    try:
        yield
    finally:
        layer.activation = activation


def _is_activation(operation):
    """Whether it is an activation, and not a layer that may end in one."""
    return type(operation).__name__ in ("ReLU", "Relu", "Softmax", "Sigmoid")


def _is_relu(operation):
    function = getattr(operation, "activation", operation)
    name = getattr(function, "__name__", type(function).__name__)
    return name.lower() == "relu" and not getattr(operation, "negative_slope", 0)
