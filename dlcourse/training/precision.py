"""Mixed precision for a training alone: before and after it, the network is float32."""

import contextlib

import keras
from keras import layers

ALWAYS_FLOAT32 = (layers.Normalization,)  # of images, as they come
chosen = "float32"  # the policy of every training that names none


def set_training_precision(policy):
    """Let `fit_recipe` train by this Keras dtype policy, such as "mixed_bfloat16".

    What is built or computed elsewhere stays float32, so that a demonstration gives the
    same numbers on every machine.
    """
    global chosen
    chosen = policy


@contextlib.contextmanager
def training_precision(model, policy=None):
    """The layers of a built model compute by a dtype policy, and as before afterwards.

    Weights are float32 throughout, as mixed precision has them (Micikevicius et al.,
    ICLR 2018, arXiv:1710.03740, section 3.1), and so is the head: from the last layer
    with weights to the output. Compile within, so that "mixed_float16" scales the loss.

    Args:
        model: a built ``keras.Model``.
        policy: a Keras dtype policy; by default that of `set_training_precision`. With
            "float32" the model stays as it was built.
    """
    policy = policy or chosen
    if policy == "float32":
        yield
        return
    kept = {id(layer) for layer in head_layers(model)}
    changed = [
        (layer, layer.dtype_policy)
        for layer in model._flatten_layers()  # private: Keras has no public way
        if id(layer) not in kept and not always_float32(layer)
    ]
    try:
        for layer, _ in changed:
            layer.dtype_policy = policy
        yield
    finally:
        for layer, before in changed:
            layer.dtype_policy = before
        if model.compiled:  # what was traced has the policy of the training
            model.make_train_function(force=True)
            model.make_test_function(force=True)


def head_layers(model):
    """The layers from the last with weights to the outputs; of each output.

    Where that last one is a model, its own head as well. What a class of its own
    computes beside its networks, a loss above all, belongs to the head.
    """
    outputs = getattr(model, "outputs", None)
    if isinstance(model, keras.Sequential):
        found = until_weights(reversed(model.layers))
    elif outputs:
        found = [one for out in outputs for one in until_weights(backwards(out))]
    else:
        found = [model, *(one for one in model.layers if is_model(one))]
    inner = [one for one in found if is_model(one) and one is not model]
    return found + [one for part in inner for one in head_layers(part)]


def always_float32(layer):
    """Whether a layer wants float32: by its class, or its attribute of this name."""
    return isinstance(layer, ALWAYS_FLOAT32) or getattr(layer, "always_float32", False)


def is_model(operation):
    """Whether a layer is a model, with layers of its own."""
    return isinstance(operation, keras.Model)


def until_weights(operations):
    """The first operations, up to and with the first that has weights."""
    found = []
    for operation in operations:
        found.append(operation)
        if getattr(operation, "weights", None):
            break
    return found


def backwards(tensor):
    """What made a Keras tensor, and what made that one's only input, and so on."""
    while True:
        operation = tensor._keras_history.operation  # private, as above
        yield operation
        inputs = operation._inbound_nodes[-1].input_tensors  # private, as above
        if len(inputs) != 1:
            return
        (tensor,) = inputs
