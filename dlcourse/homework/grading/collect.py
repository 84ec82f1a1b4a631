"""The files that students handed in, from folders and zip archives; nothing is run.

A zip archive is never unpacked to the disk, and its names are never used as paths.
"""

import io
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

LARGEST = 50 * 2**20  # bytes of a notebook or of an archive
MOST = 10_000  # files of a submission that are looked at
DEEPEST = 20  # folders in folders
LONGEST = 80  # characters of a name
JUNK = {"thumbs.db", "desktop.ini", "__macosx"}  # what Windows and macOS leave
STORED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # read as far as we want

# Anna Schmidt_1234567_assignsubmission_file_/01_topic.ipynb, or without the folder
MOODLE = re.compile(r"(.+?)_(\d+)_assignsubmission_(?:file|onlinetext)(?:_(.*))?", re.S)
# schmidtanna_12345_678901_01_topic.ipynb, schmidtanna_LATE_12345_…
CANVAS = re.compile(r"([^_]+)_(LATE_)?(\d{2,})_\d{3,}_(.+)", re.S)


@dataclass(frozen=True)
class Entry:
    """A file or a folder that was handed in.

    Attributes:
        parts: its names, from the folder of the class down.
        read: gives at most so many of its bytes; None for a folder. Raises OSError.
        stamp: when it was changed, in seconds; only differences count.
    """

    parts: tuple[str, ...]
    read: Callable | None = None
    stamp: float = 0

    @property
    def name(self):
        """The last of its names."""
        return self.parts[-1]


@dataclass(frozen=True)
class Submission:
    """What a student handed in.

    Attributes:
        number: the student's or submission's number in ``system``, "" where none is.
        system: "moodle", "canvas" or "".
        entries: the files, their names counted from the student's own folder.
    """

    student: str
    number: str = ""
    system: str = ""
    late: bool = False
    entries: tuple[Entry, ...] = ()

    @property
    def key(self):
        """What tells this student from all others."""
        return key(self.student, self.number)


def key(student, number):
    """A student's name, with the number where there is one."""
    return f"{student} ({number})" if number else student


def find(path):
    """The `Submission` of each student by key, in a folder or a zip archive.

    A folder belongs to the student whose name it has, and so does a file; the names
    that Moodle and Canvas give are taken apart. ValueError where a zip is damaged.
    """
    path = Path(path)
    entries = in_folder(path) if path.is_dir() else in_class_zip(path)
    tops = {}
    for entry in entries:
        tops.setdefault(entry.parts[0], []).append(entry)
    found = {}
    for top, own in tops.items():
        one = submission(top, own)
        same = found.get(one.key)
        if same and one.number:  # a folder of files and one of text
            one = replace(same, entries=same.entries + one.entries)
        elif same:
            one = replace(one, student=f"{one.student}~{digest(top)}")
        found[one.key] = one
    return found


def submission(top, entries):
    """The `Submission` of what stands below one name in the folder of the class."""
    name, number, system, late, file = top, "", "", False, top
    if match := MOODLE.fullmatch(top):
        name, number, system, file = match[1], match[2], "moodle", match[3] or top
    elif match := CANVAS.fullmatch(top):
        name, late, number, file = match[1], bool(match[2]), match[3], match[4]
        system = "canvas"
    elif entries[0].read:
        name = Path(top).stem
    own = [Entry(e.parts[1:] or (file,), e.read, e.stamp) for e in entries if e.read]
    opened = tuple(inner for entry in own for inner in open_archive(entry))
    return Submission(clean(name, top), number[:20], system, late, opened)


def clean(name, top):
    """A name that can be printed and is not too long; a tail tells changed ones."""
    name = unicodedata.normalize("NFC", name)
    plain = name.encode(errors="replace").decode()
    plain = "".join(c if c.isprintable() else "?" for c in plain)[:LONGEST].strip()
    return plain if plain == name and plain else f"{plain}~{digest(top)}"


