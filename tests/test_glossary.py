"""Every term of docs/glossary.md stands in the lecture that introduces it."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (.+?) \| (.*?) ?\| (.+?) \| \[(\d\d)\]\((.+?)\) \|$", re.MULTILINE
)
ROWS = ROW.findall(PAGE)

# Terms that their lecture does not have yet. Empty at the end of issue 14.
TO_DO = []


def plain(text):
    """Lower case, without hyphens, emphasis and line breaks."""
    return re.sub(r"[-*_\s]+", " ", text.lower())


def names(row):
    """The term and its other names."""
    term, also, *_ = row
    return [term, *filter(None, also.split(", "))]


def has(text, name):
    """Whether a plain text has this name, singular or plural, as whole words."""
    return bool(re.search(rf"(?<!\w){re.escape(plain(name))}s?(?!\w)", text))


def lecture(row):
    """The markdown of the lecture that a row links to, as plain text."""
    path = ROOT / "docs" / row[4]
    cells = nbformat.read(path, as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "markdown"]
    return plain("\n".join(sources))


def test_every_line_of_the_table_is_read():
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    assert len(ROWS) == len(lines) - 1  # its head
    assert len(ROWS) >= 90


def test_terms_are_in_alphabetical_order():
    terms = [plain(row[0]) for row in ROWS]
    assert terms == sorted(terms)


def test_every_name_stands_in_one_row():
    found = [plain(name) for row in ROWS for name in names(row)]
    assert sorted(set(found)) == sorted(found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_lecture_has_the_term(row):
    assert Path(row[4]).name.startswith(f"{row[3]}_")
    found = any(has(lecture(row), name) for name in names(row))
    if row[0] in TO_DO:
        assert not found, f"lecture {row[3]} has {row[0]!r}: take it off TO_DO"
    else:
        assert found, f"lecture {row[3]} has none of {names(row)}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_meanings_are_sentences(row):
    assert re.match("[A-Z]", row[2])
    assert row[2].endswith(".")


def test_the_list_names_terms_of_the_table():
    assert set(TO_DO) <= {row[0] for row in ROWS}
    assert len(TO_DO) == len(set(TO_DO))


def test_whole_words_are_found():
    text = plain("Two **dense\nblocks**, a cross-entropy; squeezed.")
    assert has(text, "dense block")
    assert has(text, "cross entropy")
    assert not has(text, "dense bloc")
    assert not has(text, "squeeze")
