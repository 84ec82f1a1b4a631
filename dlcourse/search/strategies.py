"""Search strategies: random search, evolution, and reinforcement learning.

A cell is a tuple of decisions; ``choices`` is the number of options of each of them. A
strategy is given a function from a cell to its error, calls it once for each trial, and
returns the trials: a list of (cell, error), in order.
"""

from collections import deque

import numpy as np


def random_search(error, choices, trials, rng):
    """Try cells drawn from the uniform distribution."""
    cells = [tuple(int(n) for n in rng.integers(choices)) for _ in range(trials)]
    return [(cell, error(cell)) for cell in cells]


def evolution(error, choices, trials, rng, population=20, sample=5):
    """Regularized evolution: the oldest cell is removed, however good it is.

    Esteban Real, Alok Aggarwal, Yanping Huang, Quoc V. Le: Regularized Evolution for
    Image Classifier Architecture Search. AAAI 2019, arXiv:1802.01548, algorithm 1. The
    best of ``sample`` cells, drawn from the population, has a child with one mutation.
    Differs: one decision is drawn anew, whichever it is.
    """
    history = random_search(error, choices, population, rng)
    alive = deque(history, maxlen=population)
    while len(history) < trials:
        candidates = [alive[i] for i in rng.integers(population, size=sample)]
        parent, _ = min(candidates, key=lambda pair: pair[1])
        child = mutate(parent, choices, rng)
        history.append((child, error(child)))
        alive.append(history[-1])  # maxlen removes the oldest
    return history


def mutate(cell, choices, rng):
    """A copy of the cell in which one random decision has another value."""
    child, where = list(cell), rng.integers(len(cell))
    child[where] = int(child[where] + rng.integers(1, choices[where])) % choices[where]
    return tuple(child)


class Controller:
    """A policy: for each decision a softmax over its options, independent of the rest.

    Barret Zoph, Quoc V. Le: Neural Architecture Search with Reinforcement Learning.
    ICLR 2017, arXiv:1611.01578, section 3.2. Differs: there a recurrent network
    computes the logits from the decisions before.

    Args:
        choices: the number of options of each decision.
        rate: the learning rate: the change of the logits for one percent of error.
        decay: of the baseline, an exponential moving average of the errors.
    """

    def __init__(self, choices, rate=0.01, decay=0.9):
        self.logits = [np.zeros(options) for options in choices]
        self.rate, self.decay, self.baseline = rate, decay, None

    def probabilities(self):
        """One array for each decision: the softmax of its logits."""
        powers = [np.exp(logits - logits.max()) for logits in self.logits]
        return [power / power.sum() for power in powers]

    def sample(self, rng):
        """Draw a cell by inverting the cumulative distribution of each decision."""
        sums = [p.cumsum()[:-1] for p in self.probabilities()]
        return tuple(int((s < rng.random()).sum()) for s in sums)

    def gradients(self, cell):
        """Of the log-probability of a cell, for the logits: one-hot minus p."""
        selected = zip(cell, self.probabilities(), strict=True)
        return [np.eye(len(p))[option] - p for option, p in selected]

    def update(self, cell, error):
        """REINFORCE: raise the probability of a cell that is below the baseline."""
        if self.baseline is None:
            self.baseline = error
        step = self.rate * (self.baseline - error)
        for logits, gradient in zip(self.logits, self.gradients(cell), strict=True):
            logits += step * gradient
        self.baseline = self.decay * self.baseline + (1 - self.decay) * error


def reinforce(error, choices, trials, rng, controller=None):
    """Try the cells that a `Controller` samples, and update it after each of them.

    Pass a controller of your own to look at it afterwards.
    """
    controller, history = controller or Controller(choices), []
    for _ in range(trials):
        cell = controller.sample(rng)
        history.append((cell, error(cell)))
        controller.update(*history[-1])
    return history


def best_so_far(history):
    """The lowest error after each trial (trials,)."""
    return np.minimum.accumulate([error for _, error in history])
