"""The rubric of a lecture: each rule is given a notebook and yields what is wrong."""

import ast
import functools
import itertools
import re
from pathlib import Path
from urllib.parse import unquote

from nbval.plugin import find_comment_markers, find_metadata_tags

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dlcourse"
SIZE = 1.5e6  # bytes
SECONDS = 60  # on two cores
LONGER = {"13": 90, "14": 90, "15": 90, "22": 90}  # deep networks, and many of them
LONGER |= {"24": 75, "25": 75}  # a waveform, and two networks to a game
CELL, MOST_CELLS, LINE = 25, 20, 88  # lines of a cell, of 95 % of them, characters
MOST_SENTENCES = 3  # of the answer
RETYPED = 5  # as many equal lines in a row are no accident
NOT_COMPARED = 0.2  # of the cells with output
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
FIRST = "What you will learn"
LAST = ["What we claimed and showed", "Check yourself", "Exercise", "References"]

PRIVATE = re.compile(
    r"(?<![\w./~-])/(?:home|root|Users|tmp|work|mnt|opt|usr|var|private|workspace)/\S*"
    r"|\b[A-Z]:\\\w\S*|\bsite-packages\b"  # paths
    r"|\blocalhost\b|\b(?:\d{1,3}\.){3}\d{1,3}\b"  # hosts
    r"|\bat 0x[0-9a-f]+"  # memory
)
LINK = re.compile(r"\]\(<?([^)>\s]+)>?[^)]*\)|(?:href|src)=[\"']([^\"']+)[\"']")
NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve)"
QUICK = re.compile(  # what the trainings of a lecture have in quick, and not in full
    r"\b36 (?:classes|signs|letters)\b|\bLetters and figures\b"
    rf"|\b(?:our|after|these|same|all) {NUMBER} epochs\b"
    rf"|\bWith {NUMBER} (?:seeds|trainings)\b[^.]*\berrors? average"
)
SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
FENCE = re.compile(r"^```\s*python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def code(notebook):
    """The code cells with something in them."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def markdown(notebook):
    """The sources of the markdown cells."""
    return [c.source for c in notebook.cells if c.cell_type == "markdown"]


def short(cell):
    """A cell's first line, to find it by."""
    return f"cell {cell.source.strip().splitlines()[0][:50]!r}"


def tags(cell):
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def compared(cell):
    """Whether nbval compares this cell's outputs."""
    options = dict(find_metadata_tags(cell.metadata))
    options |= dict(find_comment_markers(cell.source))
    return options.get("check", True) and not options.get("skip")


def calls(cell, name):
    """How often a cell calls the function ``name``."""
    nodes = ast.walk(parse(cell.source))
    return sum(isinstance(n, ast.Call) and ast.unparse(n.func) == name for n in nodes)


def claims(cell):
    """How many sentences a cell claims, or observes."""
    return calls(cell, "claim") + calls(cell, "observe")


def parse(source):
    """The syntax tree of a cell, without its IPython magics."""
    lines = source.splitlines()
    return ast.parse("\n".join(line for line in lines if line[:1] not in "%!"))


def texts(cell):
    """Whatever text a code cell's outputs show."""
    for output in cell.outputs:
        yield output.get("text", "")
        for kind, data in output.get("data", {}).items():
            if kind.startswith("text/"):
                yield data


def title(notebook, path):
    """`# NN · Topic`, a question, and teaching minutes and CPU seconds."""
    head = notebook.cells[0]
    number = path.name[:2]
    if not re.fullmatch(r"\d\d_[a-z0-9_]+\.ipynb", path.name):
        yield f"the file is called {path.name}, not NN_topic.ipynb"
    if head.cell_type != "markdown" or not head.source.startswith(f"# {number} · "):
        yield f"the first cell does not begin with `# {number} · `"
    if "?" not in head.source:
        yield "the first cell asks no question"
    if not re.search(r"\d+ *(?:\w+ )?min", head.source):
        yield "the first cell does not say how many minutes it teaches"
    seconds = re.search(r"(\d+) *(?:\w+ )?s(?:ec\w*)?\b", head.source)
    limit = LONGER.get(number, SECONDS)
    if not seconds or int(seconds[1]) > limit:
        yield f"the first cell does not promise at most {limit} CPU seconds"


def sections(notebook, path):
    """The sections of every lecture, in order, and folded answers."""
    text = "\n".join(markdown(notebook))
    headings = re.findall(r"^## +(.+?) *$", text, re.MULTILINE)
    if headings[:1] != [FIRST]:
        yield f"the first section is not `## {FIRST}`"
    if headings[-len(LAST) :] != LAST:
        yield f"the last sections are not {', '.join(LAST)}"
    if len(headings) < len(LAST) + 3:
        yield "fewer than two sections of its own"
    questions = text.partition(f"## {LAST[1]}")[2].partition("\n## ")[0]
    folded = re.findall("<details>\\s*<summary>.+?</details>", questions, re.DOTALL)
    if len(folded) < 2:
        yield "fewer than two questions with folded answers"


def answer(notebook, path):
    """The lecture's question is answered once, in at most three sentences."""
    answers = [m for m in markdown(notebook) if m.startswith("### The answer\n")]
    if len(answers) != 1:
        yield f"{len(answers)} cells are called `### The answer`, not one"
    for text in answers:
        ends = re.findall(r"[.?!](?=\**(?:\s+\**[A-Z]|\s*$))", text.rstrip())
        if not 1 <= len(ends) <= MOST_SENTENCES:
            yield f"the answer has {len(ends)} sentences, not one to {MOST_SENTENCES}"


def parameters(notebook, path):
    """papermill's parameters first, then setup and profile."""
    cells = code(notebook)
    if "parameters" not in tags(cells[0]):
        yield "the first code cell is not tagged parameters"
    if cells[0].source.strip() != 'PROFILE = "quick"':
        yield 'the first code cell is not PROFILE = "quick"'
    for name in ("setup", "profile"):
        if not any(calls(cell, name) for cell in cells):
            yield f"{name}() is not called"


def outputs(notebook, path):
    """Run from top to bottom and stored, without errors, warnings, progress bars."""
    cells = code(notebook)
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        yield "the execution counts are not 1, 2, 3, …"
    for cell in cells:
        if any(output.output_type == "error" for output in cell.outputs):
            yield f"{short(cell)} stores an error"
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield f"{short(cell)} stores stderr"
        if any(re.search(r"\d%\|.*\|", text) for text in texts(cell)):
            yield f"{short(cell)} stores a progress bar: run it with TQDM_DISABLE=1"


def strictness(notebook, path):
    """At most a fifth of the cells with output is not compared, and no claim."""
    shown = [cell for cell in code(notebook) if cell.outputs]
    ignored = [cell for cell in shown if not compared(cell)]
    if len(ignored) > NOT_COMPARED * len(shown):
        yield f"{len(ignored)} of {len(shown)} cells with output are not compared"
    yield from (f"{short(c)} claims, uncompared" for c in ignored if claims(c))


def lengths(notebook, path):
    """Short cells of short lines."""
    cells = [(c, len(c.source.strip().splitlines())) for c in code(notebook)]
    yield from (f"{short(cell)} has {n} lines" for cell, n in cells if n > CELL)
    if sum(n > MOST_CELLS for _, n in cells) > 0.05 * len(cells):
        yield f"more than 5 % of the cells have more than {MOST_CELLS} lines"
    for line in itertools.chain(*(c.source.splitlines() for c in code(notebook))):
        if len(line) > LINE:
            yield f"a line of {len(line)} characters: {line[:50]}…"


def substance(notebook, path):
    """At least two claims that hold, three figures, and source shown."""
    cells = code(notebook)
    if sum(map(claims, cells)) < 2:
        yield "fewer than two claims"
    held = "".join(itertools.chain.from_iterable(map(texts, cells))).count("✓")
    if held < 2:
        yield "fewer than two claims in the stored outputs"
    images = [o for c in cells for o in c.outputs if "image/png" in o.get("data", {})]
    if len(images) < 3:
        yield f"fewer than three figures: {len(images)}"
    if not any(calls(cell, "show") for cell in cells):
        yield "show() is not called: which code of the package is this about?"


def no_retyping(notebook, path):
    """Nothing that the package defines is defined again."""
    fences = itertools.chain(*map(FENCE.findall, markdown(notebook)))
    for source in [*(cell.source for cell in code(notebook)), *fences]:
        for name in definitions(parse(source)) & package_names():
            yield f"{name} is defined again: show({name})"
        lines = runs_of_lines(source)
        yield from (
            f"retyped from the package: {run}" for run in lines & package_lines()
        )


def definitions(tree):
    """The functions, classes and lambdas that a module or cell names."""
    names = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            names |= {ast.unparse(target) for target in node.targets}
    return names


def runs_of_lines(source):
    """Every run of RETYPED lines of code, without blank lines, imports and comments."""
    lines = [line.strip() for line in source.splitlines()]
    lines = [n for n in lines if n and not n.startswith(("import ", "from ", "#"))]
    return {"\n".join(lines[i : i + RETYPED]) for i in range(len(lines) - RETYPED + 1)}


@functools.cache
def package_sources():
    """The sources of what lectures show, which the command and homework are not."""
    teaching = {"analysis", "blocks", "datasets", "layers", "models", "training"}
    teaching |= {"reinforcement", "meta"}
    paths = [path for name in teaching for path in (PACKAGE / name).rglob("*.py")]
    paths += [
        PACKAGE / f"{name}.py" for name in ("diagrams", "gradients", "lecture", "plots")
    ]
    return [path.read_text() for path in paths]


@functools.cache
def package_names():
    """What the package's modules define."""
    return set().union(*(definitions(ast.parse(text)) for text in package_sources()))


@functools.cache
def package_lines():
    """Every run of lines in the package."""
    return set().union(*map(runs_of_lines, package_sources()))


def slides(notebook, path):
    """Every cell knows its place in a slide deck."""
    for cell in notebook.cells:
        if cell.metadata.get("slideshow", {}).get("slide_type") not in SLIDES:
            yield f"{cell.cell_type} cell {cell.id} has no slide type"


def privacy(notebook, path):
    """No path of this machine, host or memory address, in sources or outputs."""
    sources = (cell.source for cell in notebook.cells)
    shown = itertools.chain.from_iterable(map(texts, code(notebook)))
    for text in itertools.chain(sources, shown):
        yield from (f"names {found}" for found in PRIVATE.findall(text))


def size(notebook, path):
    """Small enough for version control and a slow network."""
    if path.stat().st_size > SIZE:
        yield f"{path.stat().st_size / 1e6:.1f} MB is too large"
    if "widgets" in notebook.metadata:
        yield "stores the state of its widgets"


def links(notebook, path):
    """Links resolve inside the repository, to files that are there."""
    text = "\n".join(markdown(notebook))
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    anchors = {heading.replace(" ", "-") for heading in headings}
    for target in map("".join, LINK.findall(text)):
        if re.match(r"(https?|mailto|attachment|data):", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        there = (path.parent / name).resolve()
        if name and not (there.exists() and there.is_relative_to(ROOT)):
            yield f"{target} does not exist here"
        if not name and anchor not in anchors:
            yield f"{target} is no heading of this notebook"


def alone(notebook, path):
    """A copy in another folder, as on Colab, finds all that it reads."""
    for cell in code(notebook):
        for place in ("course_folder", "experiments/", "../"):
            if place in cell.source:
                yield f'{short(cell)}: {place} is not there; recorded("NAME") finds it'


def folded(notebook, path):
    """A question is plain text and HTML: there, Markdown is shown as it was typed."""
    for question in SUMMARY.findall("\n".join(markdown(notebook))):
        if set(question) & {"`", "*"}:
            yield f"Markdown in <summary>{question}"


def of_quick(notebook, path):
    """Numbers and things of the quick profile in the text, which is read in both."""
    for source in markdown(notebook):
        for paragraph in re.split(r"\n\s*\n", source):
            if (found := QUICK.search(paragraph)) and "quick" not in paragraph:
                yield f"{found[0]!r} is true in quick alone: say so, or say it for both"


RULES = [title, sections, answer, parameters, outputs, strictness, lengths, substance]
RULES += [no_retyping, slides, privacy, size, links, alone, folded, of_quick]
