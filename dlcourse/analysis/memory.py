"""What a forward pass leaves in memory for the backward pass."""

import keras
from keras import ops

GIVEN = ("Placeholder", "ReadVariableOp", "Const")


def kept_bytes(function, *arrays):
    """Bytes of the intermediate results that the gradient of a function needs again.

    They must wait in memory from the forward pass to the backward pass. Not counted:
    ``arrays`` themselves, weights, and what either pass needs only for a moment. On
    TensorFlow nothing is computed: the graphs of both passes are built and compared.

    Args:
        function: takes tensors shaped like ``arrays``, returns a tensor of shape ().
        arrays: float arrays, of which the gradient is taken; and of all weights.
    """
    backend = keras.backend.backend()
    count = {"tensorflow": on_tensorflow, "jax": on_jax, "torch": on_torch}[backend]
    return count(function, [ops.convert_to_tensor(a, "float32") for a in arrays])


def on_tensorflow(function, tensors):
    """What the value depends on is the forward pass; all the rest is the backward."""
    import tensorflow as tf

    @tf.function(autograph=False)
    def both(*tensors):
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            value = function(*tensors)
        sources = [*tensors, *tape.watched_variables()]
        return value, tape.gradient(value, sources, unconnected_gradients="zero")

    value, *slopes = both.get_concrete_function(*tensors).graph.outputs
    forward = below(value.op)
    backward = set().union(*(below(slope.op) for slope in slopes)) - forward
    read = {x.ref() for op in backward for x in op.inputs if x.op in forward}
    kept = [x.deref() for x in read]
    return sum(size_of(x) for x in kept if x.op.type not in GIVEN)


def size_of(tensor):
    """Bytes of a tensor of a graph."""
    return tensor.shape.num_elements() * tensor.dtype.size


def below(operation):
    """An operation of a graph and all that it depends on."""
    found, waiting = set(), [operation]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [tensor.op for tensor in operation.inputs]
    return found


def on_jax(function, tensors):
    """What the function that computes the gradient has closed over."""
    import jax

    def place(array):
        return array.unsafe_buffer_pointer()

    given = {place(array) for array in jax.live_arrays()}
    with keras.StatelessScope():  # running statistics stay as they are
        _, backward = jax.vjp(function, *tensors)
    arrays = [x for x in jax.tree.leaves(backward) if isinstance(x, jax.Array)]
    kept = {place(x): x.nbytes for x in arrays}
    return sum(size for where, size in kept.items() if where not in given)


def on_torch(function, tensors):
    """What autograd saves on the way forward."""
    import torch

    kept = {}

    def keep(tensor):
        if not tensor.is_leaf:  # as arguments and weights are
            kept[tensor.data_ptr()] = tensor.nbytes
        return tensor

    tensors = [tensor.detach().clone().requires_grad_() for tensor in tensors]
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        function(*tensors)
    return sum(kept.values())
