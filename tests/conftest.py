import os
import sys
from collections import defaultdict
from importlib.util import find_spec

import pytest

if find_spec("triton"):  # 3.8, of PyTorch for GPUs: after TensorFlow 2.21 it crashes
    import triton  # noqa: F401

INSTALLS = {  # a word in the reason of a skip: what makes these tests run
    "bubblewrap": "apt install bubblewrap",
    "chromium": "apt install chromium",
    "'jax'": "make backends",
    "'torch'": "make twins",
    "'torchvision'": "make twins",
    "'timm'": "make twins",
    "'tensorflow": "make lab",
    "onnx": "make lab",
    "npm": "apt install npm",
}

ANOTHER_CPU = "ONEDNN_MAX_CPU_ISA"  # with it this machine computes as an older one


def pytest_runtest_setup(item):
    """Skip what only a stand-in for an older CPU cannot do.

    TensorFlow sees that this CPU has bfloat16 and asks oneDNN for it, which has none
    for the older CPU, and ends the process. On a real one it would not ask.
    """
    if ANOTHER_CPU in os.environ and (
        "bfloat16" in item.name or item.get_closest_marker("bfloat16")
    ):
        pytest.skip(f"no bfloat16 under {ANOTHER_CPU}")


@pytest.fixture(autouse=True)
def seed():
    """The same random numbers for a test, whichever tests ran before it."""
    if "keras" in sys.modules:  # many tests need no backend, and start at once
        sys.modules["keras"].utils.set_random_seed(0)


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory):
    """The folder of data sets, for a module of tests: what was made is kept."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLCOURSE_DATA", str(folder))
        yield folder


@pytest.fixture
def empty_data_folder(tmp_path, monkeypatch):
    """The folder of data sets, for one test: nothing is in it yet."""
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    return tmp_path


def pytest_terminal_summary(terminalreporter):
    """Say at the end what was not tested here, and what would help."""
    skipped = defaultdict(set)
    for report in terminalreporter.getreports("skipped"):
        _, _, reason = report.longrepr
        skipped[reason.removeprefix("Skipped: ")].add(report.nodeid)
    for reason, tests in sorted(skipped.items()):
        helps = [command for word, command in INSTALLS.items() if word in reason]
        terminalreporter.write_line(
            f"NOT TESTED HERE: {reason} ({len(tests)} skipped)"
            + "".join(f" → {command}" for command in helps),
            red=True,
            bold=True,
        )


@pytest.fixture
def ax():
    """Axes to draw on."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)
