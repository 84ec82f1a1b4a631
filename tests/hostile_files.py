"""Submissions that are odd as files: names, bytes, encodings, folders, archives.

Each has the status that it must get, and what of its points: "full" or "none".
"""

import io
import json
import os
import zipfile

from hostile import EXERCISE, FULL, NAME, ROOT, SOLUTION, cell_from, cell_of

SOLVED = json.dumps(SOLUTION).encode()
HANDED_OUT = json.dumps(EXERCISE).encode()
GRADED, NO_NOTEBOOK, NOT_ONE = "graded", "no notebook", "not a notebook"

# Names of files, without .ipynb: each student must get a row with this very name.
NAMES = {
    "=1+1": "=1+1",
    "=cmd|' C calc'!A0": "=cmd|' C calc'!A0",
    "+1": "+1",
    "-1": "-1",
    "@SUM(1)": "@SUM(1)",
    " =1+1": "=1+1~",
    "'=1+1": "'=1+1",
    "＝1+1": "＝1+1",
    "|calc": "|calc",
    "0012": "0012",
    "12-11": "12-11",
    "1e5": "1e5",
    "123456789012345": "123456789012345",
    "a,b": "a,b",
    'a"b': 'a"b',
    "a;b": "a;b",
    "a\nb": "a?b~",
    "ben\r\nanna,,,graded,99": "ben??anna,,,graded,99~",
    "a\rb": "a?b~",
    "a\tb": "a?b~",
    "\t=1+1": "?=1+1~",
    "a\x1b[31mb": "a?[31mb~",
    "a\x7fb": "a?b~",
    "a\x85b": "a?b~",
    "a\u2028b": "a?b~",
    "a\u202eb": "a?b~",
    "a\u200bb": "a?b~",
    "\ufeffa": "?a~",
    "Zoe\u0308": "Zo\u00eb",
    "李小龙": "李小龙",
    "🎓": "🎓",
    "<script>alert(1)<": "<script>alert(1)<",
    "&amp;": "&amp;",
    "{student}": "{student}",
    "%s%n": "%s%n",
    "$(touch forged)": "$(touch forged)",
    "`touch forged`": "`touch forged`",
    "--help": "--help",
    "index": "index",
    "con": "con",
    "student": "student",
    "...a": "...a",
    "a" * 240: "a" * 80 + "~",
    "ü" * 120: "ü" * 80 + "~",
    "\udcff\udcfe": "??~",  # bytes that are no UTF-8
    "a\udc80": "a?~",
    "Ben_LATE": "Ben_LATE",
    "a~b": "a~b",
    " ": "~",
}


def notebook(**changes):
    """The solution as bytes, with other values at its top."""
    return json.dumps(SOLUTION | changes).encode()


def with_cell(**changes):
    """The solution as bytes, with one more cell that has these values."""
    return notebook(cells=[cell_from("") | changes, *SOLUTION["cells"]])


def answer(source, form="utf-8"):
    """The solution as bytes, with a comment in its answer to maxout."""
    changed = json.loads(SOLVED)
    cell = cell_of("maxout", changed)
    cell["source"] = source + "".join(cell["source"])
    return json.dumps(changed, ensure_ascii=False).encode(form, "replace")


