"""The tool for mutation testing: what it chooses, how it judges, and one real run."""

from pathlib import Path

import mutants
import pytest

ROOT = Path(__file__).parents[1]
ROW = {"path": "a.py", "line": 3, "seconds": 2, "tests": ["tests/test_a.py"], "by": []}


def place(n):
    """A place as cosmic-ray's specifications give it, with two ways to go wrong."""
    return ("a.py", n, 0, "core/Number"), [f"{n} + 1", f"{n} - 1"]


def test_a_sample_is_seeded_and_takes_each_place_once():
    found = dict(map(place, range(100)))
    taken = mutants.sample(found, 30, 5)
    assert taken == mutants.sample(found, 30, 5)
    assert taken != mutants.sample(found, 30, 6)
    assert len({way.split()[0] for way in taken}) == 30
    assert len(mutants.sample(found, 500, 5)) == 100


@pytest.mark.parametrize("part", mutants.PARTS)
def test_every_file_has_tests_that_name_it(part):
    files = sorted(ROOT.glob(mutants.PARTS[part]))
    assert len(files) > 5
    for file in files:
        tests = mutants.tests_for(file.relative_to(ROOT), None, ROOT)
        if file.name != "__init__.py":
            assert 1 <= len(tests) <= mutants.MOST, file


def test_its_own_tests_come_first():
    first, *_ = mutants.tests_for("dlcourse/layers/dropout.py", "Dropout", ROOT)
    assert first == "tests/test_dropout.py"


def test_an_equivalent_mistake_is_known_by_file_and_both_lines():
    known = [{"file": "a.py", "line": "x = 1", "becomes": "x = 2", "why": "unused"}]
    changed = ["-    x = 1", "+    x = 2"]
    assert mutants.is_equivalent("a.py", changed, known)
    assert not mutants.is_equivalent("b.py", changed, known)
    assert not mutants.is_equivalent("a.py", ["-    x = 1", "+    x = 0"], known)


def test_each_equivalent_mistake_stands_in_its_file_with_a_reason():
    for row in mutants.known_equivalents():
        lines = (ROOT / row["file"]).read_text(encoding="utf-8").splitlines()
        assert row["line"] in map(str.strip, lines), row
        assert row["line"] != row["becomes"]
        assert len(row["why"].split()) >= 4


@pytest.mark.parametrize(
    ("noticed", "kept", "broken", "status"),
    [(19, 1, set(), 0), (18, 2, set(), 1), (20, 0, {"tests/test_a.py::test"}, 1)],
)
def test_the_judgement(noticed, kept, broken, status, capsys):
    rows = [{"outcome": mutants.NOTICED}] * noticed + [{"outcome": mutants.KEPT}] * kept
    assert mutants.judge([*rows, {"outcome": mutants.EQUIVALENT}], broken) == status
    printed = capsys.readouterr().out
    assert f"{noticed} noticed, {kept} not noticed, 1 equivalent" in printed
    assert all(test in printed for test in broken)


def test_what_was_not_noticed_is_shown_with_its_line():
    row = ROW | {"outcome": mutants.KEPT, "changed": ["-x = 1", "+x = 2"]}
    assert mutants.report(row).splitlines()[1:] == [
        "    -x = 1",
        "    +x = 2",
        "    tests: tests/test_a.py",
    ]
    row = ROW | {"outcome": mutants.NOTICED, "by": ["tests/test_a.py::test"]}
    assert mutants.report(row).endswith("a.py:3  tests/test_a.py::test")


def test_a_mistake_is_made_seen_and_taken_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("dlcourse", "tests"):
        Path(folder).mkdir()
    code = "def twice(x):\n    return 2 * x\n\n\ndef thrice(x):\n    return 3 * x\n"
    Path("dlcourse/a.py").write_text(code)
    test = "import sys\nsys.path.insert(0, 'dlcourse')\nfrom a import twice\n\n"
    Path("tests/test_a.py").write_text(test + "def test():\n    assert twice(4) == 8\n")
    found = mutants.places([Path("dlcourse/a.py")])
    numbers = {key[1]: ways for key, ways in found.items() if "Number" in key[3]}
    rows = [mutants.attempt(numbers[line][0], []) for line in (2, 6)]
    assert [row["outcome"] for row in rows] == [mutants.NOTICED, mutants.KEPT]
    assert rows[0]["by"] == ["tests/test_a.py::test"]
    assert rows[1]["changed"][0] == "-    return 3 * x"
    assert Path("dlcourse/a.py").read_text() == code
