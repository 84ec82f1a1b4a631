"""The site: what its sources say, and a walk through its pages in Chromium."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import look
import make_site
import numpy as np
import pytest
import record_sliders
import site_launch
import site_networks
import site_package
import site_sliders
import site_status
import walk
from PIL import Image

from dlcourse.cli import vendor
from dlcourse.course import PARTS, ROOT, lectures
from dlcourse.models.catalog import NETWORKS, get

FEW = (
    *("index.md", "parts/foundations.md", "lectures/01_*", "exercises/01_*"),
    *("docs/setup.md", "docs/glossary.md", "networks/index.md"),
)


def missing():
    """Why no site can be made and opened here, or None."""
    if importlib.util.find_spec("sphinx_book_theme") is None:
        return "Sphinx is not installed: make site"
    try:
        vendor.vendored("mathjax")
    except RuntimeError as error:
        return str(error)
    return look.missing()


def in_browser(test):
    """Marks of a test that opens pages."""
    skip = pytest.mark.skipif(missing() is not None, reason=str(missing()))
    return pytest.mark.browser(skip(test))


def sphinx(source, to, *options):
    """Make pages of sources; what Sphinx says of them."""
    static = f"html_static_path=_static,{source / 'static'}"
    command = [sys.executable, "-m", "sphinx", "-q", "-c", str(ROOT / "docs")]
    command += ["-D", static, *options, str(source), str(to)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The sources, but for MathJax and for the networks' pages."""
    folder = tmp_path_factory.mktemp("site") / "source"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make_site, "copy_mathjax", lambda source: None)
        make_site.main(folder, rows=())
    return folder


def test_the_start_page_has_every_lecture(source):
    text = (source / "index.md").read_text(encoding="utf-8")
    for one in lectures():
        assert f"](lectures/{one.path.name})" in text
        assert one.question in text
        assert f"{one.minutes} minutes" in text
        assert (source / "pictures" / f"{one.number}.png").stat().st_size > 200
    assert all(f"parts/{make_site.slug(part)}\n" in text for part in PARTS)


def test_every_link_of_the_sources_leads_to_a_page(source):
    networks = {site_networks.slug(row.name) for row in NETWORKS}
    for path in source.rglob("*.[im][pd]*"):
        text = path.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([\w./-]+\.(?:md|ipynb|png|svg))\)", text):
            there = (path.parent / link).resolve()
            known = there.parent.name == "networks" and there.stem in networks
            assert known or there.exists(), f"{path.name}: {link}"


def test_homework_is_as_it_is_handed_out(source):
    shown = sorted((source / "exercises").glob("*.ipynb"))
    assert [path.name for path in shown] == sorted(
        path.name for path in (ROOT / "exercises").glob("*.ipynb")
    )
    for path in shown:
        assert path.read_bytes() == (ROOT / "exercises" / path.name).read_bytes()


def test_a_lecture_leads_to_its_neighbours_homework_and_networks(source):
    path = source / "lectures/13_resnet.ipynb"
    above, *rest = json.loads(path.read_text(encoding="utf-8"))["cells"][1:]
    for link in ("12_inception_v2_v3_v4.ipynb", "14_loss_landscapes.ipynb"):
        assert f"({link})" in above["source"]
    assert "(../exercises/13_resnet.ipynb)" in above["source"]
    assert "(../networks/resnet_50.md)" in above["source"]
    assert all(cell["id"] != "links-below" for cell in rest)


def test_no_output_waits_for_a_kernel(source):
    for path in (source / "lectures").glob("*.ipynb"):
        assert site_sliders.WIDGET not in path.read_text(encoding="utf-8")


def test_no_two_networks_share_a_page():
    names = [site_networks.slug(row.name) for row in NETWORKS]
    assert len(set(names)) == len(NETWORKS)
    index = site_networks.index(NETWORKS)
    assert all(f"](./{name}.md)" in index for name in names)


