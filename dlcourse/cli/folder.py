"""The folder of a training: whose it is, and whether the same training goes on."""

import json

from dlcourse.files import atomic_write

SETTINGS = "training.json"
WRITTEN = ("model.keras", "report.html", "history.csv", "confusion.csv")


def check_ours(folder):
    """Make a folder for results, before anything long begins.

    OSError where it cannot be written to, ValueError where a file in it would be
    written over that is not of a training.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(folder / ".written"):
            pass
        (folder / ".written").unlink(missing_ok=True)
    except OSError as error:
        raise OSError(
            error.errno,
            f"Results cannot be written to {folder}: {error.strerror}. Give another "
            "folder with --out",
        ) from error
    strange = [name for name in WRITTEN if (folder / name).exists()]
    if strange and not (folder / SETTINGS).exists():
        raise ValueError(
            f"{folder / strange[0]} is there already, and `dlcourse train` did not "
            "write it: give another folder with --out."
        )


def remember(folder, settings):
    """Write what decides a training into its folder.

    ValueError that says what differs where another training was there before.
    """
    path = folder / SETTINGS
    if path.exists():
        try:
            before = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            before = {}  # damaged: the checkpoints know it too
        if before and (listed := told(before, settings)):
            raise ValueError(
                f"{folder} holds another training. {' '.join(listed)} Give another "
                "folder with --out, or remove this one."
            )
    with atomic_write(path) as file:
        file.write(json.dumps(settings, indent=1, ensure_ascii=False).encode())


def resumption(folder):
    """What is said of a training that was stopped: whether it goes on, from where."""
    if any(folder.glob("checkpoints-*/**/epoch-*.npz")):
        return (
            "The same command resumes after the last complete epoch, which is kept in "
            f"{folder}."
        )
    return "No epoch was complete: nothing is kept."


def told(before, now):
    """Sentences on what two settings differ in."""
    from dlcourse.training.checkpoints import differences

    changed = differences(before, now)
    pictures = [name for name in changed if name.startswith("data.")]
    found = [f"{text}." for name, text in changed.items() if name not in pictures]
    if pictures:
        found.insert(
            0,
            "The pictures are others: some were added, removed, changed, or moved to "
            "another class.",
        )
    return found
