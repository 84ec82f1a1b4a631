"""The memory that activations take between the forward and the backward pass."""

import keras
from keras import ops

NOT_ACTIVATIONS = ("Placeholder", "ReadVariableOp", "Const")  # inputs, weights, numbers


def saved_activation_bytes(function, *arrays):
    """Bytes of the activations that a gradient needs from the forward pass.

    They stay in memory until the backward pass. Not counted: ``arrays`` themselves,
    weights, and what only one of the two passes needs. On TensorFlow nothing is
    computed: the graphs of both passes are built and compared.

    Args:
        function: takes tensors shaped like ``arrays``, returns a tensor of shape ().
        arrays: float arrays, of which the gradient is taken; and of all weights.
    """
    backend = keras.backend.backend()
    count = {"tensorflow": on_tensorflow, "jax": on_jax, "torch": on_torch}[backend]
    return count(function, [ops.convert_to_tensor(a, "float32") for a in arrays])


def on_tensorflow(function, tensors):
    """The forward pass is all that the value depends on; the rest is the backward."""
    import tensorflow as tf

    @tf.function(autograph=False)
    def both_passes(*tensors):
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            value = function(*tensors)
        sources = [*tensors, *tape.watched_variables()]
        return value, tape.gradient(value, sources, unconnected_gradients="zero")

    value, *gradients = both_passes.get_concrete_function(*tensors).graph.outputs
    forward = ancestors(value.op)
    backward = set().union(*(ancestors(each.op) for each in gradients)) - forward
    read = {x.ref() for op in backward for x in op.inputs if x.op in forward}
    saved = [x.deref() for x in read if not is_for_cudnn(x.deref())]
    return sum(size_of(x) for x in saved if made_by(x).type not in NOT_ACTIVATIONS)


def is_for_cudnn(tensor):
    """True for what a normalization keeps for GPUs alone; its size is not known."""
    return tensor.op.type == "FusedBatchNormV3" and tensor.value_index == 5


def made_by(tensor):
    """The operation that a tensor comes from, behind those that only pass it on.

    Where devices share weights, what reads them is followed by such a one.
    """
    operation = tensor.op
    while operation.type == "Identity":
        operation = operation.inputs[0].op
    return operation


def size_of(tensor):
    """Bytes of a tensor of a graph."""
    return tensor.shape.num_elements() * tensor.dtype.size


def ancestors(operation):
    """An operation of a graph and all that it depends on."""
    found, stack = set(), [operation]
    while stack:
        operation = stack.pop()
        if operation not in found:
            found.add(operation)
            stack += [tensor.op for tensor in operation.inputs]
    return found


def on_jax(function, tensors):
    """The arrays that the function of the backward pass has closed over."""
    import jax

    def address(array):
        return array.unsafe_buffer_pointer()

    before = {address(array) for array in jax.live_arrays()}
    with keras.StatelessScope():  # moving averages stay as they are
        _, backward = jax.vjp(function, *tensors)
    arrays = [x for x in jax.tree.leaves(backward) if isinstance(x, jax.Array)]
    saved = {address(x): x.nbytes for x in arrays}
    return sum(size for where, size in saved.items() if where not in before)


def on_torch(function, tensors):
    """The tensors that autograd saves in the forward pass."""
    import torch

    saved = {}

    def save(tensor):
        if not tensor.is_leaf:  # as arguments and weights are
            saved[tensor.data_ptr()] = tensor.nbytes
        return tensor

    tensors = [tensor.detach().clone().requires_grad_() for tensor in tensors]
    with torch.autograd.graph.saved_tensors_hooks(save, lambda tensor: tensor):
        function(*tensors)
    return sum(saved.values())