CONTENTS = {  # name -> the bytes of a notebook, the status, whether it gets its points
    "pdf": (b"%PDF-1.4 \xff\xfe", NOT_ONE, False),
    "nothing": (b"", NOT_ONE, False),
    "one_byte": (b"\0", NOT_ONE, False),
    "a_list": (b"[1, 2]", NOT_ONE, False),
    "a_number": (b"1" * 5000, NOT_ONE, False),
    "not_a_number": (b"NaN", NOT_ONE, False),
    "a_text": (b'"cells"', NOT_ONE, False),
    "no_cells": (b'{"cells": 3}', NOT_ONE, False),
    "cells_null": (b'{"cells": null}', NOT_ONE, False),
    "cells_a_text": (b'{"cells": "code"}', NOT_ONE, False),
    "cells_by_name": (b'{"cells": {"a": 1}}', NOT_ONE, False),
    "strange_cells": (b'{"cells": [1, {"cell_type": "code"}]}', NOT_ONE, False),
    "source_a_number": (with_cell(source=5), NOT_ONE, False),
    "source_of_numbers": (with_cell(source=[1, 2]), NOT_ONE, False),
    "deeply_nested": (b"[" * 10**6, NOT_ONE, False),
    "deeply_named": (b'{"a":' * 10**5, NOT_ONE, False),
    "half_a_file": (SOLVED[: len(SOLVED) // 2], NOT_ONE, False),
    "two_files": (SOLVED + SOLVED, NOT_ONE, False),
    "a_web_page": (b"<!doctype html><title>Log in</title>", NOT_ONE, False),
    "huge": (b" " * (51 * 2**20), "too large", False),
    "half_a_letter": (with_cell(source="# \ud800"), GRADED, True),
    "half_a_letter_as_id": (
        with_cell(metadata={"nbgrader": {"grade_id": "\ud800"}}),
        "graded, cells changed",
        True,
    ),
    "an_id_of_a_line": (
        with_cell(metadata={"nbgrader": {"grade_id": "a\r\n=1+1"}}),
        "graded, cells changed",
        True,
    ),
    "a_long_id": (
        with_cell(metadata={"nbgrader": {"grade_id": "a" * 10**6}}),
        "graded, cells changed",
        True,
    ),
    "an_id_of_a_number": (
        with_cell(metadata={"nbgrader": {"grade_id": 1}}),
        GRADED,
        True,
    ),
    "nbgrader_a_list": (with_cell(metadata={"nbgrader": [1]}), GRADED, True),
    "nbgrader_null": (with_cell(metadata={"nbgrader": None}), GRADED, True),
    "metadata_null": (with_cell(metadata=None), GRADED, True),
    "metadata_a_text": (with_cell(metadata="x"), GRADED, True),
    "a_zero_in_a_cell": (with_cell(source="a = 1\0"), GRADED, True),
    "a_mistake_in_a_cell": (with_cell(source="def f(:"), GRADED, True),
    "tabs_and_spaces": (
        with_cell(source="if 1:\n\ta = 1\n        b = 2"),
        GRADED,
        True,
    ),
    "a_megabyte_in_a_cell": (with_cell(source="# " + "x" * 2**20), GRADED, True),
    "deep_brackets": (with_cell(source="(" * 10**5), GRADED, True),
    "ten_thousand_lines": (with_cell(source="a = 1\n" * 10**4), GRADED, True),
    "large_pictures": (
        with_cell(outputs=[{"data": {"image/png": "x" * 15 * 2**20}}]),
        GRADED,
        True,
    ),
    "outputs_a_number": (with_cell(outputs=1), GRADED, True),
    "another_format": (notebook(nbformat=99, metadata=None), GRADED, True),
    "a_byte_order_mark": (b"\xef\xbb\xbf" + SOLVED, GRADED, True),
    "utf_16": (SOLVED.decode().encode("utf-16"), GRADED, True),
    "utf_32": (SOLVED.decode().encode("utf-32"), GRADED, True),
    "latin_1": (answer("# für größere x\n", "latin-1"), GRADED, True),
    "lines_of_windows": (SOLVED.replace(b"\\n", b"\\r\\n"), GRADED, True),
    "greek": (answer("# αβγ 🎓\n"), GRADED, True),
}


def zipped(files, method=zipfile.ZIP_DEFLATED):
    """A zip archive as bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def encrypted(content):
    """An archive that says of its files that they are encrypted."""
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark) + place
        content = content[:start] + b"\x01" + content[start + 1 :]
    return content


ARCHIVES = {  # name -> the bytes of a .zip, the status, whether it gets its points
    "zip": (zipped({NAME: SOLVED}), GRADED, True),
    "zip_of_a_folder": (zipped({"a/": b"", f"a/b/{NAME}": SOLVED}), GRADED, True),
    "zip_by_a_mac": (
        zipped({NAME: SOLVED, f"__MACOSX/._{NAME}": b"\0", ".DS_Store": b""}),
        GRADED,
        True,
    ),
    "zip_by_windows": (zipped({f"a\\{NAME}": SOLVED}), GRADED, True),
    "zip_not_packed": (zipped({NAME: SOLVED}, zipfile.ZIP_STORED), GRADED, True),
    "zip_that_climbs_out": (zipped({f"../../../{NAME}": SOLVED}), GRADED, True),
    "zip_from_the_root": (zipped({f"/etc/{NAME}": SOLVED}), GRADED, True),
    "zip_of_nothing": (zipped({}), NO_NOTEBOOK, False),
    "zip_of_folders": (zipped({"a/": b"", "a.ipynb/": b""}), NO_NOTEBOOK, False),
    "zip_of_a_text": (zipped({"homework.txt": b"done"}), NO_NOTEBOOK, False),
    "zip_of_a_zip": (zipped({"a.zip": zipped({NAME: SOLVED})}), NO_NOTEBOOK, False),
    "zip_bomb": (zipped({NAME: b" " * (60 * 2**20)}), "too large", False),
    "zip_of_many": (
        zipped({f"{n}.ipynb": b"" for n in range(11_000)}),
        NO_NOTEBOOK,
        False,
    ),
    "zip_packed_for_good": (
        zipped({NAME: SOLVED}, zipfile.ZIP_LZMA),
        NO_NOTEBOOK,
        False,
    ),
    "zip_with_a_password": (encrypted(zipped({NAME: SOLVED})), NO_NOTEBOOK, False),
    "zip_cut_off": (zipped({NAME: SOLVED})[:-30], NO_NOTEBOOK, False),
    "zip_damaged": (
        zipped({NAME: SOLVED}, zipfile.ZIP_STORED).replace(b"cells", b"cellz", 1),
        NO_NOTEBOOK,
        False,
    ),
    "zip_of_strange_names": (zipped({"\r\n=1.ipynb": SOLVED}), GRADED, True),
    "no_zip": (SOLVED, NO_NOTEBOOK, False),
}


def two(folder):
    """An old and a new version; the new one is solved."""
    for name, content, stamp in (("old", HANDED_OUT, 2e9), ("v2", SOLVED, 1e9)):
        (folder / name).mkdir()
        (folder / name / NAME).write_bytes(content)
        os.utime(folder / name / NAME, (stamp, stamp))


def write(name, content):
    """How to write a file into a student's folder."""

    def into(folder):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return into


def all_of(*steps):
    """How to do several things to a student's folder."""
    return lambda folder: [step(folder) for step in steps]


def deep(folder):
    """Folders in folders, deeper than any path may be long."""
    before = os.getcwd()
    os.chdir(folder)
    for _ in range(60):
        os.mkdir("d" * 100)
        os.chdir("d" * 100)
    with open(NAME, "wb") as file:
        file.write(SOLVED)
    os.chdir(before)


FOLDERS = {  # name -> what is done to a student's folder, the status, its points
    "folder_empty": (lambda folder: None, NO_NOTEBOOK, False),
    "folder_of_a_text": (write("homework.txt", b"done"), NO_NOTEBOOK, False),
    "folder": (write(NAME, SOLVED), GRADED, True),
    "folder_in_a_folder": (write(f"a/b/c/{NAME}", SOLVED), GRADED, True),
    "folder_like_a_notebook": (
        all_of(write(f"notes.ipynb/{NAME}", SOLVED), write("x.ipynb", b"")),
        GRADED,
        True,
    ),
    "folder_of_empty_folders": (
        lambda folder: (folder / NAME).mkdir(),
        NO_NOTEBOOK,
        False,
    ),
    "folder_of_two": (two, GRADED, True),
    "folder_with_a_copy": (
        all_of(write(NAME, HANDED_OUT), write(f"{NAME[:-6]} (1).ipynb", SOLVED)),
        GRADED,
        True,
    ),
    "folder_of_all_homework": (
        all_of(
            *(
                write(path.name, path.read_bytes())
                for path in sorted((ROOT / "exercises").glob("*.ipynb"))
                if path.name != NAME
            ),
            write(NAME, SOLVED),
        ),
        GRADED,
        True,
    ),
    "folder_with_a_damaged_one": (
        all_of(write(NAME, b"{"), write("mine.ipynb", SOLVED)),
        GRADED,
        True,
    ),
    "folder_with_check_points": (
        all_of(
            write(NAME, SOLVED), write(f".ipynb_checkpoints/{NAME[:-6]}.ipynb", b"{}")
        ),
        GRADED,
        True,
    ),
    "folder_of_check_points": (
        write(f".ipynb_checkpoints/{NAME}", SOLVED),
        NO_NOTEBOOK,
        False,
    ),
    "folder_with_a_zip": (write("a.zip", zipped({NAME: SOLVED})), GRADED, True),
    "folder_saved_by_a_browser": (write(f"{NAME}.txt", SOLVED), GRADED, True),
    "folder_saved_as_json": (write(f"{NAME}.json", SOLVED), GRADED, True),
    "folder_in_capitals": (write(NAME.upper(), SOLVED), GRADED, True),
    "folder_with_a_link": (
        lambda folder: (folder / NAME).symlink_to(ROOT / "solutions" / NAME),
        NO_NOTEBOOK,
        False,
    ),
    "folder_linked": (
        lambda folder: (folder / "a").symlink_to(ROOT / "solutions"),
        NO_NOTEBOOK,
        False,
    ),
    "folder_in_itself": (
        all_of(lambda f: (f / "a").symlink_to(f), write(NAME, SOLVED)),
        GRADED,
        True,
    ),
    "folder_with_a_pipe": (lambda folder: os.mkfifo(folder / NAME), NO_NOTEBOOK, False),
    "folder_too_deep": (deep, NO_NOTEBOOK, False),
    "folder_of_many": (
        lambda f: [(f / f"{n}.txt").touch() for n in range(3000)] + [two(f)],
        GRADED,
        True,
    ),
    "folder_of_strange_names": (write("a\r\n=1+1\udcff.ipynb", SOLVED), GRADED, True),
}
LOOSE = {  # files of students that are no notebooks
    "report.pdf": "report",
    "homework.rar": "homework",
    "no ending": "no ending",
    ".ipynb": ".ipynb",
}
NOBODY = ("Thumbs.db", "desktop.ini", ".DS_Store", "._anna.ipynb", "__MACOSX")


def write_all(folder):
    """Write all of these into the folder of a class; gives statuses and points."""
    found = {}
    for ending, submissions in (("ipynb", CONTENTS), ("zip", ARCHIVES)):
        for name, (content, status, earned) in submissions.items():
            (folder / f"{name}.{ending}").write_bytes(content)
            found[name] = status, FULL * earned
    for name, (fill, status, earned) in FOLDERS.items():
        (folder / name).mkdir()
        fill(folder / name)
        found[name] = status, FULL * earned
    for name, student in LOOSE.items():
        (folder / name).write_bytes(b"done")
        found[student] = (NOT_ONE if "ipynb" in name else NO_NOTEBOOK), 0
    for name in NOBODY[:-1]:
        (folder / name).write_bytes(b"")
    (folder / NOBODY[-1]).mkdir()
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "link.ipynb").symlink_to(ROOT / "solutions" / NAME)
    (folder / "link_to_a_folder").symlink_to(ROOT / "solutions")
    names = ("pipe", "link", "link_to_a_folder")
    return found | dict.fromkeys(names, (NO_NOTEBOOK, 0))
