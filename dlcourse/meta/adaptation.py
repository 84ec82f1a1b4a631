"""A small network whose weights are arguments, and gradient steps on many tasks.

Chelsea Finn, Pieter Abbeel, Sergey Levine: Model-Agnostic Meta-Learning for Fast
Adaptation of Deep Networks. ICML 2017, arXiv:1703.03400, section 2.2.
"""

from itertools import pairwise

from keras import ops

from dlcourse.gradients import tensor_gradients


def mlp_shapes(units):
    """Shapes of the weights of a network from one number over layers to one number.

    Matrix, bias, matrix, bias, …; a bias has a row of its own, so that the weights of
    many tasks can be stacked.
    """
    sizes = [(rows, columns) for rows, columns in pairwise((1, *units, 1))]
    return [
        shape for rows, columns in sizes for shape in ((rows, columns), (1, columns))
    ]


def mlp(weights, x):
    """Dense layers with ReLU between them: x (…, points, 1) -> (…, points, 1).

    Args:
        weights: shaped as `mlp_shapes` says, the same for all tasks, or each with one
            more axis in front: then each task x[i] has weights of its own.
        x: (tasks, points, 1).
    """
    layers = list(zip(weights[::2], weights[1::2], strict=True))
    for matrix, bias in layers[:-1]:
        x = ops.relu(ops.matmul(x, matrix) + bias)
    matrix, bias = layers[-1]
    return ops.matmul(x, matrix) + bias


def adapt(weights, x, y, rate, steps, first_order=False):
    """Gradient steps on the mean squared error of each task (equation 1).

    Args:
        weights: the start, the same for all tasks, shaped as `mlp_shapes` says.
        x, y: the points of the tasks (tasks, points, 1).
        rate: the learning rate of a step.
        steps: how many; with 0 each task has the start.
        first_order: the gradients count as constants when the result is differentiated.

    Returns:
        The weights of each task: one more axis (tasks, …) in front.
    """
    tasks = ops.shape(x)[0]
    weights = [ops.repeat(ops.expand_dims(w, 0), tasks, axis=0) for w in weights]

    def loss(*weights):  # a sum over tasks: each task's weights have its own gradient
        return ops.sum(ops.mean(ops.square(mlp(weights, x) - y), axis=(1, 2)))

    for _ in range(steps):
        gradients = tensor_gradients(loss, weights)
        if first_order:
            gradients = [ops.stop_gradient(gradient) for gradient in gradients]
        weights = [w - rate * g for w, g in zip(weights, gradients, strict=True)]
    return weights
