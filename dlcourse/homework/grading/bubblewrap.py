"""The command lines that start a notebook's process, shut in and limited as a group."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

import dlcourse
from dlcourse.course import ROOT

MEBI = 2**20
START = (
    "import sys; sys.path[:0] = {path}; "
    "from dlcourse.homework.grading.driver import main; main()"
)
ENVIRONMENT = {
    "PATH": os.defpath,
    "MPLBACKEND": "agg",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # One thread each: as many notebooks run at a time as there are cores.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}
FILTER = "system_calls.bpf"  # in the runtime folder


def packages():
    """The folder of the installed packages."""
    return Path(np.__file__).parent.parent


def bare(folder):
    """The command line that starts the driver without a sandbox."""
    python = os.path.realpath(sys.executable)
    code = START.format(path=[str(folder), str(packages())])
    return [python, "-I", "-S", "-B", "-c", code]


def shut_in(folder, limits, filtered=None):
    """The command line that starts the driver in bubblewrap.

    ``filtered`` is an open file with the filter of system calls.
    """
    python, base = os.path.realpath(sys.executable), Path(sys.base_prefix)
    binds = [(Path("/usr"), "/usr"), (base, "/python"), (packages(), "/packages")]
    inside = Path("/python", Path(python).relative_to(base))
    code = START.format(path=["/sandbox", "/packages"])
    variables = (ENVIRONMENT | {"HOME": "/tmp"}).items()
    return [
        *group(limits),
        *("env", "-i", *(f"{name}={value}" for name, value in variables)),
        *(shutil.which("bwrap"), "--die-with-parent", "--new-session"),
        *own_libraries(base),
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *rights(),
        *(("--seccomp", str(filtered.fileno())) if filtered else ()),
        *(word for pair in binds for word in ("--ro-bind", *map(str, pair))),
        *system_folders(),
        *hidden(binds),
        *("--ro-bind", str(folder), "/sandbox"),
        *("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"),
        *("--perms", "1777", "--size", str(limits.disk * MEBI), "--tmpfs", "/tmp"),
        *("--remount-ro", "/", "--chdir", "/tmp"),
        *("--", str(inside), "-I", "-S", "-B", "-c", code),
    ]


def own_libraries(base):
    """Let a Python find its library, which it looks for where it was installed.

    pyenv and some systems build it so, with a path that the sandbox has not.
    """
    if not any(base.glob("lib/libpython*.so*")):
        return []
    return ["--setenv", "LD_LIBRARY_PATH", "/python/lib"]


def rights():
    """Root keeps the right to become another user, which the driver then does.

    A user namespace of its own would open more of the kernel; where there is one at
    all, no second one can be made in it. For root, the filter forbids it.
    """
    if os.getuid() != 0:
        more = ["--disable-userns"] if "--disable-userns" in options() else []
        return ["--unshare-user", *more, "--cap-drop", "ALL"]
    keep = [*("--cap-add", "CAP_SETUID"), *("--cap-add", "CAP_SETGID")]
    return ["--cap-drop", "ALL", *keep]


@functools.cache
def options():
    """What bwrap says of itself; versions before 0.8 cannot forbid user namespaces."""
    return subprocess.run(["bwrap", "--help"], capture_output=True, text=True).stdout


def group(limits):
    """The words in front that limit all processes together, where systemd can."""
    start = scope()
    if not start:
        return []
    wanted = {
        "MemoryMax": limits.memory * 2 * MEBI,
        "MemorySwapMax": 0,
        "TasksMax": limits.processes + 8,  # those of bubblewrap
    }
    words = (("-p", f"{name}={value}") for name, value in wanted.items())
    return [*start, *(word for pair in words for word in pair), "--"]


@functools.cache
def scope():
    """How to start a systemd scope, a cgroup with limits, where there is systemd."""
    if not shutil.which("systemd-run"):
        return []
    user = [] if os.getuid() == 0 else ["--user"]
    start = ["systemd-run", *user, "--scope", "--quiet", "--collect"]
    probe = [*start, "-p", "MemoryMax=64M", "--", "true"]
    try:
        tried = subprocess.run(probe, capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return start if tried.returncode == 0 else []


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
