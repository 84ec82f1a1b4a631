"""Code and lectures use the words that a student finds in the literature.

Two kinds of private words are banned: names in code, and phrases in all text. The
standard words are in docs/glossary.md. What is left in a file, with its places:

    python tests/test_words.py lectures/12_*.ipynb
"""

import ast
import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [*ROOT.glob("lectures/*.ipynb"), *ROOT.glob("solutions/*.ipynb")]
MODULES = [
    p for d in ("dlcourse", "tools", "benchmarks") for p in ROOT.glob(f"{d}/**/*.py")
]
PAGES = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
FILES = sorted(str(p.relative_to(ROOT)) for p in NOTEBOOKS + MODULES + PAGES)

# Files in which such words are left. Empty at the end of issue 14.
TO_DO = []

# A part of a name, "error" in "mean_error": the word to use instead.
PARTS = {
    "bend": "nonlinearity",
    "bent": "nonlinearity, or what was done: sheared, curved",
    "climb": "forward",
    "committee": "ensemble",
    "committees": "ensembles",
    "descend": "backward",
    "knob": "hyper-parameter",
    "knobs": "hyper-parameters",
    "manieth": "shard",
    "opinion": "prediction",
    "opinions": "predictions",
    "said": "y_pred, predicted or message",
    "strips": "factorized",
    "team": "ensemble",
    "teams": "ensembles",
    "wire": "connection",
    "wires": "connections",
}
# A name: where in the tree it is banned, and the word to use instead.
NAMES = {
    "Order": ("", "Config"),
    "Parts": ("", "Split"),
    "WAITING": ("", "the name of what it holds; of a shuffle, shuffle_buffer"),
    "WAYS": ("", "SCHEDULES"),
    "become": ("", "select_cell; of a process, drop_privileges"),
    "falls": ("dlcourse/(cli|training)/|lectures/08", "drops (of a rate)"),
    "held_out": ("", "validation or test"),
    "in_parts": ("", "train_validation_split; of a batch, accumulated"),
    "kept_bytes": ("", "saved_activation_bytes"),
    "learn": ("", "train or fit"),
    "load_epochs": ("", "Epochs"),
    "own_share": ("", "take_shard"),
    "predict_augmented": ("", "test_time_augmentation"),
    "share": ("dlcourse/(cli|datasets|training)/", "shard"),
    "truth": ("dlcourse/|lectures/(06|22)", "y_true"),
    "unit": ("dlcourse/(blocks|models)/", "conv_bn"),
    "waiting": ("", "shuffle_buffer; of a search in a graph, pending"),
    "way": ("dlcourse/|lectures/(08|20)", "schedule (of a rate)"),
    "a": ("dlcourse/blocks/inception", "branch1x1"),
    "b": ("dlcourse/blocks/inception", "branch3x3"),
    "c": ("dlcourse/blocks/inception", "branch5x5"),
    "d": ("dlcourse/blocks/inception", "branch_pool"),
}
TEACHING = r"lectures/|solutions/|dlcourse/(layers|analysis|plots|gradients)"
# A phrase in any text, code included: where it is banned, and what to say instead.
PHRASES = {
    r"so[- ]man(ieth|y-?th)": ("", "every count-th, or shard"),
    r"(so many|among \w+|are) waiting|waiting to be drawn": ("", "shuffle buffer"),
    r"smooth ways?": ("", "smooth schedules"),
    r"ways? (up|down|back|forward)": (
        "lectures/|solutions/|dlcourse/(analysis|cli|layers|training)/",
        "schedule (of a rate), forward or backward pass (of a signal)",
    ),
    r"(?<!same )rates? falls?": ("", "the rate drops or decays"),
    r"committees?": ("", "ensemble"),
    r"teams?": ("", "ensemble"),
    r"opinions?": ("", "prediction"),
    r"crowds?": ("", "ensemble"),
    r"share every batch|share of (each|every|the|a) batch": (
        "",
        "shard of the batch, data parallelism",
    ),
    r"exchange of gradients|have to tell each other|such talks": ("", "all-reduce"),
    r"frontiers?": ("", "Pareto front"),
    r"on the edge|edge (of the picture|belongs)": ("lectures/20", "Pareto front"),
    r"strips": ("", "factorized convolution, 1 × n and n × 1"),
    r"between the (two )?halves": ("lectures/18", "between depthwise and pointwise"),
    r"bend(s|ing)?|bent": ("", "nonlinearity, or what is meant: curve, shear"),
    r"wires?": ("", "connection, or link"),
    r"knobs?": ("", "hyper-parameter, or parameter"),
    r"roads?": ("", "identity path, or shortcut"),
    r"early termination": ("", "early stopping"),
    r"(random|same|poor|better|good|learned|equal|right|two) starts?|first weights": (
        "lectures/|solutions/|dlcourse/",
        "initialization, initial or pretrained weights",
    ),
    r"(?<!z-)(?<!\")(?<!what )(?<!it )(?<!\.)scores?": (
        TEACHING,
        "logit (before a softmax), accuracy or error (of a test)",
    ),
    r"columns are said|what (the|a) networks? sa(ys?|id)": ("", "predicts, predicted"),
    r"((one|no|second) look|(\d+|ten|five|six|many|several|more|all|than|of|or) looks)"
    r"(?! (at|like|well|alike|around|for|into|so|far|further|where|through))": (
        "",
        "view, or crop",
    ),
    r"(\d+\$?|many) sentences|cell is a sentence|sentences for": (
        "lectures/19",
        "encodings, or cells",
    ),
}
COMPILED = {
    re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE): rule
    for phrase, rule in PHRASES.items()
}


