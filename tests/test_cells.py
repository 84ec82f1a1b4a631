"""The small search space: its size, its network, its table."""

from collections import Counter

import keras
import numpy as np
import pytest
from keras import losses, ops

from dlcourse.analysis import complexity
from dlcourse.gradients import weight_gradients
from dlcourse.search import (
    CHOICES,
    CellNet,
    CellTrainer,
    Choice,
    all_cells,
    canonical_cell,
    cell_errors,
    select_cell,
)
from dlcourse.search.cell_net import operations

CELLS = [(0, 1, 1, 2, 2, 0, 1, 0), (1, 1, 0, 0, 2, 2, 2, 1), (0, 0, 1, 0, 1, 0, 1, 1)]


def meaning(cell):
    """What a cell computes, whatever the order of sums and blocks, as a nested set."""
    states = ["x", "previous"]
    for a, b, first, second in (cell[:4], cell[4:]):
        halves = Counter([(states[a], first), (states[b], second)])
        states.append(frozenset(halves.items()))
    return frozenset(Counter(states[2:]).items())


def test_cells_are_the_same_when_they_compute_the_same():
    cells = list(np.ndindex(CHOICES))
    assert len(cells) == 2916
    pairs = {(canonical_cell(cell), meaning(cell)) for cell in cells}
    assert len(pairs) == len({m for _, m in pairs}) == len(all_cells()) == 735
    assert all(canonical_cell(cell) == cell for cell in all_cells())


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(0)
    return rng.random((40, 16, 16, 1), "float32"), rng.integers(0, 4, 40)


def build(cell=None, **options):
    """A network whose layers have the names that they have in any other."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(3)
    return CellNet(cell, width=4, classes=4, **options)


def test_operations_are_what_they_are_called(images):
    x = images[0][:2, :6, :6] - 0.5
    inputs = keras.Input(x.shape[1:])
    same, convolved, pooled = keras.Model(inputs, operations(inputs, 3))(x)
    np.testing.assert_array_equal(same, x)
    assert convolved.shape == (2, 6, 6, 3)
    around = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(around, (3, 3), axis=(1, 2))
    np.testing.assert_array_equal(pooled, windows.max(axis=(-2, -1)))


def test_weights_of_a_plain_network():
    """Two 3x3 convolutions of h, and two of what they add up to, in both cells."""
    stem, dense = 9 * 4 + 2 * 4, 16 * 7 + 7
    first = 4 * 4 + 4 * 9 * 4 * 4 + 5 * 2 * 4
    second = 8 * 8 + 4 * 9 * 8 * 8 + 5 * 2 * 8
    net = CellNet((0, 0, 1, 1, 2, 2, 1, 1), width=4, classes=7)
    assert complexity(net).parameters == stem + first + second + dense
    deep = CellNet((0, 0, 1, 1, 2, 2, 1, 1), width=4, repeats=2, classes=7)
    fourth = 16 * 8 + 4 * 9 * 8 * 8 + 5 * 2 * 8
    third = 8 * 4 + 4 * 9 * 4 * 4 + 5 * 2 * 4
    assert complexity(deep).parameters == stem + first + third + second + fourth + dense


@pytest.mark.parametrize("repeats", [1, 2])
def test_cells_that_read_the_one_before_the_last_skip_every_other(repeats):
    kernels = {}
    for read in (0, 1):
        net = CellNet((read, read, 1, 1, read, read, 1, 1), repeats=repeats)
        kernels[read] = sum(isinstance(x, keras.layers.Conv2D) for x in net.layers)
    assert kernels == {0: 1 + 5 * 2 * repeats, 1: 1 + 5 * repeats}


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_selected_from_all_is_the_plain_network(cell, images):
    """Same output and same gradients; none for what was not chosen."""
    every, plain = build(repeats=2), build(cell, repeats=2)
    select_cell(every, cell)
    x, y = images
    np.testing.assert_allclose(every(x, training=True), plain(x, training=True), 1e-4)
    loss = losses.sparse_categorical_crossentropy
    gradients = {}
    for model in (every, plain):
        _, found = weight_gradients(model, loss, x, y, training=True)
        names = [weight.path for weight in model.trainable_weights]
        gradients[model] = dict(zip(names, found, strict=True))
    assert set(gradients[plain]) < set(gradients[every])
    for name, gradient in gradients[every].items():
        wanted = gradients[plain].get(name, 0 * gradient)
        np.testing.assert_allclose(gradient, wanted, rtol=1e-3, atol=1e-5)


def test_a_cell_trained_in_the_network_of_all_is_the_plain_one_trained(images):
    train = CellTrainer(images, images, steps=4, batch_size=8, width=4)
    train(CELLS[1])  # which leaves nothing behind
    train(CELLS[0], seed=5)
    keras.utils.set_random_seed(5)
    plain = CellNet(CELLS[0], **train.options)
    cosine = keras.optimizers.schedules.CosineDecay(0.1, 4)
    plain.compile(
        keras.optimizers.SGD(cosine, momentum=0.9), "sparse_categorical_crossentropy"
    )
    x, y = (array[train.order(5)] for array in images)
    plain.fit(x, y, 8, verbose=0, shuffle=False)
    outputs = [model(images[0], training=True) for model in (plain, train.model)]
    np.testing.assert_allclose(*map(ops.convert_to_numpy, outputs), rtol=0.02)


def test_training_depends_on_cell_and_seed_alone(images):
    train = CellTrainer(images, images, steps=4, batch_size=8, width=4)
    first = train(CELLS[0])
    weights = train.model.get_weights()
    train(CELLS[1], seed=1)
    assert train(CELLS[0]) == first
    for now, then in zip(train.model.get_weights(), weights, strict=True):
        np.testing.assert_allclose(now, then, rtol=1e-4, atol=1e-6)
    assert 0 <= first <= 100
    x, y = train.validation
    predicted = np.argmax(train.model(x, training=True), axis=1)
    assert train(CELLS[0]) == pytest.approx(100 * np.mean(predicted != y))


def test_an_epoch_has_every_image_once(images):
    train = CellTrainer(images, images, steps=12, batch_size=10, width=4)
    order = train.order(0)
    assert len(order) == 120
    for epoch in order.reshape(3, 40):
        assert sorted(epoch) == list(range(40))
    assert not np.array_equal(order[:40], order[40:80])
    assert not np.array_equal(order, train.order(1))


def test_a_choice_is_one_of_its_inputs_and_survives_saving(tmp_path):
    inputs = [keras.Input((2,)) for _ in range(3)]
    model = keras.Model(inputs, Choice(4)(inputs))
    select_cell(model, (0, 0, 0, 0, 2, 0, 0, 0))
    x = [np.full((1, 2), value, "float32") for value in (1, 2, 3)]
    model.save(tmp_path / "choice.keras")
    again = keras.models.load_model(tmp_path / "choice.keras")
    for each in (model, again):
        np.testing.assert_array_equal(each(x), [[3, 3]])
    assert again.layers[-1].decision == 4
    assert not model.trainable_weights


def test_the_table_has_every_cell():
    table = cell_errors()
    assert list(table.index) == all_cells()
    assert list(table) == ["seed 0", "large", "seed 1"]
    assert table["seed 0"].between(0, 100).all()
    assert table["seed 1"].between(0, 100).all()
    assert list(np.flatnonzero(table["large"].notna())) == list(range(0, 735, 20))