def test_a_network_has_its_definition_layers_and_errors():
    row = get("ResNet-20")
    text = site_networks.page(row)
    assert "def CIFARResNet(" in text
    assert "models.CIFARResNet(20)" in text
    assert f"{row.parameters:,} (source: counted by hand" in text
    assert "8.75 % (CIFAR-10, one run; table 6)" in text
    assert "[13 · ResNet](../lectures/13_resnet.ipynb)" in text
    assert "<td>conv1</td>" in text
    drawn = re.findall(r'<path d="([^"]*)"', text)
    assert [path.count("M") for path in drawn] == [20] * 4  # as the name says


def test_every_module_that_a_reader_may_want_has_a_page():
    made = site_package.pages()
    for path in (ROOT / "dlcourse").glob("*/*.py"):
        room = path.parent.name
        if room not in site_package.LEFT_OUT and path.stem != "__init__":
            assert f"{room}.{path.stem}.md" in made or path.stem == "tfds_builders"
    assert (
        "automodule:: dlcourse.models.resnet\n   :members:" in made["models.resnet.md"]
    )
    assert not any("homework" in name for name in made)


def test_lectures_are_launched_only_where_the_course_has_an_address(monkeypatch):
    monkeypatch.setattr(site_launch, "address", lambda: None)
    assert site_launch.launch("lectures/07_lenet.ipynb") is None
    address = "https://github.com/someone/course.git"
    monkeypatch.setattr(site_launch, "address", lambda: address)
    told = site_launch.launch("lectures/07_lenet.ipynb")
    commit = site_launch.commit()
    assert len(commit) == 40
    name = "someone/course"
    assert f"mybinder.org/v2/gh/{name}/{commit}?urlpath=lab/tree/lectures/07_" in told
    assert f"github/{name}/blob/{commit}/lectures/07_lenet.ipynb" in told
    assert f"checkout --quiet {commit}" in told


def test_the_status_page_shows_what_the_tests_found(tmp_path):
    file = tmp_path / "status.json"
    assert "No test has run" in site_status.page(file)
    network = {"parameters": 61706, "macs": 416520}
    state = {"state": "SKIPPED: no bwrap | here"}
    board = {"networks": {"LeNet-5": network}, "machine": {"sandbox": state}}
    file.write_text(json.dumps(board))
    text = site_status.page(file)
    assert "| LeNet-5 | 61,706 |" in text
    assert r"| **SKIPPED: no bwrap \| here** |" in text


def test_sliders_are_of_the_cells_as_they_are():
    for path in site_sliders.FOLDER.glob("*.png"):
        assert len(Image.open(path).getcolors()) > 1, f"{path.name} is blank"
        number, _, name = path.stem.partition("_")
        (lecture,) = (one.path for one in lectures() if one.number == number)
        cells = json.loads(lecture.read_text(encoding="utf-8"))["cells"]
        (cell,) = (cell for cell in cells if cell["id"] == name)
        told = site_sliders.read(path)
        assert told["cell"] == record_sliders.digest("".join(cell["source"])), (
            f"{lecture.name}: tools/record_sliders.py has drawn another cell"
        )


@pytest.mark.parametrize(
    ("choices", "start", "expected"),
    [
        ((0.0, 0.4, 0.1), 0.3, (["0", "0.1", "0.2", "0.3", "0.4"], 3)),
        ((1, 3), 2, (["1", "2", "3"], 1)),
        (["a", "b"], "b", (["a", "b"], 1)),
        ((0, 100), 7, ([*"0", "7", *map(str, range(10, 101, 10))], 1)),
    ],
)
def test_a_slider_is_drawn_for_some_values(choices, start, expected):
    values, first = record_sliders.chosen(choices, start)
    assert ([record_sliders.text(one) for one in values], first) == expected


