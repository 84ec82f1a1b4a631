"""What a figure shows, in words, for those who cannot see it: on slides and the site.

The words stand in the code that draws it: titles, the names of the axes, and the first
sentence of a drawing function's docstring. Where the code has none, the text above says
what will be seen.
"""

import ast
import re

TITLES = {"title", "set_title", "suptitle"}
AXES = {"xlabel", "ylabel", "zlabel", "set_xlabel", "set_ylabel", "set_zlabel"}


def alternative_texts(cells):
    """The text for what each code cell of a notebook draws, by the cell's index.

    Args:
        cells: the notebook's cells, dictionaries as in its JSON.
    """
    section, above, functions, texts = "", "", {}, {}
    for index, cell in enumerate(cells):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heads = [line for line in source.splitlines() if line.startswith("#")]
            section = heads[-1].lstrip("# ") if heads else section
            above = last_sentence(source)
        elif cell["cell_type"] == "code":
            tree = parsed(source)
            defined = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
            functions |= {node.name: node for node in defined}
            told = described(tree, functions) or [above]
            told = [f"Figure in the section “{section}”", *told]
            texts[index] = " ".join(ended(text) for text in told if text)
    return texts


def ended(text):
    """A text as a sentence."""
    return text if text[-1] in ".?!" else text.rstrip(":") + "."


def last_sentence(markdown):
    """The last sentence of a text, without its marks; "" where it ends otherwise."""
    paragraph = markdown.strip().split("\n\n")[-1]
    plain = " ".join(re.sub(r"[*`_$\\]|\]\([^)]*\)|\[", "", paragraph).split())
    ends = re.split(r"(?<=[.?!:])\s+(?=[A-Z])", plain)
    return ends[-1] if re.match(r"[A-Z].*[.?!:]$", ends[-1]) else ""


def parsed(source):
    """The code of a cell; empty where it is none for Python alone (%, !)."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse("")


def described(tree, functions):
    """Of one cell: its titles, its axes, and what the functions that it calls draw."""
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [getattr(node.func, "id", "") for node in called]
    drawn = [functions[name] for name in dict.fromkeys(names) if name in functions]
    told = []
    for kind, known in (("Title", TITLES), ("Axes", AXES)):
        own = [words for node in (tree, *drawn) for words in given(node, known)]
        if own:
            told.append(f"{kind}: {'; '.join(dict.fromkeys(own))}")
    docstrings = [ast.get_docstring(node) or "" for node in drawn]
    return told + [text.split("\n")[0] for text in docstrings if text]


def given(tree, known):
    """The texts that are given to keywords or functions of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            values = [
                keyword.value for keyword in node.keywords if keyword.arg in known
            ]
            values += node.args[:1] if name in known else []
            yield from filter(None, map(text_of, values))


def text_of(node):
    """A string as it is printed, with “…” for what is known when it runs only."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    words = "".join(
        part.value if isinstance(getattr(part, "value", None), str) else "…"
        for part in parts
    )
    return " ".join(words.split()) if words.strip("… \n") else ""
