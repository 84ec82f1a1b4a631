"""Questions for a number, of homework 11 to 13, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from math import comb

from dlcourse.homework.question import Question

THROUGH = """\
{modules} inception modules with {before} convolutions before the first and one dense
layer behind the last. How many of its ways from the picture to the classes go through
exactly {layers} layers with weights?"""


def ways(modules, before, layers):
    """How many ways through inception modules have so many layers with weights."""
    longer = layers - before - 1 - modules

    def ways_counted():
        """In which modules the way has two layers; each offers two of either length."""
        return comb(modules, longer) * 2**modules

    return Question(
        homework="11",
        reference=ways_counted,
        text=THROUGH.format(modules=modules, before=before, layers=layers),
        hints=(
            "How many layers has the shortest way? By how many can a module make it "
            "longer?",
            "First choose the modules in which the way has two layers. Then count the "
            "ways that take two layers in just these.",
        ),
        mistakes=miscounted(modules, before, layers),
    )


def miscounted(modules, before, layers):
    """What may go wrong where ways are counted."""
    longer = layers - before - 1 - modules
    chosen, each = comb(modules, longer), 2**modules
    others = {
        "A module has two paths of one layer, and two of two layers.": chosen,
        "Two paths of a module have one layer as well: the 1 × 1, and the 1 × 1 behind "
        "the pooling.": chosen * 2**longer,
        "The dense layer has weights, too.": comb(modules, longer + 1) * each,
        "The convolutions before the first module count, too.": (
            comb(modules, longer + before) * each
        ),
        "A pooling has no weights.": chosen * 3**longer,
        "These are all ways, whatever their length.": 4**modules,
        "Those with fewer layers are counted as well; asked is for just so many.": (
            sum(comb(modules, n) for n in range(longer + 1)) * each
        ),
        "It is open which of the modules have two layers: choose them.": each,
    }
    return {text: lambda n=number: n for text, number in others.items()}


def way_numbers(rng):
    """Numbers of modules, of convolutions before them, and of layers on the way."""
    modules, before = rng.integers(5, 9), rng.integers(2, 5)
    return modules, before, before + 1 + modules + rng.integers(2, modules - 1)


SEEN = """\
{modules} such modules stand in a row. The longest path of each is now
1 × 1, 1 × {size}, {size} × 1, 1 × {size}, one after the other (rows × columns), all
with strides of 1."""


def windows(modules, size):
    """How many pixels an output sees through modules with two rows and a column."""

    def pixels_seen():
        """Each layer makes the window larger by its own size less one."""
        return (1 + modules * (size - 1)) * (1 + 2 * modules * (size - 1))

    return Question(
        homework="12",
        reference=pixels_seen,
        text=SEEN.format(modules=modules, size=size),
        hints=(
            "Take height and width apart. Which of the layers change which of them?",
            "A layer whose filter is k wide makes the window wider by k - 1.",
        ),
        mistakes=misseen(modules, size),
    )


def misseen(modules, size):
    """What may go wrong where a window is computed."""
    height, width = 1 + modules * (size - 1), 1 + 2 * modules * (size - 1)
    others = {
        "The window is not square: two of the layers look sideways, one looks up and "
        "down.": width**2,
        "Two of the layers look sideways, so the window is wider than high.": height**2,
        "This is one module.": size * (2 * size - 1),
        "This is the width of the window; asked is for pixels.": width,
        "Height and width are multiplied.": height + width,
        "The windows of the modules overlap: each begins where the others see.": (
            modules * size * (2 * size - 1)
        ),
        "Each layer adds its size less one: the pixel in the middle was there.": (
            2 * (modules * size) ** 2
        ),
        "The pixel itself counts as well, in both directions.": (
            (height - 1) * (width - 1)
        ),
    }
    return {text: lambda n=number: n for text, number in others.items()}


LOST = """\
{blocks} blocks with shortcuts stand one after the other. {out} of them are taken out:
nothing passes through their branches any more. How many of the paths that go through
exactly {length} blocks are lost?"""


def lost(blocks, out, length):
    """How many paths of one length a network loses with some of its blocks."""

    def paths_lost():
        """All paths of this length, less those that use none of the blocks."""
        return comb(blocks, length) - comb(blocks - out, length)

    return Question(
        homework="13",
        reference=paths_lost,
        text=LOST.format(blocks=blocks, out=out, length=length),
        hints=(
            "How many paths of this length are there, with all blocks?",
            "It is easier to count what is left: paths that use none of the blocks.",
        ),
        mistakes=lost_mistakes(blocks, out, length),
    )


def lost_mistakes(blocks, out, length):
    """What may go wrong where lost paths are counted."""
    paths = comb(blocks, length)
    mistaken = {
        "These are left. Asked is how many are lost.": comb(blocks - out, length),
        "These are all paths of this length; some use none of these blocks.": paths,
        "A path through two of the blocks is lost once, not twice.": (
            out * comb(blocks - 1, length - 1)
        ),
        "A path that goes through several of the blocks is lost as well.": (
            out * comb(blocks - out, length - 1)
        ),
        "These are paths of all lengths.": 2**blocks - 2 ** (blocks - out),
        "Each block takes half of all paths away, but of the short ones fewer.": (
            paths * (1 - 0.5**out)
        ),
        "One of the blocks is enough to lose a path that uses several.": (
            paths * out / blocks
        ),
    }
    return {text: lambda n=number: n for text, number in mistaken.items()}


BLOCKS = """\
for pictures of 32 × 32 pixels. Read it, do not run it: how many parameters does
training change by the gradient? (Batch normalization has others beside them.)

