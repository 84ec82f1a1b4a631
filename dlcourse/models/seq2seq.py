"""From one sequence to another: an encoder reads, a decoder writes.

Ilya Sutskever, Oriol Vinyals, Quoc V. Le: Sequence to Sequence Learning with Neural
Networks. NIPS 2014, arXiv:1409.3215. The code at each step of the decoder as in
Kyunghyun Cho et al., EMNLP 2014, arXiv:1406.1078. Attention by dot products as in
Minh-Thang Luong, Hieu Pham, Christopher D. Manning: Effective Approaches to
Attention-based Neural Machine Translation. EMNLP 2015, arXiv:1508.04025, section 3.1.
Differs: the decoder does not read its own answers.
"""

import keras
from keras import layers, ops


def Seq2Seq(symbols=8, units=64, attention=True):
    """A GRU that reads, one that writes, and what the second sees of the first.

    The decoder begins with the encoder's last state, the code. At each step its output
    is joined with a context of as many numbers: with attention the encoder's states,
    weighed anew at this step; without it the code. Both have the same weights.

    Args:
        symbols: different ones in a sequence.
        units: of both GRUs, and of the context.
        attention: whether the decoder looks back.

    Returns:
        A ``keras.Model``: (n, steps, symbols), one 1 for each symbol -> logits of an
        answer of the same length (n, steps, symbols).
    """
    source = keras.Input((None, symbols))
    encoder = layers.GRU(units, return_sequences=True, return_state=True)
    states, code = encoder(source)
    nothing = ops.zeros_like(source[:, :, :1])  # a decoder of our tasks needs no input
    x = layers.GRU(units, return_sequences=True)(nothing, initial_state=code)
    if attention:  # each output of the decoder is a query; the states are keys, values
        context, _ = layers.Attention(name="attention")(
            [x, states], return_attention_scores=True
        )
    else:
        context = code[:, None] + ops.zeros_like(x)
    x = layers.Concatenate()([x, context])
    x = layers.Dense(units, "tanh")(x)
    return keras.Model(source, layers.Dense(symbols)(x), name="Seq2Seq")
