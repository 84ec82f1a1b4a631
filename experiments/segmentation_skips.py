"""Skips against none, in segmentation of four classes, for lecture 23.

    python experiments/segmentation_skips.py [--quick] [--out FILE]

Five networks learn the masks of 3,002 objects of the set "shapes", each in its own
picture of 32 x 32 pixels: FCN-32s, 16s and 8s on a trunk of three stages, so that their
strides are 8, 4 and 2 pixels, and U-Net with its skips and without. Three seeds, six
epochs of Adam. A line of the table is one training: mean IoU of ground and three kinds
on the test objects, and the boundary error of objects, whatever their kind: one less
the boundary IoU at a distance of one pixel.
Takes four minutes on one core; ``--quick`` is one seed, one epoch and 40 images. The
first line of the file names the machine.
"""

import keras
from record import record

from dlcourse import datasets
from dlcourse.analysis.masks import boundary_iou, mask_iou
from dlcourse.models import FCN, UNet
from dlcourse.training import fit

SIZE = {"input_shape": (32, 32, 3), "classes": 4, "dropout": 0.0}
TRUNK = {"configuration": [(1, 16), (1, 32), (1, 64)], "dense": (64,)}
UNET = {"widths": (8, 16, 32), "padding": "same"}
NETWORKS = {
    "stride 8 (as FCN-32s)": lambda: FCN("32s", **TRUNK, **SIZE),
    "stride 4 (as FCN-16s)": lambda: FCN("16s", **TRUNK, **SIZE),
    "stride 2 (as FCN-8s)": lambda: FCN("8s", **TRUNK, **SIZE),
    "U-Net without skips": lambda: UNet(skips=False, **UNET, **SIZE),
    "U-Net": lambda: UNet(**UNET, **SIZE),
}
SEEDS = range(3)
EPOCHS = 6


def trained(quick):
    """The rows of the table: seed, network, parameters, mean IoU, boundary error."""
    x, y = datasets.mask_arrays("shapes", "train[:40]" if quick else "train")
    x_test, y_test = datasets.mask_arrays("shapes", "test")
    for seed in SEEDS[: 1 if quick else None]:
        for name, build in NETWORKS.items():
            keras.utils.set_random_seed(seed)
            model, epochs = build(), 1 if quick else EPOCHS
            label = f"{name}, seed {seed}"
            fit(model, (x, y), epochs, rate=5e-3, seed=seed, label=label)
            found = model.predict(x_test, verbose=0).argmax(axis=-1)
            whole = mask_iou(y_test, found, 4).mean()
            edge = boundary_iou(y_test > 0, found > 0, 2, distance=1)[1]
            yield seed, name, model.count_params(), round(whole, 4), round(1 - edge, 4)


if __name__ == "__main__":
    columns = ["seed", "network", "parameters", "mean IoU", "boundary error"]
    record(__file__, __doc__, columns, trained)
