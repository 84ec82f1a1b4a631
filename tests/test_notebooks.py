"""Notebooks that are executed without a browser: none waits for a widget."""

from pathlib import Path

import nbformat
import pytest
from nbclient.output_widget import OutputWidget

from dlcourse.cli import run
from dlcourse.homework import work

TOOLS = Path(__file__).parents[1] / "tools"
SLIDER = """from ipywidgets import interact
@interact(number=(0, 3))
def show_number(number=2):
    print("number", number)"""


def by_tool(monkeypatch, path):
    monkeypatch.syspath_prepend(TOOLS)
    import execute

    execute.execute(path)


def by_run(monkeypatch, path):
    run.execute(path, path, {})


def by_check(monkeypatch, path):
    notebook = nbformat.read(path, as_version=4)
    assert work.execute(notebook, path, 100) is None
    nbformat.write(notebook, path)


@pytest.mark.parametrize("execute", [by_tool, by_run, by_check])
def test_nothing_is_sent_to_a_widget(execute, monkeypatch, tmp_path):
    """What is sent while a cell ends hides its reply, and then the execution waits."""
    sent = []
    monkeypatch.setattr(OutputWidget, "_publish_msg", lambda *_, **__: sent.append(1))
    monkeypatch.setattr(OutputWidget, "send", OutputWidget.send)  # back at the end
    cell = nbformat.v4.new_code_cell(SLIDER)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=kernel)
    path = tmp_path / "slider.ipynb"
    nbformat.write(notebook, path)
    execute(monkeypatch, path)
    assert "number 2" in path.read_text()  # the widget's, by its hook
    assert sent == []
