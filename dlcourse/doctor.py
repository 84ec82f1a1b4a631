"""Look for what would keep the course from running on this machine."""

import importlib.metadata
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass

from dlcourse.datasets import data_folder
from dlcourse.runner import ROOT

OLDEST = (3, 11)  # Python
MEMORY = 3e9  # bytes; no lecture's quick profile takes more
DISK = 2e9  # bytes; the middle-sized data sets
PATIENCE = 5  # seconds for an answer from the network

GOOD, WARNING, FAULT = "✓", "!", "✗"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: its state, what was found, and what to do."""

    state: str
    found: str
    remedy: str = ""

    def __str__(self):
        return f"{self.state} {self.found}" + f"\n    {self.remedy}" * bool(self.remedy)


def findings():
    """Every check in turn, as it ends."""
    for check in (python, versions, backend, memory, disk, data, network):
        yield check()


def python():
    """The version of Python."""
    found = f"Python {sys.version.split()[0]}"
    if sys.version_info < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return Finding(FAULT, found, f"Install Python {wanted} or newer.")
    return Finding(GOOD, found)


def versions():
    """What is installed, against constraints.txt."""
    lock = ROOT / "constraints.txt"
    if not lock.exists():
        return Finding(WARNING, "No constraints.txt here to compare versions with.")
    wrong = [
        f"{name} {installed or 'is missing'}, pinned {pinned}"
        for name, pinned in sorted(pins(lock).items())
        if (installed := version(name)) != pinned and (installed or name in required())
    ]
    if wrong:
        remedy = "make clean, then make lab; or pip install -c constraints.txt -e ."
        return Finding(FAULT, "Versions: " + "; ".join(wrong), remedy)
    return Finding(GOOD, "Every installed version is the one in constraints.txt")


def pins(lock):
    """{name: version} of the lines of a lock that apply to this Python and system."""
    from packaging.requirements import Requirement

    lines = map(Requirement, lock.read_text().splitlines())
    applying = [line for line in lines if not line.marker or line.marker.evaluate()]
    return {line.name: str(line.specifier).removeprefix("==") for line in applying}


def required():
    """The packages that dlcourse cannot do without (no extras)."""
    from packaging.requirements import Requirement

    lines = map(Requirement, importlib.metadata.requires("dlcourse"))
    return {line.name for line in lines if not line.marker or line.marker.evaluate()}


def version(name):
    """The installed version without its local part (2.13.0+cpu is 2.13.0), or None."""
    try:
        return importlib.metadata.version(name).partition("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return None


def backend():
    """Keras, its backend and the devices."""
    from dlcourse.lecture import describe_devices, quiet

    name = os.environ.get("KERAS_BACKEND", "tensorflow")
    try:
        with quiet():
            import keras

            name = keras.backend.backend()
            devices = describe_devices(name)
    except Exception as error:
        remedy = f"Install {name}, or set KERAS_BACKEND to one that is installed."
        return Finding(FAULT, f"Keras does not start: {error}", remedy)
    return Finding(GOOD, f"Keras {keras.__version__} on {devices}")


def memory():
    """Memory that is free for a lecture."""
    import psutil

    free = psutil.virtual_memory().available
    found = f"{free / 1e9:.1f} GB of memory free"
    if free < MEMORY:
        remedy = f"Close other programs: a lecture may take {MEMORY / 1e9:.0f} GB."
        return Finding(WARNING, found, remedy)
    return Finding(GOOD, found)


def disk():
    """Space for data sets."""
    folder = data_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB of disk free for data"
    if free < DISK:
        remedy = "Make room, or set DLCOURSE_DATA to a folder on a larger disk."
        return Finding(WARNING, found, remedy)
    return Finding(GOOD, found)


def data():
    """Whether the data folder can be written to."""
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "Set DLCOURSE_DATA to a folder that you may write to."
        return Finding(FAULT, f"Data cannot be kept in {folder}: {error}", remedy)
    return Finding(GOOD, f"Data are kept in {folder}")


def network():
    """Whether the server answers from which Keras downloads its weights."""
    try:
        from keras.src.applications.resnet import BASE_WEIGHTS_PATH as address

        urllib.request.urlopen(address, timeout=PATIENCE).close()
    except urllib.error.HTTPError:
        pass  # an answer, though not to a question anybody asks
    except (OSError, ImportError) as error:
        remedy = "The quick profiles need none; for others, dlcourse data fetch NAME."
        return Finding(WARNING, f"No network for downloads: {error}", remedy)
    return Finding(GOOD, "The network answers")
