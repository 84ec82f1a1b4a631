"""The table of a class, what teachers write into it, and what is read from it."""

import csv
import errno
import io
import json
import os
import re
import zipfile

import hostile
import hostile_files
import numpy as np
import pytest
from typer.testing import CliRunner

from dlcourse import cli
from dlcourse.homework import questions
from dlcourse.homework.checking import judge
from dlcourse.homework.grading import (
    classes,
    collect,
    export,
    judging,
    sandbox,
    similarity,
)
from dlcourse.homework.grading.feedback import page, page_name
from dlcourse.homework.grading.gradebook import GradeBook, read_late
from dlcourse.homework.grading.summary import summary
from dlcourse.homework.grading.table import Table, escape, read_table, unescape

ASKED = questions.of("01")
WORTH = {question.name: question.points for question in ASKED}
FORMULA = tuple("=+-@\t\r＝＋－＠|")


@pytest.fixture
def fast(monkeypatch):
    """No notebook is run; each question that is asked is right where it was solved."""

    def start(folder, job, limits, isolated, errors=False):
        return sandbox.Run([b'{"begun": true}', b'{"done": true}'])

    def verdict(question, inputs, received, run):
        return judging.Verdict(question.name, "right", question.points)

    monkeypatch.setattr(sandbox, "start", start)
    monkeypatch.setattr(sandbox, "why_not", lambda folder: "")
    monkeypatch.setattr(judging, "verdict", verdict)


def run(*words, code=0):
    result = CliRunner().invoke(cli.app, ["grade", *map(str, words)])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


def rows(path):
    return {row["student"]: row for row in read_table(path).rows}


def a_class(folder, names=("anna", "ben")):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.ipynb").write_bytes(hostile_files.SOLVED)
    return folder


@pytest.fixture(scope="module")
def odd_names(tmp_path_factory):
    """The table of a class with odd names, and its folder."""
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("out")
    (folder / "honest.ipynb").write_bytes(hostile_files.SOLVED)
    for name in hostile_files.NAMES:
        (folder / f"{name}.ipynb").write_bytes(b"{}")
    (folder / ("b" * 252)).mkdir()
    grading = classes.Grading("01", out / "grades.csv", folder, None, True)
    students = collect.find(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            sandbox,
            "start",
            lambda *a: sandbox.Run([b'{"begun": true}', b'{"done": true}']),
        )
        grading.run(students, jobs=2)
        grading.finish(students)
    return students, out


@pytest.mark.parametrize("name", hostile_files.NAMES)
def test_an_odd_name_has_its_row(odd_names, name):
    _, out = odd_names
    wanted = hostile_files.NAMES[name]
    if wanted.endswith("~"):  # what cannot be told apart by eye
        wanted += collect.digest(f"{name}.ipynb")
    assert rows(out / "grades.csv")[wanted]["status"] == "not a notebook"
    assert (out / "grades_feedback" / page_name(wanted, "")).is_file()


