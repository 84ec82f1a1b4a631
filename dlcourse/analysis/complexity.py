"""What a model costs: parameters and multiply-adds, layer by layer."""

import math
from dataclasses import dataclass

from keras import layers

from dlcourse.analysis.graph import trace

TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
COUNTED = (
    layers.Dense,
    layers.Conv1D,
    layers.Conv2D,
    layers.Conv3D,
    layers.DepthwiseConv1D,
    layers.DepthwiseConv2D,
    layers.SeparableConv1D,
    layers.SeparableConv2D,
    *TRANSPOSED,
)


@dataclass(frozen=True)
class Cost:
    """One call of a layer; one that is called twice has its weights in the first."""

    name: str
    kind: str
    output_shape: tuple  # without batch axis
    parameters: int  # trainable
    statistics: int  # not trainable: batch-norm mean and variance, frozen weights
    macs: int  # multiply-adds for one example


@dataclass(frozen=True)
class Complexity:
    """The cost of every layer, and the sums."""

    rows: tuple

    @property
    def parameters(self):
        """Number of trainable weights, which is what papers count."""
        return sum(row.parameters for row in self.rows)

    @property
    def statistics(self):
        """Number of weights not trained: batch-norm statistics, frozen weights."""
        return sum(row.statistics for row in self.rows)

    @property
    def macs(self):
        """Multiply-adds of convolutional and dense layers for one example."""
        return sum(row.macs for row in self.rows)

    def table(self):
        """One row per layer, and the sums below, as a pandas DataFrame."""
        import pandas as pd

        names = ["layer", "kind", "output shape"]
        names += ["parameters", "statistics", "multiply-adds"]
        rows = [tuple(vars(row).values()) for row in self.rows]
        total = ("total", "", "", self.parameters, self.statistics, self.macs)
        return pd.DataFrame([*rows, total], columns=names).set_index("layer")

    def __repr__(self):
        return (
            f"{self.parameters:,} parameters, {self.statistics:,} statistics, "
            f"{self.macs:,} multiply-adds"
        )

    def _repr_html_(self):
        return self.table().to_html(formatters=[str, str] + ["{:,}".format] * 3)


def complexity(model, input_shape=None):
    """`Complexity` of a model: parameters and multiply-adds of every layer, and totals.

    Multiply-adds are those of convolutional and dense layers and of attention for one
    example, as most papers count: biases, pooling, normalization, activations and
    recurrence are left out. Layers inside nested models have a row each, named
    "outer/inner". One's own layer counts if it is made of such layers, or if it keeps
    its weights in ``kernel``.

    ``input_shape``, without batch axis, is for models whose input is of no fixed size.
    Raises ValueError where multiply-adds depend on a size that is not known.
    """
    _, steps, _ = trace(model, input_shape)
    counted = set()
    rows = [cost_of(step, counted) for step in steps]
    # Weights that one's own layers hold beside the layers they are made of.
    parameters, statistics = count_weights(model, counted)
    if parameters or statistics:
        rows.append(Cost("other weights", "", (), parameters, statistics, 0))
    return Complexity(tuple(rows))


def cost_of(step, counted):
    """The `Cost` of a step; ``counted`` as in `count_weights`."""
    shapes = tuple(tuple(x.shape[1:]) for x in step.outputs)
    parameters, statistics = count_weights(step.operation, counted)
    return Cost(
        name=step.name,
        kind=type(step.operation).__name__,
        output_shape=shapes[0] if len(shapes) == 1 else shapes,
        parameters=parameters,
        statistics=statistics,
        macs=multiply_adds(step),
    )


def count_weights(operation, counted):
    """Numbers of trainable and of other weights that are not in ``counted`` yet."""
    numbers = []
    for weights in ("trainable_weights", "non_trainable_weights"):
        new = {
            id(w): w for w in getattr(operation, weights, ()) if id(w) not in counted
        }
        counted.update(new)
        numbers.append(sum(math.prod(w.shape) for w in new.values()))
    return numbers


def multiply_adds(step):
    """Every weight of a kernel is multiplied once at every position.

    Positions are the pixels of the output; of the input, where a convolution is
    transposed, since there each input pixel is spread over the output.
    """
    layer = step.operation
    if isinstance(layer, layers.MultiHeadAttention):
        return attention_macs(step)
    own = not type(layer).__module__.startswith("keras.")
    if not isinstance(layer, COUNTED) and not (own and hasattr(layer, "kernel")):
        return 0
    tensor = (step.inputs if isinstance(layer, TRANSPOSED) else step.outputs)[0]
    first = getattr(layer, "data_format", "channels_last") == "channels_first"
    positions = tensor.shape[2:] if first else tensor.shape[1:-1]
    if None in positions:
        raise ValueError(
            f"The multiply-adds of {step.name} depend on the size of the image, "
            f"which is not fixed: {tensor.shape}. Pass input_shape=, without the batch "
            "axis, or build the model with a fixed input shape."
        )
    names = ("kernel", "depthwise_kernel", "pointwise_kernel")
    kernels = [getattr(layer, name) for name in names if hasattr(layer, name)]
    return math.prod(positions) * sum(math.prod(kernel.shape) for kernel in kernels)


def attention_macs(step):
    """Of multi-head attention: four dense layers, and two products for each pair.

    Every query is multiplied with every key, and every weight with a value.
    """
    layer = step.operation
    tokens = [tensor.shape[1] for tensor in step.inputs]
    queries, values = tokens[0], tokens[min(1, len(tokens) - 1)]
    kernels = [w.shape for w in layer.weights if w.name == "kernel"]
    query, key, value, output = (math.prod(shape) for shape in kernels)
    dense = queries * (query + output) + values * (key + value)
    pairs = queries * values * layer.num_heads * (layer.key_dim + layer.value_dim)
    return dense + pairs
