"""What the course consists of, and where its files lie."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from dlcourse.similar import did_you_mean

ROOT = Path(__file__).parent.parent

PARTS = {  # the lectures of each part, by their numbers
    "Foundations": range(1, 7),
    "Famous convolutional networks": range(7, 21),
    "In practice": range(21, 23),
    "Beyond classification": range(23, 27),
    "What came after": range(27, 31),
}
HEAD = re.compile(
    r"# (?P<number>\d\d) · (?P<title>.+)\n\n\*\*(?P<question>[^*]+)\*\*\n\n"
    r"(?P<minutes>\d+) minutes of teaching · (?P<seconds>\d+) seconds on two CPU cores"
    r" · needs (?P<needs>[^*]+)"
)


@dataclass(frozen=True)
class Lecture:
    """What a lecture's first cell says of it.

    Attributes:
        path: its notebook.
        number: "07".
        title: its name.
        question: what it answers.
        minutes: of teaching.
        seconds: that its quick profile takes on two CPU cores.
        needs: numbers of the lectures that it builds on, or what else, in words.
    """

    path: Path
    number: str
    title: str
    question: str
    minutes: int
    seconds: int
    needs: str

    @property
    def homework(self):
        """Whether there is an exercise."""
        folder = self.path.parent.parent / "exercises"
        return any(folder.glob(f"{self.number}_*.ipynb"))


def lectures():
    """Every `Lecture`, in order; ValueError where a first cell has another form."""
    paths = sorted((course_folder() / "lectures").glob("[0-9][0-9]_*.ipynb"))
    return [read_head(path) for path in paths]


def read_head(path):
    """The `Lecture` that a notebook is."""
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    found = HEAD.fullmatch("".join(first["source"]).strip())
    if not found:
        raise ValueError(f"{path.name}: the first cell is not like {HEAD.pattern}")
    told = {name: " ".join(text.split()) for name, text in found.groupdict().items()}
    needs = re.sub(r"\[(\d\d)\]\([^)]*\)", r"\1", told.pop("needs"))
    numbers = {name: int(told.pop(name)) for name in ("minutes", "seconds")}
    return Lecture(path, **told, **numbers, needs=re.sub("^lectures? ", "", needs))


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


def recorded_tables():
    """The experiments' tables (name -> path), as in "vgg_small" -> .../vgg_small.csv.

    They lie in the repository, and in the package where only that was installed.
    """
    folders = [ROOT / "experiments", Path(__file__).parent / "experiments"]
    folder = next(filter(Path.is_dir, folders))
    found = {path.relative_to(folder): path for path in folder.rglob("*.csv")}
    return {name.with_suffix("").as_posix(): found[name] for name in sorted(found)}


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
    """The notebook of a lecture: by its number, "7" or "07", or the start of its name.

    The number may be left out of the name, and the name may be a path. ValueError with
    all lectures if there is none.
    """
    return find_notebook("lecture", number)


def find_exercise(number):
    """The notebook of an exercise as it is handed out; else like `find_lecture`."""
    return find_notebook("exercise", number)


def find_notebook(kind, number):
    """The notebook in the folder of that kind, "lecture" or "exercise"."""
    notebooks = sorted((course_folder() / f"{kind}s").glob("[0-9P][0-9]_*.ipynb"))
    name = Path(number).stem.lower()
    prefix = f"{int(name):02}_" if name.isdecimal() else name
    for path in notebooks:
        stem = path.stem.lower()
        if prefix and stem.startswith((prefix, f"{stem[:3]}{prefix}")):
            return path
    names = [path.stem for path in notebooks]
    listed = "".join(f"\n  {name}" for name in names)
    similar = did_you_mean(name, names)
    raise ValueError(f"There is no {kind} {number!r}.{similar} There are:{listed}")
