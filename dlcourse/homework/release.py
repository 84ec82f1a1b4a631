"""Write the students' edition of the course: no answers, and a class's own numbers."""

import subprocess
from pathlib import Path
from shutil import copy2

import nbformat
import numpy as np

from dlcourse.course import course_folder
from dlcourse.homework import questions, recorded
from dlcourse.homework.generate import exercise

# What knows answers, or works for teachers and maintainers alone.
KEPT_BACK = (
    *("solutions/", "tests/", "tools/", "benchmarks/", ".ci/", ".github/"),
    *("exercises/", "conftest.py", ".pre-commit-config.yaml"),  # exercises: made anew
    "dlcourse/homework/questions/",
)
LISTED = '''"""All questions, recorded: this is the students' edition."""

from pathlib import Path

from dlcourse.homework.recorded import load

QUESTIONS = load(Path(__file__).with_name("recorded.json.gz"))


def for_class(number):
    """Nothing: the numbers of this class are in the recorded questions."""
    return ()
'''


def release(folder, number=0):
    """Write the students' edition for a class into a new folder.

    It is this repository without solutions and tests. `recorded` tables take the place
    of the right answers, and the exercises name the numbers of the class ``number``; 0
    stands for those of the repository. ValueError where the folder is not empty or the
    number below 0, FileNotFoundError without the repository.
    """
    folder, root = Path(folder), course_folder()
    if number < 0:
        raise ValueError(f"The class is {number}; it is a whole number from 0 on.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is not empty: give a folder that is not there yet.")
    paths = [path for path in tracked(root) if not path.startswith(KEPT_BACK)]
    asked = [q for one in questions.HOMEWORKS for q in of_class(one, number)]
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        copy2(root / path, folder / path)
    write_exercises(root / "solutions", folder / "exercises", number)
    write_questions(root, folder, asked, number)


def tracked(root):
    """The files of the repository, without what was made in it."""
    command = ["git", "-C", str(root), "ls-files", "-z"]
    done = subprocess.run(command, capture_output=True, text=True)
    paths = [path for path in done.stdout.split("\0") if (root / path).is_file()]
    if done.returncode or "solutions/" not in {f"{Path(p).parent}/" for p in paths}:
        raise FileNotFoundError(
            f"{root} is no git repository of the course with solutions/: the students' "
            "edition is made from one."
        )
    return paths


def of_class(homework, number):
    """The questions of a homework, with the numbers of a class."""
    own = {q.name: q for q in questions.listed.for_class(number)}
    return [own.get(q.name, q) for q in questions.of(homework)]


def write_questions(root, folder, asked, number):
    """The recorded questions in place of those that know the answers."""
    place = Path("dlcourse", "homework", "questions")
    (folder / place).mkdir(parents=True)
    copy2(root / place / "__init__.py", folder / place)
    (folder / place / "listed.py").write_text(LISTED, encoding="utf-8")
    first = int(np.random.default_rng(number).integers(2**31))
    recorded.write(folder / place / "recorded.json.gz", asked, first)


def write_exercises(solutions, exercises, number):
    """The exercises, with the numbers of a class."""
    exercises.mkdir(parents=True)
    for path in sorted(solutions.glob("*.ipynb")):
        notebook = exercise(nbformat.read(path, as_version=4))
        asked = questions.of(path.name[:2])
        for old, new in zip(asked, of_class(path.name[:2], number), strict=True):
            renumber(notebook, old.text, new.text)
        if number:
            notebook.metadata["dlcourse"] = {"class": number}
        nbformat.write(notebook, exercises / path.name)


def renumber(notebook, old, new):
    """Put a passage in the place of another one, wherever it stands."""
    if old != new:
        for cell in notebook.cells:
            cell.source = cell.source.replace(old, new)
