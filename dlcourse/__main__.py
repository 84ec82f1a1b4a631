"""``python -m dlcourse`` is the ``dlcourse`` command."""

from dlcourse.cli import app

if __name__ == "__main__":
    app(prog_name="dlcourse")
