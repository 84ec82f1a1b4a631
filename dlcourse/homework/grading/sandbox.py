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
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil

import dlcourse
from dlcourse.homework import calling, descent
from dlcourse.homework.grading import bubblewrap, cells, driver, plain, seccomp, stub
from dlcourse.homework.score import TRAINING

RESERVED = 8192  # MiB of addresses that TensorFlow may take without using them
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

    A cell, and the calls of a function, may each take a tenth of ``seconds``. A
    notebook that uses Keras has ``loading`` seconds more, and ``keras`` for memory. A
    project has ``training`` seconds more, and so has each of its cells.
    """

    seconds: float = 60
    memory: int = 1024  # of a process; of all of them twice that
    keras: int = 2048  # in place of memory
    loading: float = 60
    training: float = TRAINING
    processes: int = 64  # and threads
    files: int = 128  # open at once
    disk: int = 64
    output: int = 8  # results

    def of(self, job):
        """The limits for a job."""
        seconds = self.seconds + job["trains"] * self.training
        if not job["keras"]:
            return replace(self, seconds=seconds)
        memory = max(self.memory, self.keras)
        return replace(self, seconds=seconds + self.loading, memory=memory)


@dataclass(frozen=True)
class Run:
    """What came out of a sandbox: its lines, and why it was ended early, if it was."""

    lines: list[bytes]
    stopped: str = ""  # "time", "memory", "output" or nothing


def runtime(folder):
    """Put what a notebook imports, and the driver, into a folder; gives the folder.

    That is the course without the questions, and without what grades.
    """
    course = Path(dlcourse.__file__).parent
    left = shutil.ignore_patterns("homework", "cli", "__pycache__")
    shutil.copytree(course, Path(folder, "dlcourse"), ignore=left)
    homework = Path(folder, "dlcourse", "homework")
    grading = homework / "grading"
    grading.mkdir(parents=True)
    shutil.copyfile(stub.__file__, homework / "__init__.py")
    for module in (calling, descent):
        shutil.copyfile(module.__file__, homework / Path(module.__file__).name)
    for module in (cells, driver, plain):
        shutil.copyfile(module.__file__, grading / Path(module.__file__).name)
    Path(folder, bubblewrap.FILTER).write_bytes(seccomp.program())
    for path in (Path(folder), *Path(folder).rglob("*")):
        path.chmod(0o755)  # whoever runs the sandbox can read it
    return Path(folder)


def give(folder, questions):
    """Put the public sets of score questions into a runtime folder."""
    arrays = {}
    for question in questions:
        for part, (x, labels) in question.public().items():
            arrays |= {f"{question.name} {part} x": x}
            arrays |= {f"{question.name} {part} labels": labels}
    path = Path(folder, "dlcourse", "homework", stub.PUBLIC)
    np.savez(path, **arrays)
    path.chmod(0o755)


def why_not(folder):
    """Why bubblewrap does not work here, or nothing where it does."""
    if not shutil.which("bwrap"):
        return "bubblewrap (bwrap) is not installed."
    probe = {"cells": [], "questions": [], "keras": False, "trains": False}
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
        "seconds": limits.seconds / 10 + job["trains"] * limits.training,
        "limits": resources(limits.of(job), isolated, job["keras"]),
    }
    limits = limits.of(job)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        process = begin(folder, limits, isolated, scratch, errors)
        threading.Thread(target=send, args=(process.stdin, job), daemon=True).start()
        try:
            content, stopped = watch(process, limits)
        finally:
            end(process)
            process.stdout.close()
    return Run([line for line in content.splitlines() if line], stopped)


def begin(folder, limits, isolated, scratch, errors):
    """Start the driver's process, in bubblewrap where ``isolated``."""
    with contextlib.ExitStack() as files:
        calls = Path(folder, bubblewrap.FILTER)
        filtered = None
        if isolated and calls.stat().st_size:
            filtered = files.enter_context(calls.open("rb"))
        if isolated:
            command = bubblewrap.shut_in(folder, limits, filtered)
        else:
            command = bubblewrap.bare(folder)
        own = bubblewrap.ENVIRONMENT | {"HOME": scratch}
        return subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if errors else subprocess.DEVNULL,
            start_new_session=True,
            cwd=scratch,  # where it is not isolated; else it has a /tmp of its own
            env=None if isolated else own,  # systemd-run needs ours, and drops it
            pass_fds=[filtered.fileno()] if filtered else [],
        )


def resources(limits, isolated, keras):
    """The limits of `resource.setrlimit` by name, for each process of a submission.

    TensorFlow reserves far more addresses than it uses: there the memory that a process
    may write to and shares with none is limited, and addresses more widely.
    """
    each = {
        "RLIMIT_CPU": int(limits.seconds) + 1,
        "RLIMIT_FSIZE": limits.disk * MEBI,
        "RLIMIT_NOFILE": limits.files,
        "RLIMIT_CORE": 0,
    }
    if sys.platform == "linux":  # elsewhere it fails
        each["RLIMIT_DATA"] = limits.memory * MEBI
        each["RLIMIT_AS"] = (limits.memory + keras * RESERVED) * MEBI
    if isolated:  # else it counts every process of the user
        each["RLIMIT_NPROC"] = limits.processes
    return each


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
