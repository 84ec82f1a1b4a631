"""A memory of steps that were taken.

Long-Ji Lin: Self-Improving Reactive Agents Based On Reinforcement Learning, Planning
and Teaching. Machine Learning 8, 1992; for deep networks Mnih and others, 2015.
"""

import numpy as np


class ReplayMemory:
    """The last steps, from which batches are drawn at random.

    Args:
        capacity: how many; then the oldest one is overwritten.
    """

    def __init__(self, capacity):
        self.capacity, self.added, self.arrays = capacity, 0, {}

    def __len__(self):
        return min(self.added, self.capacity)

    def add(self, steps):
        """Keep the real rows of a dict of arrays, as `Environments.step` gives them."""
        rows = np.flatnonzero(steps["real"])
        places = (self.added + np.arange(len(rows))) % self.capacity
        for name, values in steps.items():
            if name not in self.arrays:
                shape = (self.capacity, *values.shape[1:])
                self.arrays[name] = np.zeros(shape, values.dtype)
            self.arrays[name][places] = values[rows]
        self.added += len(rows)

    def sample(self, count, rng):
        """Draw rows, with replacement: a dict of arrays (count, …)."""
        drawn = rng.integers(len(self), size=count)
        return {name: values[drawn] for name, values in self.arrays.items()}
