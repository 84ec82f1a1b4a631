"""The site's pages on the networks: one for each row of the catalog.

They are in the search and in the tables, not in the navigation: with hundreds of pages
in it, each page would take Sphinx a second.
"""

import inspect
import re
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

from dlcourse import models
from dlcourse.cli.models import costs
from dlcourse.course import lectures
from dlcourse.models.catalog import SOURCES

INDEX = """# Networks

Every network of the catalog, with its paper's numbers. The source of the number of
parameters is never this package's own code.

| network | paper | parameters | multiply-adds | lecture |
|---|---|---:|---:|---|
"""
PAGE = """---
orphan: true
---

# {row.name}

{paper.authors}: *{paper.title}*, {paper.venue} {paper.year}{arxiv}.

| | |
|---|---|
| lecture | {lecture} |
| input | {size} |
| parameters | {row.parameters:,} (source: {source}) |
| multiply-adds | {macs} |
| recipe of `dlcourse train` | {row.recipe} |
{errors}

## Definition

`models.{row.constructor}({arguments})`, in [{module}](../package/{module}.md):

```python
{definition}
```

## Shapes along the network

Each bar is a convolutional or dense layer, from the input to the output.

```{{raw}} html
{drawing}
```

## Layers

```{{raw}} html
{layers}
```
"""

WIDE, BAR, TALL, GAP = 660, 4, 70, 34  # of the drawing, in pixels; BAR at least


@cache
def by_number():
    """ "07" -> its lecture, for all of them."""
    return {one.number: one for one in lectures()}


def pages(rows):
    """File name -> text, of the index and of each network."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
        made = list(workers.map(page, rows, chunksize=4))
    names = [f"{slug(row.name)}.md" for row in rows]
    if len(set(names)) != len(rows):
        raise ValueError("Two networks have the same file name.")
    return {"index.md": index(rows)} | dict(zip(names, made, strict=True))


def slug(name):
    """The name of a network, or of a part of the course, as a file's name."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def index(rows):
    """All networks in a table."""
    lines = [
        f"| [{row.name}](./{slug(row.name)}.md) | {row.paper.cited} {row.paper.year} "
        f"| {row.parameters:,} | {macs(row)} | {lecture_of(row)} |"
        for row in rows
    ]
    return INDEX + "\n".join([*lines, ""])


def macs(row):
    """A network's multiply-adds in words, as its source has them."""
    return f"{row.macs / 1e6:,.1f} M" if row.macs else "not told"


def lecture_of(row):
    """A link to the lecture that shows a network."""
    if row.paper.lecture is None:
        return "none yet"
    one = by_number()[f"{row.paper.lecture:02}"]
    return f"[{one.number} · {one.title}](../lectures/{one.path.name})"


def page(row):
    """A network: paper, errors with their protocol, definition, layers."""
    arguments = [repr(argument) for argument in row.arguments]
    arguments += [f"{name}={value!r}" for name, value in row.options.items()]
    paper, cost = row.paper, costs(row)
    link = f"[arXiv:{paper.arxiv}](https://arxiv.org/abs/{paper.arxiv})"
    return PAGE.format(
        row=row,
        paper=paper,
        arxiv=f", {link}" if paper.arxiv else "",
        lecture=lecture_of(row),
        size=" × ".join(map(str, row.input_shape)),
        source=SOURCES[row.source],
        macs=macs(row),
        errors="\n".join(error(one) for one in row.reported),
        arguments=", ".join(arguments),
        module=f"models.{models.MODULES[row.constructor]}",
        definition=inspect.getsource(getattr(models, row.constructor)).strip(),
        drawing=drawing([layer for layer in cost.rows if layer.macs]),
        layers=layer_table(cost),
    )


def error(one):
    """A row of the table on a page: an error and its protocol."""
    return f"| error reported | {one.error} % ({one.protocol}; {one.source}) |"


def layer_table(cost):
    """The layers in HTML: raw, since Sphinx takes seconds for long tables."""
    shown = cost.table().reset_index().rename(columns={"statistics": "not trained"})
    sizes = [" × ".join(map(str, shape)) for shape in shown["output shape"]]
    shown["output shape"] = sizes
    look = {"index": False, "border": 0, "justify": "inherit", "classes": "layers"}
    html = shown.to_html(formatters=[str] * 3 + ["{:,}".format] * 3, **look)
    return f'<div class="wide">{html}</div>'


def drawing(layers):
    """Sizes, channels, parameters and multiply-adds of the layers, as bars in SVG."""
    shapes = [(1, *layer.output_shape)[-2:] for layer in layers]
    panels = {
        "height of the output, pixels": [size for size, _ in shapes],
        "channels of the output": [channels for _, channels in shapes],
        "parameters": [layer.parameters for layer in layers],
        "multiply-adds": [layer.macs for layer in layers],
    }
    bar = min(max(WIDE // len(layers), BAR), TALL)
    width, height = max(len(layers) * bar, WIDE), len(panels) * (TALL + GAP)
    drawn = [
        panel(name, values, number * (TALL + GAP) + GAP - 10, bar)
        for number, (name, values) in enumerate(panels.items())
    ]
    return (
        f'<div class="wide"><svg class="bars" role="img" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}"><title>Sizes and costs of '
        f"the layers, from input to output</title>{''.join(drawn)}</svg></div>"
    )


def panel(name, values, top, bar):
    """One row of bars below its name and its largest value."""
    largest = max(values)
    path, base = [], top + TALL
    for i, value in enumerate(values):
        tall = round(TALL * value / largest, 1)
        path.append(f"M{i * bar},{base}v{-tall}h{bar - 1}v{tall}z")
    text = f'<text x="0" y="{top - 6}">{name}, at most {largest:,}</text>'
    return f'{text}<path d="{"".join(path)}"/>'
