"""Attention from its formula: each place asks all places, and mixes what they answer.

Ashish Vaswani, Noam Shazeer, Niki Parmar, Jakob Uszkoreit, Llion Jones, Aidan N. Gomez,
Łukasz Kaiser, Illia Polosukhin: Attention Is All You Need. NIPS 2017, arXiv:1706.03762.
"""

import math

import keras
from keras import ops

from dlcourse.layers.activations import softmax


def attention(queries, keys, values, causal=False):
    """Scaled dot-product attention (section 3.2.1): softmax(Q K^T / sqrt(d)) V.

    Args:
        queries: (..., m, d), one for each place that asks.
        keys: (..., n, d), one for each place that is asked.
        values: (..., n, c), what these places answer.
        causal: place i asks the places 0 … i alone.

    Returns:
        The mixed values (..., m, c), and the weights (..., m, n), whose rows sum to 1.
    """
    queries, keys = ops.convert_to_tensor(queries), ops.convert_to_tensor(keys)
    m, n, d = queries.shape[-2], keys.shape[-2], keys.shape[-1]
    logits = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / math.sqrt(d)
    if causal:
        logits = ops.where(ops.tri(m, n, dtype="bool"), logits, -1e9)
    weights = softmax(logits)
    return ops.matmul(weights, values), weights


@keras.saving.register_keras_serializable("dlcourse")
class MultiHeadAttention(keras.layers.Layer):
    """Several attentions side by side, joined by one matrix (section 3.2.2).

    Each head has queries, keys and values of its own, each of d / heads numbers.
    ``keras.layers.MultiHeadAttention`` is faster and has weights of the same shapes and
    order: ``set_weights`` moves them.

    Args:
        heads: how many; they must divide the width d.
        causal: place i asks the places 0 … i alone.
    """

    def __init__(self, heads, causal=False, **options):
        super().__init__(**options)
        self.heads, self.causal = heads, causal

    def build(self, input_shape):
        """Create W and b (three times d -> heads x size; at last heads x size -> d).

        Raises ValueError where the heads do not divide the width.
        """
        d = input_shape[-1]
        if d % self.heads:
            raise ValueError(f"heads={self.heads} do not divide the width {d}.")
        shape = (self.heads, d // self.heads)
        start = "glorot_uniform"
        self.inward = [
            (self.add_weight((d, *shape), start), self.add_weight(shape, "zeros"))
            for _ in ("queries", "keys", "values")
        ]
        self.outward = (
            self.add_weight((*shape, d), start),
            self.add_weight((d,), "zeros"),
        )

    def call(self, x):
        """Return x (N, n, d) with all places mixed, of the same shape."""
        q, k, v = (
            ops.einsum("bnd,dhs->bhns", x, w) + b[:, None] for w, b in self.inward
        )
        mixed, _ = attention(q, k, v, self.causal)
        w, b = self.outward
        return ops.einsum("bhns,hsd->bnd", mixed, w) + b

    def compute_output_shape(self, input_shape):
        """Return the shape of the input, which does not change."""
        return input_shape

    def get_config(self):
        """Return the arguments of the constructor."""
        own = {"heads": self.heads, "causal": self.causal}
        return super().get_config() | own