def test_no_name_breaks_the_table_or_becomes_a_formula(odd_names):
    students, out = odd_names
    content = (out / "grades.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # else Excel guesses the encoding
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(lines) == 1 + len(hostile_files.NAMES) + 2
    assert len(students) == len(lines) - 1
    assert {len(line) for line in lines} == {len(lines[0])}
    assert not [cell for line in lines for cell in line if cell.startswith(FORMULA)]
    assert rows(out / "grades.csv")["honest"]["status"] == "graded"
    assert "<script>" not in (out / "grades_feedback" / "index.html").read_text()
    longest = max(len(os.fsencode(p.name)) for p in (out / "grades_feedback").iterdir())
    assert longest < 100


def test_the_index_is_in_the_order_of_the_table(odd_names):
    _, out = odd_names
    page = (out / "grades_feedback" / "index.html").read_text("utf-8")
    wanted = [
        page_name(r["student"], r["id"]) for r in rows(out / "grades.csv").values()
    ]
    assert re.findall(r'<td><a href="([^"]+)"', page) == wanted


def test_going_on_with_odd_names_grades_nobody_again(odd_names):
    students, out = odd_names
    book = GradeBook(out / "grades.csv", ASKED)
    assert set(book.rows) == set(students)


def test_escaping_can_be_undone():
    texts = ["", "a", "'", "''", "'a", "'=1", "''=1", "007", "12-11", *FORMULA]
    texts += ["6.5", "-1", "=1+1", "'tis", " =1", "1e5"]
    for text in texts:
        assert unescape(escape(text)) == text
        assert not Table([], []).cell(text).startswith(FORMULA)
    assert escape("12345") == "12345"


@pytest.mark.parametrize(
    ("delimiter", "encoding", "end"),
    [
        (",", "utf-8", "\n"),
        (";", "utf-8-sig", "\r\n"),
        (";", "cp1252", "\r\n"),
        ("\t", "utf-16", "\r\n"),
    ],
)
def test_a_table_that_a_spreadsheet_saved_is_read_again(
    tmp_path, fast, delimiter, encoding, end
):
    folder, out = a_class(tmp_path / "class", ("Jürgen", "=1")), tmp_path / "g.csv"
    run(folder, "--out", out)
    table = read_table(out)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerow([*table.columns, "tutor"])
    comma = "6,5" if delimiter == ";" else "6.5"
    for row in table.rows:
        row |= {"override": comma, "comment": "Good:\nsee page 2; =1+1"}
        writer.writerow([*(escape(row[name]) for name in table.columns), "Eva"])
    out.write_bytes(text.getvalue().encode(encoding))
    run(folder, "--out", out)
    found = rows(out)
    assert set(found) == {"Jürgen", "=1"}
    for row in found.values():
        assert (float(row["total"].replace(",", ".")), row["tutor"]) == (6.5, "Eva")
        assert row["comment"] == "Good:\nsee page 2; =1+1"


def test_manual_points_and_what_is_no_number(tmp_path, fast):
    folder, out = a_class(tmp_path / "class"), tmp_path / "grades.csv"
    run(folder, "--out", out)
    text = out.read_text(encoding="utf-8-sig")
    full = sum(WORTH.values())
    before = f"anna.ipynb,graded,{full},,,{full},"
    assert before in text
    out.write_text(text.replace(before, f'anna.ipynb,graded,6.5,"7,25",,{full},'))
    run(folder, "--out", out)
    assert rows(out)["anna"]["points"] == "6.5"
    assert rows(out)["anna"]["total"] == "7.25"
    assert "mean" in (tmp_path / "grades_summary.txt").read_text()
    anna = (tmp_path / "grades_feedback" / page_name("anna", "")).read_text()
    assert f"<strong>7.25 of {full} points</strong>" in anna
    assert anna.count("<h1>") == anna.count("<table>") == 1
    assert '<h2 id="elu">' in anna
    out.write_text(text.replace(before, f"anna.ipynb,graded,{full},many,,{full},"))
    assert "row of anna: override is 'many'" in run(folder, "--out", out, code=1)


def test_a_question_graded_anew_leaves_the_rest(tmp_path, fast, monkeypatch):
    folder, out = a_class(tmp_path / "class"), tmp_path / "grades.csv"
    run(folder, "--out", out)
    text = out.read_text(encoding="utf-8-sig")
    full = sum(WORTH.values())
    out.write_text(text.replace(f"graded,{full},,,", f"graded,{full},3,,", 1))
    monkeypatch.setattr(
        judging,
        "verdict",
        lambda question, *a: judging.Verdict(question.name, "wrong", 0, "No."),
    )
    run(folder, "--out", out, "--regrade", "elu")
    for row in rows(out).values():
        assert (row["elu"], row["elu verdict"], row["elu fault"]) == (
            "0",
            "wrong",
            "No.",
        )
        assert (row["sigmoid"], row["sigmoid verdict"]) == (
            str(WORTH["sigmoid"]),
            "right",
        )
        assert row["points"] == str(full - WORTH["elu"])
    assert rows(out)["anna"]["total"] == "3"
    assert rows(out)["ben"]["total"] == str(full - WORTH["elu"])
    anna = (tmp_path / "grades_feedback" / page_name("anna", "")).read_text()
    assert "set by hand" in anna
    message = run(folder, "--out", out, "--regrade", "elus", code=1)
    assert "no question 'elus'" in message


def test_points_are_taken_off_for_being_late(tmp_path, fast):
    folder, out = a_class(tmp_path / "class", ("a", "b", "c")), tmp_path / "grades.csv"
    late = tmp_path / "late.csv"
    late.write_text("student;late\na;10%\nb;1,5\n")
    run(folder, "--out", out, "--late", late)
    full = sum(WORTH.values())
    totals = [float(row["total"]) for row in rows(out).values()]
    assert totals == [pytest.approx(full * 0.9), full - 1.5, full]
    run(folder, "--out", out)
    assert [float(row["total"]) for row in rows(out).values()] == totals
    late.write_text("student,late\nnobody,10%\n")
    assert "without a row: nobody" in run(folder, "--out", out, "--late", late, code=1)
    late.write_text("student,late\na,much\n")
    with pytest.raises(ValueError, match="late is 'much'"):
        read_late(late)


def moodle(names):
    """A class as Moodle exports it."""
    return {
        f"{name}_{number}_assignsubmission_file_/{hostile.NAME}": hostile_files.SOLVED
        for number, name in enumerate(names, 1234501)
    }


def test_a_class_from_moodle_and_back(tmp_path, fast):
    names = [f"Student {n}" for n in range(28)] + ["Anna Ö", "Anna Ö"]
    archive, out = tmp_path / "class.zip", tmp_path / "out" / "grades.csv"
    files = moodle(names)
    files["Anna Ö_1234529_assignsubmission_onlinetext_/onlinetext.html"] = b"<p>Hi"
    files["Late One_77_assignsubmission_file_/"] = b""
    archive.write_bytes(hostile_files.zipped(files))
    run(archive, "--out", out)
    table = read_table(out).rows
    assert len(table) == 31
    assert [r["id"] for r in table if r["student"] == "Anna Ö"] == [
        "1234529",
        "1234530",
    ]
    assert [row["status"] for row in table if row["student"] == "Late One"] == [
        "no notebook"
    ]
    text = out.with_name("grades_moodle.csv").read_text(encoding="utf-8-sig")
    sheet = list(csv.DictReader(text.splitlines()))
    assert len(sheet) == 31
    full = str(sum(WORTH.values()))
    graded = {row["Identifier"]: row["Grade"] for row in sheet}
    assert graded["Participant 1234530"] == full
    assert graded["Participant 77"] == "0"
    assert "Last modified (grade)" in sheet[0]  # without it Moodle refuses the table
    assert not out.with_name("grades_canvas.csv").exists()
    with zipfile.ZipFile(out.with_name("grades_moodle_feedback.zip")) as pages:
        assert len(pages.namelist()) == 31
        shown = pages.read("Anna Ö_1234530_assignsubmission_file_/feedback.html")
        assert f"{full} of {full} points" in shown.decode()


def test_moodle_reads_a_backslash_before_a_quotation_mark(tmp_path):
    texts = ["C:\\", 'a "b\\" c, d', 'two\nlines, \\\\"x"', "ends, \\"]
    rows = [{"id": i, "student": t, "total": 1, "of": 2} for i, t in enumerate(texts)]
    path = tmp_path / "grades_moodle.csv"
    export.moodle([r | {"comment": r["student"]} for r in rows], "01").write(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        sheet = list(csv.reader(file, escapechar="\\"))  # as PHP's fgetcsv
    assert [len(row) for row in sheet] == 5 * [len(export.MOODLE)]
    assert [row[0] for row in sheet[1:]] == [f"Participant {i}" for i in range(4)]


def test_moodle_without_folders_and_one_folder_around_all(tmp_path):
    names = (
        f"Ben B_12_assignsubmission_file_{hostile.NAME}",
        "Ben B_12_assignsubmission_file_notes.txt",
        f"Cleo_13_assignsubmission_file_{hostile.NAME}",
    )
    archive = tmp_path / "class.zip"
    content = {f"class/{name}": hostile_files.SOLVED for name in names}
    archive.write_bytes(hostile_files.zipped(content | {"__MACOSX/x": b""}))
    found = collect.find(archive)
    assert [one.student for one in found.values()] == ["Ben B", "Cleo"]
    assert [e.name for e in found["Ben B (12)"].entries] == [hostile.NAME, "notes.txt"]


def test_a_class_from_canvas_and_back(tmp_path, fast):
    folder, out = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    for name in ("schmidtanna_12345_678901_", "leeben_LATE_12346_678902_"):
        (folder / f"{name}{hostile.NAME}").write_bytes(hostile_files.SOLVED)
    (folder / "rayzoe_12347_678903_homework.pdf").write_bytes(b"%PDF")
    run(folder, "--out", out)
    found = rows(out)
    assert {name: row["id"] for name, row in found.items()} == {
        "schmidtanna": "12345",
        "leeben": "12346",
        "rayzoe": "12347",
    }
    assert "handed in late" in found["leeben"]["remarks"]
    text = (tmp_path / "grades_canvas.csv").read_text(encoding="utf-8-sig")
    possible, *students = csv.DictReader(text.splitlines())
    full = str(sum(WORTH.values()))
    assert (possible["Student"].strip(), possible["Homework 01"]) == (
        "Points Possible",
        full,
    )
    assert {s["ID"]: s["Homework 01"] for s in students}["12346"] == full


def test_without_names(tmp_path, fast):
    archive, out = tmp_path / "class.zip", tmp_path / "grades.csv"
    archive.write_bytes(hostile_files.zipped(moodle(["Anna Schmidt", "Ben Lee"])))
    run(archive, "--out", out, "--anonymous")
    before = rows(out)
    run(archive, "--out", out, "--anonymous")
    assert rows(out) == before
    assert len(before) == 2
    kept = {"grades_names.csv", "grades_moodle.csv", "grades_moodle_feedback.zip"}
    for path in tmp_path.rglob("grades*"):
        if path.is_file() and path.name not in kept:
            assert "Anna" not in path.read_text(encoding="utf-8-sig"), path
            assert "123450" not in path.read_text(encoding="utf-8-sig"), path
    for path in (tmp_path / "grades_feedback").iterdir():
        assert "Anna" not in path.name + path.read_text()
    sheet = (tmp_path / "grades_moodle.csv").read_text(encoding="utf-8-sig")
    assert "Anna Schmidt" in sheet
    assert "Participant 1234501" in sheet


def test_which_notebook_was_graded(tmp_path, fast):
    folder, out = tmp_path / "class", tmp_path / "grades.csv"
    (folder / "anna").mkdir(parents=True)
    hostile_files.two(folder / "anna")
    run(folder, "--out", out)
    row = rows(out)["anna"]
    assert row["file"] == f"v2/{hostile.NAME}"
    assert f"not graded: old/{hostile.NAME}." in row["remarks"]
    shown = (tmp_path / "grades_feedback" / page_name("anna", "")).read_text()
    assert f"Graded: v2/{hostile.NAME}" in shown


def test_faults_mean_median_and_discrimination_by_question():
    def row(n, verdict, fault=""):
        return {
            **{"total": str(n), "status": "graded", "elu": "0", "elu verdict": "right"},
            "perceptron_rule": str(n),
            "perceptron_rule verdict": verdict,
            "perceptron_rule fault": fault,
        }

    first, other = ASKED[0], questions.get("elu")
    table = [row(2, "right"), row(0, "wrong", "No b."), row(2, "right"), row(0, "")]
    for one, points in zip(table, (2, 0, 2, 0), strict=True):
        one |= {"elu": str(points), "elu fault": ""}
    text = summary(table, [first])
    assert "4 submissions" in text
    assert "mean 1.00, median 1" in text
    assert "discrimination 1.00" in text
    assert "1 × No b." in text
    assert "right         ██ 2" in text
    assert "not run       █ 1" in text
    table[0]["elu"], table[1]["elu"] = "0", "2"
    assert "discrimination 0.00" in summary(table, [first, other])
    assert "discrimination –" in summary([row(1, "right")], [first])


def test_shared_code_is_found_and_common_code_is_not():
    def body(names, n):
        x, y = names
        return f"def maxout({x}, {y}):\n    # my own\n    return {x} + {y} * {n} - " + (
            f"sum({x} ** k for k in range({y}) if k % {n} > {n} and k != {x})"
        )

    usual = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x)) * x.sum(axis=0) - 1"
    cells = {f"student {n}": [usual, body("xy", n)] for n in range(40)}
    cells["copy"] = [body(("first", "second"), 7).replace("# my own", "# mine")]
    found = similarity.report(cells, ["import numpy as np"])
    pairs = found.partition("\n\n")[2].splitlines()
    assert len(pairs) == 1
    assert "copy  –  student 7" in pairs[0]
    assert "100%" in pairs[0]
    del cells["copy"]
    assert similarity.report(cells, []).endswith("None.\n")
    odd = {"a": ["(" * 10**4, "'", "\0", "if"], "b": ["x" * 10**6], "c": []}
    assert similarity.report(odd, []).endswith("None.\n")


