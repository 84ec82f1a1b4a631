"""Diagrams of networks: units and connections, and graphs with values on their edges.

Each function draws on the axes it is given, without ticks, and returns them.
"""

import numpy as np
from matplotlib.patches import Circle

GAP = 0.34  # radius of a unit, which is where its connections begin


def units(ax, column, heights, labels=None, color="C0"):
    """Circles one above the other at x = ``column``, with a label in each."""
    for height, label in zip(heights, labels or len(heights) * [""], strict=True):
        ax.add_patch(Circle((column, height), GAP, fc="white", ec=color, lw=2.5))
        ax.text(column, height, label, ha="center", va="center", zorder=3)


def connect(ax, start, end, **look):
    """A line between two units, or an arrow if ``arrowstyle`` is given."""
    look = {"arrowstyle": "-", "color": "0.6", "lw": 1.2, "shrinkA": 0} | look
    options = {"arrowprops": look | {"shrinkB": 0}, "zorder": 0}
    start, end = np.asarray(start, float), np.asarray(end, float)
    gap = GAP * (end - start) / np.linalg.norm(end - start)
    ax.annotate("", end - gap, start + gap, **options)


def blank(ax):
    """Equal scales, no ticks, everything inside."""
    ax.set_aspect("equal")
    ax.autoscale_view()
    ax.margins(0.06)
    ax.set_axis_off()
    return ax


def neuron(ax, inputs=3):
    """One unit: inputs times weights, their sum and the bias, then the nonlinearity."""
    heights = np.linspace(1.2, -1.2, inputs)
    units(ax, 0, heights, [f"$x_{i + 1}$" for i in range(inputs)])
    for i, height in enumerate(heights):
        connect(ax, (0, height), (3, 0), arrowstyle="->", lw=2)
        middle = (1.25, 0.58 * height + 0.16)
        ax.text(*middle, f"$w_{i + 1}$", color="C3", ha="center", zorder=3)
    steps = {3: ("$\\Sigma$", "C1"), 5: ("$f$", "C2"), 7: ("$h$", "C0")}
    for column, (label, color) in steps.items():
        units(ax, column, [0], [label], color)
    connect(ax, (3, 1.6), (3, 0), arrowstyle="->", lw=2)
    ax.text(3, 1.7, "bias $b$", color="C3", ha="center")
    for column in (3, 5):
        connect(ax, (column, 0), (column + 2, 0), arrowstyle="->", lw=2)
    ax.text(4, 0.25, "$z$", ha="center")
    ax.text(3, -0.8, "$z = w^\\top x + b$", ha="center")
    ax.text(5.6, -0.8, "$h = f(z)$", ha="center")
    return blank(ax)


def multilayer_perceptron(ax, widths, names=()):
    """Layers of ``widths`` units from left to right, each joined to all of the last.

    ``names`` stand below the layers.
    """
    columns = [2.6 * index for index in range(len(widths))]
    heights = [0.9 * (np.arange(n)[::-1] - (n - 1) / 2) for n in widths]
    for index, (column, here) in enumerate(zip(columns, heights, strict=True)):
        units(ax, column, here, color=f"C{index % 7}")
        for height in here if index else ():
            for below in heights[index - 1]:
                connect(ax, (columns[index - 1], below), (column, height))
    for column, name in zip(columns, names, strict=False):
        ax.text(column, heights[np.argmax(widths)][-1] - 0.9, name, ha="center")
    return blank(ax)


def graph(ax, nodes, edges, color="C0", curve=0.0, size=14):
    """Boxes and arrows, with what flows forward above and backward below each arrow.

    Args:
        nodes: label -> (x, y); drawn as boxes.
        edges: tuples (label, label), and texts to stand above and below, if any.
        color: of the arrows and the texts above them; those below are red.
        curve: 0 for straight arrows, else how far they swing out, such as 0.3.
    """
    box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": "black"}
    boxes = {}
    for label, at in nodes.items():
        drawn = ax.text(*at, label, ha="center", va="center", size=size, bbox=box)
        boxes[label] = drawn.get_bbox_patch()
        ax.plot(*at, alpha=0)  # so that the axes reach that far
    for start, end, *texts in edges:
        look = {"arrowstyle": "->", "color": color, "lw": 2.5, "shrinkA": 4}
        look |= {"shrinkB": 4, "patchA": boxes[start], "patchB": boxes[end]}
        look["connectionstyle"] = f"arc3,rad={curve}"
        ax.annotate("", nodes[end], nodes[start], arrowprops=look, zorder=4)
        across, up = np.subtract(nodes[end], nodes[start])
        shift = 0.1 + 0.2 * abs(up) / max(abs(across), 1)  # off a slanting arrow
        middle = 0.55 * np.array(nodes[start]) + 0.45 * np.array(nodes[end])
        for text, sign, side, ink in zip(
            texts, (1, -1), ("bottom", "top"), (color, "C3"), strict=False
        ):
            at = np.add(middle, (0, sign * shift))
            ax.text(*at, text, ha="center", va=side, size=size, color=ink, zorder=4)
    for text in ax.texts:
        text.set_in_layout(False)  # else Matplotlib shrinks the axes to nothing
    ax.margins(0.12, 0.3)
    ax.set_axis_off()
    return ax
