"""A rehearsal passes what a full run would finish, and finds what would stop it."""

import itertools
import os
import re
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbformat import v4

from dlcourse import analysis, datasets
from dlcourse.analysis import landscape
from dlcourse.cli import rehearse
from dlcourse.datasets import made_up
from dlcourse.rehearsal import FLOAT32, GPUS, cut, figures
from dlcourse.training import (
    Estimate,
    Recipe,
    estimate_training,
    fit,
    fit_recipe,
    precision,
    set_training_precision,
)

LECTURES = Path(__file__).parents[1] / "lectures"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
BEGIN = """from dlcourse.lecture import claim, observe, profile, setup
setup(seed=0)
import keras, matplotlib.pyplot as plt, numpy as np
from dlcourse import datasets
from dlcourse.models import pretrained
from dlcourse.training import error_rate, fit
settings = profile(PROFILE, {"data": "digits"}, {"data": "mnist"})
train = datasets.arrays(settings.data, "train")
test = datasets.arrays(settings.data, "test")
rows = [keras.Input(train[0].shape[1:]), keras.layers.Flatten()]
rows += [keras.layers.Dense(10, "softmax")]
model = keras.Sequential(rows)"""
TRAIN = """before = model.get_weights()[0].copy()
history = fit(model, train, 30, test, rate=0.01, batch_size=128)
claim("an epoch has a loss", len(history["val_loss"]) == 30)
claim("it has changed", np.abs(model.get_weights()[0] - before).max() > 0)
claim("60,000 answers", len(model.predict(train[0], verbose=0)) == 60_000)
observe("it learns", error_rate(model, *test) < 5)"""
DRAW = """figure, ax = plt.subplots()
ax.plot(history["val_loss"])
plt.show()"""
MATHEMATICS = """x = test[0][:64]
kernel, bias = model.get_weights()
logits = x.reshape(64, -1) @ kernel + bias
e = np.exp(logits - logits.max(axis=1, keepdims=True))
claim("by hand", np.allclose(e / e.sum(axis=1, keepdims=True), model(x), atol=1e-6))"""
# Kinds of mistakes, by the fault that is found (tests/rubric.py looks at the prose).
MISTAKES = {
    # 1. mixed precision where numbers are compared
    "AssertionError: ✗ bits": """keras.config.set_dtype_policy("mixed_bfloat16")
dense, x = keras.layers.Dense(3, use_bias=False), np.random.rand(8, 50)
claim("bits", np.allclose(dense(x), x @ dense.get_weights()[0], atol=1e-6))""",
    # 2. a full run that a training stops
    "AssertionError: ✗ it learned": 'claim("it learned", error_rate(model, *test) < 5)',
    # 3. a whole set at once
    "host_gb: ": "copies = [train[0].astype('float64') for _ in range(9)]",
    # 4. numbers of quick in a figure
    "all data outside of Loss: ": """figure, ax = plt.subplots()
ax.plot(np.arange(100, 160), np.ones(60))
ax.set(title="Loss", xlim=(0, 20))
plt.show()""",
    "NameError: ": "print(nowhere)",
    "behind a slider, KeyError: 'x'": """from ipywidgets import interact
@interact(number=(0, 3))
def turn(number=2):
    return {}["x"]""",
}


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A function that writes lecture 07 with these cells, and returns its path."""
    (tmp_path / "lectures").mkdir()
    monkeypatch.setattr("dlcourse.course.ROOT", tmp_path)
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "data"))

    def write(*sources, **budget):
        parameters = v4.new_code_cell('PROFILE = "quick"')
        parameters.metadata["tags"] = ["parameters"]
        cells = [parameters, *map(v4.new_code_cell, (BEGIN, *sources))]
        metadata = {"kernelspec": KERNEL, "full": budget}
        notebook = v4.new_notebook(cells=cells, metadata=metadata)
        path = tmp_path / "lectures/07_lenet.ipynb"
        nbformat.write(notebook, path)
        return path

    return write


@pytest.fixture
def rehearsed(written):
    """A function that rehearses a notebook of these cells."""

    def run(kind, *sources, **budget):
        return rehearse.rehearse(written(*sources, **budget), kind)

    return run


@pytest.mark.parametrize("kind", [FLOAT32, GPUS])
def test_a_lecture_without_a_mistake_passes(kind, rehearsed):
    result = rehearsed(kind, TRAIN, DRAW, MATHEMATICS)
    assert result.failures == []
    assert (result.hours > 0) == (kind == FLOAT32)
    assert result.host > 0.3
    printed = rehearse.runs_folder() / f"rehearsals/07_lenet-{kind}.txt"
    assert re.search(r"^cell 4: \d+ s, then \d+\.\d GB$", printed.read_text(), re.M)


@pytest.mark.bfloat16
def test_each_kind_of_mistake_is_found(rehearsed):
    last = "host_gb: "  # the process ends with it
    names = [*(name for name in MISTAKES if name != last), last]
    sources = [MISTAKES[name] for name in names]
    failures = rehearsed(FLOAT32, TRAIN, *sources, host_gb=3).failures
    for name in names:
        assert any(name in failure for failure in failures), (name, failures)
    assert len(failures) == len(names) + 1  # and it ended before the last cell


def test_a_budget_of_hours_and_gpu_memory_is_kept(tmp_path):
    record = tmp_path / "record"
    record.write_text(
        '{"hours": 3, "gpu": 5e9}\n{"hours": 2, "gpu": 1e9}\n{"ended": true}\n'
    )
    result = rehearse.Result("07_lenet", FLOAT32)
    budget = rehearse.BUDGET | {"gpu_hours": 4.5, "gpu_gb": 4.5}
    rehearse.add_record(result, record, budget)
    assert (result.hours, result.gpu) == (5, 5)
    assert len(result.failures) == 2


def test_what_was_counted_is_told_before_a_full_run(written):
    path = written(TRAIN)
    assert "at most 24 hours" in rehearse.expectation(path)  # the budget
    result = rehearse.Result(path.stem, FLOAT32, hours=1.5, gpu=2.25, host=3.0)
    rehearse.keep(result, path)
    told = rehearse.expectation(path)
    assert "about 1.5 hours on an A100, 2.25 GB" in told
    assert "changed" not in told
    rehearse.keep(rehearse.Result(path.stem, FLOAT32, gpu=0.01), path)
    assert "under 0.1 GB" in rehearse.expectation(path)
    written(TRAIN, DRAW)
    assert "before its code changed" in rehearse.expectation(path)
    assert list(path.parent.glob("rehearsed*")) == [path.with_name(rehearse.KEPT)]


def test_each_pass_is_kept_with_the_code_it_was_made_by(written):
    path = written(TRAIN)
    assert rehearse.passed(path) == []
    rehearse.keep(rehearse.Result(path.stem, GPUS, host=3.0), path)
    assert rehearse.passed(path) == [GPUS]
    assert "at most 24 hours" in rehearse.expectation(path)  # only the other counts
    rehearse.keep(rehearse.Result(path.stem, FLOAT32, hours=1.5), path)
    assert rehearse.passed(path) == [FLOAT32, GPUS]
    written(TRAIN, DRAW)
    assert rehearse.passed(path) == []  # the code is another one
    rehearse.keep(rehearse.Result(path.stem, FLOAT32, hours=2.5), path)
    assert rehearse.passed(path) == [FLOAT32]


def test_the_table_that_is_kept_is_of_our_lectures():
    lectures = sorted(path.stem for path in LECTURES.glob("[0-9]*.ipynb"))
    table = rehearse.kept(LECTURES / lectures[0])
    assert len(table) > 0
    assert set(table.index) <= set(lectures)
    assert (table.host_gb < rehearse.BUDGET["host_gb"]).all()


@pytest.fixture
def cut_here(monkeypatch):
    """Keras's methods are cut, and whole again after the test."""
    for name in ("fit", "predict", "evaluate", "train_on_batch"):
        monkeypatch.setattr(keras.Model, name, getattr(keras.Model, name))
    monkeypatch.setattr(landscape, "mean_loss", landscape.mean_loss)
    monkeypatch.setattr(analysis, "loss_section", analysis.loss_section)
    cut.install()


