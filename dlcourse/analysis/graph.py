"""The steps of a model in the order of computation, nested models included."""

from dataclasses import dataclass

import keras
from keras import tree


@dataclass(frozen=True)
class Step:
    """One call of a layer or of an operation of `keras.ops`, with symbolic tensors.

    A tensor that one step puts out and another takes in is the same object.
    """

    name: str  # of a layer inside a nested model: "outer/inner"
    operation: keras.Operation
    arguments: tuple  # as given, like keywords, and of both the symbolic tensors:
    inputs: tuple
    outputs: tuple
    keywords: dict


def trace(model, input_shape=None):
    """Inputs, steps and outputs of the whole model: (tensors, [Step], tensors).

    Nested models, and one's own layers that are made of other layers, are replaced by
    their steps; shapes are computed anew, and the model stays as it was.

    ``input_shape`` (without batch axis) replaces the shape of the model's only input,
    or builds a model that has none yet. ValueError where the shape is not known.
    """
    inputs = symbolic_inputs(model, input_shape)
    steps = []
    outputs = run_symbolically(
        model, "", steps, inputs[0] if len(inputs) == 1 else inputs
    )
    return inputs, steps, tree.flatten(outputs)


def symbolic_inputs(model, input_shape):
    """New symbolic tensors shaped like the model's inputs, or of this shape."""
    known = model.inputs if model.built and isinstance(model, keras.Model) else None
    if input_shape is None and not known:
        raise ValueError(
            f"{model.name} does not know its input yet: pass input_shape=, without the "
            "batch axis, for example input_shape=(224, 224, 3)."
        )
    if input_shape is None:
        return [keras.KerasTensor(x.shape, x.dtype) for x in known]
    if known and len(known) > 1:
        raise ValueError(
            f"input_shape= is one shape, but {model.name} has {len(known)} inputs: "
            "build the model with inputs of fixed sizes instead."
        )
    if not model.built:
        model(keras.Input(input_shape))
    return [keras.KerasTensor((None, *input_shape))]


def run_symbolically(operation, name, steps, *args, **kwargs):
    """Outputs of the operation for symbolic arguments; its steps are appended."""
    graph = graph_of(operation, args, kwargs)
    if graph is None:
        outputs = operation.compute_output_spec(*args, **kwargs)
        inputs = symbolic_tensors((args, kwargs))
        steps.append(
            Step(name, operation, args, inputs, symbolic_tensors(outputs), kwargs)
        )
        return outputs

    def call(inner, *args, **kwargs):
        inner_name = f"{name}/{inner.name}" if name else inner.name
        return run_symbolically(inner, inner_name, steps, *args, **kwargs)

    # Keras has no public way to visit the nodes of a graph in the order of computation.
    return graph._run_through_graph(symbolic_tensors((args, kwargs)), call_fn=call)


def graph_of(operation, args, kwargs):
    """The graph inside an operation; None for one that is a step of its own."""
    if isinstance(operation, keras.Sequential) and operation.built:
        return keras.Function(operation.inputs, operation.outputs)
    if isinstance(operation, keras.Function):
        return operation
    if not isinstance(operation, keras.Layer) or is_leaf(operation):
        return None
    args, kwargs = tree.map_structure(input_like, (args, kwargs))
    try:
        outputs = operation.call(*args, **kwargs)
    except Exception as error:
        raise ValueError(
            f"Cannot look inside {operation.name}: its call fails on symbolic tensors. "
            "Use keras.ops, and write x * weight where weight * x stands."
        ) from error
    return keras.Function(list(symbolic_tensors((args, kwargs))), outputs)


def is_leaf(layer):
    """True for layers that Keras ships, and for those that hold no other layer."""
    own = not type(layer).__module__.startswith("keras.")
    # Keras has no public list of the layers inside a layer.
    return not (own and layer._flatten_layers(include_self=False, recursive=False))


def input_like(x):
    """A new input for a symbolic tensor; anything else as it is."""
    is_tensor = isinstance(x, keras.KerasTensor)
    return keras.Input(batch_shape=x.shape, dtype=x.dtype) if is_tensor else x


def symbolic_tensors(structure):
    """All symbolic tensors in nested lists, tuples and dictionaries."""
    return tuple(x for x in tree.flatten(structure) if isinstance(x, keras.KerasTensor))
