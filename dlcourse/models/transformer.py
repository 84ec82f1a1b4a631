"""A transformer that reads text from the left, and continues it.

Ashish Vaswani et al.: Attention Is All You Need. NIPS 2017, arXiv:1706.03762: its
decoder without what looks at a second text, as in Peter J. Liu et al.: Generating
Wikipedia by Summarizing Long Sequences. ICLR 2018, arXiv:1801.10198, section 4.2.3.
Differs: positions are learned, and each branch is normalized before (see `ViT`).
"""

import keras
import numpy as np
from keras import layers, ops

from dlcourse.blocks.transformer import EPSILON, transformer_block
from dlcourse.layers.tokens import PositionEmbedding


def TextTransformer(variant=(2, 64, 4), length=64, characters=66, dropout=0.0):
    """Causal transformer blocks: at each place the logits of the next character.

    Args:
        variant: (layers, width, heads).
        length: characters that it reads at once.
        characters: different ones.
        dropout: rate in the blocks.

    Returns:
        A ``keras.Model``: (n, length, characters), one 1 for each character -> logits
        (n, length, characters).
    """
    depth, width, heads = variant
    inputs = keras.Input((length, characters))
    x = layers.Dense(width, use_bias=False, name="tokens")(inputs)
    x = PositionEmbedding(name="positions")(x)
    for number in range(1, depth + 1):
        x = transformer_block(x, heads, dropout, causal=True, name=f"block{number}")
    x = layers.LayerNormalization(epsilon=EPSILON, name="norm")(x)
    outputs = layers.Dense(characters, dtype="float32", name="logits")(x)
    return keras.Model(inputs, outputs, name="TextTransformer")


def continue_text(model, start, characters, length, temperature=1.0, seed=0):
    """Let a transformer continue a text, one character at a time.

    It keeps no state: for each character it reads again as many of the last ones as it
    has places. Places after the last character are empty; the mask hides them.

    Args:
        model: a `TextTransformer`.
        start: the text to be continued, at least one character.
        characters: all of them, as one string, in the order of inputs and outputs.
        length: characters to be written.
        temperature: below 1 the probable ones become more probable still.
        seed: of the draws.

    Returns:
        What follows ``start``.
    """
    draws = keras.random.SeedGenerator(seed)
    ones = np.eye(len(characters), dtype="float32")
    codes = [characters.index(character) for character in start]
    for _ in range(length):
        seen = codes[-model.input_shape[1] :]
        x = np.zeros((1, *model.input_shape[1:]), "float32")
        x[0, : len(seen)] = ones[seen]
        logits = model.predict_on_batch(x)[:, len(seen) - 1] / temperature
        drawn = keras.random.categorical(logits, 1, seed=draws)
        codes.append(int(ops.convert_to_numpy(drawn)[0, 0]))
    return "".join(characters[code] for code in codes[len(start) :])
