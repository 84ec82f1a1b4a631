"""Class activation maps: where in an image is the evidence for a class?

Bolei Zhou et al.: Learning Deep Features for Discriminative Localization. CVPR 2016,
arXiv:1512.04150, section 2. For any head: Ramprasaath Selvaraju et al.: Grad-CAM. ICCV
2017, arXiv:1610.02391, section 3.
"""

import numpy as np
from keras import ops

from dlcourse.analysis.propagation import backward, forward
from dlcourse.analysis.saliency import one_hot


def class_activation(model, images, labels, layer=None):
    """Sum of a layer's maps, each weighted by its gradient for the logit of a class.

    A map's weight is the gradient of the logit, summed over the map's pixels (Grad-CAM,
    equation 1, without the factor 1/Z). Where global average pooling and one dense
    layer follow, that is the dense layer's weight, and this is CAM: the mean of its
    values, before they are enlarged, is the logit less the bias. So one function does
    both. Differs: Grad-CAM removes negative values, which speak against the class.

    Args:
        model: a classifier with one input.
        images: (n, height, width, channels).
        labels: the class to explain: one for each image (n,), or one for all.
        layer: name of the layer whose maps are taken; the last that has maps by
            default.

    Returns:
        Maps (n, height, width), enlarged bilinearly to the size of the images.

    Raises ValueError for a class or a layer that is not there, or that has no maps.
    """
    steps, values = forward(model, images)
    position = position_with_maps(layer, steps)
    tensor = steps[position].outputs[0]
    signal = one_hot(labels, values[id(steps[-1].outputs[0])].shape)
    gradient = backward(steps[position + 1 :], values, signal)[id(tensor)]
    weights = gradient.sum(axis=(1, 2), keepdims=True)
    found = (values[id(tensor)] * weights).sum(axis=-1, keepdims=True)
    larger = ops.image.resize(found, np.shape(images)[1:3], interpolation="bilinear")
    return ops.convert_to_numpy(larger)[..., 0]


def position_with_maps(layer, steps):
    """Index of the step of a layer, by default of the last with maps (n, h, w, c)."""
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
        listed = ", ".join(found)
        raise ValueError(f"layer={layer!r} gives no maps; there are {listed}.")
    return found[layer]
