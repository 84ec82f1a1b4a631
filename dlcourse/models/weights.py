"""Trained weights, of keras.applications and of timm, moved into our definitions."""

import math

import keras
import numpy as np
from keras import layers

from dlcourse.models.catalog import NETWORKS
from dlcourse.models.fashion_weights import load_fashion
from dlcourse.models.hub import load_published, published_row
from dlcourse.models.published import HALF, PUBLISHED, Preparation, trained_rows

# Kinds of the twin's layer and of ours that compute the same, see `reshaped`.
ALIKE = {("Conv2D", "Dense"), ("Conv2D", "DepthwiseConv2D")}
COLOURS = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))  # of ImageNet, in [0, 1]
# How twins begin that prepare images themselves: what they take off images in [0, 1],
# and by what they divide.
PREPARED_INSIDE = {
    "MobileNetV3": (0.5, 0.5),
    "EfficientNetB": COLOURS,
    "EfficientNetV2B": COLOURS,
    "EfficientNetV2": (128 / 255, 128 / 255),  # S, M and L
    "ConvNeXt": COLOURS,
}
CAFFE = ("VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet152")  # BGR, means of 255
CAFFE_MEAN = tuple(colour / 255 for colour in (123.68, 116.779, 103.939))  # RGB


def pretrained(model, weights="imagenet"):
    """Load trained weights into a model, and return the model.

    The images that they want are in its attribute ``preparation``, a `Preparation`.

    Args:
        model: built without options, but for those that the weights are for.
        weights: "imagenet": those of the model's twin in keras.applications. Keras
            downloads the file once, checks its hash and keeps it in
            ``~/.keras/models``. For networks without a twin, timm's on the Hugging Face
            hub, see `dlcourse.models.published`, kept in ``~/.cache/huggingface``. Also
            a path to a weights file of the twin, or of timm's network (safetensors).

            "fashion": those of Fashion-MNIST that come with the package, see
            `fashion_networks`; they need no network. Images are those of
            ``datasets.arrays("fashion", "test")``, 28 x 28 x 1 from 0 to 1::

                model = CIFARResNet(20, input_shape=(28, 28, 1))
                pretrained(model, "fashion")

    Raises:
        ValueError: where there are no such weights for this network, where they do not
            fit it, or where they want images prepared otherwise than `prepared_inside`
            says.
        ConnectionError: where the file is not there and cannot be downloaded.
        DamagedFile: where a file is not as it was.
    """
    if weights == "fashion":
        load_fashion(model)
        return model
    if row := published_row(model):
        load_published(model, row, None if weights == "imagenet" else weights)
        model.preparation = PUBLISHED[row.name].preparation
        return model
    name = twin_name(model)
    load_twin(model, name, weights)
    size = next(row.input_shape[0] for row in NETWORKS if row.twin == name)
    model.preparation = twin_preparation(name, size)
    return model


def load_twin(model, name, weights):
    """Move the weights of a twin in keras.applications, or of a file of it."""
    try:
        twin = getattr(keras.applications, name)(weights=weights)
    except Exception as error:
        if "URL fetch failure" not in str(error):
            raise
        raise ConnectionError(
            f"The ImageNet weights of {name} are not on this machine and could not be "
            "downloaded; connect to the internet once, and Keras keeps them."
        ) from error
    if weights == "imagenet":
        check_preparation(twin, name)
    transfer(twin, model)


def twin_preparation(name, size):
    """The `Preparation` that a twin's weights want, for images of ``size`` pixels.

    keras.applications does not say how photos are cut; 7/8 of the shorter side is what
    is usual.
    """
    side = round(size * 8 / 7)
    if name in CAFFE:
        return Preparation(CAFFE_MEAN, (1 / 255,) * 3, size, side, bgr=True)
    torch = COLOURS if name.startswith("DenseNet") else (HALF, HALF)
    mean, deviation = prepared_inside(name) or torch
    mean, deviation = (
        tuple(map(float, np.broadcast_to(each, 3))) for each in (mean, deviation)
    )
    return Preparation(mean, deviation, size, side)


def twin_name(model):
    """Name of the same network in keras.applications, told by its parameter count.

    Layers may be frozen. ValueError that says what ImageNet's networks are, and what
    this one is.
    """
    count = sum(
        math.prod(weight.shape)
        for weight in model.weights
        if weight.name not in ("moving_mean", "moving_variance")
    )
    twins = [row for row in NETWORKS if row.twin]
    for row in twins:
        if row.parameters == count:
            return row.twin
    channels, classes = model.input_shape[-1], model.output_shape[-1]
    raise ValueError(
        f"There are no ImageNet weights for a model with {count:,} parameters, "
        f"{channels} channels and {classes:,} classes; there are for 3 channels and "
        f"1,000 classes, for {', '.join(row.name for row in trained_rows())}, built "
        "without options."
    )


def prepared_inside(twin):
    """Mean and deviation, of images in [0, 1], by which a twin prepares them itself.

    None for the twins of which ``preprocess_input`` does it. Our definitions have no
    such layers: they take prepared images.
    """
    names = (name for name in PREPARED_INSIDE if twin.startswith(name))
    return next((PREPARED_INSIDE[name] for name in names), None)


