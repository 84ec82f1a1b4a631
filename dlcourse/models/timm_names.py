"""What timm calls our layers, and how PyTorch keeps their weights.

One table a family: a pattern of our layer's name, and theirs, with the numbers in it.
"""

import re

import numpy as np
from keras import layers

BLOCK = r"conv(\d)_(\d+)_"  # counted from conv2 and from 1, theirs from 1 and from 0
RESNET = {
    r"conv1": "conv1",
    r"conv1_bn": "bn1",
    r"conv1_1": "conv1.0",  # the stem of SENet
    r"conv1_1_bn": "conv1.1",
    r"conv1_2": "conv1.3",
    r"conv1_2_bn": "conv1.4",
    r"conv1_3": "conv1.6",
    r"conv1_3_bn": "bn1",
    BLOCK + r"(?:3x3_1|1x1_reduce)": "layer{a-1}.{b-1}.conv1",
    BLOCK + r"(?:3x3_1|1x1_reduce)_bn": "layer{a-1}.{b-1}.bn1",
    BLOCK + r"(?:3x3_2|3x3)": "layer{a-1}.{b-1}.conv2",
    BLOCK + r"(?:3x3_2|3x3)_bn": "layer{a-1}.{b-1}.bn2",
    BLOCK + r"1x1_expand": "layer{a-1}.{b-1}.conv3",
    BLOCK + r"1x1_expand_bn": "layer{a-1}.{b-1}.bn3",
    BLOCK + r"reduce": "layer{a-1}.{b-1}.se.fc1",
    BLOCK + r"gate": "layer{a-1}.{b-1}.se.fc2",
    BLOCK + r"shortcut": "layer{a-1}.{b-1}.downsample.0",
    BLOCK + r"shortcut_bn": "layer{a-1}.{b-1}.downsample.1",
    r"classifier": "fc",
}
DENSE = r"dense_block(\d)_layer(\d+)_"
DENSENET = {
    r"conv1": "features.conv0",
    r"conv1_bn": "features.norm0",
    DENSE + r"1x1_bn": "features.denseblock{a}.denselayer{b}.norm1",
    DENSE + r"1x1": "features.denseblock{a}.denselayer{b}.conv1",
    DENSE + r"3x3_bn": "features.denseblock{a}.denselayer{b}.norm2",
    DENSE + r"3x3": "features.denseblock{a}.denselayer{b}.conv2",
    r"transition(\d)_1x1_bn": "features.transition{a}.norm",
    r"transition(\d)_1x1": "features.transition{a}.conv",
    r"final_bn": "features.norm5",
    r"classifier": "classifier",
}
REG = r"stage(\d)_block(\d+)_"
REGNET = {
    r"conv1": "stem.conv",
    r"conv1_bn": "stem.bn",
    REG + r"1x1_1": "s{a}.b{b}.conv1.conv",
    REG + r"1x1_1_bn": "s{a}.b{b}.conv1.bn",
    REG + r"3x3": "s{a}.b{b}.conv2.conv",
    REG + r"3x3_bn": "s{a}.b{b}.conv2.bn",
    REG + r"reduce": "s{a}.b{b}.se.fc1",
    REG + r"gate": "s{a}.b{b}.se.fc2",
    REG + r"1x1_2": "s{a}.b{b}.conv3.conv",
    REG + r"1x1_2_bn": "s{a}.b{b}.conv3.bn",
    REG + r"shortcut": "s{a}.b{b}.downsample.conv",
    REG + r"shortcut_bn": "s{a}.b{b}.downsample.bn",
    r"classifier": "head.fc",
}
VIT = {
    r"patches": "patch_embed.proj",
    r"class_token": "cls_token",
    r"positions": "pos_embed",
    r"block(\d+)_norm1": "blocks.{a-1}.norm1",
    r"block(\d+)_attention": "blocks.{a-1}.attn",
    r"block(\d+)_norm2": "blocks.{a-1}.norm2",
    r"block(\d+)_expand": "blocks.{a-1}.mlp.fc1",
    r"block(\d+)_project": "blocks.{a-1}.mlp.fc2",
    r"norm": "norm",
    r"classifier": "head",
}
# without the endings of a convolution and its batch norm, which come below
INCEPTION_V4 = {
    r"conv(\d)": "features.{a-1}",
    r"stem1_3x3": "features.3.conv",
    r"stem2_3x3_reduce": "features.4.branch0.0",
    r"stem2_3x3": "features.4.branch0.1",
    r"stem2_7x7_reduce": "features.4.branch1.0",
    r"stem2_7x7_1x7": "features.4.branch1.1",
    r"stem2_7x7_7x1": "features.4.branch1.2",
    r"stem2_7x7_3x3": "features.4.branch1.3",
    r"stem3_3x3": "features.5.conv",
    r"inception_a_(\d)_1x1": "features.{a+5}.branch0",
    r"inception_a_(\d)_3x3_reduce": "features.{a+5}.branch1.0",
    r"inception_a_(\d)_3x3": "features.{a+5}.branch1.1",
    r"inception_a_(\d)_double_3x3_reduce": "features.{a+5}.branch2.0",
    r"inception_a_(\d)_double_3x3_(\d)": "features.{a+5}.branch2.{b}",
    r"inception_a_(\d)_pool_proj": "features.{a+5}.branch3.1",
    r"reduction_a_3x3": "features.10.branch0",
    r"reduction_a_double_3x3_reduce": "features.10.branch1.0",
    r"reduction_a_double_3x3_(\d)": "features.10.branch1.{a}",
    r"inception_b_(\d)_1x1": "features.{a+10}.branch0",
    r"inception_b_(\d)_7x7_reduce": "features.{a+10}.branch1.0",
    r"inception_b_(\d)_7x7_1x7": "features.{a+10}.branch1.1",
    r"inception_b_(\d)_7x7_7x1": "features.{a+10}.branch1.2",
    r"inception_b_(\d)_double_7x7_reduce": "features.{a+10}.branch2.0",
    r"inception_b_(\d)_double_7x7_7x1_1": "features.{a+10}.branch2.1",
    r"inception_b_(\d)_double_7x7_1x7_1": "features.{a+10}.branch2.2",
    r"inception_b_(\d)_double_7x7_7x1_2": "features.{a+10}.branch2.3",
    r"inception_b_(\d)_double_7x7_1x7_2": "features.{a+10}.branch2.4",
    r"inception_b_(\d)_pool_proj": "features.{a+10}.branch3.1",
    r"reduction_b_3x3_reduce": "features.18.branch0.0",
    r"reduction_b_3x3": "features.18.branch0.1",
    r"reduction_b_7x7_reduce": "features.18.branch1.0",
    r"reduction_b_7x7_1x7": "features.18.branch1.1",
    r"reduction_b_7x7_7x1": "features.18.branch1.2",
    r"reduction_b_7x7_3x3": "features.18.branch1.3",
    r"inception_c_(\d)_1x1": "features.{a+18}.branch0",
    r"inception_c_(\d)_3x3_reduce": "features.{a+18}.branch1_0",
    r"inception_c_(\d)_3x3_1x3": "features.{a+18}.branch1_1a",
    r"inception_c_(\d)_3x3_3x1": "features.{a+18}.branch1_1b",
    r"inception_c_(\d)_double_3x3_reduce": "features.{a+18}.branch2_0",
    r"inception_c_(\d)_double_3x3_1_3x1": "features.{a+18}.branch2_1",
    r"inception_c_(\d)_double_3x3_1_1x3": "features.{a+18}.branch2_2",
    r"inception_c_(\d)_double_3x3_2_1x3": "features.{a+18}.branch2_3a",
    r"inception_c_(\d)_double_3x3_2_3x1": "features.{a+18}.branch2_3b",
    r"inception_c_(\d)_pool_proj": "features.{a+18}.branch3.1",
}
INCEPTION_V4 = {
    **{ours: f"{theirs}.conv" for ours, theirs in INCEPTION_V4.items()},
    **{f"{ours}_bn": f"{theirs}.bn" for ours, theirs in INCEPTION_V4.items()},
    r"classifier": "last_linear",
}
# theirs are numbered on, activations and poolings too: conv3_2 of VGG-A is features.8
VGG_11 = (0, 3, 6, 8, 11, 13, 16, 18)
VGG_13 = (0, 2, 5, 7, 10, 12, 15, 17, 20, 22)
VGG_HEAD = {
    r"fc6": "pre_logits.fc1",
    r"fc7": "pre_logits.fc2",
    r"fc8": "head.fc",
}
A = ("conv1_1", "conv2_1", "conv3_1", "conv3_2", "conv4_1", "conv4_2", "conv5_1")
A = (*A, "conv5_2")
B = tuple(f"conv{stage}_{number}" for stage in range(1, 6) for number in (1, 2))
VGG = {
    "VGG-A": {n: f"features.{i}" for n, i in zip(A, VGG_11, strict=True)} | VGG_HEAD,
    "VGG-B": {n: f"features.{i}" for n, i in zip(B, VGG_13, strict=True)} | VGG_HEAD,
}
FAMILIES = {  # constructor: its table
    **dict.fromkeys(("ResNet", "ResNeXt", "SEResNet", "SEResNeXt", "SENet"), RESNET),
    "DenseNet": DENSENET,
    "InceptionV4": INCEPTION_V4,
    "RegNet": REGNET,
    "ViT": VIT,
}
PARTS = {  # our weight: theirs
    "kernel": "weight",
    "gamma": "weight",
    "beta": "bias",
    "bias": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def family(row):
    """The table of names for a row of the catalog."""
    return VGG[row.name] if row.constructor == "VGG" else FAMILIES[row.constructor]


def their_name(layer, table):
    """What timm calls a layer of ours; ValueError where the table does not know it."""
    for pattern, theirs in table.items():
        if found := re.fullmatch(pattern, layer):
            for letter, number in zip("ab", found.groups(), strict=False):
                theirs = with_number(theirs, letter, int(number))
            return theirs
    raise ValueError(f"Our layer {layer} has no name in timm's network.")


def with_number(theirs, letter, number):
    """With the number for "{a}", and one that counts from elsewhere for "{a-1}"."""
    places = rf"\{{{letter}([+-]\d+)?\}}"
    return re.sub(places, lambda place: str(number + int(place[1] or 0)), theirs)


def move(state, model, table):
    """Set the weights of a model from timm's, see `matched`.

    The model is as it was where this raises.
    """
    for layer, values in matched(state, model, table):
        layer.set_weights(values)


def matched(state, model, table):
    """Pairs of our layer and its weights, of which none is left on either side.

    state: {timm's name: array}. Raises ValueError where a weight is missing, has
    another shape, or is left over.
    """
    left = {name for name in state if not name.endswith("num_batches_tracked")}
    found = []
    for layer in model.layers:
        if layer.weights:
            values = arrays(layer, their_name(layer.name, table), state, left)
            check_shapes(layer, values)
            found.append((layer, values))
    if left:
        raise ValueError(
            f"The file has {len(left)} weights that the network has not, such as "
            f"{min(left)}."
        )
    return found


def arrays(layer, name, state, left):
    """A layer's weights in Keras's order, each taken off the names that are left."""

    def take(key):
        if key not in state:
            raise ValueError(f"The file has no {key}, for our layer {layer.name}.")
        left.discard(key)
        return np.asarray(state[key])

    if isinstance(layer, layers.MultiHeadAttention):
        return of_attention(layer, name, take)
    if name in ("cls_token", "pos_embed"):
        return [take(name)]
    values = [take(f"{name}.{PARTS[weight.name]}") for weight in layer.weights]
    if values[0].ndim == 4:  # outputs, inputs, height, width
        values[0] = values[0].transpose(2, 3, 1, 0)
    if isinstance(layer, layers.Dense):
        kernel = values[0]
        values[0] = kernel.T if kernel.ndim == 2 else kernel.reshape(-1, len(values[1]))
    return values


def of_attention(layer, name, take):
    """Query, key and value lie in one matrix there, and all heads side by side."""
    heads, values = (layer.num_heads, layer.key_dim), []
    matrices = np.split(take(f"{name}.qkv.weight"), 3)
    biases = np.split(take(f"{name}.qkv.bias"), 3)
    for matrix, bias in zip(matrices, biases, strict=True):
        values += [matrix.T.reshape(-1, *heads), bias.reshape(heads)]
    kernel = take(f"{name}.proj.weight").T
    return [*values, kernel.reshape(*heads, -1), take(f"{name}.proj.bias")]


def check_shapes(layer, values):
    """Raise ValueError unless the values have the shapes of the layer's weights."""
    for weight, value in zip(layer.weights, values, strict=True):
        if tuple(weight.shape) != value.shape:
            raise ValueError(
                f"{layer.name}: {weight.name} has the shape {tuple(weight.shape)} in "
                f"the network and {value.shape} in the file; build the network with "
                "the image size and classes that the weights are for."
            )
