"""Deconvolutional projection: which pattern of an image activates a unit?

Matthew Zeiler, Rob Fergus: Visualizing and Understanding Convolutional Networks. ECCV
2014, arXiv:1311.2901, section 2.1 and fig. 2. As a change to backpropagation: Karen
Simonyan, Andrea Vedaldi, Andrew Zisserman: Deep Inside Convolutional Networks. ICLR
2014 workshop, arXiv:1312.6034, section 4. Guided backpropagation: Jost Tobias
Springenberg et al.: Striving for Simplicity. ICLR 2015 workshop, arXiv:1412.6806.
"""

import numpy as np

from dlcourse.analysis.propagation import backward, forward
from dlcourse.analysis.receptive_field import receptive_field


def activations(model, layer, images, batch_size=256):
    """Output of a layer for images (n, height, width, channels): an array (n, …).

    Raises ValueError for a layer that is not there, listing those that are.
    """
    batches = []
    for start in range(0, len(images), batch_size):
        steps, values = forward(model, images[start : start + batch_size], layer)
        batches.append(values[id(steps[-1].outputs[0])])
    return np.concatenate(batches)


def deconvolve(model, layer, images, channel, rule="deconvnet"):
    """Project the strongest activation of one channel back onto the pixels.

    All other activations of the layer are set to zero. In the backward pass, max
    pooling puts the signal where the maximum came from (the switches), each ReLU
    rectifies the signal, and convolutions use their filters transposed. Layers that
    the paper does not mention treat the signal as they treat a gradient.

    Args:
        model: any functional or sequential ``keras.Model`` with one input.
        layer: name of a layer with maps or units as output.
        images: (n, height, width, channels); each is projected by itself.
        channel: which map (or unit) of the layer.
        rule: which signal a ReLU lets through: "deconvnet" where the signal itself is
            positive, "gradient" where the input of the ReLU was, "guided" where both
            are.

    Returns:
        Projections shaped like ``images``, in units of activation per unit of input.

    Raises ValueError for a layer, channel or rule that is not there.
    """
    steps, values = forward(model, images, layer)
    signal = strongest(values[id(steps[-1].outputs[0])], channel)
    return backward(steps, values, signal, rule)[id(steps[0].inputs[0])]


def strongest(maps, channel):
    """Maps (n, …, channels) with all but each image's largest in a channel set to 0.

    Raises ValueError for a channel that is not there.
    """
    channels = maps.shape[-1]
    check_channel(channel, channels)
    flat = maps[..., channel].reshape(len(maps), -1)
    largest = np.zeros_like(maps).reshape(len(maps), -1, channels)
    each, place = np.arange(len(maps)), flat.argmax(axis=1)
    largest[each, place, channel] = flat[each, place]
    return largest.reshape(maps.shape)


def check_channel(channel, channels):
    """ValueError for a channel that is not there."""
    if not 0 <= channel < channels:
        raise ValueError(f"channel={channel}: there are 0 to {channels - 1}.")


def top_patches(model, layer, channel, images, count=9):
    """The patches that activate a channel most, and their projections (fig. 2).

    Of each image the strongest activation counts; of all images the ``count`` strongest
    are taken, strongest first, and cropped to the receptive field of that activation.

    Returns:
        patches, projections: (count, size, size, channels), zero outside the image;
        chosen: the indices (count,) of the images.

    Raises ValueError as `deconvolve`, and for a layer that sees the whole image.
    """
    maps = activations(model, layer, images)
    check_channel(channel, maps.shape[-1])
    field = receptive_field(model)[layer]
    if not isinstance(field.size, int):
        raise ValueError(f"{layer} has no square receptive field: {field.size}.")
    best = maps[..., channel]
    chosen = np.argsort(-best.max(axis=(1, 2)), kind="stable")[:count]
    projected = deconvolve(model, layer, images[chosen], channel)
    patches, projections = [], []
    for index, projection in zip(chosen, projected, strict=True):
        place = np.unravel_index(best[index].argmax(), best[index].shape)
        corner = [field.start + field.stride * at for at in place]
        patches.append(crop(images[index], corner, field.size))
        projections.append(crop(projection, corner, field.size))
    return np.array(patches), np.array(projections), chosen


def crop(image, corner, size):
    """Square of an image (h, w, c) from a corner that may lie outside: zero there."""
    padded = np.pad(image, [(size, size), (size, size), (0, 0)])
    row, column = (at + size for at in corner)
    return padded[row : row + size, column : column + size]
