"""Tables on a terminal: no line is longer than it, and none is cut."""

import io

WIDTH = 80  # characters


def table(columns, rows, numbers=()):
    """Rows of text below their columns' names; long cells go on in the next line.

    numbers: names of the columns that are set to the right.
    """
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=None)
    for name in columns:
        side = "right" if name in numbers else "left"
        shown.add_column(name, justify=side, overflow="fold")
    for row in rows:
        shown.add_row(*row)
    console = Console(file=io.StringIO(), width=WIDTH, markup=False, highlight=False)
    console.print(shown)
    lines = console.file.getvalue().splitlines()
    return "\n".join(line.rstrip() for line in lines)
