"""Wrong calls of ``dlcourse``, as newcomers make them: what is said, and how soon."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from commands import dlcourse, interrupt, stoppable
from nbformat import v4

from dlcourse import datasets
from dlcourse.cli import definitions, options
from dlcourse.course import find_lecture, lectures
from dlcourse.models import catalog
from dlcourse.similar import did_you_mean

ROOT = Path(__file__).parents[1]
TRAIN = ("train", "ResNet-20", "digits")
WRONG = [  # words of the call -> what is said, without line ends and frames
    (("trian",), "No such command 'trian'. Did you mean 'train'?"),
    (("models", "resnet50"), "Did you mean 'ResNet-50'? `dlcourse models` lists all."),
    (("models", "denset-121"), "Did you mean 'DenseNet-121'"),
    (("models", "GPT"), "It has LeNet-5, 1998; "),
    (("run",), "Missing argument 'NN'."),
    (("run", ""), "There is no lecture ''. There are: 01_"),
    (("run", "99"), "There is no lecture '99'. There are: 01_"),
    (("run", "lenett"), "Did you mean '07_lenet'"),
    (("run", "7", "--profile"), "Option '--profile' requires an argument."),
    (("run", "7", "--profile", "fast"), "'fast' is not one of 'quick', 'full'"),
    (("run", "7", "-p"), "-p takes two words, as in -p NAME VALUE."),
    (("run", "7", "-p", "PROFILE"), "-p takes two words, as in -p PROFILE VALUE."),
    (("run", "7", "-p", "PROFILE", "--rehearse"), "as in -p PROFILE VALUE."),
    (("run", "7", "-p", "PROFILE", "fast"), "PROFILE is 'fast': choose quick or full."),
    (("run", "7", "-p", "PROFIL", "full"), "it has PROFILE. Did you mean 'PROFILE'?"),
    (("start", "lenett"), "There is no exercise 'lenett'. Did you mean '07_lenet'"),
    (("check", "work/99_none.ipynb"), "Begin one with: dlcourse start NN"),
    (("check", "lectures/07_lenet.ipynb"), "There is no homework in"),
    (("grade", "lectures", "--out", "{}/grades.csv"), "There is no homework in"),
    (("grade", "none", "--out", "{}/grades.csv"), "'none' does not exist"),
    (("train", "ResNet-21", "digits"), "There is no network 'ResNet-21'"),
    (("train", "ResNet-20", "{}/pets"), "{}/pets. Did you mean 'petz'?"),
    (("train", "ResNet-20", "./cats and dogs"), "There is no folder ./cats and dogs."),
    (("train", "ResNet-20", "{}/a.zip"), "a.zip is a file: give a folder"),
    (("train", "ResNet-20", "shapes"), "shapes has other arrays than pictures"),
    ((*TRAIN, "--recipe", "ResNot"), "There is no recipe 'ResNot'. Did you mean 'Res"),
    ((*TRAIN, "--augment", "flop"), "'flop' is not one of 'flip', 'shift', 'rotate'"),
    (
        (*TRAIN, "--precision", "half"),
        "'half' is not one of 'float32', 'mixed_float16'",
    ),
    ((*TRAIN, "--start", "cold"), "'cold' is not one of 'auto', 'scratch', 'imagenet'"),
    ((*TRAIN, "--argument", "width"), "'width': give an argument as NAME=VALUE."),
    ((*TRAIN, "--argument", "widht=8"), "no argument widht. Did you mean 'width'?"),
    ((*TRAIN, "--image-size", "1000000"), "image_size=1000000: give at most 2048"),
    ((*TRAIN, "--channels", "2"), "channels=2: choose 1 or 3."),
    ((*TRAIN, "--rate", "-1"), "rate=-1.0: give a number above 0, such as 0.1."),
    ((*TRAIN, "--epoch", "3"), "--epoch (Possible options: --epochs)"),
    ((*TRAIN, "--out", "{}/a.zip/out"), "Results cannot be written to"),
    (("predict", "{}/run", "a.jpg"), "There is no picture a.jpg."),
    (("predict", "{}/rum", "{}"), "Did you mean '{}/run'?"),
    (("predict", "{}/petz", "{}"), "There is no model {}/petz/model.keras."),
    (("evaluate", "{}/run", "digits"), "run/model.keras is no model, or a damaged"),
    (("evaluate", "{}/rum", "digits"), "There is no model {}/rum."),
    (("export", "{}/run", "--to", "onxx"), "'onxx' is not one of 'onnx', 'litert'"),
    (("export", "{}/rum", "--to", "litert"), "There is no model {}/rum."),
    (("release", "{}"), "is not empty: give a folder that is not there yet."),
]
CALL = """
import json, sys
from typer.testing import CliRunner
from dlcourse.cli import app
for words in json.load(sys.stdin):
    result = CliRunner().invoke(app, words)
    slow = sorted({"jax", "keras", "tensorflow", "torch"} & set(sys.modules))
    crash = "" if isinstance(result.exception, SystemExit) else repr(result.exception)
    print(json.dumps([result.exit_code, crash, result.output, slow]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a folder of pictures, an archive and a model that is none."""
    folder = tmp_path_factory.mktemp("newcomer")
    for name in ("petz", "run"):
        (folder / name).mkdir()
    (folder / "run/model.keras").write_text("none")
    (folder / "a.zip").touch()
    return folder


@pytest.fixture(scope="module")
def answers(folder):
    """Exit code, crash, output and loaded backends of each call, in one process."""
    calls = [[word.format(folder) for word in words] for words, _ in WRONG]
    done = subprocess.run(
        [sys.executable, "-c", CALL],
        **{"input": json.dumps(calls), "cwd": ROOT},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return dict(zip(WRONG, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("call", WRONG, ids=lambda call: " ".join(call[0]))
def test_what_is_wrong_is_said_before_a_backend_is_loaded(call, answers, folder):
    code, crash, output, slow = answers[call]
    assert (code in (1, 2), crash, slow) == (True, "", []), output
    said = " ".join(re.sub("[─│╭╮╰╯]", " ", output).split())
    wanted = call[1].format(folder)
    # A frame breaks long words, such as paths, where it must.
    assert wanted.replace(" ", "") in said.replace(" ", ""), output


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("resnet50", " Did you mean 'ResNet-50'?"),
        ("vgg d", " Did you mean 'VGG-D'?"),
        (
            "lenet5",
            " Did you mean 'LeNet-5, 1998', 'LeNet-5, dense' or 'LeNet-5, 3x3'?",
        ),
        ("transformer", ""),
        ("", ""),
        ("--", ""),
    ],
)
def test_what_was_meant(name, meant):
    assert did_you_mean(name, [row.name for row in catalog.NETWORKS]) == meant


@pytest.mark.parametrize(
    "words", ["7", "07", "lenet", "LeNet", "07_le", "lectures/07_lenet.ipynb"]
)
def test_a_lecture_is_found_by_number_name_and_path(words):
    assert find_lecture(words).stem == "07_lenet"


def test_names_read_from_the_source_are_those_of_the_definitions():
    import inspect

    from dlcourse import models
    from dlcourse.training import RECIPES

    assert definitions.recipes() == sorted(RECIPES)
    for row in catalog.NETWORKS:
        taken = inspect.signature(getattr(models, row.constructor)).parameters.values()
        named = [one.name for one in taken if one.kind is not one.VAR_KEYWORD]
        assert definitions.parameters(row) == named[len(row.arguments) :], row.name


def test_every_embedded_set_is_listed_in_80_columns():
    lines = dlcourse("data", "list").output.splitlines()
    assert max(map(len, lines)) <= 80
    first = {line.split()[0] for line in lines[1:] if line[0] != " "}
    assert {one.name for one in datasets.embedded_sets()} <= first


def test_the_version_is_told():
    assert re.fullmatch(
        r"dlcourse \d\S+, keras \S+, Python \S+\n", dlcourse("--version").output
    )


def test_python_m_dlcourse_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "dlcourse", "--version"], capture_output=True, text=True
    )
    assert done.stdout == dlcourse("--version").output
    assert done.stderr == ""


SLEEPS = """
import pathlib, time
pathlib.Path("started").touch()
time.sleep(3600)
"""


def test_a_lecture_that_is_stopped_keeps_its_cells(tmp_path):
    (tmp_path / "lectures").mkdir()
    cells = [v4.new_code_cell('PROFILE = "quick"'), v4.new_code_cell("6 * 7")]
    cells[0].metadata["tags"] = ["parameters"]
    cells.append(v4.new_code_cell(SLEEPS))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "lectures/07_lenet.ipynb")
    program = (
        f"import pathlib, dlcourse.course as course\n"
        f"course.ROOT = pathlib.Path({str(tmp_path)!r})\n"
        "from dlcourse.cli import app\n"
        "app(['run', '7'])"
    )
    process = stoppable([sys.executable, "-c", program])
    interrupt(process, tmp_path / "lectures/started")
    told = process.communicate()[1]
    (copy,) = (tmp_path / "runs").glob("*.ipynb")
    assert process.returncode == 130, told
    assert told.endswith(f"\nStopped. {copy} has the cells up to here.\n")
    assert "Traceback" not in told
    done = nbformat.read(copy, as_version=4)
    assert any("42" in str(cell.get("outputs")) for cell in done.cells)


STOPPED_WHILE_LOADING = """
import sys

class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Stop())
import dlcourse.cli
"""


def test_a_stop_while_the_command_is_loaded_is_told():
    code = [sys.executable, "-c", STOPPED_WHILE_LOADING]
    process = subprocess.run(code, capture_output=True, text=True)
    assert process.returncode == 130, process.stderr
    assert process.stderr.strip() == "Stopped. Nothing was changed."


STOPPED = {  # words -> what is replaced by Ctrl-C, and what is said
    ("lectures",): ("dlcourse.course.lectures", "Nothing was changed."),
    ("data", "info", "digits"): ("dlcourse.datasets.info", "Nothing was changed."),
    ("data", "fetch", "digits"): (
        "dlcourse.datasets.fetch",
        "has all sets before digits.",
    ),
    ("update",): ("dlcourse.cli.copies.update_copies", "copies that were made stay"),
    ("release", "{}/new"): ("dlcourse.homework.release.release", "new is not complete"),
    ("grade", "{}", "--out", "g.csv"): (
        "dlcourse.homework.grading.classes.grade_class",
        "g.csv has the rows of those who are graded; the same command goes on.",
    ),
    ("run", "7", "--rehearse"): (
        "dlcourse.cli.rehearse.rehearse",
        "lectures/rehearsed.csv has what came to its end",
    ),
    ("predict", "m", "{}", "--explain"): (
        "dlcourse.cli.model_file.load",
        "What was drawn lies in this folder.",
    ),
}


@pytest.mark.parametrize("words", STOPPED, ids=lambda words: " ".join(words))
def test_control_c_says_what_is_kept(words, folder, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    place, said = STOPPED[words]
    monkeypatch.setattr(place, stop)
    result = dlcourse(*(word.format(folder) for word in words))
    assert result.exit_code == 130, result.output
    assert re.search(rf"\nStopped\. .*{re.escape(said)}.*\n$", result.output)


def test_the_innermost_knows_best_what_is_kept():
    outer, inner = map(options.when_stopped, ("nothing", lambda: "all of it"))
    with pytest.raises(KeyboardInterrupt, match="all of it"), outer, inner:
        raise KeyboardInterrupt


def test_every_lecture_is_found_by_its_name():
    for lecture in lectures():
        assert find_lecture(lecture.path.stem[3:]) == lecture.path
