"""ConvNeXt.

Zhuang Liu, Hanzi Mao, Chao-Yuan Wu, Christoph Feichtenhofer, Trevor Darrell, Saining
Xie: A ConvNet for the 2020s. CVPR 2022, arXiv:2201.03545.
"""

from keras import layers

from dlcourse.layers.scale import LayerScale
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    choose,
    functional,
    image_input,
    is_whole,
)

EPSILON = 1e-6  # of layer normalization
VARIANTS = {  # blocks and channels of the four stages (section 3)
    "T": ((3, 3, 9, 3), (96, 192, 384, 768)),
    "S": ((3, 3, 27, 3), (96, 192, 384, 768)),
    "B": ((3, 3, 27, 3), (128, 256, 512, 1024)),
    "L": ((3, 3, 27, 3), (192, 384, 768, 1536)),
    "XL": ((3, 3, 27, 3), (256, 512, 1024, 2048)),
}


def ConvNeXt(
    variant="T",
    patch=4,
    drop=0.0,
    initial=1e-6,
    input_shape=(224, 224, 3),
    classes=1000,
    classifier_activation="softmax",
    name="ConvNeXt",
):
    """A ResNet with what transformers have taught (fig. 2).

    Layers: "stem", "stem_norm", then "stage1_block1_depthwise", "_norm", "_expand",
    "_project", "_scale", "_add", …, before each stage but the first "stage2_norm" and
    "stage2_down"; "global_pool", "norm", "classifier".

    Args:
        variant: "T", "S", "B", "L" or "XL"; or (blocks, channels), each a list with a
            number for each stage.
        patch: kernel size and strides of the first convolution; 1 or 2 suits images of
            32 pixels.
        drop: rate at which the last branch is dropped in training; from 0 at the first
            it grows evenly.
        initial: of the learned factors of the branches.
        input_shape: (height, width, channels); height and width at least 8 patches,
            so that no stage is empty.
        classes: number of classes.
        classifier_activation: of the last layer.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a variant, shape or number that is not possible.
    """
    repeats, channels = stages(variant)
    check_counts(patch=patch, classes=classes)
    check_fractions(drop=drop, initial=initial)
    inputs = image_input(input_shape, at_least=patch * 2 ** (len(repeats) - 1))
    x = layers.Conv2D(channels[0], patch, patch, name="stem")(inputs)  # 56 x 56
    x = layers.LayerNormalization(epsilon=EPSILON, name="stem_norm")(x)
    total, done = sum(repeats), 0
    for stage, (count, filters) in enumerate(zip(repeats, channels, strict=True), 1):
        if stage > 1:  # 28 x 28, 14 x 14, 7 x 7
            x = layers.LayerNormalization(epsilon=EPSILON, name=f"stage{stage}_norm")(x)
            x = layers.Conv2D(filters, 2, 2, name=f"stage{stage}_down")(x)
        for number in range(1, count + 1):
            rate = drop * done / max(1, total - 1)
            x = block(x, initial, rate, f"stage{stage}_block{number}")
            done += 1
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    x = layers.LayerNormalization(epsilon=EPSILON, name="norm")(x)
    x = layers.Dense(
        classes, classifier_activation, dtype="float32", name="classifier"
    )(x)
    return functional(inputs, x, name)


def stages(variant):
    """Blocks and channels of the stages of a variant; ValueError if there is none."""
    pair = "(blocks, channels), lists of equal length"
    if not isinstance(variant, list | tuple):
        return choose(VARIANTS, variant, or_else=pair)
    lists = [part for part in variant if isinstance(part, list | tuple)]
    whole = all(is_whole(number) for part in lists for number in part)
    if [len(variant), len(lists)] != [2, 2] or not whole or not lists[0]:
        raise ValueError(f"variant={variant!r}: give {pair}, whole numbers from 1 on.")
    if len(lists[0]) != len(lists[1]):
        raise ValueError(f"variant={variant!r}: give {pair}.")
    return variant


def block(x, initial, drop, name):
    """Depthwise 7x7, layer norm, 1x1 to four times the channels, GELU, 1x1 back.

    H x W x C -> H x W x C. The two 1x1 are dense layers over the channels (fig. 4).
    """
    channels = x.shape[-1]
    y = layers.DepthwiseConv2D(7, padding="same", name=f"{name}_depthwise")(x)
    y = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_norm")(y)
    y = layers.Dense(4 * channels, "gelu", name=f"{name}_expand")(y)
    y = layers.Dense(channels, name=f"{name}_project")(y)
    y = LayerScale(initial, name=f"{name}_scale")(y)
    if drop:
        y = layers.Dropout(drop, (None, 1, 1, 1), name=f"{name}_drop")(y)
    return layers.Add(name=f"{name}_add")([x, y])
