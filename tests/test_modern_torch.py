"""RegNet and ViT: outputs equal to torchvision's and timm's, whose weights are moved.

``make twins`` installs both; without them nothing is tested.
"""

import re

import keras
import numpy as np
import pytest
from test_parity import in_float64
from test_published import random_weights

from dlcourse.models import catalog

torchvision = pytest.importorskip("torchvision")
timm = pytest.importorskip("timm")
torch = pytest.importorskip("torch")  # comes with them
pytestmark = pytest.mark.torch

SIZE = 64  # of the images, in pixels
TWINS = {  # row: the name of its twin, and who has it
    "RegNetX-400MF": ("regnet_x_400mf", torchvision),
    "RegNetX-800MF": ("regnet_x_800mf", torchvision),
    "RegNetX-3.2GF": ("regnet_x_3_2gf", torchvision),
    "RegNetX-8GF": ("regnet_x_8gf", torchvision),
    "RegNetX-32GF": ("regnet_x_32gf", torchvision),
    "RegNetY-400MF": ("regnet_y_400mf", torchvision),
    "RegNetY-800MF": ("regnet_y_800mf", torchvision),
    "RegNetY-3.2GF": ("regnet_y_3_2gf", torchvision),
    "RegNetY-16GF": ("regnet_y_16gf", torchvision),
    "ViT-Ti/16": ("vit_tiny_patch16_224", timm),
    "ViT-S/16": ("vit_small_patch16_224", timm),
    "ViT-B/16": ("vit_b_16", torchvision),
    "ViT-B/32": ("vit_b_32", torchvision),
    "ViT-L/16": ("vit_l_16", torchvision),
    "ViT-L/32": ("vit_l_32", torchvision),
}
LARGE = ("RegNetX-32GF", "RegNetY-16GF", "ViT-L/16", "ViT-L/32")
IN_REGNET = {  # our layer: theirs, with the stage, the block and the block from 0
    r"conv1": "stem.0",
    r"conv1_bn": "stem.1",
    r"stage(\d)_block(\d+)_1x1_1": "{block}.f.a.0",
    r"stage(\d)_block(\d+)_1x1_1_bn": "{block}.f.a.1",
    r"stage(\d)_block(\d+)_3x3": "{block}.f.b.0",
    r"stage(\d)_block(\d+)_3x3_bn": "{block}.f.b.1",
    r"stage(\d)_block(\d+)_reduce": "{block}.f.se.fc1",
    r"stage(\d)_block(\d+)_gate": "{block}.f.se.fc2",
    r"stage(\d)_block(\d+)_1x1_2": "{block}.f.c.0",
    r"stage(\d)_block(\d+)_1x1_2_bn": "{block}.f.c.1",
    r"stage(\d)_block(\d+)_shortcut": "{block}.proj.0",
    r"stage(\d)_block(\d+)_shortcut_bn": "{block}.proj.1",
    r"classifier": "fc",
}
IN_VIT = {  # our layer: torchvision's, timm's
    r"patches": ("conv_proj", "patch_embed.proj"),
    r"class_token": ("class_token", "cls_token"),
    r"positions": ("encoder.pos_embedding", "pos_embed"),
    r"block(\d+)_norm1": ("{block}.ln_1", "{block}.norm1"),
    r"block(\d+)_attention": ("{block}.self_attention", "{block}.attn"),
    r"block(\d+)_norm2": ("{block}.ln_2", "{block}.norm2"),
    r"block(\d+)_expand": ("{block}.mlp.0", "{block}.mlp.fc1"),
    r"block(\d+)_project": ("{block}.mlp.3", "{block}.mlp.fc2"),
    r"norm": ("encoder.ln", "norm"),
    r"classifier": ("heads.head", "head"),
}
BLOCK = {torchvision: "encoder.layers.encoder_layer_{}", timm: "blocks.{}"}


def make(name, library):
    """The twin of that name."""
    if library is timm:
        return randomised(timm.create_model(name, img_size=SIZE))
    size = {"image_size": SIZE} if name.startswith("vit") else {}
    return randomised(torchvision.models.get_model(name, **size))


def randomised(twin, variance=1):
    """A twin in float64, with random weights of which none is zero or one."""
    state = twin.state_dict()
    shapes = {key: tuple(tensor.shape) for key, tensor in state.items()}
    for key, values in random_weights(shapes, variance).items():
        state[key].copy_(torch.from_numpy(values))
    return twin.double().eval()


def their_name(layer, row):
    """What the twin of a row calls one of our layers."""
    library = TWINS[row][1]
    for pattern, theirs in (IN_VIT if row.startswith("ViT") else IN_REGNET).items():
        if found := re.fullmatch(pattern, layer):
            numbers = [int(number) for number in found.groups()]
            if not row.startswith("ViT"):
                return theirs.format(block=in_regnet(*numbers))
            block = BLOCK[library].format(numbers[0] - 1) if numbers else ""
            return theirs[library is timm].format(block=block)
    raise AssertionError(f"{layer} has no twin")


def in_regnet(stage=1, block=1):
    """What torchvision calls a block."""
    return f"trunk_output.block{stage}.block{stage}-{block - 1}"


def values_of(layer, name, weights):
    """Weights of the twin's layer, as ours keeps them in their order."""
    if name in weights:  # the class token, the positions
        return [weights[name]]
    if isinstance(layer, keras.layers.MultiHeadAttention):
        return of_attention(layer, name, weights)
    parts = ("weight", "bias", "running_mean", "running_var")
    kernel, *others = [
        weights[f"{name}.{p}"] for p in parts if f"{name}.{p}" in weights
    ]
    if isinstance(layer, keras.layers.Dense):
        kernel = kernel.reshape(kernel.shape[:2]).T
    elif kernel.ndim == 4:
        kernel = kernel.transpose(2, 3, 1, 0)
    return [kernel, *others]


def of_attention(layer, name, weights):
    """Query, key and value lie in one matrix there, and all heads side by side."""
    whole = "in_proj_" if f"{name}.in_proj_weight" in weights else "qkv."
    last = "out_proj" if whole == "in_proj_" else "proj"
    heads, found = (layer.num_heads, layer.key_dim), []
    matrices = np.split(weights[f"{name}.{whole}weight"], 3)
    biases = np.split(weights[f"{name}.{whole}bias"], 3)
    for matrix, bias in zip(matrices, biases, strict=True):
        found += [matrix.T.reshape(-1, *heads), bias.reshape(heads)]
    kernel = weights[f"{name}.{last}.weight"].T
    return [*found, kernel.reshape(*heads, -1), weights[f"{name}.{last}.bias"]]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if name in LARGE else ())
        for name in TWINS
    ],
)
def test_same_output_as_the_twin(name):
    twin = make(*TWINS[name])
    weights = {key: tensor.numpy() for key, tensor in twin.state_dict().items()}
    with in_float64():
        ours = catalog.get(name).build(input_shape=(SIZE, SIZE, 3))
        for layer in ours.layers:
            if layer.weights:
                theirs = their_name(layer.name, name)
                layer.set_weights(values_of(layer, theirs, weights))
        ours.layers[-1].activation = keras.activations.linear
        x = np.random.default_rng(1).normal(size=(2, SIZE, SIZE, 3))
        found = keras.ops.convert_to_numpy(ours(x, training=False))
    with torch.no_grad():
        expected = twin(torch.from_numpy(x.transpose(0, 3, 1, 2))).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * expected.std())
    assert np.abs(expected[0] - expected[1]).max() > 0.01 * np.abs(expected).max()
