"""Scripts in experiments/: each runs, and writes the table that lectures read."""

import csv
import importlib
import multiprocessing
import runpy
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from dlcourse.lecture import profile

FOLDER = Path(__file__).parents[1] / "experiments"
LECTURES = FOLDER.parent / "lectures"
SCRIPTS = sorted(set(FOLDER.glob("*.py")) - {FOLDER / "record.py"})
MEASURED = {  # columns that differ from run to run
    "network_times": ["milliseconds"],
    "layer_times": ["milliseconds"],
    "determinism": ["as usual", "deterministic"],
    "lenet_variants": ["validation error", "test error"],
    "gates_plain": ["test error", "training loss"],
    "relu_between": ["test error"],
    "vgg_small": ["training error", "test error"],
    "googlenet_heads": ["training error", "test error"],
    "inception_small": ["training loss", "test error"],
    "dense_small": ["training loss", "test error"],
    "degradation": ["training loss"],
    "sharpness": ["loss", "sharpness"],
    "mode_collapse": ["far from clouds", "clouds missed"],
    "segmentation_skips": ["mean IoU", "boundary error"],
    "sound_skips": ["cleaned", "cleaned in training"],
    "stochastic_depth": ["test error"],
    "adding_lengths": ["test error"],
    "attention": ["error"],
    "cartpole": ["steps"],
    "search_budgets": ["after 1", "after 3", "after 9", "test"],
    "small_and_modern": ["measured"],
}
CHOSEN = {  # rows of the stored table that a short run has, too
    "network_times": "network == 'VGG-D'",
    "layer_times": "index >= 0",
    "determinism": "pair == 0",
    "lenet_variants": "seed == 0 and rate == 0.001",
    "gates_plain": "seed == 0 and epochs == 5",
    "relu_between": "seed == 0",
    "vgg_small": "seed == 0 and epochs == 8 and network == '3 layers'",
    "googlenet_heads": "seed == 0 and gain == 2 and heads == 0.3",
    "inception_small": "seed == 0 and network == '5 × 5'",
    "dense_small": "index < 2",
    "mode_collapse": "seed == 0",
    "degradation": "seed == 0 and network == 'plain-20' and epoch == 1",
    "sharpness": "seed == 0 and when == 'end'",
    "segmentation_skips": "seed == 0",
    "sound_skips": "seed == 0",
    "stochastic_depth": "seed == 0",
    "adding_lengths": "seed == 0 and length == 10",
    "attention": "size in (4, 450) and task != 'reversing'",
    "cartpole": "seed == 0",
    "search_budgets": "index == 0",
    "small_and_modern": "seed == 0 and (question == 'any widths' or "
    "network in ('small', 'ResNet'))",
}
LONG = {"adding_lengths", "attention", "googlenet_heads", "small_and_modern"}


def run_script(script, *words):
    """As ``python experiments/NAME.py`` does, in this process."""
    sys.path.insert(0, str(FOLDER))
    sys.argv = [str(script), *map(str, words)]
    runpy.run_path(str(script), run_name="__main__")


