"""Values in a table: computed from the rules, and learned without them.

Richard S. Sutton, Andrew G. Barto: Reinforcement Learning: An Introduction. Second
edition, MIT Press 2018, sections 4.1, 4.4 and 6.5. Christopher Watkins, Peter Dayan:
Q-learning. Machine Learning 8, 1992. Tables are NumPy arrays (states, actions).
"""

import numpy as np


def action_values(world, values, discount):
    """What each action is worth if the next state is worth ``values`` (states,).

    The mean reward and the discounted mean value of the next state: (states, actions).
    """
    return world.rewards + discount * world.transitions @ values


def value_iteration(world, discount, tolerance=1e-10):
    """The values of all actions under the best policy (section 4.4).

    Every sweep replaces each state's value by that of its best action, until no value
    changes by more than ``tolerance``. It ends for a discount below 1.
    """
    values, change = np.zeros(len(world.terminal)), np.inf
    while change > tolerance:
        before, values = values, action_values(world, values, discount).max(axis=1)
        change = np.abs(values - before).max()
    return action_values(world, values, discount)


def policy_values(world, actions, discount):
    """What the states are worth (states,) under a policy: one action for each state.

    The values are a linear system, v = r + discount P v (section 4.1), solved as such.
    """
    states = np.arange(len(actions))
    moves = world.transitions[states, actions]
    system = np.eye(len(states)) - discount * moves
    return np.linalg.solve(system, world.rewards[states, actions])


def q_learning(world, discount, steps, epsilon, rng, every=1000, power=0.7):
    """Learn the values of actions from steps in the world alone (section 6.5).

    Each step moves the value of the action taken towards its target, the reward and the
    discounted value of the best next action. An episode begins at the start.

    Args:
        world: is asked for `GridWorld.step`; its tables are not read.
        discount: of the future, from 0 to 1.
        steps: how many in all.
        epsilon: how probable a random action is; else it is the best one as known.
        rng: NumPy's random generator.
        every: steps between two tables that are returned.
        power: the n-th visit of a pair has the rate n ** -power. Above 0.5 and up to 1
            noise averages out and all that was wrong at first is forgotten.

    Returns:
        The tables (steps // every, states, actions), the last one at the end.
    """
    shape = world.rewards.shape
    table, visits, tables = np.zeros(shape), np.zeros(shape), []
    state = world.start
    for step in range(1, steps + 1):
        best = np.flatnonzero(table[state] == table[state].max())
        among = np.arange(shape[1]) if rng.random() < epsilon else best
        action = among[int(rng.random() * len(among))]  # ties are broken by chance
        reached, reward, ended = world.step(state, action, rng)
        target = reward + discount * (0 if ended else table[reached].max())
        visits[state, action] += 1
        rate = visits[state, action] ** -power
        table[state, action] += rate * (target - table[state, action])
        state = world.start if ended else reached
        if step % every == 0:
            tables.append(table.copy())
    return np.array(tables)
