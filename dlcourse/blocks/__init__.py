"""Functions tensor -> tensor: the building blocks of the networks, one file per idea."""
