"""A network of the catalog with what belongs before it, and after training without."""

import keras

from dlcourse.cli.definitions import check_arguments, parameters
from dlcourse.models.arguments import functional


def build(row, shape, classes, arguments):
    """The network of a catalog's row for images of a shape, with a number of classes.

    arguments: of its constructor, beside these two; they win against the row's own.

    ValueError that names the argument where the constructor does not have it, or cannot
    take its value.
    """
    check_arguments(row, arguments)
    own = {"input_shape": shape, "classes": classes} | arguments
    try:
        network = row.build(**own)
    except (TypeError, AttributeError, ZeroDivisionError, IndexError) as error:
        given = ", ".join(f"{name}={value!r}" for name, value in own.items())
        raise ValueError(f"{row.name} cannot be built with {given}: {error}.") from None
    if network.input_shape[1:] != tuple(shape):
        raise ValueError(
            f"input_shape={network.input_shape[1:]}: the pictures are {shape}; give "
            "--image-size instead."
        )
    if (outputs := network.outputs[0].shape[-1]) != classes:
        raise ValueError(f"classes={outputs}: the data have {classes}; leave it out.")
    return network


def takes_momentum(row):
    """Whether the row's network has batch norm, of which the momentum can be chosen."""
    return "momentum" in parameters(row)


def with_normalization(network, normalization):
    """The network behind a `Normalization` layer: it takes images in [0, 1].

    ``normalization`` None: the network as it is.
    """
    if normalization is None:
        return network
    inputs = keras.Input(network.input_shape[1:], name="images")
    outputs = run_layers(network, normalization(inputs))
    return functional(inputs, outputs, network.name, type(network))


def run_layers(network, x):
    """The outputs of a network's own layers for another input tensor.

    No model is nested in another, so that `analysis` and summaries show all layers.
    """
    # Private: Keras has no public way to run a model's layers without copying them.
    return network._run_through_graph([x], lambda layer: layer)


def for_inference(model):
    """The model with its first output alone: auxiliary heads are for training."""
    if len(model.outputs) == 1:
        return model
    return functional(model.inputs, model.outputs[0], model.name)
