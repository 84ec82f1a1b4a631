"""Searching for an architecture: luck, evolution, and a policy that learns.

A cell is a tuple of decisions; ``choices`` says how many options each of them has. A
search is given a function from a cell to its error, calls it as often as it may, and
returns what it tried: a list of (cell, error), in order.
"""

from collections import deque

import numpy as np


def random_search(error, choices, trials, rng):
    """Try cells drawn evenly."""
    cells = [tuple(int(n) for n in rng.integers(choices)) for _ in range(trials)]
    return [(cell, error(cell)) for cell in cells]


def evolution(error, choices, trials, rng, population=20, sample=5):
    """Regularized evolution: who is oldest dies, however good it is.

    Esteban Real, Alok Aggarwal, Yanping Huang, Quoc V. Le: Regularized Evolution for
    Image Classifier Architecture Search. AAAI 2019, arXiv:1802.01548, algorithm 1. The
    best of ``sample`` cells, drawn from the living, has a child with one mutation.
    Differs: one decision is drawn anew, whichever it is.
    """
    tried = random_search(error, choices, population, rng)
    alive = deque(tried, maxlen=population)
    while len(tried) < trials:
        rivals = [alive[i] for i in rng.integers(population, size=sample)]
        parent, _ = min(rivals, key=lambda pair: pair[1])
        child = mutated(parent, choices, rng)
        tried.append((child, error(child)))
        alive.append(tried[-1])  # and the oldest drops out
    return tried


def mutated(cell, choices, rng):
    """The same cell but for one decision, which is another one."""
    child, where = list(cell), rng.integers(len(cell))
    child[where] = int(child[where] + rng.integers(1, choices[where])) % choices[where]
    return tuple(child)


class Controller:
    """A policy: for each decision a softmax over its options, independent of the rest.

    Barret Zoph, Quoc V. Le: Neural Architecture Search with Reinforcement Learning.
    ICLR 2017, arXiv:1611.01578, section 3.2. Differs: there a recurrent network has the
    logits, and sees the decisions before.

    Args:
        choices: how many options each decision has.
        rate: by how much an error of one percent less moves the logits.
        memory: of the baseline, a moving mean of the errors.
    """

    def __init__(self, choices, rate=0.01, memory=0.9):
        self.logits = [np.zeros(options) for options in choices]
        self.rate, self.memory, self.baseline = rate, memory, None

    def probabilities(self):
        """One array for each decision: softmax of its logits."""
        powers = [np.exp(logits - logits.max()) for logits in self.logits]
        return [power / power.sum() for power in powers]

    def draw(self, rng):
        """A cell: of each decision, the first option whose running sum reaches u."""
        sums = [p.cumsum()[:-1] for p in self.probabilities()]
        return tuple(int((s < rng.random()).sum()) for s in sums)

    def slopes(self, cell):
        """Gradient of the log-probability of a cell for the logits: one-hot minus p."""
        chosen = zip(cell, self.probabilities(), strict=True)
        return [np.eye(len(p))[option] - p for option, p in chosen]

    def learn(self, cell, error):
        """REINFORCE: make a cell more likely that is better than the baseline."""
        if self.baseline is None:
            self.baseline = error
        step = self.rate * (self.baseline - error)
        for logits, slope in zip(self.logits, self.slopes(cell), strict=True):
            logits += step * slope
        self.baseline = self.memory * self.baseline + (1 - self.memory) * error


def reinforce(error, choices, trials, rng, controller=None):
    """Try what a `Controller` draws, and let it learn from each error.

    Pass a controller of your own to look at it afterwards.
    """
    controller, tried = controller or Controller(choices), []
    for _ in range(trials):
        cell = controller.draw(rng)
        tried.append((cell, error(cell)))
        controller.learn(*tried[-1])
    return tried


def best_so_far(tried):
    """The least error after each trial (trials,)."""
    return np.minimum.accumulate([error for _, error in tried])
