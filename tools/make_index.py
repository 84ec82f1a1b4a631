"""Write lectures/index.ipynb, the start page, and the links between the lectures.

    python tools/make_index.py

The start page says what the first cells of the lectures say; the picture of a lecture
is its first figure, made small. Each lecture links to the ones before and after it, in
a cell below its title and in its last cell.
"""

import base64
import io
import json

import nbformat
from nbformat import v4
from PIL import Image

from dlcourse.course import PARTS, course_folder, lectures

WIDTH, HEIGHT = 150, 90  # pixels of a small picture
INTRODUCTION = """# Deep learning

A course in {count} lectures, {hours} hours of teaching: from the perceptron through the
famous convolutional networks to what came after them. Click on a title, and run the
notebook from the top: each takes about a minute, needs no network, and stays as you
leave it.

In the first code cell stands `PROFILE = "quick"`. With `"full"` the same notebook takes
larger data and networks, for a GPU."""
ROW = """<tr>
<td><img src="attachment:{number}.png" alt="A figure of lecture {number}"></td>
<td><b><a href="{name}">{number} · {title}</a></b><br>{question}<br>
<small>{minutes} minutes of teaching · runs in {seconds} s · needs {needs}{work}</small>
</td>
</tr>"""


def index():
    """The start page as a notebook."""
    found = {int(lecture.number): lecture for lecture in lectures()}
    hours = round(sum(lecture.minutes for lecture in found.values()) / 60)
    cells = [v4.new_markdown_cell(INTRODUCTION.format(count=len(found), hours=hours))]
    for part, numbers in PARTS.items():
        cells.append(table(part, [found[n] for n in numbers if n in found]))
    for number, cell in enumerate(cells):
        cell.id = f"part{number}"
        cell.metadata["slideshow"] = {"slide_type": "slide"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def table(part, lectures):
    """A cell with a part of the course: its lectures, and their pictures attached."""
    rows = "\n".join(row(lecture) for lecture in lectures)
    pictures = {f"{one.number}.png": {"image/png": small(one.path)} for one in lectures}
    text = f"## {part}\n\n<table>\n{rows}\n</table>"
    return v4.new_markdown_cell(text, attachments=pictures)


def row(lecture):
    """A lecture's row of the table, in HTML."""
    work = " · with homework" if lecture.homework else ""
    return ROW.format(**vars(lecture), name=lecture.path.name, work=work)


def small(path):
    """A notebook's first figure, made small, as base64."""
    for image in figures(path):
        image.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        made = io.BytesIO()
        image.quantize(32).save(made, "PNG", optimize=True)
        return base64.b64encode(made.getvalue()).decode()
    raise ValueError(f"{path.name} holds no figure: execute it first.")


def figures(path):
    """The figures that a notebook's outputs hold, in order, as Pillow images."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}):
                data = base64.b64decode("".join(output["data"]["image/png"]))
                yield Image.open(io.BytesIO(data)).convert("RGB")


LINKS = ("links-above", "links-below")  # the identifiers of the two cells


def links(before, after):
    """Markdown that leads to the neighbours of a lecture, where it has them."""
    parts = ["[All lectures](index.ipynb)"]
    if before:
        link = f"[← {before.number} {before.title}]({before.path.name})"
        parts.insert(0, link)
    if after:
        parts.append(f"[{after.number} {after.title} →]({after.path.name})")
    return " · ".join(parts)


def is_links(cell):
    """Whether a cell is one with links, also one that came with a copied lecture."""
    return cell["id"] in LINKS or "[All lectures](index.ipynb)" in "".join(
        cell["source"]
    )


def linked(notebook, before, after):
    """Put the cells with links, that slides leave out, into a lecture's JSON."""
    cells = [cell for cell in notebook["cells"] if not is_links(cell)]
    above, below = (
        {
            "cell_type": "markdown",
            "id": name,
            "metadata": {"slideshow": {"slide_type": "skip"}},
            "source": [links(before, after)],
        }
        for name in LINKS
    )
    notebook["cells"] = [cells[0], above, *cells[1:], below]
    return notebook


def write_links():
    """Put the links into every lecture."""
    found = [None, *lectures(), None]
    for before, lecture, after in zip(found, found[1:], found[2:], strict=False):
        notebook = json.loads(lecture.path.read_text(encoding="utf-8"))
        text = json.dumps(linked(notebook, before, after), indent=1, ensure_ascii=False)
        lecture.path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_links()
    nbformat.write(index(), course_folder() / "lectures" / "index.ipynb")
