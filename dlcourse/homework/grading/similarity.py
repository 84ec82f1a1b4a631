"""Which submissions share code that others do not have: pairs to be looked at.

The standard library is enough: an answer is a few lines that many write alike, and what
makes a pair suspicious is code that hardly anybody else has. A sequence match (difflib)
or a tool for whole programs would put the pairs with the most usual answers on top.
"""

import io
import keyword
import tokenize
from collections import Counter
from itertools import combinations

LONGEST = 100_000  # characters of a submission
LENGTH = 12  # tokens of a piece that is compared
USUAL = 0.1  # pieces that more of the class have are nobody's own; of a few, three
LEAST = 0.5  # part of the smaller one's own pieces that is shared
SHOWN = 30  # pairs at most
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING}
NO_CODE |= {tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def report(cells, handed_out):
    """Text that lists the pairs of students whose code is most alike.

    ``cells`` are the sources of each student's cells, ``handed_out`` those of the
    exercise. Names, comments and layout make no difference.
    """
    given = pieces(handed_out)
    own = {student: pieces(sources) - given for student, sources in cells.items()}
    holders = Counter(piece for found in own.values() for piece in found)
    usual = max(3, USUAL * len(own))
    rare = {piece for piece, count in holders.items() if 1 < count <= usual}
    shared = Counter()
    for pair in pairs(own, rare):
        shared[pair] += 1
    sizes = {student: sum(holders[p] <= usual for p in own[student]) for student in own}
    found = [
        (count / min(sizes[a], sizes[b]), count, a, b)
        for (a, b), count in shared.items()
        if count >= LEAST * min(sizes[a], sizes[b])
    ]
    return lines(sorted(found, reverse=True)[:SHOWN])


def lines(found):
    """The text of the report."""
    head = (
        "Pairs of submissions that share code which at most a tenth of the class has,\n"
        "names, comments and layout left aside: the part of the smaller one's rare\n"
        f"code, and how many pieces of {LENGTH} words and signs. A pair may have a\n"
        "common source, or be chance: look at both before you say anything.\n\n"
    )
    if not found:
        return f"{head}None.\n"
    return head + "".join(f"{p:5.0%} {n:5}  {a}  –  {b}\n" for p, n, a, b in found)


def pairs(own, rare):
    """Each pair of students, once for each rare piece that both have."""
    holders = {}
    for student in sorted(own):
        for piece in own[student] & rare:
            holders.setdefault(piece, []).append(student)
    for students in holders.values():
        yield from combinations(students, 2)


def pieces(sources):
    """The runs of tokens in some cells, each as its hash."""
    found = set()
    for source in cut(sources):
        words = tokens(source)
        last = max(len(words) - LENGTH + 1, 0)
        found |= {hash(tuple(words[i : i + LENGTH])) for i in range(last)}
    return found


def cut(sources):
    """The first cells, as far as nobody writes more of them by hand."""
    left = LONGEST
    for source in sources:
        yield source[:left]
        left = max(0, left - len(source))


def tokens(source):
    """The tokens of a cell; names are numbered in the order in which they come."""
    found, numbers = [], {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
                found.append(numbers.setdefault(token.string, len(numbers)))
            elif token.type not in NO_CODE:
                found.append(token.string)
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass  # what came before the mistake is compared
    return found
