"""What the arguments of all model constructors have in common, checked once."""

import keras


def image_input(input_shape, at_least=1):
    """Input tensor for images of (height, width, channels), ``at_least`` pixels wide.

    Raises ValueError, naming what is possible, for any other shape. Height and width
    may be None for networks that end in a global pooling.
    """
    shape = tuple(input_shape)
    if len(shape) != 3 or not isinstance(shape[2], int) or shape[2] < 1:
        raise ValueError(
            f"input_shape={input_shape!r}: give (height, width, channels), "
            "for example (224, 224, 3)."
        )
    if any(size is not None and size < at_least for size in shape[:2]):
        raise ValueError(
            f"input_shape={input_shape!r} is too small for this network: "
            f"height and width must be at least {at_least}."
        )
    return keras.Input(shape)


def choose(table, variant, what="variant"):
    """The row ``table[variant]``; ValueError that lists the rows if there is none."""
    if variant not in table:
        raise ValueError(
            f"{what} {variant!r} is not in the paper's table; choose one of "
            f"{', '.join(repr(name) for name in table)}, or give your own."
        )
    return table[variant]


def blocks_per_stage(depth, factor, extra):
    """The n in depth = factor * n + extra; ValueError with examples if there is none.

    So the CIFAR papers count layers: 6n + 2 is three stages of n blocks with two
    convolutions each, the first convolution, and the dense layer.
    """
    n, rest = divmod(depth - extra, factor)
    if rest or n < 1:
        examples = ", ".join(str(factor * i + extra) for i in (1, 2, 3, 18))
        raise ValueError(
            f"depth={depth!r} is not of the form {factor}n + {extra}: "
            f"choose {examples} or another of that form."
        )
    return n
