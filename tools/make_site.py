"""Write the sources of the site, from which Sphinx makes its pages (make site).

    python tools/make_site.py [FOLDER]

Start page, parts, lectures and homework are here, the networks in site_networks.py, the
package in site_package.py. What is not written by hand is not committed: all of it goes
into a folder that git ignores.
"""

import base64
import json
import re
import shutil
import sys
from pathlib import Path

import site_networks
import site_package
import site_status
from make_index import small
from site_launch import launch
from site_networks import by_number, slug
from site_sliders import copy_sliders, with_sliders

from dlcourse.cli.alternative_text import alternative_texts
from dlcourse.cli.vendor import vendored
from dlcourse.course import PARTS, ROOT, runs_folder
from dlcourse.models.catalog import NETWORKS

SOURCE = ROOT / "docs" / "_build" / "source"
MATHJAX = ("es5/tex-mml-chtml.js", "es5/output/chtml/fonts")
INTRODUCTION = """# Deep learning

{count} lectures, {hours} hours of teaching: from the perceptron through the
famous convolutional networks to what came after them. Each lecture is a notebook; its
page shows what it printed and drew when it was last tested.
[Set up the course](docs/setup.md) to run them: a click on a title in JupyterLab opens
the same list.
"""
ROW = """| ![A figure of lecture {number}]({up}pictures/{number}.png) \
| **[{number} · {title}]({up}lectures/{name})**<br>{question}<br>\
<small>{minutes} minutes of teaching · runs in {seconds} s · \
needs {needs}{work}</small> |
"""
HOMEWORK = """# Homework

`dlcourse start 02` copies the second homework into your folder `work/`, `dlcourse check
02` says what is right. Here it can be read; [how it is graded](../docs/grading.md).

"""


def write(path, text):
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def toctree(names, caption=None, depth=1):
    """A list of pages for the navigation beside the text, in MyST."""
    head = [f":caption: {caption}"] if caption else []
    lines = ["```{toctree}", ":hidden:", f":maxdepth: {depth}", *head, "", *names]
    return "\n".join([*lines, "```", ""])


def table(shown, up):
    """A part of the course in Markdown; ``up`` leads to the root of the site."""
    rows = []
    for one in shown:
        task = homework(one)
        work = f" · [homework]({up}exercises/{task})" if task else ""
        needs = re.sub(r"\b\d\d\b", lambda n: linked(n[0], up), one.needs)
        told = vars(one) | {"needs": needs, "name": one.path.name, "work": work}
        rows.append(ROW.format(**told, up=up))
    return "| | |\n|---|---|\n" + "".join(rows) + "\n"


def linked(number, up):
    """A link to a lecture by its number."""
    return f"[{number}]({up}lectures/{by_number()[number].path.name})"


def homework(lecture):
    """The name of a lecture's exercise, or None."""
    found = (ROOT / "exercises").glob(f"{lecture.number}_*.ipynb")
    return next((path.name for path in found), None)


def start_page(parts):
    """The first page: the map of the course, and all of the navigation."""
    shown = [one for members in parts.values() for one in members]
    hours = round(sum(one.minutes for one in shown) / 60)
    text = [INTRODUCTION.format(count=len(shown), hours=hours)]
    for part, members in parts.items():
        text += [f"## {part}\n", table(members, "")]
    text.append(toctree([f"parts/{slug(part)}" for part in parts], "Lectures", 2))
    reference = ["exercises/index", "networks/index", "package/index", "docs/glossary"]
    text.append(toctree(reference, "Reference"))
    project = sorted(f"docs/{path.stem}" for path in (ROOT / "docs").glob("*.md"))
    project.remove("docs/glossary")
    return "\n".join([*text, toctree([*project, "status"], "The project")])


def part_page(part, members):
    """The lectures of a part, and what they take."""
    minutes = sum(one.minutes for one in members)
    head = f"# {part}\n\n{len(members)} lectures, {minutes} minutes of teaching.\n"
    names = [f"../lectures/{one.path.stem}" for one in members]
    return "\n".join([head, table(members, "../"), toctree(names)])


def lecture_page(lecture, networks):
    """A lecture's notebook as the site shows it, as JSON."""
    notebook = json.loads(lecture.path.read_text(encoding="utf-8"))
    cells = with_alternative_texts(notebook["cells"][:-1])  # links are at the foot
    text = "".join(cells[1]["source"]).replace("(index.ipynb)", "(../index.md)")
    cells[1]["source"] = "\n\n".join([text, *more(lecture, networks)])
    notebook["cells"] = with_sliders(cells, lecture.number)
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def with_alternative_texts(cells):
    """The cells of a lecture whose figures say in words what they show."""
    for index, text in alternative_texts(cells).items():
        image = {"image": {"alt": text}}
        cells[index]["metadata"] = cells[index]["metadata"] | {"mystnb": image}
    return cells


def more(lecture, networks):
    """What the site knows of a lecture: its homework, its networks, where to run it."""
    if task := homework(lecture):
        yield f"[Homework {lecture.number}](../exercises/{task})"
    rows = [row for row in networks if row.paper.lecture == int(lecture.number)]
    if rows:
        links = [f"[{row.name}](../networks/{slug(row.name)}.md)" for row in rows]
        yield f"Networks: {' · '.join(links)}"
    if told := launch(f"lectures/{lecture.path.name}"):
        yield told


def copy_files(source):
    """What is taken as it is: homework, sliders, and the pages of docs/."""
    names = sorted(path.name for path in (ROOT / "exercises").glob("[0-9P]*.ipynb"))
    for name in names:
        text = (ROOT / "exercises" / name).read_text(encoding="utf-8")
        write(source / "exercises" / name, text)
    stems = [name.removesuffix(".ipynb") for name in names]
    shown = [f"- [](./{stem}.ipynb)" for stem in stems]
    page = HOMEWORK + "\n".join(shown) + "\n\n" + toctree(stems)
    write(source / "exercises" / "index.md", page)
    for path in (ROOT / "docs").glob("*.md"):
        write(source / "docs" / path.name, path.read_text(encoding="utf-8"))
    shutil.copy(ROOT / "docs" / "architecture.svg", source / "docs")
    copy_sliders(source / "static")


def copy_mathjax(source):
    """What draws formulas: a script and its fonts."""
    for part in MATHJAX:
        to = source / "static" / "mathjax" / part.removeprefix("es5/")
        to.parent.mkdir(parents=True, exist_ok=True)
        take = shutil.copytree if "fonts" in part else shutil.copy
        take(vendored("mathjax") / part, to)


def main(source=SOURCE, rows=NETWORKS):
    """Write all sources of the site, with pages of these networks, into a folder."""
    shutil.rmtree(source, ignore_errors=True)
    found = by_number()
    parts = {
        part: [one for one in found.values() if int(one.number) in numbers]
        for part, numbers in PARTS.items()
    }
    write(source / "index.md", start_page(parts))
    for part, members in parts.items():
        write(source / "parts" / f"{slug(part)}.md", part_page(part, members))
    for one in found.values():
        write(source / "lectures" / one.path.name, lecture_page(one, NETWORKS))
        picture = source / "pictures" / f"{one.number}.png"
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(base64.b64decode(small(one.path)))
    copy_files(source)
    copy_mathjax(source)
    write(source / "status.md", site_status.page(runs_folder() / "status.json"))
    for name, text in site_networks.pages(rows).items():
        write(source / "networks" / name, text)
    for name, text in site_package.pages().items():
        write(source / "package" / name, text)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
