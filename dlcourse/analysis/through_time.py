"""What happens in a recurrent cell forward through a sequence, and backward.

Yoshua Bengio, Patrice Simard, Paolo Frasconi: Learning Long-Term Dependencies with
Gradient Descent is Difficult. IEEE Transactions on Neural Networks 5(2), 1994.
"""

import numpy as np
from keras import ops

from dlcourse.gradients import gradients


def run_cell(cell, x, nudges=None):
    """The states of a recurrent cell after each step, from zeros: a list of lists.

    Args:
        cell: such as `SimpleRNNCell`: (x, states) -> output, states.
        x: sequences (n, steps, channels).
        nudges: added to the states after each step, (steps, states, n, units).
    """
    x = ops.convert_to_tensor(x, "float32")
    n, steps, _ = x.shape
    states, every = [ops.zeros((n, size)) for size in cell.state_size], []
    for t in range(steps):
        _, states = cell(x[:, t], states)
        if nudges is not None:
            states = [state + nudges[t, k] for k, state in enumerate(states)]
        every.append(states)
    return every


def gradient_through_time(cell, x, seed=0):
    """Norm of the gradient of the last output, with respect to the state at each step.

    A loss would send some gradient to the last output h_T. Here it is a direction of
    length 1, drawn at random for each sequence; v . h_T is differentiated.

    Args:
        cell: a recurrent cell. Its states have all the same size.
        x: sequences (n, steps, channels).
        seed: of the directions.

    Returns:
        (steps, states, n): for an LSTM the norms for h and for the memory c.
    """
    n, steps, _ = x.shape
    sizes = cell.state_size
    direction = np.random.default_rng(seed).normal(size=(n, sizes[0]))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    direction = direction.astype("float32")

    def last(nudges):
        return ops.sum(direction * run_cell(cell, x, nudges)[-1][0])

    zeros = np.zeros((steps, len(sizes), n, sizes[0]), "float32")
    _, (found,) = gradients(last, zeros)
    return np.linalg.norm(found, axis=-1)


def record_gates(cell, x):
    """What an `LSTMCell` does at each step: name -> array (n, steps, units).

    The names are "input gate", "forget gate", "candidate", "output gate", "memory" and
    "output".
    """
    names = "input gate", "forget gate", "candidate", "output gate", "memory", "output"
    x = ops.convert_to_tensor(x, "float32")
    h = c = ops.zeros((x.shape[0], cell.units))
    found = []
    for t in range(x.shape[1]):
        gates = cell.gates(x[:, t], h)
        _, (h, c) = cell(x[:, t], [h, c])
        found.append([ops.convert_to_numpy(value) for value in (*gates, c, h)])
    found = (np.stack(values, axis=1) for values in zip(*found, strict=True))
    return dict(zip(names, found, strict=True))
