"""The tool that changes lectures and sees claims fall, and its table of changes."""

import json

import break_claims
import pytest
from nbformat import v4, write

CHANGES = break_claims.changes()


@pytest.mark.parametrize("number", CHANGES)
def test_each_change_finds_its_place_and_its_claim(number):
    (path,) = break_claims.LECTURES.glob(f"{number}_*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = "".join("".join(cell["source"]) for cell in notebook["cells"])
    for row in CHANGES[number]:
        break_claims.changed(notebook, row["find"], row["put"])
        assert row["claim"] in code or number == "01"  # where a loop fills in a name


def test_every_lecture_has_at_least_two():
    numbers = {path.name[:2] for path in break_claims.LECTURES.glob("[0-9][0-9]_*")}
    assert CHANGES.keys() == numbers
    assert min(map(len, CHANGES.values())) >= 2


def test_what_falls_what_holds_and_what_is_not_reached(tmp_path, monkeypatch, capsys):
    sources = ["from dlcourse.lecture import claim\nn = 2", "claim('two', n == 2)"]
    sources += ["claim('even', n % 2 == 0)", "raise ValueError(n)", "claim('no', n)"]
    cells = [v4.new_code_cell(source) for source in sources]
    write(v4.new_notebook(cells=cells), tmp_path / "01_x.ipynb")
    rows = [{"claim": "two", "find": "n = 2", "put": "n = 4"}]
    rows += [{"claim": "even", "find": "'even'", "put": "'even'"}]
    rows += [{"claim": "no", "find": "'no'", "put": "'no'"}]
    monkeypatch.setattr(break_claims, "LECTURES", tmp_path)
    monkeypatch.setattr(break_claims, "changes", lambda: {"01": rows})
    assert break_claims.main([]) == 1
    printed = capsys.readouterr().out
    assert "'n = 2' -> 'n = 4': fails" in printed
    assert "'even' -> 'even'" in printed.replace('"', "")
    assert "HOLDS all the same" in printed
    assert "not reached; cell 3: ValueError: 4" in printed
    assert "1 of 3 claims fail" in printed


def test_a_change_that_finds_no_place_is_named():
    notebook = {"cells": [{"cell_type": "code", "source": ["a = 1\n", "b = a"]}]}
    with pytest.raises(ValueError, match="'c' stands 0 times"):
        break_claims.changed(notebook, "c", "d")
    with pytest.raises(ValueError, match="'a' stands 2 times"):
        break_claims.changed(notebook, "a", "d")
