"""What ``dlcourse models`` prints and draws: the catalog, or one network of it."""

from dlcourse.models.catalog import NETWORKS, SOURCES

COLUMNS = "{:<26} {:<28} {:>11} {:>13} {:>13} {:>7}  {:<36} {:>7}  {}"


def catalog_table(rows=NETWORKS):
    """The catalog as text, one line per network."""
    lines = [
        COLUMNS.format(
            *("network", "paper", "input", "parameters", "multiply-adds"),
            *("error %", "measured by", "lecture", "keras.applications"),
        )
    ]
    lines += [catalog_line(row) for row in rows]
    lines.append(f"{len(rows)} networks. Errors are those that the papers report; only")
    lines.append(
        "errors that were measured alike can be compared: the same crops, size"
    )
    lines.append(
        "and choice of runs. `dlcourse models NAME` lists the layers of a network."
    )
    return "\n".join(lines)


def catalog_line(row):
    """A network of the catalog in one line of the table."""
    paper = row.paper
    first = row.reported[0] if row.reported else None
    line = COLUMNS.format(
        row.name,
        f"{paper.first_author} {paper.year}, {paper.venue}",
        "x".join(str(size) for size in row.input_shape),
        f"{row.parameters:,}",
        f"{row.macs / 1e6:,.1f} M" if row.macs else "",
        first.error if first else "",
        first.protocol if first else "",
        paper.lecture or "",
        row.twin or "",
    )
    return line.rstrip()


def network_table(row):
    """The row's paper, and its network layer by layer, as text."""
    paper = row.paper
    arxiv = f", arXiv:{paper.arxiv}" if paper.arxiv else ""
    arguments = [repr(argument) for argument in row.arguments]
    arguments += [f"{name}={value!r}" for name, value in row.options.items()]
    lecture = f"Lecture {paper.lecture}. " if paper.lecture else ""
    table = costs(row).table().reset_index()
    return "\n".join(
        [
            f'{paper.authors}, "{paper.title}", {paper.venue} {paper.year}{arxiv}',
            f"{lecture}{row.constructor}({', '.join(arguments)})",
            f"{row.parameters:,} parameters (source: {SOURCES[row.source]})",
            *(
                f"{one.error} % error ({one.protocol}, {one.source})"
                for one in row.reported
            ),
            f"Recipe of `dlcourse train`: {row.recipe}",
            "",
            table.to_string(index=False, formatters=[str] * 3 + ["{:,}".format] * 3),
        ]
    )


def plot_network(row, file):
    """Draw size, channels, parameters and multiply-adds of each layer to a file."""
    from matplotlib.figure import Figure

    layers = [layer for layer in costs(row).rows if layer.macs]
    shapes = [(1, *layer.output_shape)[-2:] for layer in layers]
    panels = {
        "Height of the output (pixels)": [size for size, _ in shapes],
        "Channels of the output": [channels for _, channels in shapes],
        "Parameters (millions)": [layer.parameters / 1e6 for layer in layers],
        "Multiply-adds (millions)": [layer.macs / 1e6 for layer in layers],
    }
    figure = Figure(figsize=(10, 9), layout="constrained")
    axes = figure.subplots(len(panels), sharex=True)
    for ax, (name, values) in zip(axes, panels.items(), strict=True):
        ax.bar(range(1, len(values) + 1), values, width=0.9)
        ax.set_title(name, loc="left")
    axes[-1].set_xlabel("Convolutional and dense layers, in order")
    figure.suptitle(row.name)
    figure.savefig(file)


def costs(row):
    """`Complexity` of the row's network, built without values in its weights."""
    from dlcourse.analysis.complexity import complexity
    from dlcourse.models import weightless

    with weightless():
        return complexity(row.build())
