"""What the arguments of these functions may be, for `dlcourse.arguments`."""

from dlcourse.arguments import (
    above,
    above_0,
    array,
    either,
    function,
    having,
    instance,
    labels,
    many,
    number,
    one_for_each,
    text,
    whole,
)

MODEL, LAYER = having("predict", "a keras.Model"), text()
IMAGES, LABELS = array(*range(2, 6)), labels(0, 1)
SHAPE = many(either(whole(), instance(type(None), "None")))
EXAMPLES = array(*range(1, 9))
KINDS = {
    "activations": {
        "model": MODEL,
        "layer": LAYER,
        "images": IMAGES,
        "batch_size": whole(),
    },
    "class_activation": {
        "model": MODEL,
        "images": array(4),
        "labels": LABELS,
        "layer": LAYER,
    },
    "complexity": {"model": MODEL, "input_shape": SHAPE},
    "count_modes": {"points": array(2), "centres": array(2), "radius": number(0)},
    "deconvolve": {
        "model": MODEL,
        "layer": LAYER,
        "images": IMAGES,
        "channel": whole(0),
        "rule": text(),
    },
    "filter_normalized": {"weights": many(array()), "seed": whole(0)},
    "frechet_distance": {"a": array(2), "b": array(2)},
    "loss_section": {
        "model": MODEL,
        "loss": function(),
        "x": EXAMPLES,
        "y": one_for_each("x", EXAMPLES),
        "directions": many(many(array())),
        "steps": array(1),
        "batch_size": whole(),
    },
    "nearest_neighbours": {"features": EXAMPLES, "among": EXAMPLES, "count": whole()},
    "occlude": {
        "image": array(3),
        "row": whole(-10_000),
        "column": whole(-10_000),
        "size": whole(),
        "value": number(),
    },
    "occlusion": {
        "model": MODEL,
        "image": array(3),
        "size": whole(),
        "stride": whole(),
        "value": number(),
        "batch_size": whole(),
    },
    "pitch": {
        "sound": array(1),
        "rate": above("highest"),
        "lowest": above_0(),
        "highest": above("lowest"),
    },
    "receptive_field": {"model": MODEL, "input_shape": SHAPE},
    "saliency": {"model": MODEL, "images": array(4), "labels": LABELS},
    "signal_to_noise": {"clean": array(2, 3), "sound": array(2, 3)},
    "spectral_wiener": {
        "noisy": array(2),
        "noise_power": array(0, 1),
        "window": whole(2),
        "factor": number(0),
    },
    "strongest": {"maps": array(2, 3, 4), "channel": whole(0)},
    "top_patches": {
        "model": MODEL,
        "layer": LAYER,
        "channel": whole(0),
        "images": array(4),
        "count": whole(),
    },
}
