"""Where the files of the course lie: lectures, exercises, copies, work, results."""

from pathlib import Path

ROOT = Path(__file__).parent.parent


def course_folder():
    """The folder that holds lectures/: beside the package, or the current folder.

    FileNotFoundError if it is neither.
    """
    for folder in (ROOT, Path.cwd()):
        if (folder / "lectures").is_dir():
            return folder
    raise FileNotFoundError(
        f"There is no folder lectures/ in {ROOT} or {Path.cwd()}. The lectures come "
        "with the course's repository: run this command inside it."
    )


def runs_folder():
    """Where results are written: runs/ in the course, else in the current folder."""
    try:
        return course_folder() / "runs"
    except FileNotFoundError:
        return Path.cwd() / "runs"


def work_folder():
    """Where a student's own copies of the exercises lie."""
    return course_folder() / "work"


def copies_folder():
    """Where the working copies of the lectures lie, as deep as lectures/ itself."""
    return course_folder() / "my_lectures"


def find_lecture(number):
    """The notebook of a lecture, by its number ("7" or "07") or the start of its name.

    ValueError with all lectures if there is none.
    """
    return find_notebook("lecture", number)


def find_exercise(number):
    """The notebook of an exercise as it is handed out; else like `find_lecture`."""
    return find_notebook("exercise", number)


def find_notebook(kind, number):
    """The notebook in the folder of that kind, "lecture" or "exercise"."""
    notebooks = sorted((course_folder() / f"{kind}s").glob("[0-9][0-9]_*.ipynb"))
    prefix = f"{int(number):02}_" if number.isdecimal() else number
    for path in notebooks:
        if path.stem.startswith(prefix):
            return path
    listed = "".join(f"\n  {path.stem}" for path in notebooks)
    raise ValueError(f"There is no {kind} {number!r}. There are:{listed}")
