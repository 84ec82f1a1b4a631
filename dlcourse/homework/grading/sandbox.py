"""A process of its own for a student's notebook, by bubblewrap where it is there."""

import contextlib
import json
import os
import random
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

import dlcourse
from dlcourse.course import ROOT
from dlcourse.homework import calling
from dlcourse.homework.grading import driver, plain, stub

START = (
    "import sys; sys.path[:0] = {path}; "
    "from dlcourse.homework.grading.driver import main; main()"
)
ENVIRONMENT = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}
LOOK_EVERY = 0.2  # seconds between looks at time and memory
MEBI = 2**20

UNISOLATED = (
    "Not isolated then: submissions run with your rights. They can read and write your "
    "files, use the network, start processes and end others. Only their time, memory "
    "and output are limited."
)


@dataclass(frozen=True)
class Limits:
    """What a submission may use; sizes in MiB.

    A cell, and the calls of a function, may each take a tenth of ``seconds``.
    """

    seconds: float = 60
    memory: int = 1024  # of a process; of all of them twice that
    processes: int = 24
    files: int = 64  # open at once
    disk: int = 64
    output: int = 8  # results


@dataclass(frozen=True)
class Run:
    """What came out of a sandbox: its lines, and why it was ended early, if it was."""

    lines: list[bytes]
    stopped: str = ""  # "time", "memory", "output" or nothing


def runtime(folder):
    """Put what a notebook imports, and the driver, into a folder; gives the folder."""
    homework = Path(folder, "dlcourse", "homework")
    grading = homework / "grading"
    grading.mkdir(parents=True)
    shutil.copyfile(stub.__file__, homework / "__init__.py")
    shutil.copyfile(calling.__file__, homework / "calling.py")
    for module in (driver, plain):
        shutil.copyfile(module.__file__, grading / Path(module.__file__).name)
    for path in (Path(folder), *Path(folder).rglob("*")):
        path.chmod(0o755)  # whoever runs the sandbox can read it
    return Path(folder)


def why_not(folder):
    """Why bubblewrap does not work here, or nothing where it does."""
    if not shutil.which("bwrap"):
        return "bubblewrap (bwrap) is not installed."
    probe = {"cells": [], "questions": []}
    run = start(folder, probe, Limits(seconds=20), isolated=True, errors=True)
    if any(b"done" in line for line in run.lines):
        return ""
    message = b" ".join(run.lines).decode(errors="replace").strip()
    return f"bubblewrap (bwrap) does not work here: {message or run.stopped}"


def start(folder, job, limits, isolated, errors=False):
    """Run the driver of a runtime folder on a job; gives a `Run`.

    ``errors`` takes what is written to standard error among the lines.
    """
    own_user = random.randrange(2**30, 2**31)  # root's limit on processes is void
    job = job | {
        "user": own_user if isolated and os.getuid() == 0 else None,
        "seconds": limits.seconds / 10,
        "limits": resources(limits, isolated),
    }
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        process = subprocess.Popen(
            command(folder, limits, isolated),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if errors else subprocess.DEVNULL,
            start_new_session=True,
            cwd=scratch,  # where it is not isolated; else it has a /tmp of its own
            env=ENVIRONMENT | {"HOME": scratch},
        )
        threading.Thread(target=send, args=(process.stdin, job), daemon=True).start()
        try:
            content, stopped = watch(process, limits)
        finally:
            end(process)
            process.stdout.close()
    return Run([line for line in content.splitlines() if line], stopped)


def resources(limits, isolated):
    """The limits of `resource.setrlimit` by name, for each process of a submission."""
    each = {
        "RLIMIT_CPU": int(limits.seconds) + 1,
        "RLIMIT_FSIZE": limits.disk * MEBI,
        "RLIMIT_NOFILE": limits.files,
        "RLIMIT_CORE": 0,
    }
    if sys.platform == "linux":  # elsewhere it fails
        each["RLIMIT_AS"] = limits.memory * MEBI
    if isolated:  # else it counts every process of the user
        each["RLIMIT_NPROC"] = limits.processes
    return each


def command(folder, limits, isolated):
    """The command line that starts the driver, in bubblewrap where ``isolated``."""
    packages = Path(np.__file__).parent.parent
    python = os.path.realpath(sys.executable)
    if not isolated:
        path = [str(folder), str(packages)]
        return [python, "-I", "-S", "-B", "-c", START.format(path=path)]
    base = Path(sys.base_prefix)
    binds = [(Path("/usr"), "/usr"), (base, "/python"), (packages, "/packages")]
    inside = Path("/python", Path(python).relative_to(base))
    code = START.format(path=["/sandbox", "/packages"])
    return [
        *("bwrap", "--die-with-parent", "--new-session"),
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *rights(),
        *(word for pair in binds for word in ("--ro-bind", *map(str, pair))),
        *system_folders(),
        *hidden(binds),
        *("--ro-bind", str(folder), "/sandbox"),
        *("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"),
        *("--perms", "1777", "--size", str(limits.disk * MEBI), "--tmpfs", "/tmp"),
        *("--remount-ro", "/", "--chdir", "/tmp", "--setenv", "HOME", "/tmp"),
        *("--", str(inside), "-I", "-S", "-B", "-c", code),
    ]


def rights():
    """Root keeps the right to become another user, which the driver then does."""
    if os.getuid() != 0:
        return ["--unshare-user", "--cap-drop", "ALL"]
    keep = [*("--cap-add", "CAP_SETUID"), *("--cap-add", "CAP_SETGID")]
    return ["--cap-drop", "ALL", *keep]


def system_folders():
    """/lib and its like: links into /usr on most systems, folders on others."""
    words = []
    for folder in ("/bin", "/lib", "/lib64"):
        if os.path.islink(folder):
            words += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            words += ["--ro-bind", folder, folder]
    return words


def hidden(binds):
    """Cover the course where it lies in a folder that the sandbox can read."""
    return [
        word
        for secret in {ROOT, Path(dlcourse.__file__).parent, Path.cwd()}
        for outside, inside in binds
        if secret.is_relative_to(outside) and secret != outside
        for word in ("--tmpfs", str(Path(inside, secret.relative_to(outside))))
    ]


def send(stream, job):
    """Write the job; a driver that died does not read it."""
    with contextlib.suppress(OSError), stream:
        content = memoryview(json.dumps(job).encode())
        while content:
            content = content[stream.write(content) :]


def watch(process, limits):
    """Read what a process writes until it ends; gives it, and why it was stopped."""
    content, start = bytearray(), time.monotonic()
    look = start
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            ended = process.poll() is not None  # asked before what may be the last read
            ready = selector.select(0 if ended else LOOK_EVERY)
            chunk = process.stdout.read(MEBI) if ready else b""
            content += chunk
            if len(content) > limits.output * MEBI:
                return content, "output"
            if ended and not chunk:
                return content, ""
            now = time.monotonic()
            if now - start > limits.seconds:
                return content, "time"
            if now >= look:
                look = now + LOOK_EVERY
                if used(process) > 2 * limits.memory * MEBI:
                    return content, "memory"
            if ready and not chunk:  # it closed its end, and goes on
                time.sleep(LOOK_EVERY)


def used(process):
    """Bytes of memory that a process and its descendants hold."""
    total = 0
    try:
        parent = psutil.Process(process.pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return 0
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += held(member)
    return total


def held(process):
    """Bytes of memory that a process holds; what several share is divided up."""
    try:
        return process.memory_full_info().pss
    except (AttributeError, psutil.AccessDenied):  # not on Linux
        return process.memory_info().rss


def end(process):
    """End a process, its group, and with bubblewrap everything that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
