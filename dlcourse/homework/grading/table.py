"""CSV tables that a spreadsheet opens, may save again, and cannot be harmed by."""

import csv
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path

# What a spreadsheet would run, or turn into a date or a shorter number.
CHANGED = re.compile(r"\s*[=+\-@'|＝＋－＠]|0\d|\d{12}|\d+[-/.:, eE]\d[\d\-/.:,]*$")
NUMBER = re.compile(r"(0|[1-9]\d{0,10})(\.\d+)?")


@dataclass
class Table:
    """The lines of a CSV file as dictionaries, in the form that it was saved in."""

    columns: list[str]
    rows: list[dict[str, str]]
    delimiter: str = ","

    def write(self, path):
        """Replace a file by this table; whatever happens, it is the old or the new."""
        whole = Path(path).with_name(f"{Path(path).name}.new")
        with open(whole, "w", newline="", encoding="utf-8-sig") as file:  # Excel's mark
            lines = csv.writer(file, delimiter=self.delimiter)
            lines.writerow(escape(name) for name in self.columns)
            for row in self.rows:
                lines.writerow(self.cell(row.get(name, "")) for name in self.columns)
            file.flush()
            os.fsync(file.fileno())
        os.replace(whole, path)

    def cell(self, value):
        """A value as it stands in the file: 6,5 where columns are told apart by ;."""
        text = printable(str(value))
        if NUMBER.fullmatch(text):
            return text.replace(".", ",") if self.delimiter == ";" else text
        return escape(text)


def read_table(path):
    """The `Table` in a CSV file, also one that Excel or LibreOffice saved.

    Rows with fewer cells than columns are left out. ValueError where it is no table.
    """
    text = decoded(Path(path).read_bytes())
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(f"{path} is no CSV table: {error}.") from None
    if not lines:
        raise ValueError(f"{path} is empty.")
    columns, *rest = [[unescape(cell) for cell in line] for line in lines]
    whole = [line for line in rest if len(line) >= len(columns) and any(line)]
    rows = [dict(zip(columns, line, strict=False)) for line in whole]
    return Table(columns, rows, delimiter)


def decoded(content):
    """The text of a file: UTF-8 with or without a mark, UTF-16, else Windows' own."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def escape(text):
    """Text that a spreadsheet takes as text: an apostrophe in front where needed."""
    return f"'{text}" if CHANGED.match(text) else text


def unescape(text):
    """The text that was escaped; others stay."""
    return text[1:] if text.startswith("'") and CHANGED.match(text[1:]) else text


def printable(text):
    """Text without what would break a line, or could not be written in UTF-8."""
    text = text.encode(errors="replace").decode()
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def number(text):
    """A number as a person writes it, 6.5 or 6,5; ValueError for anything else."""
    value = float(str(text).strip().replace(",", "."))
    if not abs(value) < 1e12:
        raise ValueError(f"{text!r} is no number of points")
    return value


def shown(value):
    """A number of points as text: 6.5, 7."""
    return f"{round(float(value), 4):g}"
