"""Outlines of networks: to look at and to count, not to run."""

from contextlib import contextmanager

import keras


@contextmanager
def weightless():
    """Networks built inside have weights of the right shapes, and no values in them.

    So ``with weightless(): model = VGG("E")`` takes no memory for 144 million weights
    and no time to draw them. `complexity`, `receptive_field` and ``summary()`` need no
    values; do not train or save such a model.
    """
    with keras.StatelessScope(initialize_variables=False):
        yield
