"""Many copies of one Gymnasium environment, played side by side.

A network answers for eight states in the time that it takes for one.
"""

import gymnasium
import numpy as np


class Environments:
    """Copies of an environment that begin anew, each by itself, when an episode ends.

    Args:
        name: of Gymnasium, with a vectorized version, such as "CartPole-v1".
        count: of the copies.
        seed: of their beginnings.

    Attributes:
        states: (count, numbers), where each copy is.
        episode_returns: sums of rewards of all episodes that have ended, in order.
    """

    def __init__(self, name, count, seed):
        options = {"vectorization_mode": "vector_entry_point"}
        self.vector = gymnasium.make_vec(name, count, **options)
        self.actions = int(self.vector.single_action_space.n)
        self.states, _ = self.vector.reset(seed=seed)
        self.begins, self.sums = np.zeros(count, bool), np.zeros(count)
        self.episode_returns = []

    def step(self, actions):
        """Take one action in each copy, or begin anew where the episode has ended.

        Returns:
            A dict of arrays, one row for each copy: "states", "actions", "rewards",
            "next_states"; "terminated", whether the episode ended in failure or at the
            goal; "ended", whether it did so, or was cut off at its longest; and "real",
            false where a copy only began anew, which is no step of its own.
        """
        real, states = ~self.begins, self.states
        self.states, rewards, terminated, truncated, _ = self.vector.step(actions)
        ended = terminated | truncated
        self.sums += rewards
        self.episode_returns += self.sums[ended].tolist()
        self.sums[ended], self.begins = 0, ended
        return {
            "states": states,
            "actions": np.asarray(actions),
            "rewards": rewards,
            "next_states": self.states,
            "terminated": terminated,
            "ended": ended,
            "real": real,
        }


def play(act, name, episodes, seed):
    """Play episodes side by side, each to its end.

    Args:
        act: function from states (episodes, numbers) to actions (episodes,).
        name, seed: as for `Environments`.

    Returns:
        As `Environments.step`, but of all steps: each array is (steps, episodes, …),
        "real" as long as an episode's first run lasts.
    """
    environments = Environments(name, episodes, seed)
    running, steps = np.ones(episodes, bool), []
    while running.any():
        step = environments.step(act(environments.states))
        step["real"] = running
        running = running & ~step["ended"]
        steps.append(step)
    return {key: np.stack([step[key] for step in steps]) for key in steps[0]}


def mean_return(act, name, episodes=20, seed=10_000):
    """The mean sum of rewards of episodes that a policy plays, as `play` does."""
    played = play(act, name, episodes, seed)
    return float((played["rewards"] * played["real"]).sum() / episodes)
