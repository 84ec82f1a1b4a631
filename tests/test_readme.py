"""What newcomers read first: README, CONTRIBUTING, licences, containers, citation."""

import json
import re
import tomllib
from pathlib import Path

import make_readme
import pytest
import yaml
from PIL import Image
from typer.main import get_command

from dlcourse import datasets
from dlcourse.cli import app
from dlcourse.course import lectures

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")]
PAGES += sorted((ROOT / "docs").glob("*.md"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", make_readme.WRITTEN)
def test_what_is_made_is_up_to_date(file):
    name, make = make_readme.WRITTEN[file]
    text = read(file)
    assert make_readme.between(text, name, make()) == text, "tools/make_readme.py"


def test_the_map_has_every_lecture_with_its_times():
    text = read("README.md")
    for lecture in lectures():
        assert f"[{lecture.title}](lectures/{lecture.path.name})" in text
        assert f"| {lecture.minutes} min | {lecture.seconds} s |" in text
        assert lecture.question in text


def test_every_embedded_set_has_its_licence():
    rows = read("docs/data.md").splitlines()
    for one in datasets.embedded_sets():
        (row,) = (row for row in rows if row.startswith(f"| {one.name} |"))
        assert row.endswith(f"| {one.licence} |")


def test_marks_that_are_missing_are_named():
    with pytest.raises(ValueError, match="no <!-- lectures -->"):
        make_readme.between("# dlcourse", "lectures", "")


def test_the_readme_is_two_screens():
    assert len(read("README.md").splitlines()) <= 110


def test_the_picture_shows_figures_and_is_small():
    path = ROOT / "docs/course.png"
    image = Image.open(path).convert("RGB")
    assert image.size == make_readme.picture().size
    assert path.stat().st_size < 150_000
    step = make_readme.WIDTH + make_readme.GAP
    for i in range(len(make_readme.SHOWN)):
        left, top = i % make_readme.COLUMNS * step, i // make_readme.COLUMNS
        top *= make_readme.HEIGHT + make_readme.GAP
        box = (left, top, left + make_readme.WIDTH, top + make_readme.HEIGHT)
        assert len(image.crop(box).getcolors(99_999)) > 4, i


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_commands_and_targets_exist(page):
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (page.parent / link).exists(), link
    for name in re.findall(r"(?:^|`|bin/)dlcourse ([a-z]+)\b", text, re.MULTILINE):
        assert name in get_command(app).commands, name
    for target in re.findall(r"`make ([a-z-]+)", text):
        assert re.search(rf"^{target}:", read("Makefile"), re.MULTILINE), target
    for path in re.findall(r"`((?:tools|tests|dlcourse|docs)/[\w./]+)`", text):
        assert (ROOT / path).exists(), path


def test_the_citation_names_this_version():
    citation = yaml.safe_load(read("CITATION.cff"))
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert citation["cff-version"] == "1.2.0"
    assert str(citation["version"]) == project["version"]
    assert citation["license"] == project["license"]
    assert citation["authors"]
    assert citation["title"]


def test_containers_have_the_python_of_conda_and_say_that_they_are_untried():
    container = json.loads(read(".devcontainer/devcontainer.json"))
    docker = read(".devcontainer/Dockerfile")
    environment = yaml.safe_load(read("environment.yml"))
    (version,) = re.findall(r"python=([\d.]+)", str(environment))
    assert f":{version}-slim\n" in docker
    assert container["image"].endswith(f":{version}")
    assert "Not tried" in docker.splitlines()[0]
    assert "None of these was tried" in read("docs/setup.md")
    assert ".venv/.installed" in docker
    assert ".venv/.installed" in container["postCreateCommand"]
