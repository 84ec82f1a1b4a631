"""A search space of small cells, and one network that can be any of them.

After the NASNet search space: Barret Zoph, Vijay Vasudevan, Jonathon Shlens, Quoc V.
Le: Learning Transferable Architectures for Scalable Image Recognition. CVPR 2018,
arXiv:1707.07012, section 3 and figure 3.

A cell is a tuple of eight decisions, four for each of its two blocks: the two inputs,
and what is done to them. Input 0 is the cell before, 1 the one before that, 2 the first
block. An operation is a number in `OPERATIONS`.

Differs: two blocks, not five; three operations, not thirteen; blocks only add; the
output has every block, as in NASNet-B; the reduction is a pooling.
"""

from itertools import count

import keras
import numpy as np
from keras import layers, ops

from dlcourse.blocks.head import classifier
from dlcourse.blocks.nasnet import norm, relu_conv_bn

OPERATIONS = ("identity", "3 × 3 convolution", "3 × 3 max pooling")
CHOICES = (2, 2, 3, 3, 3, 3, 3, 3)  # how many options each decision has


@keras.saving.register_keras_serializable("dlcourse")
class Choice(layers.Layer):
    """One of several tensors: all of them, times 0 or 1, summed.

    ``decision`` says which number of a cell this layer obeys; see `become`.
    """

    def __init__(self, decision, **options):
        super().__init__(**options)
        self.decision = decision

    def build(self, shapes):
        """Make the zeros and ones; at first all are zero."""
        self.mask = self.add_weight(
            shape=(len(shapes),), initializer="zeros", trainable=False, name="mask"
        )

    def call(self, tensors):
        """Return the chosen one."""
        masks = ops.unstack(ops.cast(self.mask, tensors[0].dtype))
        return sum(x * mask for x, mask in zip(tensors, masks, strict=True))

    def compute_output_shape(self, shapes):
        """Return the shape that all of them have."""
        return shapes[0]

    def get_config(self):
        """Return the arguments of the constructor."""
        return {**super().get_config(), "decision": self.decision}


def CellNet(cell=None, width=8, repeats=1, input_shape=(16, 16, 1), classes=10):
    """Stem, cells, 2x2 pooling, cells with twice the filters, classifier.

    With a cell, a plain network; without, one with a `Choice` at every decision, which
    can become any of them. ``repeats`` is the number of cells before and after the
    pooling. The same seed gives both the same first weights.
    """
    decisions = count()

    def pick(options):
        number = next(decisions) % len(CHOICES)
        return Choice(number)(options) if cell is None else options[cell[number]]

    inputs = keras.Input(input_shape)
    stem = layers.Conv2D(width, 3, 2, "same", use_bias=False)(inputs)
    x = previous = norm(stem)
    for filters in (width, 2 * width):
        if filters > width:
            x, previous = layers.MaxPooling2D()(x), layers.MaxPooling2D()(previous)
        for _ in range(repeats):
            x, previous = cell_of_two_blocks(x, previous, filters, pick), x
    return keras.Model(inputs, classifier(ops.relu(x), classes), name="CellNet")


def cell_of_two_blocks(x, previous, filters, pick):
    """A cell: H x W x C -> H x W x (2 filters); ``pick`` decides among tensors."""
    states = [relu_conv_bn(x, filters), relu_conv_bn(previous, filters)]
    for _ in range(2):
        read = [pick(states), pick(states)]
        first, second = (pick(operations(y, filters)) for y in read)
        states.append(first + second)
    return layers.Concatenate()(states[2:])


def operations(x, filters):
    """What `OPERATIONS` make of x: three times H x W x filters."""
    y = layers.Conv2D(
        filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal"
    )(ops.relu(x))
    return [x, norm(y), layers.MaxPooling2D(3, 1, padding="same")(x)]


def become(model, cell):
    """Turn a `CellNet` without a cell into the one with this cell."""
    for layer in model.layers:
        if isinstance(layer, Choice):
            options = layer.mask.shape[0]
            layer.mask.assign(np.eye(options)[cell[layer.decision]])


def distinct_cell(cell):
    """The one way to write a cell that all ways to write the same cell have in common.

    The two halves of a block may change places, and so may two blocks when the second
    does not read the first.
    """
    halves = [
        sorted(zip(cell[i : i + 2], cell[i + 2 : i + 4], strict=True)) for i in (0, 4)
    ]
    if all(read < 2 for read, _ in halves[1]):
        halves.sort()
    return tuple(n for (a, i), (b, j) in halves for n in (a, b, i, j))


def all_cells():
    """Every distinct cell, sorted."""
    return sorted({distinct_cell(cell) for cell in np.ndindex(CHOICES)})
