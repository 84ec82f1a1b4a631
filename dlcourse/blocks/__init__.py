"""Functions tensor -> tensor: the blocks of the networks, one file per idea."""
