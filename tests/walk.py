"""Walk through the site in Chromium, page by page, and find what is wrong.

    python tests/walk.py docs/_build/html

Prints a line for each fault, and exits with 1 where there is one. Pages are opened as
files: nothing is served, as on a laptop without a network.
"""

import contextlib
import itertools
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import access
from look import chromium, missing

READY = """async () => {
    await window.MathJax?.startup?.promise;
    document.querySelectorAll("img").forEach(image => { image.loading = "eager"; });
    await Promise.all([...document.images].map(i => i.decode().catch(() => 0)));
}"""
WRONG = """() => {
    const found = [], all = what => [...document.querySelectorAll(what)];
    for (const image of all("img"))
        if (!image.naturalWidth) found.push(`no picture: ${image.getAttribute("src")}`);
    for (const math of all(".math"))
        if (!math.querySelector("mjx-container"))
            found.push(`a raw formula: ${math.textContent.slice(0, 40)}`);
    for (const error of all("[data-mjx-error], [data-mml-node=merror]"))
        found.push(`a wrong formula: ${error.closest("mjx-container").outerHTML}`);
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) found.push("wider than the window");
    return found;
}"""
FOUND = """() => [...document.querySelectorAll("#search-results li a")]
    .map(link => link.getAttribute("href").split("?")[0])"""


@contextlib.contextmanager
def browser():
    """Gives a page, and the list of what it complained of and asked for outside."""
    told = []
    with chromium(1280, 1000) as page:

        def note(request):
            if not request.url.startswith(("file:", "data:", "blob:")):
                told.append(f"asks for {request.url}")

        def hear(message):
            if message.type == "error":
                told.append(f"console: {message.text}")

        page.on("request", note)
        page.on("requestfailed", lambda request: told.append(f"no {request.url}"))
        page.on("console", hear)
        page.on("pageerror", lambda error: told.append(str(error)))
        yield page, told


def pages(site):
    """Every page of the site, as paths."""
    found = Path(site).resolve().rglob("*.html")
    return sorted(path for path in found if "_static" not in path.parts)


def faults(paths):
    """One line for each fault of some pages."""
    found = []
    with browser() as (page, told):
        for path in paths:
            page.goto(path.as_uri())
            page.evaluate(READY)
            wrong = [*page.evaluate(WRONG), *access.faults(page), *told]
            found += [f"{path.parent.name}/{path.name}: {what}" for what in wrong]
            told.clear()
    return found


def all_faults(paths, browsers=2):
    """The same, from several browsers at once."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(browsers, mp_context=spawn) as pool:
        shares = [paths[i::browsers] for i in range(browsers)]
        return sorted(itertools.chain(*pool.map(faults, shares)))


def search(site, word):
    """The pages that the site's search finds for a word."""
    with browser() as (page, told):
        page.goto(f"{Path(site, 'search.html').resolve().as_uri()}?q={word}")
        page.wait_for_selector("#search-results li a, #search-results p.search-summary")
        page.wait_for_timeout(500)  # results come one after the other
        return page.evaluate(FOUND), list(told)


def main(site):
    """Walk through a site; 1 when a page has a fault."""
    if reason := missing():
        sys.exit(reason)
    wrong = all_faults(pages(site))
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
