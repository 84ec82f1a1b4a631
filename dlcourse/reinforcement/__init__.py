"""Learning from reward: a world of tables, and agents for Gymnasium's environments."""

from dlcourse.reinforcement.dqn import (
    epsilon_greedy,
    q_targets,
    taken_value_loss,
    train_dqn,
)
from dlcourse.reinforcement.environments import Environments, mean_return, play
from dlcourse.reinforcement.gridworld import CLIFF, MOVES, GridWorld
from dlcourse.reinforcement.networks import dense_network, frozen_copy
from dlcourse.reinforcement.policy_gradient import (
    discounted_returns,
    sampled,
    sampling,
    train_actor_critic,
    train_reinforce,
    update,
)
from dlcourse.reinforcement.replay import ReplayMemory
from dlcourse.reinforcement.tabular import (
    action_values,
    policy_values,
    q_learning,
    value_iteration,
)

__all__ = [
    "CLIFF",
    "MOVES",
    "Environments",
    "GridWorld",
    "ReplayMemory",
    "action_values",
    "dense_network",
    "discounted_returns",
    "epsilon_greedy",
    "frozen_copy",
    "mean_return",
    "play",
    "policy_values",
    "q_learning",
    "q_targets",
    "sampled",
    "sampling",
    "taken_value_loss",
    "train_actor_critic",
    "train_dqn",
    "train_reinforce",
    "update",
    "value_iteration",
]