def test_a_recorded_slider_begins_as_in_the_lecture(tmp_path):
    import matplotlib.pyplot as plt

    interact = record_sliders.Recorder(tmp_path)

    @interact(height=(1, 5), other=(0, 3))
    def draw(height=2, other=3):
        _, ax = plt.subplots(figsize=(4, 2))
        ax.set(ylim=(0, 5), title=other)
        ax.bar([0], [height])
        plt.show()

    told = site_sliders.read(tmp_path / "0.png")
    assert (told["argument"], told["start"]) == ("height", 1)
    assert told["values"] == ["1", "2", "3", "4", "5"]
    width, height = told["size"]
    sheet = np.asarray(Image.open(tmp_path / "0.png").convert("RGB"), int)
    assert sheet.shape == (5 * height, width, 3)
    blue = (sheet[..., 2] > sheet[..., 0] + 50).reshape(5, -1).sum(axis=1)
    assert all(np.diff(blue) > 0)  # the bar grows from figure to figure
    shown = site_sliders.slider(tmp_path / "0.png")
    assert f"background-position-y: -{height}px" in shown
    interact(lambda height=2: None, height=(1, 2))  # draws nothing: told, not shown
    assert [path.name for path in tmp_path.iterdir()] == ["0.png"]
    assert draw is not None


GOOD = '<!doctype html><html lang="en"><title>Good</title>Good.'
BAD = """<!doctype html><meta charset="utf-8"><title>Bad</title>
<p style="color: #bbb">pale</p><img src="a.png" alt="a.png"><input type="range">
<img src="missing.png"><span class="math">x^2</span>
<div style="width: 3000px">wide</div><script>console.error("seen")</script>
<script src="http://127.0.0.1:9/outside.js"></script><script>undefined.x</script>"""
FAULTS = (
    *("no picture: missing.png", "a raw formula: ", "wider than the window"),
    *("console: seen", "asks for http://127.0.0.1:9/outside.js", "missing.png"),
    *("Cannot read properties of undefined", "image-alt: ", "color-contrast: "),
    *("a file's name for words: a.png", "html-has-lang: ", "label: "),
)


@in_browser
def test_the_walk_finds_what_is_wrong(tmp_path):
    (tmp_path / "bad.html").write_text(BAD)
    (tmp_path / "good.html").write_text(GOOD)
    found = walk.all_faults(walk.pages(tmp_path))
    assert all(f"{tmp_path.name}/bad.html: " in line for line in found)
    for fault in FAULTS:
        assert any(fault in line for line in found), fault


@pytest.fixture(scope="module")
def few(source, tmp_path_factory):
    """Some pages of the site."""
    make_site.copy_mathjax(source)
    to = tmp_path_factory.mktemp("few")
    sphinx(source, to, "-D", f"include_patterns={','.join(FEW)}")
    return to


@in_browser
def test_some_pages_are_right_and_searched(few):
    assert walk.faults(walk.pages(few)) == []
    found, told = walk.search(few, "perceptron")
    assert any(Path(link).name.startswith("01_perceptron") for link in found)
    assert told == []


@in_browser
def test_a_recorded_slider_moves(few):
    with walk.browser() as (page, told):
        page.goto((few / "lectures/01_perceptron_and_activations.html").as_uri())
        first = page.locator(".slider").first
        figure = first.locator("[role=img]")
        before = figure.screenshot()
        first.locator("input").fill("9")
        assert first.locator("output").text_content() == "0.9"
        assert figure.get_attribute("aria-label").endswith("= 0.9")
        assert figure.screenshot() != before
        assert told == []


@pytest.mark.slow
@in_browser
def test_the_whole_site_is_right(tmp_path):
    before = subprocess.check_output(["git", "-C", ROOT, "status", "--porcelain"])
    make_site.main(tmp_path / "source")
    sphinx(tmp_path / "source", tmp_path / "html", "-W", "--keep-going", "-j", "2")
    assert (tmp_path / "html/index.html").exists()
    pages = walk.pages(tmp_path / "html")
    assert len(pages) > len(NETWORKS) + len(lectures())
    assert walk.all_faults(pages) == []
    after = subprocess.check_output(["git", "-C", ROOT, "status", "--porcelain"])
    assert after == before
