"""Where a network looks: the weights of its attention layers."""

import keras
from keras import layers, ops


def attention_weights(model, x):
    """The weights of each ``MultiHeadAttention`` of a model: name -> array.

    Args:
        model: a functional ``keras.Model``, whose attention layers are called once.
        x: a batch of its inputs.

    Returns:
        For each layer (n, heads, m, k): how much each of m places looks at each of k.
        Every row sums to 1. ValueError where there is no such layer.
    """
    found = {}
    for layer in model.layers:
        if isinstance(layer, layers.MultiHeadAttention):
            # Private: Keras has no public way to what a layer was called with.
            node = layer._inbound_nodes[0]
            asked = keras.Model(model.input, node.input_tensors)(x, training=False)
            options = dict(node.arguments.kwargs) | {"return_attention_scores": True}
            _, weights = layer(*asked, **options)
            found[layer.name] = ops.convert_to_numpy(weights)
    if not found:
        raise ValueError(f"{model.name} has no layer of the kind MultiHeadAttention.")
    return found
