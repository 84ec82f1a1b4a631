"""Learning a policy itself: REINFORCE and actor-critic.

Ronald J. Williams: Simple Statistical Gradient-Following Algorithms for Connectionist
Reinforcement Learning. Machine Learning 8, 1992. Volodymyr Mnih et al.: Asynchronous
Methods for Deep Reinforcement Learning. ICML 2016, arXiv:1602.01783 (algorithm S3),
here with all environments in step. Sutton and Barto, second edition, sections 13.3 to
13.5. Differs: Adam takes the steps, the critic takes ten for each of the policy's, and
the factor discount ** t of the book's algorithms is left out.
"""

import keras
import numpy as np

from dlcourse.reinforcement.environments import Environments, play
from dlcourse.reinforcement.networks import dense_network, frozen_copy

CRITIC_UPDATES = 10  # for one of the policy: values grow to 1 / (1 - discount)


def discounted_returns(rewards, ended, following, discount):
    """The discounted sum of rewards from each step on (steps, n).

    Args:
        rewards: (steps, n).
        ended: (steps, n), whether the episode ended with the step.
        following: (steps, n), what the state after the step is worth; it is read where
            an episode ended (0 where nothing follows), and after the last step.
        discount: of the future, from 0 to 1.
    """
    returns = np.zeros(rewards.shape)
    later = following[-1]
    for step in reversed(range(len(rewards))):
        later = np.where(ended[step], following[step], later)
        later = returns[step] = rewards[step] + discount * later
    return returns


def sampled(logits, rng):
    """Draw an action (n,) for each row of logits (n, actions), by its softmax."""
    noise = rng.gumbel(size=logits.shape)  # the largest of logit + noise is such a draw
    return (logits + noise).argmax(axis=1)


def sampling(policy, rng):
    """How a policy acts now: a function from states to actions that are drawn."""
    now = frozen_copy(policy)
    return lambda states: sampled(now(states), rng)


def policy_network(environments, rate, units):
    """A network of logits whose training on its own actions is a policy gradient.

    The labels are the actions taken, the weights of the examples their advantages. The
    gradient of weight times cross-entropy is minus weight times that of the logarithm
    of the action's probability.
    """
    policy = dense_network(environments.states.shape[1], environments.actions, units)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    policy.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    return policy


def value_network(environments, rate, units):
    """A network of the value of a state, trained by squared errors."""
    critic = dense_network(environments.states.shape[1], 1, units)
    critic.compile(keras.optimizers.Adam(rate), "mse", jit_compile=False)
    return critic


def update(policy, critic, steps, returns):
    """Train both networks on the real steps of a dict of arrays (steps, n, …).

    The policy is trained on its own actions, weighted by how much better than the
    critic expected they went; the critic is trained towards the returns. Without a
    critic the weights are the returns.
    """
    real = steps["real"]
    states, actions = steps["states"][real], steps["actions"][real]
    wanted = returns[real].astype("float32")
    expected = frozen_copy(critic)(states)[:, 0] if critic else 0
    policy.train_on_batch(states, actions, sample_weight=wanted - expected)
    if critic:
        for _ in range(CRITIC_UPDATES):
            critic.train_on_batch(states, wanted)


def train_reinforce(
    name,
    steps,
    seed=0,
    baseline=True,
    episodes=8,
    discount=0.99,
    rate=5e-3,
    units=(64,),
):
    """Train a policy on whole episodes (Sutton and Barto, sections 13.3 and 13.4).

    Args:
        name: of a Gymnasium environment, as for `Environments`.
        steps: after which no new episode begins.
        baseline: whether a second network learns what a state is worth, and is taken
            from the returns.
        episodes: played before each update.
        discount: of the future, from 0 to 1.
        rate: Adam's learning rate, of both networks.

    Returns:
        The network, (n, numbers) -> logits (n, actions), and all episodes' returns.
    """
    keras.utils.set_random_seed(seed)
    rng, environments = np.random.default_rng(seed), Environments(name, 1, seed)
    policy = policy_network(environments, rate, units)
    critic = value_network(environments, rate, units) if baseline else None
    episode_returns = []
    while sum(episode_returns) < steps:
        seed_of_play = int(rng.integers(2**31))
        played = play(sampling(policy, rng), name, episodes, seed_of_play)
        rewards, nothing = played["rewards"], np.zeros(played["rewards"].shape)
        returns = discounted_returns(rewards, played["ended"], nothing, discount)
        update(policy, critic, played, returns)
        episode_returns += (rewards * played["real"]).sum(axis=0).tolist()
    return policy, episode_returns


def train_actor_critic(
    name, steps, seed=0, copies=8, length=32, discount=0.99, rate=5e-3, units=(64,)
):
    """Train a policy on pieces of episodes; the critic's value stands for the rest.

    Args:
        name, copies: as for `Environments`.
        steps: of all copies together.
        length: of a piece, in steps of each copy, before each update.
        discount: of the future, below 1.
        rate: Adam's learning rate, of both networks.

    Returns:
        The policy, (n, numbers) -> logits (n, actions), the critic, (n, numbers) ->
        values (n, 1), and the returns of all episodes.
    """
    keras.utils.set_random_seed(seed)
    rng, environments = np.random.default_rng(seed), Environments(name, copies, seed)
    policy = policy_network(environments, rate, units)
    critic = value_network(environments, rate, units)
    for _ in range(steps // (copies * length)):
        act = sampling(policy, rng)
        piece = [environments.step(act(environments.states)) for _ in range(length)]
        piece = {key: np.stack([step[key] for step in piece]) for key in piece[0]}
        following = frozen_copy(critic)(piece["next_states"])[..., 0]
        following = np.where(piece["terminated"], 0, following)
        returns = discounted_returns(
            piece["rewards"], piece["ended"], following, discount
        )
        update(policy, critic, piece, returns)
    return policy, critic, environments.episode_returns
