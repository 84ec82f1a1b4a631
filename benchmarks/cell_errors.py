"""The errors of all cells of the small search space, for `dlcourse.search`.

    python benchmarks/cell_errors.py OUT.csv

One line per cell: two seeds of the small network, and for every twentieth cell the
large network too. Takes 20 minutes on one core; what OUT.csv has is not done again.
"""

import sys
from pathlib import Path

import pandas as pd

from dlcourse import datasets
from dlcourse.search import CellTrainer, all_cells

SMALL = {"steps": 60, "width": 8, "repeats": 1}
LARGE = {"steps": 120, "width": 16, "repeats": 2}
EVERY = 20  # cells of which one is trained large


def figures():
    """The ten figures among the glyphs: 1,500 to train on, 500 to validate with."""
    images, labels = datasets.arrays("glyphs", "train", 16)
    images, labels = images[labels < 10], labels[labels < 10]
    return (images[:1500], labels[:1500]), (images[1500:], labels[1500:])


def main(path):
    """Fill the table column by column, and save it on the way."""
    cells = all_cells()
    names = ["".join(map(str, cell)) for cell in cells]
    table = pd.DataFrame(index=pd.Index(names, name="cell"), dtype=float)
    if path.exists():
        table = pd.read_csv(path, dtype={"cell": str}, index_col="cell")
    columns = [(f"seed {seed}", seed, SMALL, 1) for seed in range(2)]
    columns.insert(1, ("large", 2, LARGE, EVERY))
    for column, seed, options, every in columns:
        if column not in table:
            table[column] = float("nan")
        train = CellTrainer(*figures(), **options)
        for number, name in enumerate(names):
            if number % every == 0 and pd.isna(table.loc[name, column]):
                table.loc[name, column] = train(cells[number], seed)
                if number % 20 == 0:
                    table.to_csv(path, float_format="%.1f")
        table.to_csv(path, float_format="%.1f")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
