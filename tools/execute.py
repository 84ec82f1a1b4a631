"""Execute notebooks in place, each in a fresh kernel: tools/execute.py NOTEBOOK …"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from dlcourse.notebooks import one_sided_widgets


def execute(path):
    """Run all cells of a notebook and store what they show; an error ends the run."""
    print(path, flush=True)
    one_sided_widgets()
    notebook = nbformat.read(path, as_version=4)
    options = {"extra_arguments": ["--IPKernelApp.capture_fd_output=False"]}
    options["resources"] = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=None, **options).execute()
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        execute(Path(name))