```python
def block(x, filters, strides=1):
    y = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
    y = layers.BatchNormalization()(y)
    y = layers.ReLU()(y)
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    if x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1, strides)(x)
    return layers.ReLU()(layers.Add()([x, y]))


inputs = keras.Input((32, 32, {width}))
x = block(inputs, {width})
x = block(x, {wide}, 2)
x = block(x, {wide})
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense({classes})(x))
```"""


def network_of_blocks(width, wide, classes):
    """How many trainable parameters a small residual network has."""
    convolutions = 9 * (2 * width**2 + width * wide + 3 * wide**2)
    norms, projection = 2 * (2 * width + 4 * wide), (width + 1) * wide

    def trainable_read():
        """Six convolutions, six batch norms, a projection with bias, a dense layer."""
        return convolutions + norms + projection + (wide + 1) * classes

    return Question(
        homework="13",
        reference=trainable_read,
        text=BLOCKS.format(width=width, wide=wide, classes=classes),
        hints=(
            "In which of the three blocks does the shortcut have weights?",
            "Batch normalization trains γ and β for each channel. Its running mean and "
            "variance follow the batches.",
            "One convolution does not say use_bias=False.",
        ),
        mistakes=misread_blocks(trainable_read(), width, wide, classes),
    )


def misread_blocks(right, width, wide, classes):
    """What may go wrong where the residual network is read."""
    norms = 2 * (2 * width + 4 * wide)
    others = {
        "The running mean and variance follow the batches, not the gradient.": (
            right + norms
        ),
        "γ and β of batch normalization are trained.": right - norms,
        "The second block has a convolution on its shortcut.": (
            right - (width + 1) * wide
        ),
        "Only where the number of channels changes has the shortcut weights.": (
            right + (width + 1) * width + (wide + 1) * wide
        ),
        "The convolution on the shortcut has a bias for each filter.": right - wide,
        "The dense layer reads one mean of each map, not its pixels.": (
            right + 255 * wide * classes
        ),
        "The dense layer has biases.": right - classes,
        "The 3 × 3 convolutions have no bias.": right + norms // 2,
        "Each block has two 3 × 3 convolutions.": (
            right - 9 * (width**2 + 2 * wide**2)
        ),
    }
    return {text: lambda n=number: n for text, number in others.items()}


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    ways: ((8, 3, 15), way_numbers),
    windows: ((3, 5), lambda rng: (rng.integers(2, 8), rng.choice([5, 7, 9, 11]))),
    lost: (
        (27, 3, 4),
        lambda rng: (rng.integers(9, 28), rng.integers(2, 5), rng.integers(3, 6)),
    ),
    network_of_blocks: (
        (8, 16, 10),
        lambda rng: (
            rng.choice([4, 6, 10, 12]),
            rng.choice([16, 20, 24, 32]),
            rng.choice([10, 20, 36]),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
