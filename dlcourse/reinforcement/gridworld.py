"""A world of few cells, whose rules are tables that can be read and solved.

A finite Markov decision process as in Richard S. Sutton, Andrew G. Barto: Reinforcement
Learning: An Introduction. Second edition, MIT Press 2018, chapter 3. The cliff is in
the manner of their example 6.6; rewards and slipping are ours.
"""

import numpy as np

MOVES = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}
CLIFF = (".......", ".......", ".......", "SXXXXXG")


class GridWorld:
    """Cells in rows and columns; an action is a move, a goal or a pit ends the episode.

    A move into a wall or out of the world stays where it is. States are numbered row by
    row, actions in the order of `MOVES`.

    Args:
        rows: strings of one length: S start, G goal (reward 1), X pit (reward -1),
            # wall, any other character is free.
        slip: how probable it is that a move goes to one of its two sides instead.
        cost: of each move, taken from its reward.

    Attributes:
        transitions: (states, actions, states), the probabilities of where a move leads;
            zero from goals and pits on, where nothing follows.
        rewards: (states, actions), the mean reward of a move.
        start: the number of the first state.
        terminal: (states,), whether the episode ends here.

    Raises:
        ValueError: for rows of different lengths, or not exactly one start.
    """

    def __init__(self, rows=CLIFF, slip=0.0, cost=0.02):
        if len({len(row) for row in rows}) != 1:
            raise ValueError(f"rows={rows} are not of one length.")
        if "".join(rows).count("S") != 1:
            raise ValueError(f"rows={rows} must have one start, S.")
        self.rows, self.shape = tuple(rows), (len(rows), len(rows[0]))
        cells = np.array([list(row) for row in rows])
        entered = np.where(cells == "G", 1.0, np.where(cells == "X", -1.0, 0.0))
        self.terminal = entered.ravel() != 0
        self.start = int(np.flatnonzero(cells == "S")[0])
        self.transitions = np.zeros((cells.size, len(MOVES), cells.size))
        for state in np.flatnonzero(~self.terminal & (cells.ravel() != "#")):
            for action in range(len(MOVES)):
                for turn, p in ((0, 1 - slip), (-1, slip / 2), (1, slip / 2)):
                    reached = self.reached(state, (action + turn) % len(MOVES))
                    self.transitions[state, action, reached] += p
        self.entering = entered.ravel() - cost  # the reward of a move that leads here
        self.rewards = self.transitions @ self.entering

    def reached(self, state, action):
        """The state that a move leads to if it does not slip."""
        here = np.unravel_index(state, self.shape)
        row, column = np.add(here, list(MOVES.values())[action])
        inside = 0 <= row < self.shape[0] and 0 <= column < self.shape[1]
        if not inside or self.rows[row][column] == "#":
            return state
        return int(np.ravel_multi_index((row, column), self.shape))

    def step(self, state, action, rng):
        """Draw where a move leads: (next state, reward, whether the episode ends)."""
        sums = self.transitions[state, action].cumsum()
        reached = int((sums[:-1] <= rng.random()).sum())
        return reached, self.entering[reached], self.terminal[reached]