def sources(file):
    """Texts of a file with the place of each, and whether it is Python."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if not file.endswith(".ipynb"):
        return [(file, text, file.endswith(".py"))]
    cells = json.loads(text)["cells"]
    return [
        (f"{file}[{number}]", "".join(cell["source"]), cell["cell_type"] == "code")
        for number, cell in enumerate(cells)
    ]


def names(source):
    """The names in a Python source: of variables, functions, arguments, attributes."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # of a notebook: a line that only IPython reads
        return set()
    attributes = ("name", "id", "arg", "attr", "asname")
    found = {getattr(node, a, None) for node in ast.walk(tree) for a in attributes}
    return {name for name in found if isinstance(name, str)}


def banned_names(file, source):
    """Pairs (name, word to use instead) in a Python source."""
    for name in sorted(names(source)):
        for part in name.lower().split("_"):
            if part in PARTS:
                yield name, PARTS[part]
        where, instead = NAMES.get(name, (None, None))
        if instead and re.match(where, file):
            yield name, instead


def banned_phrases(file, text):
    """Pairs (phrase, words to use instead) in a text, which may break lines."""
    text = re.sub(r"\s+(# )?", " ", text)
    for phrase, (where, instead) in COMPILED.items():
        if re.match(where, file):
            for match in phrase.finditer(text):
                yield match[0], instead


def faults(file, texts=None):
    """Sentences that name each banned word of a file, and what to say instead."""
    found = []
    for place, text, is_code in texts or sources(file):
        pairs = [*banned_names(file, text)] if is_code else []
        pairs += banned_phrases(file, text)
        found += [f"{place}: {word!r}: say {instead}" for word, instead in pairs]
    return found


@pytest.mark.parametrize("file", FILES)
def test_words_are_standard(file):
    found = faults(file)
    if file in TO_DO:
        assert found, f"{file} has no such word any more: take it off TO_DO"
    else:
        assert not found, "\n".join(found)


def test_the_list_names_files_that_exist():
    assert set(TO_DO) <= set(FILES)
    assert len(TO_DO) == len(set(TO_DO))


@pytest.mark.parametrize(
    ("file", "text", "is_code", "found"),
    [
        ("dlcourse/x.py", "def f(said): return said", True, ["said"]),
        ("dlcourse/x.py", "best_team = 1", True, ["best_team"]),
        ("dlcourse/x.py", "model.learn(x)", True, ["learn"]),
        ("dlcourse/training/x.py", "f(share=(0, 1))", True, ["share"]),
        ("dlcourse/plots.py", "share = 1 / 2", True, []),
        ("dlcourse/blocks/x.py", "def module(x, unit): ...", True, ["unit"]),
        ("dlcourse/layers/x.py", "unit = 1", True, []),
        ("dlcourse/blocks/inception_v9.py", "a, b = x, x", True, ["a", "b"]),
        ("dlcourse/x.py", '"""A committee."""', True, ["committee"]),
        ("dlcourse/training/x.py", "# on the way\n# down", True, ["way down"]),
        ("lectures/01.ipynb", "Larger scores win.", False, ["scores"]),
        ("lectures/01.ipynb", 'Logits, also called "scores".', False, []),
        ("lectures/04.ipynb", "The z-score, and what scores well.", False, []),
        ("lectures/21.ipynb", "svm.score(x, y)", True, []),
        ("dlcourse/homework/x.py", "score = 3", True, []),
        ("lectures/11.ipynb", "Many looks\nat once; one looks at it.", False, []),
        ("lectures/11.ipynb", "144 looks, many networks", False, ["144 looks"]),
        ("README.md", "An ensemble of 3 networks", False, []),
    ],
)
def test_words_are_found(file, text, is_code, found):
    told = faults(file, [(file, text, is_code)])
    assert [line.split(": ")[1].strip("'\"") for line in told] == found


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(*faults(str(Path(path).resolve().relative_to(ROOT))), sep="\n")
