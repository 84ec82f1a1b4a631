"""What ``dlcourse models`` prints and draws: the catalog, or one network of it."""

from dlcourse.cli.tables import table
from dlcourse.models.catalog import NETWORKS, SOURCES
from dlcourse.models.published import source, trained_rows

COLUMNS = ("network", "paper", "parameters", "multiply-adds", "lecture")


def catalog_table(rows=NETWORKS):
    """The catalog as text, one line per network."""
    cells = [
        (
            row.name,
            f"{row.paper.first_author} {row.paper.year}",
            f"{row.parameters:,}",
            f"{row.macs / 1e6:,.1f} M" if row.macs else "",
            str(row.paper.lecture or ""),
        )
        for row in rows
    ]
    return (
        f"{table(COLUMNS, cells, numbers=COLUMNS[2:4])}\n"
        f"{len(rows)} networks. `dlcourse models NAME` shows the layers of one, and "
        "the errors\nthat its paper reports, each with how it was measured."
    )


def weights_table():
    """The networks with weights for ImageNet, and where these are, as text."""
    rows = trained_rows()
    cells = [(row.name, source(row)) for row in rows]
    return (
        f"{table(('network', 'weights for ImageNet'), cells)}\n"
        f"{len(rows)} networks. `dlcourse predict NAME PHOTO` names what is on it; "
        "what\nbegins with timm/ comes from the Hugging Face hub."
    )


def network_table(row):
    """The row's paper, and its network layer by layer, as text."""
    paper = row.paper
    arxiv = f", arXiv:{paper.arxiv}" if paper.arxiv else ""
    arguments = [repr(argument) for argument in row.arguments]
    arguments += [f"{name}={value!r}" for name, value in row.options.items()]
    lecture = f"Lecture {paper.lecture}. " if paper.lecture else ""
    size = "x".join(map(str, row.input_shape))
    return "\n".join(
        [
            f'{paper.authors}, "{paper.title}", {paper.venue} {paper.year}{arxiv}',
            f"{lecture}{row.constructor}({', '.join(arguments)})",
            f"Input {size}; {row.parameters:,} parameters (source: "
            f"{SOURCES[row.source]})",
            *(
                f"{one.error} % error ({one.protocol}, {one.source})"
                for one in row.reported
            ),
            *([f"Twin in keras.applications: {row.twin}"] if row.twin else []),
            *([f"Weights for ImageNet: {source(row)}"] if source(row) else []),
            f"Recipe of `dlcourse train`: {row.recipe}",
            "",
            layer_table(costs(row)),
        ]
    )


def layer_table(complexity):
    """A `Complexity` as text, one line per layer."""
    columns = ("layer", "kind", "output", "parameters", "multiply-adds")
    cells = [
        (
            layer.name,
            layer.kind,
            "x".join(map(str, layer.output_shape)),
            f"{layer.parameters:,}",
            f"{layer.macs:,}",
        )
        for layer in complexity.rows
    ]
    return table(columns, cells, numbers=columns[3:])


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
