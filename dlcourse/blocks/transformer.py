"""The block that a transformer repeats.

Ashish Vaswani et al.: Attention Is All You Need. NIPS 2017, arXiv:1706.03762. It is
normalized before each branch, as in Alexey Dosovitskiy et al.: An Image is Worth 16x16
Words. ICLR 2021, arXiv:2010.11929, fig. 1, right.
"""

from keras import layers

EPSILON = 1e-6  # of layer normalization


def transformer_block(x, heads, dropout=0.0, causal=False, name="block"):
    """Attention, then two dense layers, each normalized before and added: same shape.

    Equations 2 and 3 of the vision transformer.

    Args:
        x: (n, tokens, width).
        heads: of the attention; they must divide the width.
        dropout: rate after the attention and after each dense layer.
        causal: a token asks itself and those before it alone.
        name: what the names of the layers begin with.
    """
    width = x.shape[-1]
    attention = layers.MultiHeadAttention(
        heads, width // heads, name=f"{name}_attention"
    )
    y = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_norm1")(x)
    y = attention(y, y, use_causal_mask=causal)
    y = layers.Dropout(dropout, name=f"{name}_dropout1")(y)
    x = layers.Add(name=f"{name}_add1")([x, y])
    y = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_norm2")(x)
    y = layers.Dense(4 * width, "gelu", name=f"{name}_expand")(y)
    y = layers.Dropout(dropout, name=f"{name}_dropout2")(y)
    y = layers.Dense(width, name=f"{name}_project")(y)
    y = layers.Dropout(dropout, name=f"{name}_dropout3")(y)
    return layers.Add(name=f"{name}_add2")([x, y])
