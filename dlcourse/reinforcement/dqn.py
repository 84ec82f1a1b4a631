"""Q-learning with a network in place of the table.

Volodymyr Mnih et al.: Human-level control through deep reinforcement learning. Nature
518, 2015 (algorithm 1). Differs: the state is a few numbers and not four pictures,
several environments are played at once, and Adam takes the steps.
"""

import keras
import numpy as np
from keras import ops

from dlcourse.reinforcement.environments import Environments
from dlcourse.reinforcement.networks import dense_network, frozen_copy
from dlcourse.reinforcement.replay import ReplayMemory


def q_targets(batch, target, discount):
    """Where the values of the actions taken should be (n,).

    The reward, and the discounted value that the function ``target`` gives to the best
    next action; only the reward where the episode terminated.
    """
    following = target(batch["next_states"]).max(axis=1)
    return batch["rewards"] + discount * ~batch["terminated"] * following


def taken_value_loss(y_true, y_pred):
    """Huber's loss of the value of the action that was taken, of each example.

    Its gradient is the error, cut to -1 … 1, as in the paper's methods. y_true (n, 2):
    the action and the target. y_pred (n, actions): the values of all actions.
    """
    taken = ops.one_hot(ops.cast(y_true[:, 0], "int32"), y_pred.shape[-1])
    value = ops.sum(taken * y_pred, axis=1)
    return keras.losses.huber(y_true[:, 1:], value[:, None])


def epsilon_greedy(values, epsilon, rng):
    """Actions (n,): the best by their values (n, actions), or, rarely, any."""
    any_action = rng.integers(values.shape[1], size=len(values))
    explore = rng.random(len(values)) < epsilon
    return np.where(explore, any_action, values.argmax(axis=1))


def train_dqn(
    name,
    steps,
    seed=0,
    copies=16,
    capacity=20_000,
    batch_size=64,
    target_every=50,
    discount=0.95,
    rate=2e-3,
    units=(64, 64),
):
    """Train a network whose greedy policy plays an environment (algorithm 1).

    Args:
        name, copies: as for `Environments`.
        steps: of all copies together; one step of each is followed by one update. The
            share of random actions falls from 1 to 0.05 in the first quarter.
        capacity: of the replay memory. As large as a batch, it holds the last steps
            alone: that is training without replay.
        target_every: updates between two copies of the network to the target network;
            1 is training without a target network.
        discount: of the future, below 1.
        rate: Adam's learning rate; it falls to zero on a cosine.

    Returns:
        The network, (n, numbers) -> values (n, actions), and all episodes' returns.
    """
    keras.utils.set_random_seed(seed)
    rng, environments = np.random.default_rng(seed), Environments(name, copies, seed)
    network = dense_network(environments.states.shape[1], environments.actions, units)
    updates = steps // copies
    schedule = keras.optimizers.schedules.CosineDecay(rate, updates)
    network.compile(
        keras.optimizers.Adam(schedule), taken_value_loss, jit_compile=False
    )
    memory = ReplayMemory(capacity)
    for step in range(updates):
        now = frozen_copy(network)
        if step % target_every == 0:
            target = now
        epsilon = max(0.05, 1 - 4 * step / updates)
        values = now(environments.states)
        memory.add(environments.step(epsilon_greedy(values, epsilon, rng)))
        if len(memory) >= batch_size:
            batch = memory.sample(batch_size, rng)
            wanted = q_targets(batch, target, discount)
            y_true = np.stack([batch["actions"], wanted], axis=1).astype("float32")
            network.train_on_batch(batch["states"], y_true)
    return network, environments.episode_returns