def check_preparation(twin, name):
    """Raise ValueError unless the twin prepares images as `prepared_inside` says.

    Its first layers are asked for black and for white; EfficientNet's have their
    numbers from the file of weights.
    """
    inside = prepared_inside(name)
    if inside is None:
        return
    x = np.stack([np.zeros((1, 1, 3)), np.full((1, 1, 3), 255.0)])
    for layer in twin.layers[1:]:
        if not isinstance(layer, layers.Rescaling | layers.Normalization):
            break
        x = layer(x)
    found = keras.ops.convert_to_numpy(x).reshape(2, 3)
    mean, deviation = (np.broadcast_to(each, 3) for each in inside)
    if not np.allclose(found, [-mean / deviation, (1 - mean) / deviation], atol=1e-3):
        raise ValueError(
            f"{name} makes {found[0]} of black and {found[1]} of white images: its "
            "weights want images prepared otherwise than this package knows."
        )


def features(model):
    """The network without its head: images -> the last feature map, H x W x C.

    The head begins with the layer "global_pool" or "flatten". Raises ValueError for a
    model that has neither.
    """
    names = [layer.name for layer in model.layers]
    heads = [name for name in ("global_pool", "flatten") if name in names]
    if not heads:
        raise ValueError(
            f"{model.name} has no layer called global_pool or flatten, with which the "
            f"head of a classifier begins; its last layers are {names[-3:]}."
        )
    last = model.get_layer(heads[0]).input
    return keras.Model(model.input, last, name=f"{model.name}_features")


def transfer(twin, model):
    """Copy the weights of ``twin`` into ``model``, layer by layer as the data flow.

    Where the twin's convolution has a bias and ours has none, the bias is taken off the
    mean of the batch norm that follows: (x + b) - mean = x - (mean - b). A convolution
    of the twin may be a dense or a depthwise layer of ours, see `reshaped`.

    Raises ValueError where two layers differ in kind, stride or shape.
    """
    bias = 0
    pairs = zip(weighted_layers(twin), weighted_layers(model), strict=True)
    for theirs, ours in pairs:
        values = reshaped(theirs, ours)
        if "moving_mean" in values:
            values["moving_mean"] = values["moving_mean"] - bias
            bias = 0
        if "bias" in values and not ours.use_bias:
            bias = values.pop("bias")
        check_same(theirs, ours, values)
        for weight in ours.weights:
            weight.assign(values[weight.name])


def reshaped(theirs, ours):
    """Weights of the twin's layer by name, as our layer of another kind keeps them.

    A 1x1 convolution of a single pixel is a dense layer, one with as many groups as
    channels is a depthwise one. Keras's `LayerScale` gives its weight no name.
    """
    values = {weight.name: weight.numpy() for weight in theirs.weights}
    if type(ours).__name__ == "LayerScale":
        return {"gamma": values.popitem()[1]}
    if isinstance(theirs, layers.Conv2D) and isinstance(ours, layers.Dense):
        values["kernel"] = values["kernel"][0, 0]
    if isinstance(theirs, layers.Conv2D) and isinstance(ours, layers.DepthwiseConv2D):
        values["kernel"] = values["kernel"].swapaxes(2, 3)
    return values


def check_same(theirs, ours, values):
    """Raise ValueError unless the layers agree in kind, strides and weight shapes."""
    mine = {weight.name: tuple(weight.shape) for weight in ours.weights}
    kinds = type(theirs).__name__, type(ours).__name__
    strides = {getattr(layer, "strides", (1, 1)) for layer in (theirs, ours)}
    if (
        (kinds[0] != kinds[1] and kinds not in ALIKE)
        or len(strides) > 1
        or mine != {name: value.shape for name, value in values.items()}
    ):
        raise ValueError(
            f"The networks differ: {theirs.name} of the twin has "
            f"{ {name: value.shape for name, value in values.items()} }, "
            f"{ours.name} of ours {mine}."
        )


def weighted_layers(model):
    """Layers with weights, in an order that depends on the graph alone.

    From the output backwards, the first input of a concatenation last; of a sum, whose
    order means nothing, the branch with fewer weighted layers comes first. A model
    inside gives its own layers; layers that prepare images are left out.
    """
    if isinstance(model, keras.Sequential):
        return [layer for layer in model.layers if has_weights(layer)]
    length = {}  # weighted layers on the longest way from the input
    for layer in model.operations:
        before = max((length[parent] for parent in parents(layer)), default=0)
        length[layer] = before + has_weights(layer)
    found, stack = [], [made_by(output) for output in model.outputs]
    while stack:
        layer = stack.pop()
        if layer in found:
            continue
        found.append(layer)
        order = parents(layer)
        if not isinstance(layer, layers.Concatenate):
            order = sorted(order, key=length.get)
        stack.extend(order)
    nested = [
        weighted_layers(layer) if isinstance(layer, keras.Model) else [layer]
        for layer in reversed(found)
        if has_weights(layer)
    ]
    return [layer for inner in nested for layer in inner]


def parents(layer):
    """The layers whose outputs are the inputs of ``layer``, in order."""
    inputs = [] if isinstance(layer, layers.InputLayer) else layer.input
    inputs = inputs if isinstance(inputs, list | tuple) else [inputs]
    return [made_by(tensor) for tensor in inputs]


def made_by(tensor):
    """The layer whose output the tensor is."""
    return tensor._keras_history.operation  # private: Keras has no public way back


def has_weights(layer):
    """Whether the layer (or operation, which never does) has weights to transfer."""
    prepares = isinstance(layer, layers.Normalization)
    return bool(getattr(layer, "weights", None)) and not prepares
