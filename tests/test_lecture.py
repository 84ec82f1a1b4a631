"""What every lecture begins with, claims with, and shows code with."""

import os
import subprocess
import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.utils.capture import capture_output
from nbclient import NotebookClient
from nbformat import v4
from tqdm.notebook import tqdm as notebook_bar

from dlcourse import lecture
from dlcourse.training import progress

IMPORT = 0.05  # what `import dlcourse` may take of `import keras`, in CPU seconds
TIMED = """import time
start = time.process_time()
import keras
between = time.process_time()
import dlcourse, dlcourse.lecture
print((time.process_time() - between) / (between - start))"""
WRITES = """import os
from dlcourse.lecture import quiet
with quiet():
    os.write(2, b"inside ")
os.write(2, b"outside")"""

SPEAKS = """import os, sys, warnings
os.write(1, b"native"), os.write(2, b"native")
print("a number")
print("an error", file=sys.stderr)
warnings.warn("a warning")
1 / 0"""


def python(code):
    """Run code in a process of its own; gives (stdout, stderr)."""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return ended.stdout, ended.stderr


def test_importing_costs_little_over_keras():
    assert min(float(python(TIMED)[0]) for _ in range(2)) < IMPORT


def test_quiet_swallows_stderr_and_gives_it_back():
    assert python(WRITES)[1] == "outside"


def test_quiet_gives_stderr_back_after_an_error():
    before = os.fstat(2).st_ino
    with pytest.raises(ZeroDivisionError), lecture.quiet():
        1 / 0  # noqa: B018
    assert os.fstat(2).st_ino == before


def test_after_setup_a_notebook_shows_only_what_python_writes(monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # with it a kernel captures nothing
    sources = ("from dlcourse.lecture import setup\nsetup();", SPEAKS)
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, allow_errors=True).execute()
    outputs = notebook.cells[1].outputs
    streams = {output.name: output.text for output in outputs[:-1]}
    assert streams["stdout"] == "a number\n"
    assert streams["stderr"].startswith("an error\n")
    assert "UserWarning: a warning" in streams["stderr"]
    assert outputs[-1].ename == "ZeroDivisionError"
    assert "native" not in str(outputs[:-1])


@pytest.fixture
def style():
    """Figures as they were before."""
    with plt.rc_context():
        yield


def test_setup_says_where_we_run_and_seeds(style, capsys):
    def numbers():
        lecture.setup(seed=3)
        return np.random.rand(2), np.array(keras.random.normal((2,)))

    first, again = numbers(), numbers()
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith(f"Keras {keras.__version__} on {keras.backend.backend()} ")
    assert f"{os.cpu_count()} CPU cores · seed 3" in line
    np.testing.assert_array_equal(first, again)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's")
@pytest.mark.parametrize(
    ("run", "threads"),
    [({}, 1), ({"DLCOURSE_RUN": "."}, 0), ({"TF_NUM_INTRAOP_THREADS": "4"}, 0)],
)
def test_one_thread_for_an_operation_where_nothing_else_is_asked(run, threads):
    program = (
        "import tensorflow as tf; from dlcourse.lecture import setup; setup(threads=1);"
        "print(tf.config.threading.get_intra_op_parallelism_threads())"
    )
    command = [sys.executable, "-c", program]
    environment = os.environ.copy()
    environment.pop("TF_NUM_INTRAOP_THREADS", None)
    done = subprocess.run(
        command, env=environment | run, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == str(threads)


def test_setup_sets_the_figure_style(style, capsys):
    plt.rcdefaults()
    before = dict(plt.rcParams)
    lecture.setup()
    assert dict(plt.rcParams) != before


def test_profile_gives_the_settings_of_the_name():
    both = {"quick": {"epochs": 2}, "full": {"epochs": 90}}
    assert lecture.profile("quick", **both).epochs == 2
    assert lecture.profile("full", **both).epochs == 90


def test_profile_refuses_another_name_and_different_settings():
    with pytest.raises(ValueError, match='either "quick" or "full"'):
        lecture.profile("fast", {}, {})
    with pytest.raises(ValueError, match="only one of them has epochs, width"):
        lecture.profile("quick", {"epochs": 1, "seed": 0}, {"width": 2, "seed": 0})


@pytest.mark.parametrize(
    "holds", [True, np.True_, np.array([True, True]), [True, True]]
)
def test_a_claim_that_holds_is_printed(holds, capsys):
    lecture.claim("it holds", holds)
    assert capsys.readouterr().out == "✓ it holds\n"


@pytest.mark.parametrize(
    "holds", [False, np.False_, np.array([True, False]), [True, False]]
)
def test_a_claim_that_does_not_hold_raises(holds, capsys):
    with pytest.raises(AssertionError, match="✗ it holds"):
        lecture.claim("it holds", holds)
    assert capsys.readouterr().out == ""


@pytest.fixture
def full():
    """The full profile, and then the one before."""
    before = lecture.chosen
    lecture.profile("full", {}, {})
    yield
    lecture.profile(before, {}, {})


def test_what_a_training_has_not_shown_stops_no_full_run(full, capsys):
    lecture.observe("it learns", True)
    lecture.observe("it learns fast", [True, False])
    assert capsys.readouterr().out == "✓ it learns\n✗ it learns fast\n"


def test_mathematics_stops_every_run(full):
    with pytest.raises(AssertionError, match="✗ it holds"):
        lecture.claim("it holds", False)


def test_in_quick_an_observation_is_a_claim(capsys):
    lecture.profile("quick", {}, {})
    with pytest.raises(AssertionError, match="✗ it learns"):
        lecture.observe("it learns", False)
    lecture.observe("it learns", True)
    assert capsys.readouterr().out == "✓ it learns\n"


@pytest.mark.parametrize("say", [lecture.claim, lecture.observe])
@pytest.mark.parametrize("holds", [(n > 2 for n in (1, 2)), [], "yes", 0.3, None])
def test_a_claim_wants_truths(holds, say, full):
    with pytest.raises(
        TypeError, match="a claim wants True, False or an array of them"
    ):
        say("it holds", holds)


def test_show_displays_the_source_as_it_stands(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    lecture.show(lecture.claim, lecture.profile)
    text = shown[0].data
    assert text.startswith("def claim(text, holds):")
    assert text.count("\ndef ") == 1
    assert "SimpleNamespace" in text


@pytest.mark.parametrize("hidden", [True, False])
def test_progress_leaves_no_bar_in_stored_outputs(hidden, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", str(int(hidden)))
    monkeypatch.setattr(progress, "tqdm", notebook_bar)
    bar = progress.Progress()
    bar.set_params({"epochs": 2})
    with capture_output() as shown:
        bar.on_train_begin()
        bar.on_epoch_end(0, {"loss": 0.5})
        bar.on_train_end()
    assert bool(shown.outputs or shown.stdout) != hidden


def test_the_bar_of_a_training_that_stopped_early_is_full(capsys, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "0")
    bar = progress.Progress()
    bar.set_params({"epochs": 4, "steps": None})
    bar.on_train_begin()
    bar.on_epoch_end(0, {"loss": 0.5})
    bar.on_train_end()
    assert "100%" in capsys.readouterr().err
    assert bar.bar.total == 1


def test_a_recorded_table_names_its_machine(capsys):
    table = lecture.recorded("attention")
    assert list(table) == ["seed", "task", "size", "network", "error"]
    assert capsys.readouterr().out.startswith("one core of ")


def test_what_was_not_recorded_is_refused_with_what_was():
    with pytest.raises(ValueError, match=r"'vgg' was not recorded.*, vgg_small\.$"):
        lecture.recorded("vgg")