@pytest.fixture
def small():
    """A network on four numbers, and examples for it."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    x = np.random.default_rng(0).normal(size=(100, 4)).astype("float32")
    return model, (x, np.arange(100) % 3)


class Counts(keras.callbacks.Callback):
    """What a callback is told."""

    def __init__(self):
        super().__init__()
        self.epochs, self.steps = [], 0

    def on_epoch_end(self, epoch, logs=None):
        """Note the epoch."""
        self.epochs.append(epoch)

    def on_train_batch_end(self, batch, logs=None):
        """Count."""
        self.steps += 1


@pytest.mark.parametrize("plain", [True, False])
def test_a_training_is_one_step_and_all_epochs(plain, cut_here, small):
    (model, data), counts = small, Counts()
    if plain:
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
        options = {"validation_split": 0.1, "verbose": 0, "callbacks": [counts]}
        history = model.fit(*data, epochs=7, **options).history
    else:
        history = fit(model, data, 7, data, batch_size=10, callbacks=[counts])
    assert {name: len(values) for name, values in history.items()} == dict.fromkeys(
        ("loss", "accuracy", "val_loss", "val_accuracy"), 7
    )
    assert history["loss"][-1] < history["loss"][0]
    assert counts.epochs == list(range(7))
    assert int(model.optimizer.iterations) == 1


def test_a_training_that_stops_early_stops_early(cut_here, small):
    model, data = small
    early = keras.callbacks.EarlyStopping("val_loss", patience=5)
    assert 25 < len(fit(model, data, 50, data, callbacks=[early])["loss"]) < 35


def test_predictions_are_of_the_full_length(cut_here, small, monkeypatch):
    model, (x, _) = small
    whole = np.array(model(x))
    np.testing.assert_allclose(model.predict(x, verbose=0), whole, atol=1e-6)
    monkeypatch.setattr(cut, "affordable", lambda model: 16)
    np.testing.assert_allclose(
        model.predict(x, verbose=0), whole[np.arange(100) % 16], atol=1e-6
    )
    batches = datasets.validation_batches((x, np.zeros(100, int)), 30)
    assert len(model.predict(batches, verbose=0)) == 100


def test_a_section_through_the_loss_is_of_the_first_examples(
    cut_here, small, monkeypatch
):
    model, (x, y) = small
    loss = keras.losses.sparse_categorical_crossentropy
    still, steps = [np.zeros_like(w) for w in model.get_weights()], [0.0, 1.0]
    for rows in (100, 16):
        monkeypatch.setattr(cut, "affordable", lambda model, rows=rows: rows)
        found = landscape.loss_section(model, loss, x, y, [still], steps)
        expected = float(np.mean(loss(y[:rows], model(x[:rows]))))
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_of_a_grid_a_few_points_stand_for_their_neighbours(small, monkeypatch, request):
    model, (x, y) = small
    loss, steps = keras.losses.sparse_categorical_crossentropy, np.linspace(-1, 1, 19)
    two = [landscape.filter_normalized(model.get_weights(), seed) for seed in (0, 1)]
    whole = analysis.loss_section(model, loss, x, y, two, steps)
    request.getfixturevalue("cut_here")
    monkeypatch.setattr(cut, "affordable", lambda model: 100)
    grid = analysis.loss_section(model, loss, x, y, two, steps)
    assert grid.shape == whole.shape
    np.testing.assert_allclose(grid[::3, ::3], whole[::3, ::3], rtol=1e-5)
    np.testing.assert_array_equal(grid[1:3, 7], grid[[0, 3], 6])
    line = analysis.loss_section(model, loss, x, y, two[:1], steps)
    np.testing.assert_allclose(line, whole[:, 9], rtol=1e-5)  # steps[9] is 0


def test_recipes_of_several_phases_are_cut(cut_here, small):
    model, data = small
    recipe = Recipe("", 20, 12, 0.1, "steps", (4, 8), warmup=2)
    assert len(fit_recipe(model, recipe, data, data)["val_loss"]) == 12


def test_gpus_take_precisions_in_turn(cut_here, small):
    policies = itertools.cycle(["mixed_bfloat16", "mixed_float16"])
    before = precision.chosen
    cut.install(policies)
    model, data = small
    seen = []
    for _ in range(3):
        seen.append(precision.chosen)
        assert np.isfinite(fit(model, data, 1)["loss"]).all()
    set_training_precision(before)
    assert seen == ["mixed_bfloat16", "mixed_float16", "mixed_bfloat16"]


def drawn(draw, **limits):
    """Axes on which something was drawn."""
    _, ax = plt.subplots()
    draw(ax)
    ax.set(**limits)
    return ax


LINE, POINTS = ([0, 10], [0, 10]), ([0, 10], [0, 10], "o")


@pytest.mark.parametrize(
    ("draw", "limits", "outside"),
    [
        (lambda ax: ax.plot(*LINE), {}, False),
        (lambda ax: ax.plot(*LINE), {"xlim": (4, 6)}, False),  # passes through
        (lambda ax: ax.plot(*POINTS), {"xlim": (4, 6)}, True),
        (lambda ax: ax.plot(*POINTS), {"xlim": (6, -1)}, False),  # from right to left
        (lambda ax: ax.plot(*LINE), {"ylim": (11, 12)}, True),
        (lambda ax: ax.axhline(5), {"ylim": (0, 1)}, False),
        (lambda ax: ax.plot([1, 2], [np.nan, np.inf]), {}, False),
        (lambda ax: ax.bar([1, 2], [3, 4]), {}, False),
        (lambda ax: ax.bar([1, 2], [3, 4]), {"xlim": (5, 9)}, True),
        (lambda ax: ax.scatter([1, 2], [3, 4]), {"ylim": (3.5, 9)}, False),
        (lambda ax: ax.scatter([1, 2], [3, 4]), {"ylim": (0, 1)}, True),
        (lambda ax: ax.fill_between([0, 1], [0, 1], [2, 3]), {"xlim": (2, 3)}, True),
        (lambda ax: ax.fill_between([0, 1], [0, 1], [2, 3]), {}, False),
        (lambda ax: ax.imshow(np.eye(4)), {}, False),
        (lambda ax: ax.imshow(np.eye(4)), {"xlim": (5, 9)}, True),
        (lambda ax: ax.text(3, 3, "empty"), {}, False),
    ],
)
def test_data_outside_of_the_axes_are_found(draw, limits, outside):
    assert figures.nothing_inside(drawn(draw, **limits)) == outside
    plt.close("all")


@pytest.fixture
def rehearsing(monkeypatch, empty_data_folder):
    monkeypatch.setitem(os.environ, "DLCOURSE_REHEARSE", FLOAT32)


def test_made_up_data_have_true_shapes_classes_and_counts(rehearsing):
    x, y = datasets.arrays("mnist", "test")
    assert (x.shape, x.dtype, y.shape) == ((10_000, 28, 28, 1), "float32", (10_000,))
    assert (np.bincount(y) == 1000).all()
    assert 0 <= x.min() < 0.1 < 0.9 < x.max() <= 1
    assert not np.array_equal(x[0], x[1])
    np.testing.assert_array_equal(x[:2000], datasets.arrays("mnist", "test[:20%]")[0])
    info = datasets.info("imagenet2012")
    assert (info.sizes["train"], len(info.classes)) == (1_281_167, 1000)


def test_photos_are_made_when_needed(rehearsing):
    batches = datasets.load("imagenet2012", "validation[:64]", 32, batch_size=16)
    assert len(batches) == 4
    assert next(iter(batches))[0].shape == (16, 32, 32, 3)


def test_a_set_whose_counts_are_unknown_is_refused(rehearsing):
    with pytest.raises(ValueError, match=r"cannot make up caltech101.*COUNTS"):
        datasets.info("caltech101")
    assert set(made_up.COUNTS["cifar10"]) == {"train", "test"}


def test_hours_grow_with_steps_and_memory_with_the_batch(small):
    model, _ = small
    one, two = estimate_training(model, 8, 100), estimate_training(model, 16, 200)
    assert two.hours >= 2 * one.hours > 0
    assert two.memory > one.memory
    assert (one + two).memory == two.memory
    assert (one + two).hours == one.hours + two.hours


@pytest.mark.parametrize(
    ("hours", "words"),
    [(1e-5, "less than a minute"), (0.5, "about 30 minutes"), (200, "about 200 hours")],
)
def test_an_estimate_is_told_in_minutes_or_hours(hours, words):
    assert str(Estimate(hours, 7.9e9)) == f"{words} and 7.9 GB"
