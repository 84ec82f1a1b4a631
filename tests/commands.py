"""``dlcourse`` in this process, or in one that is stopped, for its tests."""

import signal
import subprocess
import time

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


def stoppable(words):
    """A process that the signal of Ctrl-C reaches, even if this one ignores it."""

    def listen():
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True, preexec_fn=listen)


def interrupt(process, file):
    """Stop a process, as Ctrl-C does, once it has written a file."""
    while not file.exists():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
