"""A lecture as a deck of slides: one HTML file that opens without a network.

The deck shows the stored outputs; nothing is run. Where a slide begins, and whose code
is folded, stands in the notebook's metadata (tools/place_slides.py).
"""

import re
from pathlib import Path

from dlcourse.cli.alternative_text import alternative_texts
from dlcourse.cli.vendor import vendored
from dlcourse.course import runs_folder

TEMPLATE = Path(__file__).with_name("slides_template")
LONGEST = 20  # lines of code or of output that a class can read on one slide
WIDGET = "application/vnd.jupyter.widget-view+json"
SLIDER = "A slider is here: move it in JupyterLab."
LINK = re.compile(r"\]\((\d\d_\w+)\.ipynb")  # to another lecture, in Markdown


def make_deck(lecture):
    """Write the deck of a lecture, the path of its notebook, to runs/slides/.

    Gives the deck's path. OSError or ValueError where the notebook cannot be read,
    RuntimeError where reveal.js and MathJax are not here yet and cannot be fetched.
    """
    import nbformat

    try:
        notebook = nbformat.read(lecture, as_version=4)
    except nbformat.reader.NotJSONError:
        raise ValueError(f"{lecture} is not a notebook: it is not JSON.") from None
    deck = runs_folder() / "slides" / f"{lecture.stem}.html"
    deck.parent.mkdir(parents=True, exist_ok=True)
    deck.write_text(render(notebook, lecture.stem), encoding="utf-8")
    return deck


def render(notebook, title):
    """The HTML of a notebook's deck."""
    from nbconvert.exporters import SlidesExporter
    from traitlets.config import Config

    config = Config()
    config.CSSHTMLHeaderPreprocessor.style = "default"
    exporter = SlidesExporter(
        config=config,
        extra_template_basedirs=[str(TEMPLATE.parent)],
        template_name=TEMPLATE.name,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    resources = {"deck": {"title": title, **inlined()}}
    return exporter.from_notebook_node(prepared(notebook), resources)[0]


def inlined():
    """The scripts and styles that a deck holds, as texts."""
    reveal, mathjax = vendored("reveal.js"), vendored("mathjax")
    scripts = [
        TEMPLATE / "formulas.js",
        mathjax / "es5" / "tex-svg-full.js",
        reveal / "dist" / "reveal.js",
        TEMPLATE / "deck.js",
    ]
    styles = [reveal / "dist" / "reveal.css", TEMPLATE / "deck.css"]
    read = [
        [path.read_text(encoding="utf-8") for path in paths]
        for paths in (scripts, styles)
    ]
    # What would end the element that holds a script is written so that it does not.
    return {
        "scripts": [text.replace("</script", r"<\/script") for text in read[0]],
        "styles": read[1],
    }


def prepared(notebook):
    """A notebook with what only a deck says: what is folded, and where links lead."""
    texts = alternative_texts(notebook.cells)
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(r"](\1.html", cell.source)
        elif cell.cell_type == "code":
            lines = cell.source.count("\n") + 1
            if lines > LONGEST or cell.metadata.get("slideshow", {}).get("folded"):
                cell.folded = f"Code: {lines} line{'s' * (lines > 1)}"
            for output in cell.outputs:
                output["alt"] = texts[index]
                prepare_output(output, cell.source)
    return notebook


def prepare_output(output, source):
    """Put a sentence for a slider, and fold what is longer than a slide."""
    data = output.get("data", {})
    if WIDGET in data:
        output["data"] = {"text/plain": SLIDER}
    text = output.get("text") or data.get("text/plain", "")
    rows = data.get("text/html", "").count("<tr")
    lines = rows or text.count("\n") + 1
    if lines > LONGEST and "image/png" not in data:
        what = source if source.startswith("show(") else "Table" if rows else "Output"
        output["folded"] = f"{what}: {lines} {'rows' if rows else 'lines'}"
