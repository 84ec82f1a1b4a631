"""What ``dlcourse doctor`` does: check whether the course runs on this machine."""

import importlib
import importlib.metadata
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from dlcourse.course import ROOT, copies_folder, course_folder, runs_folder, work_folder
from dlcourse.datasets import data_folder

MIN_PYTHON = (3, 11)
MIN_MEMORY = 3e9  # bytes; no lecture's quick profile takes more
MIN_DISK = 2e9  # bytes; for the medium-sized data sets
TIMEOUT = 5  # seconds, for the answer of a server

OK, WARNING, ERROR = "✓", "!", "✗"


@dataclass(frozen=True)
class Finding:
    """The result of one check: its state, what was found, and what to do about it."""

    state: str
    found: str
    remedy: str = ""

    def __str__(self):
        return f"{self.state} {self.found}" + f"\n    {self.remedy}" * bool(self.remedy)


def findings():
    """The finding of each check, one after the other."""
    yield check_python()
    yield check_versions()
    yield check_imports()
    yield check_backend()
    yield check_lectures()
    yield check_folders()
    yield check_user()
    yield check_memory()
    yield check_disk()
    yield check_data()
    yield check_network()
    yield check_sandbox()


def check_python():
    """Whether Python is new enough."""
    found = f"Python {sys.version.split()[0]}"
    if sys.version_info < MIN_PYTHON:
        wanted = ".".join(map(str, MIN_PYTHON))
        return Finding(ERROR, found, f"Install Python {wanted} or newer.")
    return Finding(OK, found)


def check_versions():
    """Whether the installed versions are those of constraints.txt."""
    constraints = ROOT / "constraints.txt"
    if not constraints.exists():
        return Finding(WARNING, "There is no constraints.txt to compare versions with.")
    wrong = [
        f"{name} {installed or 'is missing'}, pinned {pinned}"
        for name, pinned in sorted(pinned_versions(constraints).items())
        if (installed := installed_version(name)) != pinned
        and (installed or name in required_packages())
    ]
    if wrong:
        remedy = "make clean, then make lab; or pip install -c constraints.txt -e ."
        return Finding(ERROR, "Versions: " + "; ".join(wrong), remedy)
    return Finding(OK, "Every installed version is the one in constraints.txt")


def pinned_versions(constraints):
    """The lines of constraints.txt that apply to this machine, as name -> version."""
    from packaging.requirements import Requirement

    lines = map(Requirement, constraints.read_text().splitlines())
    applying = [line for line in lines if not line.marker or line.marker.evaluate()]
    return {line.name: str(line.specifier).removeprefix("==") for line in applying}


def required_packages():
    """The names of the packages that dlcourse depends on, without its extras."""
    from packaging.requirements import Requirement

    lines = map(Requirement, importlib.metadata.requires("dlcourse"))
    return {line.name for line in lines if not line.marker or line.marker.evaluate()}


