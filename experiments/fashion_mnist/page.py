"""Write README.md of this folder: what was measured, beside what was published.

    python experiments/fashion_mnist/page.py

``run.py`` does so after each run.
"""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
PAGE = """# Fashion-MNIST

60,000 pictures of articles of a shop for training and 10,000 for the test, 28 × 28 grey
levels, ten classes (Xiao, Rasul, Vollgraf, arXiv:1708.07747). `networks.py` has the
networks and their recipes, `results.csv` a row for each run with its machine, seconds
and command, `published.csv` what others report.

{measured}
Published, as others submitted it to the list of the data set; its keepers did not
verify it, and preprocessing and training differ from row to row:

{published}
ResNet-9 in a short schedule, by `fast.py`, and by `fast_torch.py` in plain PyTorch.
Eight epochs end above 92 %, four do not; what lies between was not measured with all
seeds. `fast.csv` also has what each measure is worth in four epochs, for lecture 22. It
leaves out the seconds of these runs, which shared the machine with others:

{fast}
`python experiments/fashion_mnist/run.py ResNet-20 --seed 0` trains, or goes on, adds
the row and writes this page. `keep.py` puts the weights of a run into the package.
"""


def span(values):
    """The least and the greatest of some errors as text; one number if they agree."""
    return " to ".join(dict.fromkeys(f"{v:.1f}" for v in (min(values), max(values))))


def markdown(header, rows):
    """A table, of text."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def measured(results):
    """The table of our runs: a row for each network and number of epochs."""
    tested, rows = results[results["part"] == "test"], []
    for (network, epochs), runs in tested.groupby(["network", "epochs"], sort=False):
        parameters, minutes = (
            runs["parameters"].iloc[0],
            runs["cpu_seconds"].mean() / 60,
        )
        cells = f"{parameters:,}", epochs, len(runs), span(runs["error"])
        rows.append((network, *cells, f"{minutes:.0f}"))
    header = [
        "network",
        "parameters",
        "epochs",
        "seeds",
        "error, %",
        "CPU minutes a run",
    ]
    return markdown(header, rows) if rows else "No run has ended yet.\n"


def published(errors):
    """The table of what others report, best first."""
    errors = errors.sort_values("error")
    rows = zip(errors["network"], errors["error"], errors["preprocessing"], strict=True)
    return markdown(["network", "error, %", "preprocessing"], rows)


def raced(runs):
    """The table of `fast.csv`: each side with all measures, in its longest schedule."""
    runs = runs[runs["without"].isna() & (runs["part"] == "test")]
    runs = runs[runs["epochs"] == runs["epochs"].max()]
    rows = []
    for (side, width, epochs), some in runs.groupby(["side", "width", "epochs"]):
        seconds = f"{some['seconds'].min():.0f} to {some['seconds'].max():.0f}"
        rows.append((side, width, epochs, len(some), span(some["error"]), seconds))
    header = ["side", "width", "epochs", "seeds", "error, %", "seconds, two cores"]
    return markdown(header, rows)


def page(results):
    """The whole page; ``results`` is a path, where there may be no file yet."""
    columns = ["network", "epochs", "part"]
    ours = pd.read_csv(results) if results.exists() else pd.DataFrame(columns=columns)
    theirs = pd.read_csv(HERE / "published.csv", comment="#")
    fast = raced(pd.read_csv(HERE / "fast.csv", comment="#"))
    return PAGE.format(measured=measured(ours), published=published(theirs), fast=fast)


def main():
    """Write it."""
    text = page(HERE / "results.csv")
    (HERE / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
