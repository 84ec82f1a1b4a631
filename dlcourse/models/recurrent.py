"""Networks of one recurrent layer, and text that such a network writes.

Writing one character at a time: Alex Graves: Generating Sequences With Recurrent Neural
Networks. arXiv:1308.0850, 2013.
"""

import keras
import numpy as np
from keras import ops

from dlcourse.layers import LSTMCell


def RecurrentNetwork(
    layer="LSTM",
    units=32,
    input_shape=(None, 2),
    outputs=1,
    output_activation=None,
    sequences=False,
    bidirectional=False,
    **options,
):
    """A recurrent layer of Keras and a dense one: sequences -> one output, or many.

    Args:
        layer: "SimpleRNN", "LSTM" or "GRU".
        units: of that layer; with ``bidirectional``, in each direction.
        input_shape: (steps, channels); with None for steps, of any length.
        outputs: numbers that come out.
        output_activation: of these numbers, such as "softmax".
        sequences: an output at each step, instead of one after the last.
        bidirectional: a second layer reads from the end to the beginning.
        options: for the recurrent layer, such as ``activation="relu"``.

    Returns:
        A ``keras.Model``: (n, steps, channels) -> (n, outputs), or with ``sequences``
        (n, steps, outputs).

    Raises:
        ValueError: for another layer.
    """
    if layer not in (known := ("SimpleRNN", "LSTM", "GRU")):
        raise ValueError(f"layer={layer!r}: choose one of {', '.join(known)}.")
    options |= {"return_sequences": sequences}
    recurrent = getattr(keras.layers, layer)(units, **options)
    if bidirectional:
        recurrent = keras.layers.Bidirectional(recurrent)
    inputs = keras.Input(input_shape)
    outputs = keras.layers.Dense(outputs, output_activation)(recurrent(inputs))
    return keras.Model(inputs, outputs, name=layer)


def CausalNetwork(filters=32, layers=7, input_shape=(None, 2), outputs=1):
    """Dilated convolutions of width 2 in place of a loop: sequences -> one output.

    Layer l, from 0 on, looks back 2^l steps; all of them 2^layers, the one at hand
    included. The last step goes into a dense layer. Dilated as in Aaron van den Oord
    and others: WaveNet. arXiv:1609.03499, 2016; used for the adding problem by Shaojie
    Bai, J. Zico Kolter, Vladlen Koltun: An Empirical Evaluation of Generic
    Convolutional and Recurrent Networks for Sequence Modeling. arXiv:1803.01271, 2018.

    Args:
        filters: of each convolution.
        layers: how many.
        input_shape: (steps, channels); with None for steps, of any length.
        outputs: numbers that come out.

    Returns:
        A ``keras.Model``: (n, steps, channels) -> (n, outputs).
    """
    inputs = x = keras.Input(input_shape)
    for layer in range(layers):
        y = keras.layers.Conv1D(
            filters, 2, padding="causal", dilation_rate=2**layer, activation="relu"
        )(x)
        x = y if layer == 0 else x + y
    return keras.Model(inputs, keras.layers.Dense(outputs)(x[:, -1]), name="Causal")


def write_text(model, start, characters, length, temperature=1.0, seed=0):
    """Let a network continue a text, one character at a time.

    Each character is drawn from the softmax of logits / temperature, and read as the
    next input. The state is kept: a step costs the same however long the text is.

    Args:
        model: a `RecurrentNetwork` with an "LSTM", ``sequences`` and logits.
        start: the text to be continued, at least one character.
        characters: all of them, as one string, in the order of inputs and outputs.
        length: characters to be written.
        temperature: below 1 the probable ones become more probable still.
        seed: of the draws.

    Returns:
        What follows ``start``.
    """
    recurrent, dense = model.layers[1:]
    cell = LSTMCell(recurrent.units)
    cell.build((None, len(characters)))
    cell.set_weights(recurrent.get_weights())
    rng, ones = np.random.default_rng(seed), np.eye(len(characters), dtype="float32")
    states, written = [ops.zeros((1, recurrent.units))] * 2, start
    for place in range(len(start) + length - 1):
        x = ones[[characters.index(written[place])]]
        h, states = cell(x, states)
        if place >= len(start) - 1:
            logits = ops.convert_to_numpy(dense(h))[0].astype("float64") / temperature
            odds = np.exp(logits - logits.max())
            written += characters[rng.choice(len(odds), p=odds / odds.sum())]
    return written[len(start) :]
