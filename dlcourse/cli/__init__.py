"""The ``dlcourse`` command: ``main`` has its options, a module each what it does."""

import sys

try:
    from dlcourse.cli.main import app
except KeyboardInterrupt:  # there is no command yet that could answer
    print("\nStopped. Nothing was changed.", file=sys.stderr)
    raise SystemExit(130) from None

__all__ = ["app"]
