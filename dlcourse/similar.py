"""What somebody may have meant who gave a name that does not exist."""

import difflib
import re

MOST = 3  # names that are offered
ALIKE = 0.65  # of 1, for names that are equal; see `difflib.SequenceMatcher.ratio`


def did_you_mean(name, known):
    """A question such as " Did you mean 'ResNet-50'?"; "" where no name is alike.

    Letters and digits alone are compared, so that "resnet50" is "ResNet-50". A known
    name that contains the given one is alike, however long it is.
    """
    names = {plain(one): one for one in known}
    wanted = plain(name)
    longer = [one for one in names if wanted and wanted in one]
    close = difflib.get_close_matches(wanted, names, n=MOST, cutoff=ALIKE)
    found = [wanted] if wanted in names else list(dict.fromkeys([*longer, *close]))
    if not found:
        return ""
    *first, last = (repr(names[one]) for one in found[:MOST])
    return f" Did you mean {', '.join(first)}{' or ' * bool(first)}{last}?"


def no_such(kind, name, known):
    """A ValueError: there is no such thing of that name, but these."""
    return ValueError(
        f"There is no {kind} {name!r}.{did_you_mean(name, known)} There are: "
        f"{'; '.join(known)}."
    )


def plain(name):
    """The letters and digits of a name, in lower case."""
    return re.sub(r"[\W_]+", "", name).lower()