@pytest.fixture(scope="module")
def fresh():
    """Starts processes that have imported TensorFlow, and done nothing with it yet."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["keras", "dlcourse", "pandas"])
    return context


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(path, marks=[pytest.mark.slow] * (path.stem in LONG))
        for path in SCRIPTS
    ],
    ids=lambda path: path.stem,
)
def test_a_short_run_writes_the_stored_table_but_for_what_was_measured(
    script, tmp_path, fresh
):
    out = tmp_path / "out.csv"
    run = fresh.Process(target=run_script, args=(script, "--quick", "--out", out))
    run.start()
    run.join()
    assert run.exitcode == 0
    stored, again = (
        pd.read_csv(path, comment="#") for path in (script.with_suffix(".csv"), out)
    )
    counted = stored.columns.difference(MEASURED[script.stem])
    expected = stored.query(CHOSEN[script.stem])[counted].reset_index(drop=True)
    pd.testing.assert_frame_equal(again[counted], expected)
    # dB may be below 0, and the loss may fall beside an unfinished network
    least = -100 if script.stem in ("sound_skips", "sharpness") else 0
    assert (again[MEASURED[script.stem]] > least).all(axis=None)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_stored_table_names_its_machine(script):
    first = script.with_suffix(".csv").read_text().splitlines()[0]
    assert first.startswith("# one core of ")


LECTURE_OF = {  # an experiment that trains what a lecture's quick profile trains
    "degradation": "13",
    "dense_small": "16",
    "gates_plain": "17",
    "googlenet_heads": "11",
    "relu_between": "18",
    "sharpness": "14",
    "vgg_small": "10",
}


@pytest.mark.parametrize("name", LECTURE_OF)
def test_the_experiment_trains_as_the_lecture_does(name, monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setattr("dlcourse.lecture.chosen", "quick")  # `profile` sets it
    quick = importlib.import_module(name).QUICK
    (path,) = LECTURES.glob(f"{LECTURE_OF[name]}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    (source,) = [cell.source for cell in cells if "settings = profile(" in cell.source]
    names = {"profile": profile, "PROFILE": "quick"}
    exec(source, names)
    assert {key: getattr(names["settings"], key) for key in quick} == quick


FASHION = FOLDER / "fashion_mnist"


@pytest.fixture
def fashion(monkeypatch):
    """Function: a module of that experiment by its name, as its scripts import it."""
    monkeypatch.syspath_prepend(FASHION)
    names = ("networks", "page", "run")
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module
    for name in names:
        sys.modules.pop(name, None)


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_fashion_mnist_trains_two_steps_and_adds_a_row(
    fashion, tmp_path, monkeypatch, data_folder
):
    """On the embedded tenth; the second command finds the training at its end."""
    run, folder = fashion("run"), tmp_path / "run"
    monkeypatch.setattr(run.page, "main", lambda: None)
    short = (
        "--dataset",
        "fashion",
        "--examples",
        "128",
        "--epochs",
        "1",
        "--seed",
        "3",
    )
    for _ in range(2):
        out = ("--out", str(tmp_path / "results.csv"), "--folder", str(folder))
        monkeypatch.setattr(sys, "argv", ["run.py", "LeNet-5", *short, *out])
        run.main()
    first, again = rows_of(tmp_path / "results.csv")
    assert first == again
    assert (first["network"], first["seed"], first["epochs"]) == ("LeNet-5", "3", "1")
    assert (first["examples"], first["part"]) == ("128", "test")
    assert int(first["parameters"]) == 61_706
    assert 5 < float(first["error"]) <= 95
    assert float(first["seconds"]) > 0
    assert first["command"].startswith("python run.py LeNet-5 --dataset fashion")
    assert len(rows_of(folder / "log.csv")) == len(rows_of(folder / "seconds.csv")) + 1
    assert (folder / "model.weights.h5").exists()


def test_validation_leaves_the_test_pictures_alone(fashion, data_folder):
    data, rest = fashion("run").read("fashion", validation=True, examples=None)
    assert (len(data[0]), len(rest[0])) == (5400, 600)
    test = {picture.tobytes() for picture in fashion("run").read("fashion", 0, 9)[1][0]}
    assert not test & {picture.tobytes() for picture in (*data[0], *rest[0])}


def test_fashion_mnists_networks_are_those_of_the_issue_and_small(fashion):
    networks = fashion("networks").NETWORKS
    assert len(networks) == 8
    for name, network in networks.items():
        model = network.build()
        assert model.output_shape == (None, 10), name
        assert model.input_shape[1:] == network.input_shape
        assert model.count_params() < 10e6


def test_the_page_of_fashion_mnist_is_that_of_its_tables(fashion):
    page = fashion("page")
    stored = (FASHION / "README.md").read_text(encoding="utf-8")
    assert stored == page.page(FASHION / "results.csv")
    assert "| WRN-28-10 | 4.1 |" in stored
    results = pd.DataFrame(
        {
            "network": ["B", "B", "A", "B"],
            "epochs": [5, 5, 7, 5],
            "part": ["test", "test", "test", "validation"],
            "parameters": [1234, 1234, 5, 1234],
            "error": [6.04, 5.94, 7.0, 1.0],
            "cpu_seconds": [600, 1800, 60, 9],
        }
    )
    table = page.measured(results)
    assert (
        "| B | 1,234 | 5 | 2 | 5.9 to 6.0 | 20 |\n| A | 5 | 7 | 1 | 7.0 | 1 |" in table
    )
