"""Place the breaks between slides, in the metadata of lectures, by measured heights.

    python tests/place_slides.py lectures/05_convolution_and_pooling.ipynb

A lecture's sections begin a slide each, as they are marked; within a section this finds
the breaks that cost least: few slides, one figure on each, code shown rather than
folded. Sources and outputs stay as they are. Prints what still does not fit.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import decks

from dlcourse.cli.slides import LONGEST, make_deck

ROOM = 672  # pixels of a slide, from its upper margin to its foot
LEAST = 0.75  # of their size: what outputs may become (the deck goes to 0.7)
THIN = 120  # pixels: a slide with less on it is not worth a slide
FOLD = 48  # pixels of the line that stands for folded code
A_SLIDE, A_FOLD, SMALLER, MORE_FIGURES = 10, 12, 20, 14  # what each costs
NOT_HERE, NEVER = 12, 1000


@dataclass
class Cell:
    """What is known of a cell that is shown.

    Attributes:
        cell: the cell, as JSON.
        own: pixels of its text or its code.
        outputs: pixels of what stands below its code.
        figures: pixels of the figures and tables in that.
    """

    cell: dict
    own: int
    outputs: int
    figures: int

    @property
    def source(self):
        """What was typed."""
        return "".join(self.cell["source"])

    @property
    def is_text(self):
        """Whether it is Markdown."""
        return self.cell["cell_type"] == "markdown"

    @property
    def is_long(self):
        """Whether its code is folded wherever it stands."""
        return not self.is_text and len(self.source.splitlines()) > LONGEST


def layout(cells):
    """What cells cost together on one slide, and which of them are folded there."""
    folded = [cell for cell in cells if cell.is_long]
    figures = sum(cell.figures for cell in cells)
    rest = sum(cell.outputs - cell.figures for cell in cells)
    rest += sum(FOLD if cell in folded else cell.own for cell in cells)
    codes = [cell for cell in cells if not cell.is_text and not cell.is_long]
    for code in sorted(codes, key=lambda cell: -cell.own):
        if rest + LEAST * figures <= ROOM:
            break
        if code.own > FOLD:
            folded.append(code)
            rest -= code.own - FOLD
    size = min(1, max(ROOM - rest, 0) / figures) if figures else 1
    cost = A_SLIDE + A_FOLD * len(folded) + SMALLER * (1 - size)
    cost += MORE_FIGURES * max(sum(cell.figures > 0 for cell in cells) - 1, 0)
    if rest + figures < THIN:
        cost += A_SLIDE
    if rest + LEAST * figures > ROOM:
        cost += NEVER * len(cells)  # alone at least: the deck makes it smaller
    return cost, folded


def break_cost(before, after):
    """What it costs to begin a slide between two cells."""
    if after.is_text and after.source.startswith("#"):
        return -NEVER
    if before.is_text and len(before.source.splitlines()) == 1:
        return NOT_HERE  # a heading, or a sentence on what follows
    if before.source.endswith(":"):
        return NOT_HERE
    if not after.is_text and not after.figures and "claim(" in after.source:
        return NOT_HERE / 2
    return 1 if after.is_text else 3


def places(cells):
    """The slides of a section at least cost: each its cells, and which are folded."""
    best = [(0, [])]  # of the first 0, 1, 2, … cells
    for end in range(1, len(cells) + 1):
        choices = []
        for start in range(end):
            cost, folded = layout(cells[start:end])
            if start:
                cost += break_cost(cells[start - 1], cells[start])
            before, slides = best[start]
            choices.append((before + cost, [*slides, (cells[start:end], folded)]))
        best.append(min(choices, key=lambda choice: choice[0]))
    return best[-1][1]


def mark(slides):
    """Write into the cells of a section where its slides begin."""
    for number, (cells, folded) in enumerate(slides):
        for place, one in enumerate(cells):
            kind = "-"
            before = cells[place - 1]
            if not place:
                kind = "subslide" if number else "slide"
            elif one.is_text or "**Predict" in before.source:
                kind = "fragment"
            marks = {"slide_type": kind}
            if one in folded and not one.is_long:
                marks["folded"] = True
            one.cell["metadata"]["slideshow"] = marks


def skip_setup(cells):
    """Leave imports and parameters, the code of the section before the first, out."""
    titles = [i for i, cell in enumerate(cells) if cell["source"][0][:3] == "## "]
    for cell in cells[titles[0] : titles[1]]:
        if cell["cell_type"] == "code":
            cell["metadata"]["slideshow"] = {"slide_type": "skip"}


def place(path):
    """Place the breaks of a lecture; gives what its deck still has of faults."""
    measured = decks.heights(make_deck(path))
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    skip_setup(notebook["cells"])
    sections = []
    for cell in notebook["cells"]:
        kind = cell["metadata"]["slideshow"]["slide_type"]
        if kind == "skip":
            continue
        if kind == "slide":
            sections.append([])
        sections[-1].append(Cell(cell, *measured[cell["id"]]))
    for section in sections:
        mark(places(section))
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    return decks.faults(make_deck(path))


if __name__ == "__main__":
    wrong = [line for path in sys.argv[1:] for line in place(Path(path))]
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)