def test_a_page_shows_points_and_the_own_result_and_no_answer(tmp_path):
    asked = questions.get("maxout")
    inputs = asked.draw(1)[1:4]
    right = [np.array(asked.reference(*arguments)) for arguments in inputs]
    verdict = judge(asked, [np.full(r.shape, 123.25) for r in right], inputs)
    assert "expected" in str(verdict)
    code = {"maxout": "def maxout(x, w, b): # <mine>"}
    grade = judging.Grade("anna", "graded", (verdict,), code=code, file="a/b.ipynb")
    book = GradeBook(tmp_path / "grades.csv", ASKED)
    book.add(grade)
    book.rows["anna"] |= {"comment": "Well <done>", "override": "6.5"}
    book.write()
    shown = page(grade, book.rows["anna"], "01", ASKED)
    assert f"6.5 of {sum(WORTH.values())} points" in shown
    assert f"0 of {asked.points}" in shown
    assert "123.25" in shown.partition("<p>Your result</p>")[2].partition("</pre>")[0]
    assert "Well &lt;done&gt;" in shown
    assert "# &lt;mine&gt;" in shown
    assert "expected:" not in shown
    for number in right[0].flat:
        result = shown.partition("<p>Your result</p>")[2].partition("Your code")[0]
        assert f"{number:.4g}" not in result


