"""Outlines of networks: to look at and to count, not to run."""

from contextlib import contextmanager

import keras

# Private: nothing public reaches Keras's list of variables that still need values.
from keras.src.backend.common import global_state

NOTED = "uninitialized_variables"


@contextmanager
def weightless():
    """Networks built inside have weights of the right shapes, and no values in them.

    So ``with weightless(): model = VGG("E")`` takes no memory for 144 million weights
    and no time to draw them. `complexity`, `receptive_field` and ``summary()`` need no
    values; do not train or save such a model.
    """
    noted_before = list(global_state.get_global_attribute(NOTED) or ())
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        # Keras has noted the new ones down, and would draw values for all of them the
        # next time that it works out a shape.
        global_state.set_global_attribute(NOTED, noted_before)
