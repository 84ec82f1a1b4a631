"""Working copies of the lectures: whoever runs and edits them changes no tracked file.

A copy stays what it is until `update_copies`; `git pull` never meets it.
"""

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path

from dlcourse.cli.run import new_file
from dlcourse.course import copies_folder, course_folder

SLIDES = Path(__file__).with_name("lab_settings") / "rise.css"  # read beside a notebook
VERSIONS = ".versions.json"  # in the folder: lecture -> digest of what was copied


def make_copies():
    """Copy each lecture that has no copy yet; never writes over one.

    Gives the names of the lectures whose copy is of an older version.
    """
    folder, versions = opened()
    older = []
    for lecture in lectures():
        if not (folder / lecture.name).exists():
            copy(lecture, folder, versions)
        elif versions.get(lecture.name) != digest(lecture):
            older.append(lecture.name)
    return older


def update_copies():
    """Bring every copy to the lecture's present version.

    An edited copy is kept beside the new one, under a name with the date. Gives lines
    that say what was done.
    """
    folder, versions = opened()
    lines = []
    for lecture in lectures():
        own = folder / lecture.name
        if own.exists() and versions.get(lecture.name) == digest(lecture):
            continue
        if own.exists() and digest(own) not in (
            versions.get(own.name),
            digest(lecture),
        ):
            kept = new_file(folder, f"{own.stem}-edited-{date.today()}", ".ipynb")
            own.replace(kept)
            lines.append(f"{own.name}: new version; yours is now {kept.name}")
        else:
            lines.append(f"{own.name}: new version")
        copy(lecture, folder, versions)
    return lines or ["All working copies are of the present version."]


def lectures():
    """The notebooks in lectures/."""
    return sorted((course_folder() / "lectures").glob("*.ipynb"))


def opened():
    """The folder of copies, made when missing, and the versions that lie in it."""
    folder = copies_folder()
    folder.mkdir(exist_ok=True)
    if not (folder / SLIDES.name).exists():
        shutil.copyfile(SLIDES, folder / SLIDES.name)
    try:
        versions = json.loads((folder / VERSIONS).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        versions = {}  # then each copy counts as edited, and is kept
    return folder, versions if isinstance(versions, dict) else {}


def copy(lecture, folder, versions):
    """Copy a lecture, and note its version."""
    shutil.copyfile(lecture, folder / lecture.name)
    versions[lecture.name] = digest(lecture)
    (folder / VERSIONS).write_text(json.dumps(versions, indent=1), encoding="utf-8")


def digest(path):
    """A hash of a notebook's cells and slides: running it changes nothing."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        cells = [
            (
                cell["cell_type"],
                "".join(cell["source"]),
                cell.get("metadata", {}).get("slideshow"),
            )
            for cell in cells
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        cells = "no notebook"  # half written, say: never equal to a lecture
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()
