"""Mends nbval, which compares a notebook's outputs with the stored ones.

``pytest`` runs tests/; ``pytest --nbval lectures solutions`` runs every notebook in a
kernel of this environment. tests/test_nbval_repairs.py proves each repair below.
"""

import contextlib
import os
import socket
import struct
import sys
import time
from queue import Empty

import nbval.kernel
import nbval.plugin
import pytest

LOOK_EVERY = 0.5  # seconds between looks at whether the kernel is alive


class Kernel(nbval.kernel.RunningKernel):
    """A kernel that runs cells as JupyterLab does, and whose death is noticed."""

    def execute_cell_input(self, cell_input, allow_stdin=None):
        """Send a cell; with history stored, a trailing ``;`` hides its value."""
        return self.kc.execute(
            cell_input,
            store_history=True,
            allow_stdin=allow_stdin,
            stop_on_error=False,
        )

    def await_reply(self, msg_id, timeout=None):
        """Wait for the reply to ``msg_id``: Empty past the limit, or say it died."""
        limit = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < limit:
            try:
                reply = self.get_message("shell", timeout=LOOK_EVERY)
            except Empty:
                if not self.is_alive():
                    died = "The kernel died while it ran this cell."
                    raise RuntimeError(died) from None
            else:
                if reply["parent_header"].get("msg_id") == msg_id:
                    return
        raise Empty


def pytest_configure():
    """Bring up the loopback interface, over which Jupyter talks to its kernels.

    It is down in a network namespace of one's own, as ``unshare -n make test`` has it;
    everywhere else this changes nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    import fcntl

    get_flags, set_flags, up = 0x8913, 0x8914, 1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP
    with contextlib.suppress(OSError), socket.socket() as any_socket:
        interface = struct.pack("16sh14x", b"lo", 0)
        answer = fcntl.ioctl(any_socket, get_flags, interface)
        flags = struct.unpack("16sh14x", answer)[1]
        if not flags & up:
            interface = struct.pack("16sh14x", b"lo", flags | up)
            fcntl.ioctl(any_socket, set_flags, interface)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Fail a cell that was stored without being run; nbval lets it pass."""
    yield
    if not isinstance(item, nbval.plugin.IPyNbCell):
        return
    if item.cell.execution_count is None and item.cell.source.strip():
        item.raise_cell_error("never run: run the notebook from the top, and save")


def start_new_kernel(startup_timeout=60, kernel_name="python", **options):
    """Start a kernel with the environment and the options that notebooks expect.

    Stored outputs hold no progress bars (TQDM_DISABLE). Native code writes to file
    descriptors 1 and 2 what depends on the CPU: it goes to pytest, not into outputs, as
    after `dlcourse.lecture.setup`. History stays in memory: the student's own is left
    alone, and two kernels do not wait for one file.
    """
    return original_start(
        startup_timeout,
        kernel_name,
        env=os.environ | {"TQDM_DISABLE": "1"},
        extra_arguments=[
            "--HistoryManager.hist_file=:memory:",
            "--IPKernelApp.capture_fd_output=False",
        ],
        **options,
    )


original_start = nbval.kernel.start_new_kernel
nbval.kernel.start_new_kernel = start_new_kernel
nbval.plugin.RunningKernel = Kernel
