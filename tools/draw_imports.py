"""Draw which rooms of dlcourse import which others: docs/architecture.svg.

    python tools/draw_imports.py            # write the picture
    python tools/draw_imports.py --check    # fail if it is not what would be written

A room is a folder of the package, or a module that lies in none. An arrow goes from the
room that imports to the one that is imported; one that follows from a chain of others
is left out. A room stands above all those that it imports.
"""

import ast
import itertools
import math
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs/architecture.svg"

BOX, GAP, ROW = (150, 44), 36, 104  # sizes in pixels; a row with the space below it
DUMMY = 16  # width that an arrow needs in a row that it crosses
STRAIGHT = 3  # how much more an arrow across rows pulls than a short one
MARGIN = 16
SWEEPS = 24  # over all rows, to find positions with few crossings
STYLE = """
  text { font: 17px "DejaVu Sans", Verdana, Arial, sans-serif; text-anchor: middle; }
  rect { stroke-width: 2; rx: 8; }
  .folder { fill: #dcebf7; stroke: #0072b2; }
  .module { fill: #fdf0d0; stroke: #b06c00; }
  path { fill: none; stroke: #555; stroke-width: 1.6; marker-end: url(#head); }
  marker path { fill: #555; stroke: none; marker-end: none; }
"""


def modules(root=ROOT):
    """The modules of the package: dotted name -> path; a folder has its own name."""
    found = {}
    for path in sorted((root / "dlcourse").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path, known):
    """The names in ``known`` that a file imports, also those inside functions."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{path}:{node.lineno}: write the import in full.")
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                names.append(module if module in known else node.module)
    return {name for name in names if name in known}


def module_imports(root=ROOT):
    """Module -> the modules of the package that it imports."""
    known = modules(root)
    return {name: imported(path, known) for name, path in known.items()}


def room(module):
    """The room of a module: "dlcourse.models.resnet" is in "models"; None for none."""
    return module.split(".")[1] if "." in module else None


def room_imports(root=ROOT):
    """Room -> the other rooms that it imports."""
    graph = {}
    for module, targets in module_imports(root).items():
        if own := room(module):
            graph.setdefault(own, set()).update(room(target) for target in targets)
    return {name: targets - {name, None} for name, targets in graph.items()}


def cycle(graph):
    """Nodes of a graph (node -> its targets) that form a cycle; [] if there is none."""
    done = set()

    def visit(node, path):
        if node in path:
            return path[path.index(node) :]
        if node in done:
            return []
        for target in sorted(graph[node]):
            if found := visit(target, [*path, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(graph) if (found := visit(node, []))), [])


def reduced(graph):
    """The graph without the arrows that follow from a chain of others."""

    def reached(node):
        return graph[node].union(*map(reached, graph[node]))

    return {
        node: targets - set().union(*map(reached, targets))
        for node, targets in graph.items()
    }


def rank(node, graph):
    """The row of a node, counted from the bottom: above all that it imports."""
    return max((1 + rank(target, graph) for target in graph[node]), default=0)


def layered(graph):
    """Rows of nodes from the bottom, and the links between neighbouring rows.

    Where an arrow crosses rows, it gets a dummy node (source, target, row) in each.
    """
    ranks = {node: rank(node, graph) for node in sorted(graph)}
    rows = [[n for n in ranks if ranks[n] == r] for r in range(max(ranks.values()) + 1)]
    chains = []
    for source, target in sorted((s, t) for s in graph for t in graph[s]):
        between = range(ranks[source] - 1, ranks[target], -1)
        dummies = [(source, target, row) for row in between]
        for dummy in dummies:
            rows[dummy[2]].append(dummy)
        chains.append([source, *dummies, target])
    return rows, chains


def width(node):
    """Width in pixels of a room's box, or of an arrow that passes."""
    return BOX[0] if isinstance(node, str) else DUMMY


