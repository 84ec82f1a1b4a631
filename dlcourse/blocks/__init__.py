"""Functions tensor -> tensor: the blocks of the networks, one file per idea."""

import keras  # noqa: F401  registers layers that import blocks: whole, not half read
