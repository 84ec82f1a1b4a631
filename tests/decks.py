"""Open a deck of slides in Chromium: measure its cells, and find what is wrong.

    python tests/decks.py runs/slides/05_convolution_and_pooling.html --out shots

Prints a line for each fault, and exits with 1 where there is one; with --out every
slide is photographed.
"""

import argparse
import contextlib
import sys
from pathlib import Path

import access
from look import chromium, missing

ALL_IN_A_COLUMN = """.reveal .slides section, .reveal .slides, .reveal {
    display: block !important; position: static !important; width: 1280px !important;
    height: auto !important; visibility: visible !important; transform: none !important;
    zoom: 1 !important; }
    .cell > details { margin: 0; } .cell > details > summary { display: none; }"""
# For each cell the pixels of its text or code, of its outputs, and of the figures and
# tables in them, all shown whole.
HEIGHTS = """async () => {
    document.querySelectorAll(".cell > details").forEach(code => { code.open = true; });
    await MathJax.typesetPromise();
    const tall = part => part ? part.offsetHeight : 0;
    const figures = cell => [...cell.querySelectorAll(".outputs img, .outputs table")]
        .filter(figure => figure.checkVisibility());
    const outputs = cell => tall(cell.querySelector(":scope > .outputs"));
    return [...document.querySelectorAll(".cell")].map(cell => [
        cell.dataset.cell,
        tall(cell) - outputs(cell),
        outputs(cell),
        figures(cell).reduce((sum, figure) => sum + tall(figure), 0),
    ]);
}"""
SLIDES = """() => Reveal.getSlides().map(slide => Reveal.getIndices(slide))
    .map(at => [at.h, at.v ?? 0])"""
SHOW = """async ([h, v]) => {
    Reveal.slide(h, v, 999);
    await fit(Reveal.getCurrentSlide());
}"""
WRONG = """() => {
    const slide = Reveal.getCurrentSlide(), found = [];
    if (overflows(slide)) found.push("overflows");
    if (!slide.innerText.trim() && !slide.querySelector("img")) found.push("is empty");
    for (const image of slide.querySelectorAll("img"))
        if (!image.naturalWidth) found.push("a picture is missing");
    if (slide.querySelector("[data-mjx-error], [data-mml-node=merror]"))
        found.push("a formula is wrong");
    if (/\\\\\\(|\\$[^$\\n]*\\\\[a-z]+/.test(text(slide))) found.push("a raw formula");
    for (const fold of slide.querySelectorAll("details")) {
        fold.open = true;
        fold.dispatchEvent(new Event("toggle"));
        const box = fold.getBoundingClientRect();
        if (box.bottom > 721 || box.right > 1281)
            found.push(`"${fold.innerText.split("\\n")[0]}", when shown, overflows`);
        fold.open = false;
        fold.dispatchEvent(new Event("toggle"));
    }
    return found;

    function text(slide) {
        const copy = slide.cloneNode(true);
        copy.querySelectorAll("pre, code, mjx-container").forEach(e => e.remove());
        return copy.textContent;
    }
}"""


@contextlib.contextmanager
def opened(deck):
    """Gives the page of a deck, and the list of what it asked for outside of itself."""
    outside = []
    with chromium(1280, 720) as page:

        def note(request):
            if not request.url.startswith(("file:", "data:", "blob:")):
                outside.append(request.url)

        page.on("request", note)
        page.on("pageerror", lambda error: outside.append(str(error)))
        page.goto(Path(deck).resolve().as_uri())
        page.wait_for_function("window.Reveal && Reveal.isReady()")
        page.add_style_tag(content="* { transition: none !important; }")  # no fades
        yield page, outside


def heights(deck):
    """Cell id -> pixels of (its text or code, its outputs, the figures in them)."""
    with opened(deck) as (page, _):
        page.add_style_tag(content=ALL_IN_A_COLUMN)
        return {name: pixels for name, *pixels in page.evaluate(HEIGHTS)}


def faults(deck, out=None):
    """One line for each fault of a deck; a PNG of each slide in the folder ``out``."""
    deck, found = Path(deck), []
    with opened(deck) as (page, outside):
        for h, v in page.evaluate(SLIDES):
            page.evaluate(SHOW, [h, v])
            if out:
                page.wait_for_timeout(300)  # until fragments are there
                page.screenshot(path=Path(out, f"{deck.stem[:2]}_{h:02}_{v:02}.png"))
            wrong = page.evaluate(WRONG) + access.faults(page)
            found += [f"{deck.stem}, slide {h}/{v}: {x}" for x in wrong]
    return found + [f"{deck.stem}: {what}" for what in sorted(set(outside))]


def main():
    """Walk through decks; 1 when one has a fault."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("decks", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, help="folder for the PNGs")
    arguments = parser.parse_args()
    if reason := missing():
        sys.exit(reason)
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
    wrong = [line for deck in arguments.decks for line in faults(deck, arguments.out)]
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
