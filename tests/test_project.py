"""What holds the set-up together: dependencies, pins, commands, sizes."""

import itertools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import count_house
import pytest
import rounding
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
TOOLS = set((ROOT / "tools").glob("*.py"))


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
    for target in re.findall(r"(?:^|`)make ([a-z]+)", readme, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_what_make_fast_leaves_out_is_there():
    makefile = (ROOT / "Makefile").read_text()
    names = re.search(r"^LONG := ((?:.+\\\n)*.+)", makefile, re.MULTILINE)[1]
    long = names.replace("\\", "").split()
    assert len(long) > 10
    for name in long:
        assert (ROOT / f"tests/test_{name}.py").exists(), name


def test_hosted_ci_runs_what_ci_runs_on_every_python():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    jobs = workflow["jobs"]
    runs = [
        step["run"] for job in jobs.values() for step in job["steps"] if "run" in step
    ]
    assert ".ci/run" in runs
    pythons = jobs["test"]["strategy"]["matrix"]["python"]
    assert PROJECT["requires-python"] == f">={pythons[0]}"
    assert len(pythons) == 3
    makefile = (ROOT / "Makefile").read_text()
    targets = [run.removeprefix("make ") for run in runs if run.startswith("make ")]
    assert targets == ["status", "twins", "test-latest"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def output(*command, **options):
    """What a command prints; an error where it fails."""
    ended = subprocess.run(
        command, capture_output=True, text=True, check=True, **options
    )
    return ended.stdout


def script(path, line):
    """Write a shell script of one line."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


@pytest.fixture
def ci(tmp_path):
    """Function: the last lines of .ci/run in a folder below tmp_path, with our make."""
    programs = tmp_path / "bin"
    script(programs / "make", 'echo make "$@"')
    script(programs / "bwrap", "exit 0")
    path = {"PATH": f"{programs}:{os.environ['PATH']}", "GIT_DIR": ".git"}

    def run(name):
        copied = tmp_path / name / ".ci/run"
        copied.parent.mkdir(exist_ok=True, parents=True)
        shutil.copy(ROOT / ".ci/run", copied)
        return output(copied, env=os.environ | path).splitlines()[-2:]

    return run


@pytest.fixture
def bare(tmp_path):
    """Function: what a script of ours ends with where these programs are alone."""
    programs = tmp_path / "bin"
    script(programs / "make", 'echo make "$@"')
    script(programs / "id", "echo 0")
    for name in ("sh", "dirname", "git", "timeout", "true", "ln"):
        (programs / name).symlink_to(shutil.which(name))

    def run(name, **more):
        for program, line in more.items():
            script(programs / program.replace("_", "-"), line)
        env = {"PATH": str(programs), "FASHION_MNIST": str(tmp_path)}
        return subprocess.run([ROOT / name], env=env, capture_output=True, text=True)

    return run


@pytest.mark.parametrize("programs", [{}, {"bwrap": "exit 1"}])
def test_ci_fails_where_the_sandbox_is_missing_or_does_not_work(bare, programs):
    ended = bare(".ci/run", **programs)
    assert ended.returncode == 1
    assert "bubblewrap (bwrap) must work" in ended.stderr
    assert "make test" not in ended.stdout


def test_ci_runs_nothing_where_the_machine_lacks_something(bare):
    ended = bare(".ci/run", make="exit 2", bwrap="exit 0")
    assert (ended.returncode, ended.stdout) == (2, "")


def test_what_the_machine_lacks_is_installed_or_named(bare, tmp_path):
    missing = "install bubblewrap npm chromium"
    for programs in ({}, {"apt_get": "exit 1"}, {"apt_get": "exit 0", "id": "echo 9"}):
        ended = bare("tools/machine.sh", **programs)
        assert ended.returncode == 1, programs
        assert missing in ended.stderr
    install = "".join(
        f"ln -sf {tmp_path}/bin/true {tmp_path}/bin/{name}\n"
        for name in ("bwrap", "npm", "chromium")
    )
    ended = bare("tools/machine.sh", apt_get=install, id="echo 0")
    assert (ended.returncode, ended.stderr) == (0, "")
    ended = bare("tools/machine.sh", apt_get="exit 1")
    assert (ended.returncode, ended.stdout) == (0, "")


def test_ci_runs_make_test_with_each_rounding_in_turn(ci, tmp_path):
    def git(*arguments):
        return output("git", "-C", tmp_path / "course", *arguments)

    (tmp_path / "course").mkdir()
    git("init")
    seen = [ci("course")]  # no commit yet
    me = ("-c", "user.name=x", "-c", "user.email=x")
    for _ in range(6):
        git(*me, "commit", "--allow-empty", "--message=x")
        seen.append(ci("course"))
    names = ["", *rounding.ROUNDINGS]
    assert [test for test, _ in seen] == [
        f"make test ROUNDING={name}" for name in [*names, ""]
    ]
    assert [slow for _, slow in seen] == [
        *["make slow SLICE=1/10"] * 6,
        "make slow SLICE=2/10",
    ]
    shallow = (f"file://{tmp_path}/course", tmp_path / "shallow")
    output("git", "clone", "--depth=1", *shallow)
    assert ci("shallow") == ["make test ROUNDING=", "make slow SLICE=1/10"]


def test_ci_works_without_git(ci):
    assert ci("downloaded") == ["make test ROUNDING=", "make slow SLICE=1/10"]


@pytest.mark.parametrize("name", rounding.ROUNDINGS)
def test_a_rounding_sets_its_variables(name):
    variables = rounding.ROUNDINGS[name]
    command = (sys.executable, ROOT / "tools/rounding.py", name, "env")
    lines = output(*command).splitlines()
    assert variables
    assert {f"{key}={value}" for key, value in variables.items()} <= set(lines)


def test_make_test_passes_the_rounding_to_the_notebooks_alone():
    words = ["make", "--dry-run", "test", "ROUNDING=sse41", "VENV=.venv"]
    lines = output("env", "-u", "MAKEFLAGS", *words, cwd=ROOT)
    rounded = ".venv/bin/python tools/rounding.py sse41"
    check, notebooks = (line for line in lines.splitlines() if rounded in line)
    assert check == rounded
    assert notebooks.startswith(f"{rounded} .venv/bin/pytest")
    assert "--nbval lectures solutions" in notebooks


def test_an_unknown_rounding_is_an_error_that_lists_them():
    with pytest.raises(
        SystemExit, match=r"'avx3'.* avx2, sse41, no-onednn, one-thread"
    ):
        rounding.main("avx3")


def test_hooks_are_local():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]


def hooked(folder, names):
    """What git sees changed after all hooks have run on copies of these files."""

    def git(*arguments):
        return output("git", "-C", folder, *arguments)

    for name in {*names, ".pre-commit-config.yaml", "pyproject.toml"}:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    git("init")
    git("add", "--all")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(
        ["pre-commit", "run", "--all-files"],
        **{"cwd": folder, "capture_output": True},
        env=os.environ | {"PATH": path, "PRE_COMMIT_HOME": str(folder / ".git/cache")},
    )
    return git("diff", "--name-only").splitlines()


def test_hooks_leave_exercises_and_lectures_as_they_are(tmp_path):
    kinds = (
        "exercises/0[12]_*",
        "lectures/index.ipynb",
        "solutions/01_*",
        "tools/*.py",
    )
    paths = [path for kind in kinds for path in ROOT.glob(kind)]
    names = [path.relative_to(ROOT) for path in MODULES.union(paths)]
    assert not hooked(tmp_path, names)


def test_hooks_mend_what_is_wrong(tmp_path):
    (tmp_path / "bad.py").write_text("import os\nx = {'a':1}\n")
    assert hooked(tmp_path, []) == ["bad.py"]


@pytest.mark.slow
def test_hooks_leave_a_clean_clone_as_it_is(tmp_path):
    clone = tmp_path / "clone"
    output("git", "clone", "--quiet", ROOT, clone)
    names = output("git", "-C", clone, "ls-files", "-z").split("\0")
    assert not hooked(tmp_path / "copy", filter(None, names))


@pytest.mark.parametrize("path", sorted(MODULES), ids=lambda path: path.name)
def test_modules_are_short(path):
    assert len(path.read_text().splitlines()) <= LINES


@pytest.mark.parametrize("path", sorted(MODULES | TOOLS), ids=lambda path: path.name)
def test_functions_are_short_and_private_parts_of_keras_have_their_reason(path):
    code = path.read_text()
    assert not count_house.long_functions(code)
    assert all(reason for _, _, reason in count_house.private_parts(code))
