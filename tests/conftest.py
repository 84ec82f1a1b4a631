import sys

import pytest


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
