"""A search space of small cells, and one network that contains all of them.

After the NASNet search space: Barret Zoph, Vijay Vasudevan, Jonathon Shlens, Quoc V.
Le: Learning Transferable Architectures for Scalable Image Recognition. CVPR 2018,
arXiv:1707.07012, section 3 and figure 3.

A cell is a tuple of eight decisions, four for each of its two blocks: the two inputs,
and the operation on each of them. Input 0 is the previous cell, 1 the one before that,
2 the first block. An operation is an index into `OPERATIONS`.

Differs: two blocks, not five; three operations, not thirteen; blocks only add; the
output concatenates all blocks, as in NASNet-B; the reduction is a pooling.
"""

from itertools import count

import keras
import numpy as np
from keras import layers, ops

from dlcourse.blocks.head import classifier
from dlcourse.blocks.nasnet import batch_norm, relu_conv_bn

OPERATIONS = ("identity", "3 × 3 convolution", "3 × 3 max pooling")
CHOICES = (2, 2, 3, 3, 3, 3, 3, 3)  # the number of options of each decision


@keras.saving.register_keras_serializable("dlcourse")
class Choice(layers.Layer):
    """Select one of several tensors: the sum of all of them, each times 0 or 1.

    Input: a list of tensors of one shape. Output: a tensor of that shape.

    Args:
        decision: which entry of a cell the mask of this layer follows; see
            `select_cell`.
    """

    def __init__(self, decision, **options):
        super().__init__(**options)
        self.decision = decision

    def build(self, shapes):
        """Create the mask of zeros and ones; at first all are zero."""
        self.mask = self.add_weight(
            shape=(len(shapes),), initializer="zeros", trainable=False, name="mask"
        )

    def call(self, tensors):
        """Return the selected tensor."""
        masks = ops.unstack(ops.cast(self.mask, tensors[0].dtype))
        return sum(x * mask for x, mask in zip(tensors, masks, strict=True))

    def compute_output_shape(self, shapes):
        """Return the shape that all inputs have."""
        return shapes[0]

    def get_config(self):
        """Return the arguments of the constructor."""
        return {**super().get_config(), "decision": self.decision}


def CellNet(cell=None, width=8, repeats=1, input_shape=(16, 16, 1), classes=10):
    """Stem, cells, 2x2 pooling, cells with twice the filters, classifier.

    The same seed gives the network of one cell and the network of all cells the same
    initial weights.

    Args:
        cell: a tuple of eight decisions. None builds the network of all cells, with a
            `Choice` at every decision, for `select_cell`.
        width: number of filters before the pooling.
        repeats: number of cells before the pooling, and after it.
        input_shape: (height, width, channels).
        classes: number of classes.

    Returns:
        A ``keras.Model`` from images to class probabilities.
    """
    decisions = count()

    def select(options):
        decision = next(decisions) % len(CHOICES)
        return Choice(decision)(options) if cell is None else options[cell[decision]]

    inputs = keras.Input(input_shape)
    stem = layers.Conv2D(width, 3, 2, "same", use_bias=False)(inputs)
    x = previous = batch_norm(stem)
    for filters in (width, 2 * width):
        if filters > width:
            x, previous = layers.MaxPooling2D()(x), layers.MaxPooling2D()(previous)
        for _ in range(repeats):
            x, previous = cell_of_two_blocks(x, previous, filters, select), x
    return keras.Model(inputs, classifier(ops.relu(x), classes), name="CellNet")


def cell_of_two_blocks(x, previous, filters, select):
    """One cell: H x W x C -> H x W x (2 filters); ``select`` takes one of a list."""
    states = [relu_conv_bn(x, filters), relu_conv_bn(previous, filters)]
    for _ in range(2):
        inputs = [select(states), select(states)]
        first, second = (select(operations(y, filters)) for y in inputs)
        states.append(first + second)
    return layers.Concatenate()(states[2:])


def operations(x, filters):
    """The results of all `OPERATIONS` on x: three tensors H x W x filters."""
    y = layers.Conv2D(
        filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal"
    )(ops.relu(x))
    return [x, batch_norm(y), layers.MaxPooling2D(3, 1, padding="same")(x)]


def select_cell(model, cell):
    """Set the masks of a `CellNet` of all cells so that it computes this cell."""
    for layer in model.layers:
        if isinstance(layer, Choice):
            options = layer.mask.shape[0]
            layer.mask.assign(np.eye(options)[cell[layer.decision]])


def canonical_cell(cell):
    """The canonical form of a cell: equal for all tuples that compute the same.

    The two (input, operation) pairs of a block commute, and so do the two blocks when
    the second does not take the first as an input.
    """
    blocks = [
        sorted(zip(cell[i : i + 2], cell[i + 2 : i + 4], strict=True)) for i in (0, 4)
    ]
    if all(index < 2 for index, _ in blocks[1]):
        blocks.sort()
    return tuple(n for (a, i), (b, j) in blocks for n in (a, b, i, j))


def all_cells():
    """Every canonical cell, sorted."""
    return sorted({canonical_cell(cell) for cell in np.ndindex(CHOICES)})
