"""Vision transformer.

Alexey Dosovitskiy, Lucas Beyer, Alexander Kolesnikov, Dirk Weissenborn, Xiaohua Zhai,
Thomas Unterthiner, Mostafa Dehghani, Matthias Minderer, Georg Heigold, Sylvain Gelly,
Jakob Uszkoreit, Neil Houlsby: An Image is Worth 16x16 Words: Transformers for Image
Recognition at Scale. ICLR 2021, arXiv:2010.11929.
"""

from keras import layers

from dlcourse.blocks.transformer import EPSILON, transformer_block
from dlcourse.layers.tokens import ClassToken, PositionEmbedding
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    choose,
    functional,
    image_input,
    is_whole,
)

VARIANTS = {  # layers, width, heads; B and L: table 1
    "Ti": (12, 192, 3),  # Ti and S: Touvron et al., arXiv:2012.12877, table 1
    "S": (12, 384, 6),
    "B": (12, 768, 12),
    "L": (24, 1024, 16),
}


def ViT(
    variant="B",
    patch=16,
    dropout=0.0,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    name="ViT",
):
    """A transformer on the patches of an image (fig. 1).

    Layers: "patches", "tokens", "class_token", "positions", then "block1_norm1",
    "block1_attention", "block1_add1", "block1_norm2", "block1_expand",
    "block1_project", "block1_add2", …; "norm", "class", "classifier".

    Args:
        variant: "Ti", "S", "B" or "L"; or (layers, width, heads).
        patch: pixels on each side of a patch; the image must be whole patches.
        dropout: rate after each dense layer and after the positions.
        input_shape: (height, width, channels).
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a variant, shape or number that is not possible.
    """
    depth, width, heads = sizes(variant)
    check_counts(patch=patch, classes=classes)
    check_fractions(dropout=dropout)
    inputs = image_input(input_shape, at_least=patch, fixed=True)
    if any(side % patch for side in inputs.shape[1:3]):
        raise ValueError(
            f"patch={patch}: images of {inputs.shape[1]} x {inputs.shape[2]} pixels "
            "are not whole patches."
        )
    x = layers.Conv2D(width, patch, patch, name="patches")(inputs)  # 14 x 14 x 768
    x = layers.Reshape((-1, width), name="tokens")(x)  # 196 x 768
    x = ClassToken(name="class_token")(x)
    x = PositionEmbedding(name="positions")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    for number in range(1, depth + 1):
        x = transformer_block(x, heads, dropout, name=f"block{number}")
    x = layers.LayerNormalization(epsilon=EPSILON, name="norm")(x)
    x = x[:, 0]  # the class token has seen all others
    x = layers.Dense(
        classes, classifier_activation, dtype="float32", name="classifier"
    )(x)
    return functional(inputs, x, name)


def sizes(variant):
    """(layers, width, heads) of a variant; ValueError where heads do not divide."""
    three = "(layers, width, heads)"
    if not isinstance(variant, list | tuple):
        return choose(VARIANTS, variant, or_else=three)
    if len(variant) != 3 or not all(map(is_whole, variant)):
        raise ValueError(f"variant={variant!r}: give {three}, whole numbers from 1 on.")
    depth, width, heads = variant
    if width % heads:
        raise ValueError(f"variant={variant!r}: the heads must divide the width.")
    return depth, width, heads
