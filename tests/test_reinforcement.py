"""Agents that learn from reward, each against what can be computed exactly."""

import keras
import numpy as np
import pytest

from dlcourse.gradients import numerical_gradients, weight_gradients
from dlcourse.reinforcement import (
    Environments,
    GridWorld,
    ReplayMemory,
    action_values,
    dense_network,
    discounted_returns,
    epsilon_greedy,
    frozen_copy,
    play,
    policy_values,
    q_learning,
    q_targets,
    sampled,
    taken_value_loss,
    train_actor_critic,
    train_dqn,
    train_reinforce,
    value_iteration,
)
from dlcourse.search import Controller

SMALL = ("..G", ".#X", "S..")
CART = "CartPole-v1"


def test_transitions_are_probabilities_and_end_at_the_goal():
    world = GridWorld(SMALL, slip=0.2)
    sums = world.transitions.sum(axis=2)
    inside = np.array([1, 1, 0, 1, 0, 0, 1, 1, 1])  # no wall, no end
    np.testing.assert_allclose(sums, np.repeat(inside[:, None], 4, axis=1))
    assert world.start == 6
    # Up from the start: slipping right leads on, slipping left stays.
    np.testing.assert_allclose(world.transitions[6, 0, [3, 7, 6]], [0.8, 0.1, 0.1])
    np.testing.assert_allclose(world.transitions[3, 1, 3], 0.8)  # a wall
    np.testing.assert_allclose(world.rewards[1, 1], 0.8 - 0.02)


def test_steps_are_drawn_from_the_transitions():
    world, rng = GridWorld(SMALL, slip=0.4), np.random.default_rng(0)
    drawn = [world.step(8, 0, rng) for _ in range(4000)]
    shares = np.bincount([state for state, _, _ in drawn], minlength=9) / 4000
    np.testing.assert_allclose(shares, world.transitions[8, 0], atol=0.03)
    assert {d for d in drawn if d[0] == 5} == {(5, -1.02, True)}
    assert np.mean([d[1] for d in drawn]) == pytest.approx(
        world.rewards[8, 0], abs=0.05
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [(("S.", "..."), "not of one length"), (("..", ".G"), "must have one start")],
)
def test_a_bad_world_is_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        GridWorld(rows)


@pytest.mark.parametrize("slip", [0, 0.3])
def test_value_iteration_is_the_linear_system_of_the_best_of_all_policies(slip):
    world = GridWorld(("S.G", ".#X"), slip)
    table = value_iteration(world, 0.9)
    greedy = policy_values(world, table.argmax(axis=1), 0.9)
    np.testing.assert_allclose(table.max(axis=1), greedy, atol=1e-8)
    free = [0, 1, 3]
    for moves in np.ndindex(4, 4, 4):
        policy = np.zeros(6, int)
        policy[free] = moves
        assert (policy_values(world, policy, 0.9) <= greedy + 1e-8).all()


def test_policy_values_by_hand():
    world = GridWorld(("S.G",), cost=0.1)
    np.testing.assert_allclose(policy_values(world, [1, 1, 1], 0.5), [0.35, 0.9, 0])
    found = action_values(world, np.array([0.35, 0.9, 0]), 0.5)
    np.testing.assert_allclose(found[0], [0.075, 0.35, 0.075, 0.075])


def test_q_learning_converges_to_value_iteration():
    world, rng = GridWorld(SMALL, slip=0.2), np.random.default_rng(0)
    exact = value_iteration(world, 0.9)
    tables = q_learning(world, 0.9, 60_000, 1.0, rng, every=20_000)
    errors = np.abs(tables - exact).max(axis=(1, 2))
    assert tables.shape == (3, 9, 4)
    assert errors[-1] < 0.05 < np.abs(exact).max()
    assert errors[-1] < errors[0]


def test_replay_memory_overwrites_the_oldest_and_leaves_out_what_is_not_real():
    memory = ReplayMemory(4)
    for first in (0, 3):
        numbers = np.arange(first, first + 3)
        memory.add({"states": numbers[:, None], "real": numbers != 4})
        assert len(memory) == min(first + 3, 4)
    batch = memory.sample(200, np.random.default_rng(0))
    assert set(batch["states"][:, 0]) == {1, 2, 3, 5}
    assert batch["states"].shape == (200, 1)


def test_targets_are_reward_and_discounted_best_value():
    batch = {
        "next_states": np.array([[1.0], [2.0]]),
        "rewards": np.array([0.5, 0.25]),
        "terminated": np.array([False, True]),
    }
    found = q_targets(batch, lambda s: np.concatenate([s, -s], axis=1), 0.9)
    np.testing.assert_allclose(found, [0.5 + 0.9 * 1, 0.25])


def test_the_loss_is_hubers_of_the_action_taken():
    y_pred = np.array([[1.0, 9.0], [9.0, -3.0]], "float32")
    y_true = np.array([[0, 1.5], [1, 1.0]], "float32")
    found = keras.ops.convert_to_numpy(taken_value_loss(y_true, y_pred))
    np.testing.assert_allclose(found, [0.5**2 / 2, 4 - 0.5])


def test_epsilon_greedy_explores_as_often_as_told():
    values, rng = np.tile([0.0, 2.0, 1.0, -1.0], (20_000, 1)), np.random.default_rng(0)
    shares = np.bincount(epsilon_greedy(values, 0.4, rng)) / 20_000
    np.testing.assert_allclose(shares, [0.1, 0.7, 0.1, 0.1], atol=0.01)