def test_what_is_no_table_of_this_homework_is_left_alone(tmp_path):
    table, notes = tmp_path / "grades.csv", tmp_path / "notes.csv"
    GradeBook(table, ASKED)
    notes.write_bytes(b"a line without an end \xff")
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    zero = tmp_path / "zero.csv"
    zero.write_bytes(b"student\0,\n")
    for path in (table, notes, empty, zero):
        before = path.read_bytes()
        with pytest.raises(ValueError, match="Name another file"):
            classes.Grading("02", path, tmp_path, None, isolated=True)
        assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 4


def test_a_row_that_is_no_row_of_numbers_is_named(tmp_path):
    table = tmp_path / "grades.csv"
    GradeBook(table, ASKED).add(judging.Grade("anna", "graded"))
    for name in ("seed", "points", "elu", "override"):
        spoilt = read_table(table)
        spoilt.rows[0][name] = "many"
        spoilt.write(tmp_path / f"{name}.csv")
        with pytest.raises(ValueError, match=rf"row of anna: {name} is 'many'"):
            GradeBook(tmp_path / f"{name}.csv", ASKED)


def test_a_full_disk_names_the_table(tmp_path, monkeypatch):
    def full(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    book = GradeBook(tmp_path / "grades.csv", ASKED)
    before = book.path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"grades\.csv could not be written: No space"):
        book.add(judging.Grade("anna", "graded"))
    assert book.path.read_bytes() == before


