"""No misspelt word that codespell knows, in texts, code and cells of notebooks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXTS = {".md", ".py", ".toml", ".cff", ".yml", ".css"}
# In formulas: the gradient that arrives, a number of dimensions. A person.
NAMES = ("dout", "nd", "leary")
ON_PURPOSE = {"trian", "widht", "bloc"}  # what a test misspells


def sources(notebook):
    """What a person wrote in a notebook, without what its cells answered."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with every text that git keeps; a notebook as its sources."""
    folder = tmp_path_factory.mktemp("written")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for path in map(ROOT.joinpath, listed.stdout.splitlines()):
        if path.suffix in TEXTS | {".ipynb"} and path.exists():
            read = sources if path.suffix == ".ipynb" else Path.read_text
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(read(path), encoding="utf-8")
    return folder


def misspelt(folder):
    """Lines of codespell: the file, the line, the word ==> what it may have meant."""
    command = [sys.executable, "-m", "codespell_lib", "-L", ",".join(NAMES), "."]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    lines = found.stdout.splitlines()
    return [line for line in lines if line.split()[1] not in ON_PURPOSE]


def test_no_word_is_misspelt(written):
    assert len(list(written.rglob("*.ipynb"))) > 70
    assert misspelt(written) == []


def test_a_misspelt_word_is_found(tmp_path):
    wrong = "fuc" + "ntion"  # in one piece this file would be misspelt
    (tmp_path / "text.md").write_text(f"The gradient of a {wrong}.\n")
    assert misspelt(tmp_path) == [f"./text.md:1: {wrong} ==> function"]
