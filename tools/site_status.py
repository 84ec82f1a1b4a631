"""The site's page on what the last test runs found: the status board."""

from status_board import read_board, tables

HEAD = """---
html_theme.sidebar_secondary.remove: true
---
# Status

What the last test runs on the machine that made this site found; a **bold** row costs
more than it may, or was skipped. Nothing here is written by hand.
"""
NONE = "\nNo test has run there yet: `make test` writes this page's numbers.\n"


def page(file):
    """The board that test runs have left in a file, in Markdown."""
    if not file.exists():
        return HEAD + NONE
    parts = [HEAD]
    for title, columns, rows, red in tables(read_board(file)):
        lines = [line(columns), line(["---"] * len(columns))]
        lines += [line(row, bold=i in red) for i, row in enumerate(rows)]
        parts.append("\n".join([f"## {title}", "", *lines, ""]))
    return "\n".join(parts)


def line(cells, bold=False):
    """A row of a table; of a red one every cell that says something is bold."""
    shown = [cell.replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(f'**{c}**' if bold and c else c for c in shown)} |"
