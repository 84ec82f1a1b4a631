"""``dlcourse`` in this process, for tests of its commands."""

from typer.testing import CliRunner

from dlcourse import cli


def dlcourse(*words):
    """The result of the command with these words."""
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def sentence(result):
    """What a command that failed said; it must be no traceback."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    return " ".join(result.output.split())