def test_actions_are_drawn_by_softmax():
    logits = np.tile(np.log([0.2, 0.5, 0.3]), (20_000, 1))
    shares = np.bincount(sampled(logits, np.random.default_rng(0))) / 20_000
    np.testing.assert_allclose(shares, [0.2, 0.5, 0.3], atol=0.015)


def test_returns_stop_where_an_episode_ends():
    rewards = np.array([[1.0, 1], [2, 1], [4, 1]])
    ended = np.array([[False, True], [True, False], [False, False]])
    following = np.array([[70.0, 0], [10, 70], [20, 30]])
    found = discounted_returns(rewards, ended, following, 0.5)
    expected = [[1 + 0.5 * 7, 1], [2 + 5, 1 + 0.5 * 16], [4 + 10, 1 + 15]]
    np.testing.assert_allclose(found, expected)


def test_a_frozen_copy_is_the_network_of_its_time():
    network, x = dense_network(3, 2, units=(8, 4)), np.ones((5, 3), "float32")
    frozen, before = frozen_copy(network), network.predict_on_batch(x)
    np.testing.assert_allclose(frozen(x), before, rtol=1e-4, atol=1e-6)
    network.compile("sgd", "mse")
    network.train_on_batch(x, before + 1)
    np.testing.assert_allclose(frozen(x), before, rtol=1e-4, atol=1e-6)
    assert np.abs(network.predict_on_batch(x) - before).max() > 1e-3


def test_weighted_cross_entropy_is_the_policy_gradient():
    """Against lecture 19's formula, one-hot minus p, and central differences."""
    advantages, actions = np.array([1.5, -0.5, 2.0]), np.array([0, 2, 2])
    states = np.eye(3, dtype="float32")  # a row of logits of its own for each state
    policy = dense_network(3, 4, units=())
    logits = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    policy.set_weights([logits, np.zeros(4)])

    def loss(labels, y_pred):
        entropy = keras.losses.sparse_categorical_crossentropy
        return advantages * entropy(labels, y_pred, from_logits=True)

    _, (found, _) = weight_gradients(policy, loss, states, actions)
    controller = Controller([4])
    for row, action in enumerate(actions):
        controller.logits = [logits[row]]
        expected = -advantages[row] * controller.gradients([action])[0] / 3
        np.testing.assert_allclose(found[row], expected, atol=1e-6)

    def mean_log(w):
        p = np.exp(w) / np.exp(w).sum(axis=1, keepdims=True)
        return -np.mean(advantages * np.log(p[np.arange(3), actions]))

    (by_differences,) = numerical_gradients(mean_log, logits)
    np.testing.assert_allclose(found, by_differences, atol=1e-5)


def test_environments_follow_gymnasiums_single_one():
    """As far as an episode lasts; and what is not real is a new beginning alone."""
    environments = Environments(CART, 2, seed=0)
    single = environments.vector.unwrapped.__class__(num_envs=2)
    states, _ = single.reset(seed=0)
    np.testing.assert_array_equal(environments.states, states)
    lengths, count = [], np.zeros(2, int)
    for _ in range(40):
        step = environments.step(np.ones(2, int))
        assert (step["rewards"] == step["real"]).all()  # one for each step
        assert not (step["ended"] & ~step["real"]).any()
        fallen = np.abs(step["next_states"][:, 2]) > 12 * np.pi / 180
        np.testing.assert_array_equal(step["terminated"], fallen & step["real"])
        count += step["real"]
        lengths += count[step["ended"]].tolist()
        count[step["ended"]] = 0
    assert environments.episode_returns == lengths
    assert len(lengths) >= 6


def test_played_episodes_are_whole_and_cut_off_after_500_steps():
    def rule(states):  # push to where the pole leans and falls
        return (states[:, 2] + states[:, 3] > 0).astype(int)

    played = play(rule, CART, 6, seed=3)
    lengths = played["real"].sum(axis=0)
    assert played["states"].shape == (lengths.max(), 6, 4)
    for episode, length in enumerate(lengths):
        assert played["ended"][length - 1, episode]
        assert not played["ended"][: length - 1, episode].any()
        assert played["terminated"][length - 1, episode] == (length < 500)
    assert lengths.max() == 500


@pytest.mark.parametrize(
    ("train", "options"),
    [
        (train_dqn, {"steps": 640, "batch_size": 16, "units": (8,)}),
        (train_reinforce, {"steps": 200, "units": (8,)}),
        (train_reinforce, {"steps": 200, "units": (8,), "baseline": False}),
        (train_actor_critic, {"steps": 512, "units": (8,)}),
    ],
)
def test_a_seed_repeats_a_training(train, options):
    network, *_, scores = train(CART, seed=1, **options)
    again, *_, same = train(CART, seed=1, **options)
    *_, others = train(CART, seed=2, **options)
    assert scores == same != others
    for one, two in zip(network.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert network.output_shape == (None, 2)


def test_an_actor_critic_learns_to_balance_and_looks_beyond_its_pieces():
    options = {"seed": 0, "length": 8}
    _, critic, lengths = train_actor_critic(CART, 8_000, **options)
    assert np.mean(lengths[-20:]) > 2 * np.mean(lengths[:20])
    in_a_piece = (1 - 0.99**8) / 0.01  # the most that eight rewards are worth
    value = float(critic.predict_on_batch(np.zeros((1, 4)))[0, 0])
    assert value > 1.5 * in_a_piece
