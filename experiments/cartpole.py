"""Agents that balance a pole, with parts taken out and six seeds, for lecture 29.

    python experiments/cartpole.py [--quick] [--out FILE]

DQN as it is, without replay (a memory that holds the last batch alone), without a
target network (copied after every update), and without both; REINFORCE with and
without a baseline; actor-critic. All play CartPole-v1 by Gymnasium. ``steps`` is the
mean number of steps of the last 20 episodes that had ended by then (500 is the most),
after each tenth of a training. A training of DQN is 40,000 steps and 2,500 updates, of
the others 60,000 steps. Takes five minutes on one core; ``--quick`` is one seed and
1,600 steps. The first line of the file names the machine.
"""

from functools import partial

import numpy as np
from record import record

from dlcourse.reinforcement import train_actor_critic, train_dqn, train_reinforce

ENVIRONMENT, SEEDS, BATCH = "CartPole-v1", 6, 64
AGENTS = {  # the training, and steps of all copies
    "DQN": (train_dqn, 40_000),
    "without replay": (partial(train_dqn, capacity=BATCH), 40_000),
    "without target network": (partial(train_dqn, target_every=1), 40_000),
    "without both": (partial(train_dqn, capacity=BATCH, target_every=1), 40_000),
    "REINFORCE": (train_reinforce, 60_000),
    "without baseline": (partial(train_reinforce, baseline=False), 60_000),
    "actor-critic": (train_actor_critic, 60_000),
}


def learning_curve(lengths, steps):
    """The mean of the last 20 lengths after each tenth of so many steps (10,)."""
    ends = np.cumsum(lengths)
    counts = np.searchsorted(ends, np.arange(1, 11) / 10 * steps, side="right")
    return [np.mean(lengths[max(0, n - 20) : max(1, n)]) for n in counts]


def trained(quick):
    """The rows of the table: seed, agent, tenth of the training, steps."""
    for seed in range(1 if quick else SEEDS):
        for agent, (train, steps) in AGENTS.items():
            steps = 1600 if quick else steps
            *_, lengths = train(ENVIRONMENT, steps, seed=seed)
            for tenth, length in enumerate(learning_curve(lengths, steps), start=1):
                yield seed, agent, tenth, round(length, 1)


if __name__ == "__main__":
    record(__file__, __doc__, ["seed", "agent", "tenth", "steps"], trained)
