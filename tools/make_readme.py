"""Write what others say into the README and docs/: the map, the picture, the licences.

    python tools/make_readme.py

The map of the README is what the first cells of the lectures say, docs/course.png shows
some of their figures, and the table of docs/data.md is what the data sets say.
"""

import itertools
import re

from make_index import figures
from PIL import Image

from dlcourse import datasets
from dlcourse.course import PARTS, course_folder, find_lecture, lectures

SHOWN = {  # lecture: its figure, counted from 0
    "01": 6,  # what two layers can separate
    "02": 7,  # steps of gradient descent
    "09": 15,  # which pixels a network looks at
    "13": 4,  # plain and residual networks
    "14": 10,  # loss landscapes
    "16": 0,  # a dense block
    "19": 7,  # architectures and their losses
    "21": 9,  # where the evidence is
}
COLUMNS, WIDTH, HEIGHT, GAP = 4, 300, 190, 12  # of the picture, in pixels


def course_map():
    """The lectures as a Markdown table, and how many there are."""
    found = {int(lecture.number): lecture for lecture in lectures()}
    hours = round(sum(lecture.minutes for lecture in found.values()) / 60)
    lines = [f"{len(found)} lectures, {hours} hours of teaching.", ""]
    lines += ["| | lecture | question | teaching | runs in |", "|---|---|---|---|---|"]
    for part, numbers in PARTS.items():
        if rows := [row(found[n]) for n in numbers if n in found]:
            lines += [f"| | **{part}** | | | |", *rows]
    return "\n".join([*lines, "", "✎ with homework"])


def row(lecture):
    """A lecture's row of the map."""
    name, mark = lecture.path.name, " ✎" if lecture.homework else ""
    return (
        f"| {lecture.number} | [{lecture.title}](lectures/{name}){mark} "
        f"| {lecture.question} | {lecture.minutes} min | {lecture.seconds} s |"
    )


def data_table():
    """The embedded sets as a Markdown table: what, from where, under which licence."""
    lines = ["| set | what it is | source | licence |", "|---|---|---|---|"]
    for one in datasets.embedded_sets():
        lines.append(
            f"| {one.name} | {one.description} | {one.source} | {one.licence} |"
        )
    return "\n".join(lines)


def picture():
    """Some of the lectures' figures, side by side."""
    rows = -(-len(SHOWN) // COLUMNS)
    size = (COLUMNS * (WIDTH + GAP) - GAP, rows * (HEIGHT + GAP) - GAP)
    sheet = Image.new("RGB", size, "white")
    for i, (number, which) in enumerate(SHOWN.items()):
        image = next(itertools.islice(figures(find_lecture(number)), which, None))
        image.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        left, top = i % COLUMNS * (WIDTH + GAP), i // COLUMNS * (HEIGHT + GAP)
        free = WIDTH - image.width, HEIGHT - image.height
        sheet.paste(image, (left + free[0] // 2, top + free[1] // 2))
    return sheet.quantize(64)


def between(text, name, made):
    """A text with what was made between its marks, <!-- name --> and <!-- end -->.

    ValueError where the marks are missing.
    """
    marks = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
    if not marks.search(text):
        raise ValueError(f"There is no <!-- {name} --> with an <!-- end --> after it.")
    return marks.sub(lambda found: f"{found[1]}{made}{found[2]}", text)


WRITTEN = {  # file: the name of its marks, and what stands between them
    "README.md": ("lectures", course_map),
    "docs/data.md": ("data sets", data_table),
}


if __name__ == "__main__":
    for file, (name, make) in WRITTEN.items():
        path = course_folder() / file
        text = between(path.read_text(encoding="utf-8"), name, make())
        path.write_text(text, encoding="utf-8")
    picture().save(course_folder() / "docs/course.png", optimize=True)