def digest(text):
    """Six letters that stand for a text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def in_folder(folder):
    """The entries below a folder, those of each student one after the other."""
    for name in sorted(os.listdir(folder)):
        if not junk(name):
            yield from walk(os.path.join(folder, name), name)


def walk(top, name):
    """Entries of a file, or of a folder from the top down; links are not followed."""
    pending, count = deque([(top, (name,))]), 0
    while pending and count < MOST:
        path, parts = pending.popleft()
        count += 1
        try:
            info = os.lstat(path)
            inside = sorted(os.listdir(path)) if stat.S_ISDIR(info.st_mode) else None
        except OSError:  # another user's folder, or a path that is too long
            yield Entry(parts)
            continue
        if inside is None:
            yield Entry(parts, partial(read_file, path), info.st_mtime)
            continue
        yield Entry(parts)
        if len(parts) < DEEPEST:
            own = [name for name in inside if not junk(name)]
            pending += [(os.path.join(path, name), (*parts, name)) for name in own]


def junk(name):
    """Whether a name is what a computer leaves, and no student."""
    hidden = name.startswith(".") and not name.endswith(".ipynb")
    return hidden or name.startswith("._") or name.lower() in JUNK


def read_file(path, most):
    """Bytes of a regular file; OSError for a link, a pipe or a folder."""
    # A link could lead to another student's work, a pipe would wait for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise FileNotFoundError(path)
        with open(handle, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(handle)


def in_class_zip(path):
    """The entries of the archive of a whole class; ValueError where it is damaged."""
    try:
        entries = in_zip(zipfile.ZipFile(path))
    except (zipfile.BadZipFile, ValueError) as error:
        raise ValueError(
            f"{path} is no zip archive that can be read: {error}."
        ) from None
    while len({entry.parts[0] for entry in entries}) == 1:  # one folder around them all
        inner = [Entry(e.parts[1:], e.read, e.stamp) for e in entries if e.parts[1:]]
        if not inner or any(map(is_own_file, inner)):
            break
        entries = inner
    return entries


def is_own_file(entry):
    """Whether a file can belong to no student but the one whose folder it is in."""
    named = MOODLE.fullmatch(entry.name) or CANVAS.fullmatch(entry.name)
    return bool(entry.read) and len(entry.parts) == 1 and not named


def open_archive(entry):
    """The entries of a zip archive; for any other entry, or a damaged one, itself."""
    if not entry.name.lower().endswith(".zip"):
        return [entry]
    try:
        content = entry.read(LARGEST)
        if content.count(b"PK\x01\x02") > MOST:
            return [entry]
        inner = in_zip(zipfile.ZipFile(io.BytesIO(content)), entry)
    except Exception:  # zipfile has many ways to fail on what is damaged
        return [entry]
    return [Entry((*entry.parts, *e.parts), e.read, e.stamp) for e in inner if e.read]


def in_zip(archive, entry=None):
    """The entries of an open archive, or of one that is read anew from an entry."""
    entries = []
    for number, info in enumerate(archive.infolist()):
        names = info.filename.replace("\\", "/").split("/")
        parts = tuple(name for name in names if name not in ("", ".", ".."))
        if not parts or any(junk(name) for name in parts):
            continue
        read = partial(read_member, entry or archive, number)
        read = None if info.is_dir() else read
        stamp = sum(n * f for n, f in zip(info.date_time, STEPS, strict=True))
        entries.append(Entry(parts, read, stamp))
    return entries


STEPS = (372 * 86400, 31 * 86400, 86400, 3600, 60, 1)  # enough to tell newer from older


def read_member(archive, number, most):
    """Bytes of a file in an archive; OSError where it cannot be read.

    The archives of students are not kept in memory: an `Entry` is read again.
    """
    try:
        if isinstance(archive, Entry):
            archive = zipfile.ZipFile(io.BytesIO(archive.read(LARGEST)))
        info = archive.infolist()[number]
        if info.compress_type not in STORED:
            raise OSError("packed in a way that may grow without limit")
        with archive.open(info) as file:
            return file.read(most)
    except (
        zipfile.BadZipFile,
        RuntimeError,
        ValueError,
        EOFError,
        zlib.error,
    ) as error:
        raise OSError(str(error)) from None
