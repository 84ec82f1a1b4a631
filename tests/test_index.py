"""The start page of the lectures says what they say themselves."""

import base64
import copy
import io
import json

import make_index
import nbformat
import pytest
from nbformat import v4
from PIL import Image
from typer.testing import CliRunner

from dlcourse.cli.main import app
from dlcourse.course import PARTS, course_folder, lectures, read_head


@pytest.fixture(scope="module")
def page():
    return nbformat.read(course_folder() / "lectures/index.ipynb", as_version=4)


def test_the_page_is_the_one_that_is_made(page):
    made = make_index.index()  # but for the pictures, which change with every run
    assert [cell.source for cell in page.cells] == [cell.source for cell in made.cells]


def test_every_lecture_has_its_row_and_its_picture(page):
    text = "\n".join(cell.source for cell in page.cells)
    pictures = {}
    for cell in page.cells:
        pictures |= cell.get("attachments", {})
    for lecture in lectures():
        assert f'href="{lecture.path.name}"' in text
        assert lecture.question in text
        data = base64.b64decode(pictures[f"{lecture.number}.png"]["image/png"])
        width, height = Image.open(io.BytesIO(data)).size
        assert 0 < width <= make_index.WIDTH
        assert 0 < height <= make_index.HEIGHT


def test_lectures_link_to_their_neighbours():
    found = [None, *lectures(), None]
    for before, lecture, after in zip(found, found[1:], found[2:], strict=False):
        notebook = json.loads(lecture.path.read_text(encoding="utf-8"))
        made = make_index.linked(copy.deepcopy(notebook), before, after)
        assert made == notebook, f"{lecture.path.name}: python tools/make_index.py"
        text = make_index.links(before, after)
        assert all(f"]({n.path.name})" in text for n in (before, after) if n)
        assert "](index.ipynb)" in text


def test_every_lecture_is_in_one_part():
    numbers = [number for part in PARTS.values() for number in part]
    assert numbers == [int(lecture.number) for lecture in lectures()]


def test_the_command_lists_them_in_80_columns():
    printed = CliRunner().invoke(app, ["lectures"]).output
    lines = printed.splitlines()
    assert max(map(len, lines)) <= 80
    for lecture in lectures():
        assert f"{lecture.number}  {lecture.title}  ({lecture.minutes} min" in printed
    assert all(part in lines for part in PARTS)


def test_a_head_of_another_form_is_named(tmp_path):
    path = tmp_path / "07_lenet.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell("# LeNet")]), path)
    with pytest.raises(ValueError, match=r"07_lenet\.ipynb: the first cell"):
        read_head(path)


def test_a_lecture_without_a_figure_is_named(tmp_path):
    path = tmp_path / "07_lenet.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("1")]), path)
    with pytest.raises(ValueError, match=r"07_lenet\.ipynb holds no figure"):
        make_index.small(path)
