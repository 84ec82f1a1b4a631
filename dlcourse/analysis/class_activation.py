"""Class-activation maps: where does the evidence for a class lie?

Bolei Zhou et al.: Learning Deep Features for Discriminative Localization. CVPR 2016,
arXiv:1512.04150, section 2. For any head: Ramprasaath Selvaraju et al.: Grad-CAM. ICCV
2017, arXiv:1610.02391, section 3.
"""

import numpy as np
from keras import ops

from dlcourse.analysis.saliency import one_hot
from dlcourse.analysis.walk import climb, descend


def class_activation(model, images, labels, layer=None):
    """Sum of a layer's maps, each weighted by what it does for a class's score.

    A map's weight is the gradient of the score, summed over the map's pixels (Grad-CAM,
    equation 1, without the factor 1/Z). Where global average pooling and one dense
    layer follow, that is the dense layer's weight, and this is CAM: the mean of its
    values, before they are enlarged, is the score less the bias. So one function does
    both. Differs: Grad-CAM removes what is negative, which speaks against the class.

    Args:
        model: a classifier with one input.
        images: (n, height, width, channels).
        labels: the class to explain: one for each picture (n,), or one for all.
        layer: name of the layer whose maps are taken; the last that has maps by
            default.

    Returns:
        Maps (n, height, width), enlarged bilinearly to the size of the pictures.

    Raises ValueError for a class or a layer that is not there, or that has no maps.
    """
    steps, values = climb(model, images)
    position = _with_maps(steps, layer)
    tensor = steps[position].outputs[0]
    signal = one_hot(labels, values[id(steps[-1].outputs[0])].shape)
    reached = descend(steps[position + 1 :], values, signal)[id(tensor)]
    weights = reached.sum(axis=(1, 2), keepdims=True)
    found = (values[id(tensor)] * weights).sum(axis=-1, keepdims=True)
    larger = ops.image.resize(found, np.shape(images)[1:3], interpolation="bilinear")
    return ops.convert_to_numpy(larger)[..., 0]


def _with_maps(steps, layer):
    """Position of a layer, or of the last one with maps (n, h, w, c)."""
    found = {
        step.name: position
        for position, step in enumerate(steps)
        if len(step.outputs[0].shape) == 4
    }
    if not found:
        raise ValueError("No layer of this model has maps (height, width, channels).")
    if layer is None:
        return list(found.values())[-1]
    if layer not in found:
        raise ValueError(f"No maps {layer!r}; there are {', '.join(found)}.")
    return found[layer]
