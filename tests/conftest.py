import sys

import pytest


@pytest.fixture(autouse=True)
def seed():
    """The same random numbers for a test, whichever tests ran before it."""
    if "keras" in sys.modules:  # many tests need no backend, and start at once
        sys.modules["keras"].utils.set_random_seed(0)
