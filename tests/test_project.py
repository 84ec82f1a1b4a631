"""What holds the set-up together: dependencies, pins, commands, sizes."""

import itertools
import os
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = list(itertools.chain(PROJECT["dependencies"], *EXTRAS.values()))
LOCK = (ROOT / "constraints.txt").read_text()
PYTHON = "3.11"
LINES = 300  # of a module
MODULES = set((ROOT / "dlcourse").rglob("*.py"))


@pytest.mark.parametrize("line", WANTED)
def test_every_dependency_is_pinned_within_its_bounds(line):
    wanted = Requirement(line)
    if wanted.name == PROJECT["name"]:
        assert wanted.extras <= set(EXTRAS)
        return
    pins = [Requirement(pin) for pin in LOCK.splitlines()]
    mine = [pin for pin in pins if pin.name == canonicalize_name(wanted.name)]
    assert mine
    for pin in mine:
        (exact,) = pin.specifier
        assert exact.operator == "=="
        assert exact.version in wanted.specifier


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
def test_no_package_index_is_named(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"index|find-links|https?:|\S+ @ |\+cpu|\+cu", text)


def test_conda_installs_the_same():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, packages = environment["dependencies"]
    assert python == f"python={PYTHON}"
    assert PROJECT["requires-python"] == f">={PYTHON}"
    assert pip == "pip"
    assert packages["pip"] == ["-c constraints.txt", "-e .[dev]"]


def test_every_dependency_has_its_reason():
    rows = (ROOT / "docs/dependencies.md").read_text().splitlines()
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    given = {(cell[0], cell[1]) for cell in cells if len(cell) == 3 and cell[2]}
    wanted = {(line, "") for line in PROJECT["dependencies"]}
    wanted |= {(line, extra) for extra, lines in EXTRAS.items() for line in lines}
    names = {(re.split("[<>=~!]", line)[0], extra) for line, extra in wanted}
    assert given - {("package", "extra"), ("---", "---")} == names


def test_the_readme_begins_with_the_two_commands():
    screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:30])
    assert "make lab" in screen
    assert "make test" in screen


def test_every_target_of_the_readme_is_in_the_makefile():
    readme = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`?make ([a-z]+)", readme):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_ci_runs_make_test():
    script = ROOT / ".ci/run"
    assert script.read_text().endswith("exec make test\n")
    assert os.access(script, os.X_OK)


def test_hooks_are_local():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]


@pytest.mark.parametrize("path", sorted(MODULES), ids=lambda path: path.name)
def test_modules_are_short(path):
    assert len(path.read_text().splitlines()) <= LINES
