"""Recurrent cells from their formulas: the same step for each element of a sequence.

SimpleRNN: Jeffrey Elman: Finding Structure in Time. Cognitive Science 14(2), 1990.
LSTM: Sepp Hochreiter, Jürgen Schmidhuber: Long Short-Term Memory. Neural Computation
9(8), 1997; with the forget gate of Felix Gers, Jürgen Schmidhuber, Fred Cummins:
Learning to Forget. Neural Computation 12(10), 2000.
GRU: Kyunghyun Cho, Bart van Merriënboer, Caglar Gulcehre, Dzmitry Bahdanau, Fethi
Bougares, Holger Schwenk, Yoshua Bengio: Learning Phrase Representations using RNN
Encoder-Decoder for Statistical Machine Translation. EMNLP 2014, arXiv:1406.1078.

A cell is one step; ``keras.layers.RNN(LSTMCell(32))`` goes through a sequence with it.
Keras ships cells of the same names, and as a whole ``layers.SimpleRNN``, ``LSTM`` and
``GRU``. Weights have the same names, shapes and order: ``set_weights`` moves them.
"""

import keras
from keras import ops

from dlcourse.layers.activations import sigmoid, tanh


class Cell(keras.Layer):
    """What the three have in common: x (N, C) and a state -> output (N, units), state.

    The state is a list of tensors (N, units), of which the first is the output h; RNN
    begins with zeros. With h' for that of the step before, all three compute sums
    x W + h' U + b, of which they need one or several: W = [W_1, W_2, ...], and so U, b.

    Args:
        units: numbers in the output.
    """

    sums = 1  # of the kind x W + h' U + b
    states = 1  # tensors in the state

    def __init__(self, units, **options):
        super().__init__(**options)
        if not isinstance(units, int) or isinstance(units, bool) or units < 1:
            raise ValueError(f"units={units!r}: give a whole number of at least 1.")
        self.units = self.output_size = units
        self.state_size = [units] * self.states

    def build(self, input_shape):
        """Create W (C, sums * units), U (units, sums * units) and b (sums * units,)."""
        columns = self.sums * self.units
        shapes = (input_shape[-1], columns), (self.units, columns)
        self.kernel = self.add_weight(shapes[0], "glorot_uniform", name="kernel")
        self.recurrent_kernel = self.add_weight(
            shapes[1], orthogonal, name="recurrent_kernel"
        )
        shape = self.bias_shape(columns)
        self.bias = self.add_weight(shape, self.bias_start, name="bias")

    def bias_shape(self, columns):
        """The shape of b."""
        return (columns,)

    def bias_start(self, shape, dtype=None):
        """What b begins as."""
        return ops.zeros(shape, dtype)

    def compute_output_shape(self, input_shape, states_shape=None):
        """Return the shapes of the output and of the state."""
        h = (input_shape[0], self.units)
        return h, [h] * self.states

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"units": self.units}


def orthogonal(shape, dtype=None):
    """What U begins as; drawn in float32, for no QR decomposition knows bfloat16."""
    return ops.cast(keras.initializers.Orthogonal()(shape, "float32"), dtype)


@keras.saving.register_keras_serializable("dlcourse")
class SimpleRNNCell(Cell):
    """h = tanh(x W + h' U + b), which is all there is to the state."""

    def call(self, x, states):
        """Return the output, and the state for the next step."""
        (h,) = states
        x_w, h_u = ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent_kernel)
        h = tanh(x_w + h_u + self.bias)
        return h, [h]


@keras.saving.register_keras_serializable("dlcourse")
class LSTMCell(Cell):
    """A memory c: gates forget some of it, add to it, and show some of it.

    With the memory c' of the step before, and the sums as in `Cell`:

    - input gate i = sigmoid(x W_i + h' U_i + b_i): what is remembered,
    - forget gate f = sigmoid(x W_f + h' U_f + b_f): what of the memory stays,
    - candidate g = tanh(x W_g + h' U_g + b_g): what could be remembered,
    - output gate o = sigmoid(x W_o + h' U_o + b_o): what is shown,
    - memory c = f c' + i g and output h = o tanh(c), element by element.

    b_f begins at 1, all other biases at 0: at first most of the memory stays.
    """

    sums, states = 4, 2

    def bias_start(self, shape, dtype=None):
        """1 for the forget gate, else 0."""
        zeros = ops.zeros((self.units,), dtype)
        return ops.concatenate([zeros, zeros + 1, zeros, zeros])

    def gates(self, x, h):
        """Input gate, forget gate, candidate, output gate: four tensors (N, units)."""
        x_w, h_u = ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent_kernel)
        i, f, g, o = ops.split(x_w + h_u + self.bias, 4, axis=-1)
        return sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)

    def call(self, x, states):
        """Return the output, and output and memory for the next step."""
        h, c = states
        i, f, g, o = self.gates(x, h)
        c = f * c + i * g
        h = o * tanh(c)
        return h, [h, c]


@keras.saving.register_keras_serializable("dlcourse")
class GRUCell(Cell):
    """An output that a gate keeps or replaces: no memory beside it.

    - update gate z = sigmoid(x W_z + h' U_z + b_z): what stays,
    - reset gate r = sigmoid(x W_r + h' U_r + b_r): what the candidate sees of h',
    - candidate g = tanh(x W_g + (r h') U_g + b_g) as in the paper, or with
      ``reset_after`` g = tanh(x W_g + b_g + r (h' U_g + b'_g)), as on GPUs,
    - output h = z h' + (1 - z) g, element by element.

    ``reset_after`` has biases b' of h' U beside those b of x W.
    """

    sums = 3

    def __init__(self, units, reset_after=True, **options):
        super().__init__(units, **options)
        self.reset_after = reset_after

    def bias_shape(self, columns):
        """With ``reset_after``, a row b and a row b'."""
        return (2, columns) if self.reset_after else (columns,)

    def call(self, x, states):
        """Return the output, and the state for the next step."""
        (h,) = states
        u = self.recurrent_kernel
        b = self.bias if self.reset_after else [self.bias, 0.0]
        x_z, x_r, x_g = ops.split(ops.matmul(x, self.kernel) + b[0], 3, axis=-1)
        h_z, h_r, h_g = ops.split(ops.matmul(h, u) + b[1], 3, axis=-1)
        z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
        if self.reset_after:
            g = tanh(x_g + r * h_g)
        else:
            g = tanh(x_g + ops.matmul(r * h, u[:, 2 * self.units :]))
        h = z * h + (1 - z) * g
        return h, [h]

    def get_config(self):
        """Return the arguments of the constructor."""
        return super().get_config() | {"reset_after": self.reset_after}
