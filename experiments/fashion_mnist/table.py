"""Print what was measured on Fashion-MNIST beside what was published, as Markdown.

    python experiments/fashion_mnist/table.py

README.md has this table; a test compares the two.
"""

import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent


def span(values, digits=1):
    """The least and the greatest of some numbers as text; one number if they agree."""
    ends = dict.fromkeys(f"{v:.{digits}f}" for v in (min(values), max(values)))
    return " to ".join(ends)


def table(results, published):
    """Markdown: a row for each network that has a result on the test pictures."""
    rows = ["| network | parameters | epochs | seeds | error, % | published, % |"]
    rows.append("|---|---|---|---|---|---|")
    measured = results[results["part"] == "test"]
    for (network, epochs), runs in measured.groupby(["network", "epochs"], sort=False):
        like = published[published["similar"] == network]
        beside = "; ".join(
            f"{name}: {error:.1f}"
            for name, error in zip(like["network"], like["error"], strict=True)
        )
        parameters, error = f"{runs['parameters'].iloc[0]:,}", span(runs["error"])
        cells = (network, parameters, epochs, len(runs), error, beside or "–")
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows) + "\n"


def main():
    """Print the table of the two files beside this script."""
    files = (HERE / f"{name}.csv" for name in ("results", "published"))
    sys.stdout.write(table(*(pd.read_csv(file, comment="#") for file in files)))


if __name__ == "__main__":
    main()
