"""EfficientNetV2.

Mingxing Tan, Quoc Le: EfficientNetV2: Smaller Models and Faster Training. ICML 2021,
arXiv:2104.00298.
"""

import math
from functools import partial

from dlcourse.blocks.conv import MOMENTUM
from dlcourse.blocks.head import classifier
from dlcourse.blocks.mobile import (
    conv_bn,
    fused_inverted_residual,
    gates,
    inverted_residual,
)
from dlcourse.models.arguments import (
    check_counts,
    check_fractions,
    choose,
    functional,
    image_input,
)

FUSED, GATED = True, False
BASE = (  # fused or gated, expansion, filters, repeats, strides of the first: B0
    *((FUSED, 1, 16, 1, 1), (FUSED, 4, 32, 2, 2), (FUSED, 4, 48, 2, 2)),
    *((GATED, 4, 96, 3, 2), (GATED, 6, 112, 5, 1), (GATED, 6, 192, 8, 2)),
)
TABLES = {
    "S": (  # table 4
        *((FUSED, 1, 24, 2, 1), (FUSED, 4, 48, 4, 2), (FUSED, 4, 64, 4, 2)),
        *((GATED, 4, 128, 6, 2), (GATED, 6, 160, 9, 1), (GATED, 6, 256, 15, 2)),
    ),
    "M": (  # this one and the next: the authors' code
        *((FUSED, 1, 24, 3, 1), (FUSED, 4, 48, 5, 2), (FUSED, 4, 80, 5, 2)),
        *((GATED, 4, 160, 7, 2), (GATED, 6, 176, 14, 1), (GATED, 6, 304, 18, 2)),
        (GATED, 6, 512, 5, 1),
    ),
    "L": (
        *((FUSED, 1, 32, 4, 1), (FUSED, 4, 64, 7, 2), (FUSED, 4, 96, 7, 2)),
        *((GATED, 4, 192, 10, 2), (GATED, 6, 224, 19, 1), (GATED, 6, 384, 25, 2)),
        (GATED, 6, 640, 7, 1),
    ),
}
STEM = {"S": 24, "M": 24, "L": 32}  # filters of the first convolution
SIZES = {"S": 384, "M": 480, "L": 480}  # pixels
SCALES = {  # width, depth, pixels: `BASE` scaled as EfficientNet
    "B0": (1.0, 1.0, 224),
    "B1": (1.0, 1.1, 240),
    "B2": (1.1, 1.2, 260),
    "B3": (1.2, 1.4, 300),
}


def EfficientNetV2(
    variant="S",
    stem_strides=2,
    dropout=0.2,
    drop=0.2,
    input_shape=None,
    classes=1000,
    classifier_activation="softmax",
    momentum=MOMENTUM,
    name="EfficientNetV2",
):
    """Fused blocks in front, where there are many pixels; gated ones behind (table 4).

    Layers: "conv1", then "stage1_block1_project", "stage2_block1_expand", …, the gated
    blocks with the names of `EfficientNet`, "conv2", "global_pool", "classifier".

    Args:
        variant: "S", "M" or "L"; "B0" to "B3", which scale a smaller base.
        stem_strides: of the first convolution; 1 suits images of 32 pixels.
        dropout: rate before the last layer.
        drop: rate at which the last branch is dropped in training; from 0 at the first
            it grows evenly.
        input_shape: (height, width, channels); None: that of the variant.
        classes: number of classes.
        classifier_activation: of the last layer.
        momentum: of batch norm's running statistics.
        name: of the model.

    Returns:
        A ``keras.Model``: images (n, height, width, channels) -> probabilities
        (n, classes).

    Raises:
        ValueError: for a variant, shape or number that is not possible.
    """
    table, stem, last, pixels = choose(VARIANTS, variant)
    check_fractions(dropout=dropout, drop=drop)
    check_counts(stem_strides=stem_strides, classes=classes)
    inputs = image_input(input_shape or (pixels, pixels, 3))
    options = {"activation": "silu", "momentum": momentum}
    x = conv_bn(inputs, stem, 3, stem_strides, name="conv1", **options)
    x = fused_then_gated(x, table, drop, momentum)
    x = conv_bn(x, last, name="conv2", **options)
    x = classifier(x, classes, classifier_activation, dropout)
    return functional(inputs, x, name)


def fused_then_gated(x, table, drop, momentum):
    """All blocks of a table: "stage1_block1", …"""
    total, done = sum(row[3] for row in table), 0
    for stage, (fused, expansion, filters, repeats, strides) in enumerate(table, 1):
        for block in range(repeats):
            options = {
                "strides": strides if block == 0 else 1,
                "drop": drop * done / total,
                "momentum": momentum,
                "name": f"stage{stage}_block{block + 1}",
            }
            if fused:
                kind = fused_inverted_residual
            else:
                kind, units = inverted_residual, max(1, x.shape[-1] // 4)
                options["squeeze"] = partial(gates, units=units, activation="silu")
                options["activation"] = "silu"
            x = kind(x, expansion * x.shape[-1], filters, **options)
            done += 1
    return x


def scaled(width, depth):
    """`BASE` with more filters and blocks, and filters of the two 1x1 around it.

    Differs from EfficientNet: filters go to the nearest multiple of 8, even where that
    is less than nine tenths.
    """
    nearest = lambda filters: int(filters * width + 4) // 8 * 8  # noqa: E731
    table = tuple(
        (fused, expansion, nearest(filters), math.ceil(depth * repeats), strides)
        for fused, expansion, filters, repeats, strides in BASE
    )
    return table, nearest(32), nearest(1280)


VARIANTS = {  # table, filters of the first and of the last convolution, pixels
    **{name: (TABLES[name], STEM[name], 1280, SIZES[name]) for name in TABLES},
    **{name: (*scaled(w, d), pixels) for name, (w, d, pixels) in SCALES.items()},
}
