"""The ``dlcourse`` command: ``main`` has its options, a module each what it does."""

from dlcourse.cli.main import app

__all__ = ["app"]
