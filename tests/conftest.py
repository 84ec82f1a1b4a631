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

NOTHING_SKIPPED = "DLCOURSE_NOTHING_SKIPPED"  # set where a skip fails the run, as in CI
ANOTHER_CPU = "ONEDNN_MAX_CPU_ISA"  # with it this machine computes as an older one
# Words of the reasons that may stand: PyTorch's twins are a job of their own, and no
# machine is both root's and an ordinary user's.
SKIPPED_IN_CI = ("torch", "timm", ANOTHER_CPU, "ordinary user", "as root alone")


def pytest_addoption(parser):
    """Take ``--slice 2/8``: a second eighth of the tests that would run."""
    parser.addoption("--slice", default="1/1", metavar="K/N", help="one of N slices")


@pytest.hookimpl(trylast=True)  # after -m and -k
def pytest_collection_modifyitems(config, items):
    """Keep every Nth test."""
    slice_, of = map(int, config.getoption("slice").split("/"))
    if not 1 <= slice_ <= of:
        raise pytest.UsageError(f"--slice {slice_}/{of}: there are slices 1 to {of}")
    config.hook.pytest_deselected(
        items=[item for i, item in enumerate(items) if i % of != slice_ - 1]
    )
    items[:] = items[slice_ - 1 :: of]


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


def skips(terminalreporter):
    """Reason -> ids of the tests that were skipped for it."""
    skipped = defaultdict(set)
    for report in terminalreporter.getreports("skipped"):
        _, _, reason = report.longrepr
        skipped[reason.removeprefix("Skipped: ")].add(report.nodeid)
    return skipped


def pytest_sessionfinish(session):
    """Fail the run for a skip, where nothing may be skipped but `SKIPPED_IN_CI`."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if NOTHING_SKIPPED not in os.environ or not reporter:
        return
    if any(not any(w in reason for w in SKIPPED_IN_CI) for reason in skips(reporter)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    """Say at the end what was not tested here, and what would help."""
    for reason, tests in sorted(skips(terminalreporter).items()):
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