def test_the_command_names_a_damaged_archive_of_a_class(tmp_path, fast):
    archive = tmp_path / "class.zip"
    archive.write_bytes(hostile_files.zipped(moodle(["Anna", "Ben"]))[:-40])
    message = run(archive, "--out", tmp_path / "grades.csv", code=1)
    assert "no zip archive that can be read" in message
    assert not (tmp_path / "grades.csv").exists()
    assert zipfile.is_zipfile(archive) is False


def test_who_was_not_graded_for_our_own_reasons_is_tried_again(
    tmp_path, fast, monkeypatch
):
    folder, out = a_class(tmp_path / "class"), tmp_path / "grades.csv"
    start = sandbox.start
    monkeypatch.setattr(sandbox, "start", lambda *a: sandbox.Run([]))
    run(folder, "--out", out)
    assert {row["status"] for row in rows(out).values()} == {"grading failed"}
    assert "did not start" in rows(out)["anna"]["remarks"]
    monkeypatch.setattr(sandbox, "start", start)
    run(folder, "--out", out)
    assert {row["status"] for row in rows(out).values()} == {"graded"}
    assert {row["points"] for row in rows(out).values()} == {str(sum(WORTH.values()))}


def test_archives_of_students_are_not_kept_in_memory(tmp_path):
    archive = tmp_path / "anna.zip"
    archive.write_bytes(hostile_files.zipped({hostile.NAME: hostile_files.SOLVED}))
    (entry,) = collect.find(tmp_path)["anna"].entries
    archive.write_bytes(hostile_files.zipped({hostile.NAME: b"new"}))
    assert entry.read(10) == b"new"


def test_the_homework_can_be_named(tmp_path, fast):
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "anna.ipynb").write_text(json.dumps({"cells": []}))
    out = tmp_path / "grades.csv"
    assert "No submission tells" in run(folder, "--out", out, code=1)
    run(folder, "--out", out, "--homework", "2")
    assert set(rows(out)) == {"anna"}
