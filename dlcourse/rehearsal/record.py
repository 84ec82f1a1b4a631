"""What a rehearsal finds, one JSON object a line, read by the command that began it."""

import json
import os
import sys
import threading
import time

STEP = 50e6  # bytes by which memory grows until it is written down again
PAUSE = 0.1  # seconds between two looks at the memory


def note(**found):
    """Add to the record; without the variable DLCOURSE_RECORD, to nothing."""
    if path := os.environ.get("DLCOURSE_RECORD"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{json.dumps(found)}\n")


def read_record(path):
    """All that was noted, as a list of dictionaries."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def watch_memory():
    """Note this process's memory as it grows; end it past DLCOURSE_HOST_GB.

    Before the machine does, which would take others with it.
    """
    import psutil

    limit = 1e9 * float(os.environ.get("DLCOURSE_HOST_GB", "inf"))

    def watch():
        process, noted = psutil.Process(), 0
        while True:
            used = process.memory_info().rss
            if used > noted + STEP or used > limit:
                note(host=used)
                noted = used
            if used > limit:
                os._exit(1)
            time.sleep(PAUSE)

    threading.Thread(target=watch, daemon=True).start()


def watch_widgets():
    """Note the errors of functions that sliders call: no cell ends with them."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    show = shell.showtraceback

    def showtraceback(*arguments, **options):
        if not options.get("running_compiled_code"):  # as it is for a cell
            kind, error, _ = sys.exc_info()
            note(widget=f"{kind.__name__}: {next(iter(str(error).splitlines()), '')}")
        show(*arguments, **options)

    shell.showtraceback = showtraceback
