"""Count what should be rare: training by hand, long functions, private parts of Keras.

    python tools/count_house.py [COMMIT]

Of the files as they lie here, or as they were at a commit. What counts:

- training by hand: a line of a lecture's code on which begins a call of ``compile``
  (but ``re.compile``) or of a Keras model's ``fit``. A ``fit`` without ``**options``,
  without an argument such as ``epochs=`` and with at most two arguments that have no
  name is taken for scikit-learn's; `training.fit` is not by hand;
- a long function: more than 25 lines of code in dlcourse/ or tools/, where signature,
  docstring, comments and empty lines do not count;
- a private part of Keras: an import from ``keras.src``, or a name with an underscore
  that the file does not define itself. A comment on the line, or on that above, is its
  reason.
"""

import ast
import io
import json
import subprocess
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIMIT = 25  # lines of code of a function
OF_KERAS_FIT = {"batch_size", "epochs", "verbose", "callbacks", "validation_data", None}
NOT_OF_KERAS = {"_exit", "_repr_html_"}  # of os and of IPython
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def files(commit=None):
    """{path: text} of the lectures and of the code in dlcourse/ and tools/."""
    listing = ["ls-tree", "-r", "--name-only", commit]
    if commit is None:
        listing = ["ls-files", "--cached", "--others", "--exclude-standard"]
    paths = [path for path in git(*listing).splitlines() if is_counted(path)]
    if commit is None:
        return {p: (ROOT / p).read_text() for p in paths if (ROOT / p).exists()}
    return {path: git("show", f"{commit}:{path}") for path in paths}


def is_counted(path):
    """Whether it is a lecture, or code in dlcourse/ or tools/."""
    folder, suffix = path.split("/")[0], Path(path).suffix
    return (folder, suffix) in (
        ("lectures", ".ipynb"),
        ("dlcourse", ".py"),
        ("tools", ".py"),
    )


def git(*arguments):
    """What git prints."""
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def cells(notebook):
    """The text of each code cell."""
    found = json.loads(notebook)["cells"]
    return ["".join(c["source"]) for c in found if c["cell_type"] == "code"]


def by_hand(code):
    """Lines of code on which a model is compiled or fitted."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    lines = code.splitlines()
    numbers = sorted({call.lineno for call in calls if is_by_hand(call)})
    return [lines[number - 1].strip() for number in numbers]


def is_by_hand(call):
    """Whether the call compiles or fits a Keras model."""
    *owner, name = ast.unparse(call.func).split(".")
    if name == "compile":
        return owner not in ([], ["re"])
    if name != "fit" or owner in ([], ["training"]):
        return False
    keywords = {keyword.arg for keyword in call.keywords}
    return len(call.args) > 2 or bool(keywords & OF_KERAS_FIT)


def long_functions(code):
    """[(name, lines of code)] of the functions with more than `LIMIT`."""
    lines = lines_of_code(code)
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            spans = [range(each.lineno, each.end_lineno + 1) for each in body]
            count = sum(number in lines for span in spans for number in span)
            if count > LIMIT:
                found.append((node.name, count))
    return found


def lines_of_code(code):
    """The numbers of the lines that hold more than a comment."""
    numbers = set()
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type not in NO_CODE:
            numbers.update(range(token.start[0], token.end[0] + 1))
    return numbers


def private_parts(code):
    """[(line number, code, its reason or "")] of the uses of Keras's private parts."""
    tree, lines = ast.parse(code), code.splitlines()
    own = {word for node in ast.walk(tree) for word in defined_names(node)}
    numbers = sorted({n.lineno for n in ast.walk(tree) if is_private(n, own)})
    found = []
    for number in numbers:
        line, above = ["", *lines][number], ["", *lines][number - 1].strip()
        reason = above[2:] if above.startswith("# ") else line.partition("  # ")[2]
        found.append((number, line.strip(), reason))
    return found


def defined_names(node):
    """The names that a piece of syntax defines: functions, classes, attributes."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return [node.attr]
    return []


def is_private(node, own):
    """Whether it imports from ``keras.src`` or takes a name with an underscore."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith("keras.src")
    if isinstance(node, ast.Import):
        return any(alias.name.startswith("keras.src") for alias in node.names)
    return (
        isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and node.attr not in own | NOT_OF_KERAS
    )


def main(commit=None):
    """Print the counts."""
    texts = files(commit)
    notebooks = {p: text for p, text in texts.items() if p.endswith(".ipynb")}
    modules = {p: text for p, text in texts.items() if p.endswith(".py")}
    total = 0
    for path, text in sorted(notebooks.items()):
        count = sum(len(by_hand(cell)) for cell in cells(text))
        total += count
        if count:
            print(f"{path}: {count} lines compile or fit by hand")
    print(f"together: {total} lines in {len(notebooks)} lectures\n")
    for path, text in sorted(modules.items()):
        for name, count in long_functions(text):
            print(f"{path}: {name} has {count} lines of code")
        for number, line, reason in private_parts(text):
            print(f"{path}:{number}: {line}  [{reason or 'no reason given'}]")


if __name__ == "__main__":
    main(*sys.argv[1:])
