"""Open a notebook in JupyterLab, run it, and photograph it: look at what students see.

    python tests/look.py lectures/01_perceptron_and_activations.ipynb --out shots

Drives a Chromium that is installed on the system, through playwright
(``make browser``). Runs a copy: the stored notebook stays as it is. Then it moves
every slider. Exits with 1 when a cell raised an error or a slider changed nothing, and
says which.
"""

import argparse
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat

WIDTH, HEIGHT = 1280, 1400  # a projector's width; tall, so that few pages do
OVERLAP = 40  # pixels seen at the foot of one page and again at the head of the next
RUN_LIMIT = 600  # seconds
SETTINGS = {  # every cell in the page, whether it is on the screen or not
    "notebook-extension/tracker": """
        {"windowingMode": "none", "scrollPastEnd": false}""",
    "apputils-extension/themes": '{"theme": "JupyterLab Light"}',
    "apputils-extension/notification": '{"fetchNews": "false"}',
}

READY = """async () => {
    const panel = window.jupyterapp?.shell.currentWidget;
    await panel?.sessionContext?.ready;
    const kernel = panel?.sessionContext?.session?.kernel;
    return panel?.sessionContext?.isReady && kernel?.status === "idle";
}"""
RUN = """async () => {
    const app = window.jupyterapp;
    app.shell.collapseLeft();
    await app.commands.execute("notebook:run-all-cells");
    await app.commands.execute("docmanager:save");
    document.querySelectorAll("details").forEach(answer => { answer.open = true; });
}"""
# JupyterLab lays out what it scrolls; this finds the element that does the scrolling.
SCROLLER = """() => {
    const inside = document.querySelectorAll(".jp-NotebookPanel-notebook *");
    const all = [document.querySelector(".jp-NotebookPanel-notebook"), ...inside];
    return all.find(e => /auto|scroll/.test(getComputedStyle(e).overflowY)
        && e.scrollHeight >= e.clientHeight && e.clientHeight > 200);
}"""

# What a slider's function has drawn or printed, as text.
DRAWN = """handle => [...handle.closest(".widget-interact").querySelectorAll(
    ".jp-OutputArea-output")].map(output => output.innerHTML).join()"""
MOVE_LIMIT = 90  # seconds until a figure must have changed


def find_browser():
    """The path of a Chromium or Chrome on this system, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


def missing():
    """Why this machine cannot look at notebooks, or None where it can."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "playwright is not installed: make browser"
    return None if find_browser() else "no chromium on this system"


@contextlib.contextmanager
def jupyterlab(folder, *options):
    """Serve ``folder`` in JupyterLab; gives address and token. Settings are its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as private:
        for name, text in SETTINGS.items():
            path = Path(private, "@jupyterlab", f"{name}.jupyterlab-settings")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        where = ("SETTINGS_DIR", "WORKSPACES_DIR")
        env = os.environ | {f"JUPYTERLAB_{name}": private for name in where}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += [f"--port={port}", f"--IdentityProvider.token={token}"]
        command += ["--expose-app-in-browser", f"--ServerApp.root_dir={folder}"]
        command += options
        with Path(private, "log").open("w+") as log:
            server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
            try:
                wait_for(f"http://127.0.0.1:{port}/api", server, log)
                yield f"http://127.0.0.1:{port}", token
            finally:
                server.terminate()
                server.wait(30)


def wait_for(address, server, log, limit=60):
    """Return when the server answers; RuntimeError with its log when it does not."""
    for _ in range(limit * 4):
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            return urllib.request.urlopen(address, timeout=5).close()
        if server.poll() is not None:
            break
        time.sleep(0.25)
    log.seek(0)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read()}")


@contextlib.contextmanager
def chromium(width=WIDTH, height=HEIGHT):
    """Gives a page of a browser, of that many pixels."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="light"
        )
        page.set_default_timeout(RUN_LIMIT * 1000)
        yield page
        browser.close()


def photograph(address, token, name, out):
    """Run notebook ``name``, and write it page by page to ``out``.

    Gives the PNGs, and a line for each slider that changes nothing.
    """
    with chromium() as page:
        page.goto(f"{address}/lab/tree/{name}?reset&token={token}")
        run(page)
        pages = list(scroll_through(page, out))
        return pages, list(move_sliders(page))


def run(page):
    """Run the notebook that a page shows, and save it."""
    page.wait_for_selector(".jp-NotebookPanel-notebook .jp-Cell:visible")
    page.wait_for_function(READY, polling=500)
    page.evaluate(RUN)
    page.wait_for_timeout(1500)  # widgets and formulas are drawn after the run


def move_sliders(page):
    """Move each slider by a step; yields a line for each that changes nothing."""
    handles = page.query_selector_all(".jp-NotebookPanel-notebook .noUi-handle")
    print(f"{len(handles)} sliders are moved", flush=True)
    for number, handle in enumerate(handles, start=1):
        before = handle.evaluate(DRAWN)
        handle.scroll_into_view_if_needed()
        handle.focus()
        now, last = (handle.get_attribute(f"aria-value{n}") for n in ("now", "max"))
        handle.press("ArrowLeft" if now == last else "ArrowRight")
        for _ in range(2 * MOVE_LIMIT):
            page.wait_for_timeout(500)
            if handle.evaluate(DRAWN) != before:
                break
        else:
            yield f"slider {number} of {len(handles)} changes nothing"


def scroll_through(page, out):
    """Photograph the notebook from top to bottom; yields the path of each page."""
    panel = page.query_selector(".jp-NotebookPanel-notebook")
    scroller = page.evaluate_handle(SCROLLER)
    height, total = scroller.evaluate("e => [e.clientHeight, e.scrollHeight]")
    for number, top in enumerate(range(0, max(total - OVERLAP, 1), height - OVERLAP)):
        scroller.evaluate("(e, top) => { e.scrollTop = top; }", top)
        page.wait_for_timeout(200)
        path = Path(out, f"page_{number + 1:02}.png")
        panel.screenshot(path=path)
        yield path


def faults(notebook):
    """One line for each cell of an executed notebook that raised or did not run."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"cell {number}: {output.ename}: {output.evalue}"
        if cell.execution_count is None:
            yield f"cell {number}: did not run"


def look(notebook, out):
    """Run a copy of ``notebook`` in JupyterLab; gives (PNG paths, list of faults).

    The PNGs and the executed copy stand in the folder ``out`` afterwards.
    """
    notebook, out = Path(notebook), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("page_*.png"):
        old.unlink()
    copy = out / notebook.name
    if copy.resolve() == notebook.resolve():
        raise ValueError(f"{out} holds the notebook itself; choose another folder")
    shutil.copyfile(notebook, copy)
    with jupyterlab(out.resolve()) as (address, token):
        pages, idle = photograph(address, token, notebook.name, out)
    return pages, [*faults(nbformat.read(copy, as_version=4)), *idle]


def main():
    """Look at one notebook; 1 when a cell raised."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNGs")
    arguments = parser.parse_args()
    if reason := missing():
        sys.exit(reason)
    pages, wrong = look(arguments.notebook, arguments.out)
    print(*pages, *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