def place(rows, chains):
    """The centre of each node in pixels from the left: node -> x.

    Each row in turn is ordered by, and moved towards, the mean of its neighbours. Rooms
    without any stand at the right end of the bottom row.
    """
    linked = set(itertools.chain.from_iterable(chains))
    alone = [node for node in rows[0] if node not in linked]
    rows = [[node for node in row if node in linked] for row in rows]
    near = {node: [] for row in rows for node in row}
    for a, b in itertools.chain.from_iterable(map(itertools.pairwise, chains)):
        straight = STRAIGHT if isinstance(a, tuple) or isinstance(b, tuple) else 1
        near[a] += [b] * straight
        near[b] += [a] * straight
    x = {}
    for row in rows:
        x |= spread(row, dict.fromkeys(row, 0.0))
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 else rows[::-1]:
            wanted = {n: statistics.fmean(x[m] for m in near[n]) for n in row}
            x |= spread(sorted(row, key=wanted.get), wanted)
    end = max(x[node] + width(node) / 2 for node in rows[0])
    for number, node in enumerate(alone):
        x[node] = end + (number + 1) * (GAP + BOX[0]) - BOX[0] / 2
    left = min(x[node] - width(node) / 2 for node in x)
    return {node: round(x[node] - left) + MARGIN for node in x}


def spread(row, wanted):
    """Positions near the wanted ones, in the order of the row, without overlap."""
    x, end = {}, -float("inf")
    for node in row:
        x[node] = max(wanted[node], end + GAP + width(node) / 2)
        end = x[node] + width(node) / 2
    # Python 3.12 adds with more digits than 3.11, and another order would win a tie.
    shift = math.fsum(x[node] - wanted[node] for node in row) / len(row)
    return {node: x[node] - shift for node in row}


def draw(graph, folders):
    """The picture as SVG text: ``folders`` are the rooms of more than one module."""
    rows, chains = layered(reduced(graph))
    x = place(rows, chains)
    y = {n: MARGIN + ROW * r for r, row in enumerate(rows[::-1]) for n in row}
    right = max(x[node] + width(node) // 2 for node in x) + MARGIN
    bottom = MARGIN + ROW * (len(rows) - 1) + BOX[1] + MARGIN
    size = f'width="{right}" height="{bottom}" viewBox="0 0 {right} {bottom}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        "<title>Which rooms of dlcourse import which others</title>",
        f"<style>{STYLE}</style>",
        '<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0 L10 5 L0 10 z"/></marker>',
        *(arrow([(x[n], y[n]) for n in chain]) for chain in chains),
        *(box(n, x[n], y[n], n in folders) for n in sorted(graph)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def arrow(points):
    """A curve from the bottom of the first box past others to the top of the last."""
    (x, y), *between, (end, top) = points
    y += BOX[1]
    path = [f"M{x} {y}"]
    for x2, y2 in between:
        path.append(curve(x, y, x2, y2) + f" L{x2} {y2 + BOX[1]}")
        x, y = x2, y2 + BOX[1]
    path.append(curve(x, y, end, top))
    return f'<path d="{" ".join(path)}"/>'


def curve(x, y, x2, y2):
    """A Bézier curve that leaves one point and reaches the other straight down."""
    middle = (y + y2) // 2
    return f"C{x} {middle} {x2} {middle} {x2} {y2}"


def box(name, x, y, folder):
    """A box with the name of a room, its top in the middle at (x, y)."""
    kind, ending = ("folder", "/") if folder else ("module", ".py")
    size = f'width="{BOX[0]}" height="{BOX[1]}"'
    return (
        f'<rect class="{kind}" x="{x - BOX[0] // 2}" y="{y}" {size}/>\n'
        f'<text x="{x}" y="{y + BOX[1] // 2 + 6}">{name}{ending}</text>'
    )


def picture(root=ROOT):
    """The SVG text for the package as it stands."""
    graph = room_imports(root)
    folders = {name for name in graph if (root / "dlcourse" / name).is_dir()}
    return draw(graph, folders)


def main(arguments):
    """Write the picture, or with --check compare it; the exit status."""
    text = picture()
    if arguments != ["--check"]:
        PICTURE.write_text(text, encoding="utf-8")
    elif not PICTURE.exists() or PICTURE.read_text(encoding="utf-8") != text:
        print(f"{PICTURE} is out of date: run python tools/draw_imports.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