def installed_version(name):
    """The installed version without its local part (2.13.0+cpu is 2.13.0), or None."""
    try:
        return importlib.metadata.version(name).partition("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return None


def check_imports():
    """Whether what the course needs can be imported, not only is installed."""
    from dlcourse.lecture import quiet

    modules = importlib.metadata.packages_distributions()
    needed = required_packages()
    broken = []
    for module in sorted(m for m, names in modules.items() if needed & {*names}):
        try:
            with quiet():
                importlib.import_module(module)
        except Exception as error:
            broken.append(f"{module} ({type(error).__name__}: {error})")
    if broken:
        remedy = "make clean, then make lab; or pip install --force-reinstall it."
        return Finding(ERROR, f"Installed, but broken: {'; '.join(broken)}", remedy)
    return Finding(OK, "Every package that the course needs can be imported")


def check_backend():
    """Whether Keras and its backend can be imported, and on which devices."""
    from dlcourse.lecture import describe_devices, quiet

    name = os.environ.get("KERAS_BACKEND", "tensorflow")
    try:
        with quiet():
            import keras

            name = keras.backend.backend()
            devices = describe_devices(name)
    except Exception as error:
        remedy = f"Install {name}, or set KERAS_BACKEND to one that is installed."
        return Finding(ERROR, f"Keras cannot be imported: {error}", remedy)
    return Finding(OK, f"Keras {keras.__version__} on {devices}")


def check_lectures():
    """Whether the lectures are there."""
    try:
        folder = course_folder() / "lectures"
    except FileNotFoundError as error:
        remedy = "Begin in the course's folder; or git clone it once more."
        return Finding(ERROR, str(error), remedy)
    count = len(list(folder.glob("[0-9][0-9]_*.ipynb")))
    if not count:
        remedy = "git checkout lectures brings them back."
        return Finding(ERROR, f"There is no lecture in {folder}", remedy)
    return Finding(OK, f"{count} lectures in {folder}")


def check_folders():
    """Whether copies, work and results can be written."""
    try:
        folders = [copies_folder(), work_folder(), runs_folder()]
    except FileNotFoundError:
        folders = [runs_folder()]
    for folder in folders:
        try:
            folder.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            remedy = f"Make {folder.name}/ yours (chown, chmod), or copy the course."
            return Finding(ERROR, f"{folder} cannot be written to: {error}", remedy)
    names = ", ".join(f"{folder.name}/" for folder in folders)
    return Finding(OK, f"{names} can be written to")


def check_user():
    """Whether JupyterLab starts for this user without an option."""
    if getattr(os, "geteuid", lambda: 1)() == 0:
        remedy = "As root type dlcourse lab --allow-root; better become another user."
        return Finding(WARNING, "You are root: JupyterLab does not start", remedy)
    return Finding(OK, "You are not root")


def check_memory():
    """Whether there is memory for a lecture."""
    import psutil

    free = psutil.virtual_memory().available
    found = f"{free / 1e9:.1f} GB of memory free"
    if free < MIN_MEMORY:
        remedy = f"Close other programs: a lecture may take {MIN_MEMORY / 1e9:.0f} GB."
        return Finding(WARNING, found, remedy)
    return Finding(OK, found)


def check_disk():
    """Whether there is disk space for data sets."""
    folder = data_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB of disk free for data"
    if free < MIN_DISK:
        remedy = "Make room, or set DLCOURSE_DATA to a folder on a larger disk."
        return Finding(WARNING, found, remedy)
    return Finding(OK, found)


def check_data():
    """Whether the data folder can be written to."""
    remedy = "Set DLCOURSE_DATA to a folder that you may write to."
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(ERROR, f"Data cannot be written to {folder}: {error}", remedy)
    if folder.parent == Path(tempfile.gettempdir()):
        found = (
            f"There is no home folder: data sets are stored in {folder}, for a while"
        )
        return Finding(WARNING, found, remedy)
    return Finding(OK, f"Data sets are stored in {folder}")


def check_network():
    """Whether the server that Keras downloads weights from answers."""
    try:
        # Private: nothing public names the server that Keras downloads weights from.
        from keras.src.applications.resnet import BASE_WEIGHTS_PATH as address

        urllib.request.urlopen(address, timeout=TIMEOUT).close()
    except urllib.error.HTTPError:
        pass  # the server answers, which is all that we ask
    except ImportError as error:
        remedy = "It is Keras that knows the server: see above."
        return Finding(WARNING, f"The network was not tried: {error}", remedy)
    except OSError as error:
        remedy = "Only the quick profile works; else `dlcourse data fetch NAME` first."
        return Finding(WARNING, f"No network for downloads: {error}", remedy)
    return Finding(OK, "The network can be reached")


def check_sandbox():
    """Whether homework can be graded in a sandbox."""
    from dlcourse.homework.grading import sandbox

    with tempfile.TemporaryDirectory() as folder:
        sandbox.runtime(folder)
        reason = sandbox.why_not(folder)
    if reason:
        remedy = "Only who grades needs it. Debian, Ubuntu: apt install bubblewrap."
        return Finding(WARNING, f"No sandbox for grading: {reason}", remedy)
    return Finding(OK, "Homework can be graded in a sandbox")
