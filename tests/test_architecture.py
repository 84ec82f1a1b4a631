"""Imports run one way, and docs/architecture.md shows the package as it is."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import draw_imports as TOOL
import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
ALLOWED = {  # room: the rooms that it may import
    # What knows nothing of the course's networks, nor of each other.
    "arguments": set(),
    "bars": set(),
    "course": {"similar"},
    "diagrams": set(),
    "files": set(),
    "gradients": {"arguments"},
    "notebooks": set(),
    "plots": set(),  # arrays alone
    "similar": set(),
    # The networks.
    "layers": {"arguments"},
    "blocks": {"arguments", "layers"},
    "models": {"arguments", "layers", "blocks", "files", "similar"},
    # What is done with any `keras.Model`.
    "datasets": {"arguments", "bars", "files", "similar"},
    "analysis": {"arguments", "bars", "files", "gradients"},
    "training": {
        "arguments",
        "analysis",
        "bars",
        "datasets",
        "files",
        "gradients",
        "similar",
    },
    "reinforcement": set(),
    "search": {"arguments", "layers", "blocks", "training"},
    "meta": {"gradients"},
    # What a notebook begins with, and what stands on top.
    "lecture": {"course", "plots", "rehearsal", "training"},
    "rehearsal": {"analysis", "training"},
    "homework": {"course", "files", "notebooks"},
    "cli": {
        *("analysis", "course", "datasets", "files", "homework", "lecture"),
        *("models", "notebooks", "plots", "rehearsal", "similar", "training"),
    },
    "__main__": {"cli"},
}
# Where the three backends are told apart, inside functions. All else is `keras.ops`.
BACKENDS = {"tensorflow", "jax", "torch"}
MAY_NAME_BACKENDS = {
    *("analysis", "cli", "datasets", "gradients", "layers.fast", "lecture"),
    *("rehearsal", "training"),
}
# TensorFlow Datasets is imported at the top of one file alone, which nothing imports.
BUILDERS = "dlcourse.datasets.tfds_builders"


def violations(root):
    """Imports that the table does not allow, as "room -> room"."""
    return sorted(
        f"{room} -> {target}"
        for room, targets in TOOL.room_imports(root).items()
        for target in targets - ALLOWED.get(room, set())
    )


def copied(folder):
    """A copy of the package into a folder, to be spoilt."""
    shutil.copytree(
        ROOT / "dlcourse",
        folder / "dlcourse",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return folder


def append(path, line):
    path.write_text(f"{path.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")


def imports(path):
    """Pairs: the first part of what a file imports, and whether a function does it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, functions)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            yield name.split(".")[0], id(node) in inside


def test_every_room_is_in_the_table():
    assert set(TOOL.room_imports()) == set(ALLOWED)


def test_rooms_import_what_the_table_allows():
    assert violations(ROOT) == []


def test_the_table_has_no_cycle():
    assert TOOL.cycle(ALLOWED) == []


def test_modules_import_each_other_in_no_cycle():
    assert TOOL.cycle(TOOL.module_imports()) == []


@pytest.mark.parametrize(
    ("file", "line", "found"),
    [
        ("training/sgd.py", "import dlcourse.models.resnet", "training -> models"),
        ("analysis/graph.py", "from dlcourse import blocks", "analysis -> blocks"),
        (
            "layers/lrn.py",
            "def f():\n    from dlcourse.blocks.conv import conv",
            "layers -> blocks",
        ),
        ("plots.py", "from dlcourse.datasets import load", "plots -> datasets"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path, file, line, found):
    root = copied(tmp_path)
    append(root / "dlcourse" / file, line)
    assert violations(root) == [found]


def test_a_cycle_is_found(tmp_path):
    root = copied(tmp_path)
    append(root / "dlcourse/blocks/conv.py", "import dlcourse.blocks.residual")
    found = {f"dlcourse.blocks.{name}" for name in ("conv", "residual")}
    assert found <= set(TOOL.cycle(TOOL.module_imports(root)))


def test_backends_are_imported_inside_functions():
    for module, path in TOOL.modules().items():
        for name, inside in imports(path):
            if name in BACKENDS:
                assert inside, f"{module} imports {name} at its top"
                places = {TOOL.room(module), module.removeprefix("dlcourse.")}
                assert places & MAY_NAME_BACKENDS, f"{module}: {name}"
            if name == "tensorflow_datasets":
                assert inside or module == BUILDERS, module


def test_every_module_is_imported_where_there_is_no_tensorflow():
    wanted = sorted(TOOL.modules().keys() - {BUILDERS})
    program = (
        "import importlib, sys\n"
        "sys.modules['tensorflow'] = sys.modules['tensorflow_datasets'] = None\n"
        f"for name in {wanted}:\n"
        "    importlib.import_module(name)\n"
    )
    environment = os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    environment |= {"CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["blocks.conv", "models.resnet", "search", "training"])
def test_a_module_may_be_the_first_that_is_imported(name):
    environment = os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-c", f"import dlcourse.{name}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_picture_is_up_to_date():
    drawn = TOOL.PICTURE.read_text(encoding="utf-8")
    assert drawn == TOOL.picture(), "run python tools/draw_imports.py"


def test_the_picture_has_an_arrow_for_each_import(tmp_path):
    graph = {"top": {"middle", "low"}, "middle": {"low"}, "low": set(), "lone": set()}
    assert TOOL.reduced(graph) == graph | {"top": {"middle"}}
    svg = TOOL.draw(graph, folders={"low"})
    assert svg.count('marker-end="') + svg.count('<path d="M') == 2 + 1  # and the head
    assert "low/" in svg
    assert "top.py" in svg


def test_a_room_without_arrows_stands_beside_the_others():
    links = {name: {"low", "other"} for name in ("first", "second", "third")}
    graph = links | {name: set() for name in ("alone", "low", "other", "zero")}
    x = TOOL.place(*TOOL.layered(graph))
    step = TOOL.BOX[0] + TOOL.GAP
    assert x["alone"] == max(x["low"], x["other"]) + step
    assert x["zero"] == x["alone"] + step


def test_a_change_of_the_imports_changes_the_picture(tmp_path):
    root = copied(tmp_path)
    append(root / "dlcourse/plots.py", "import dlcourse.course")
    assert TOOL.picture(root) != TOOL.picture()


def rows(page):
    """Room -> what the page says that it holds."""
    return dict(
        re.findall(r"^\| `([a-z_]+)(?:/|\.py)` \| (.+) \|$", page, re.MULTILINE)
    )


def test_every_room_is_on_the_page():
    assert set(rows(PAGE)) == set(ALLOWED)


def exists(name):
    """Whether a dotted name is a module, or its last parts stand in that module."""
    module, parts, known = f"dlcourse.{name}", [], TOOL.modules()
    while module not in known:
        module, _, last = module.rpartition(".")
        parts.append(last)
    text = known[module].read_text(encoding="utf-8")
    return all(re.search(rf"\b{part}\b", text) for part in parts)


NAME = re.compile(rf"`((?:{'|'.join(ALLOWED)})\.\w[\w.]+)`")


@pytest.mark.parametrize(
    "name", sorted({n for n in NAME.findall(PAGE) if not n.endswith(".py")})
)
def test_names_on_the_page_exist(name):
    assert exists(name)


def test_a_name_that_does_not_exist_is_found():
    assert exists("homework.question.Question.draw")
    assert not exists("homework.question.Question.drawn")
    assert not exists("training.fits")
    assert not exists("homework.checking.examined")
