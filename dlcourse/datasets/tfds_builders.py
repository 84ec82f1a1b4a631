"""The embedded sets for TensorFlow Datasets.

After ``import dlcourse.datasets.tfds_builders``, ``tfds.load("digits")`` and the like
prepare them with a progress bar, in the order of `dlcourse.datasets.arrays`. The
catalogue has no sets of these names (TFDS 4.9.10).
"""

import tensorflow_datasets as tfds

from dlcourse.datasets.embedded import EMBEDDED, VERSION, embedded
from dlcourse.datasets.structured import STRUCTURED, structured


class Embedded(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """What the builders below share: the class name in lower case is the set's name."""

    VERSION = tfds.core.Version(VERSION)

    def _info(self):
        info = EMBEDDED[self.name].INFO
        return tfds.core.DatasetInfo(
            builder=self,
            description=f"{info.description} Source: {info.source}.",
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(shape=info.image_shape),
                    "label": tfds.features.ClassLabel(names=info.classes),
                }
            ),
            supervised_keys=("image", "label"),
            license=info.licence,
            disable_shuffling=True,  # the arrays are in random order already
        )

    def _split_generators(self, dl_manager):
        sets = embedded(self.name)
        return {split: self._generate_examples(*sets[split]) for split in sets}

    def _generate_examples(self, images, labels):
        for key, (image, label) in enumerate(zip(images, labels, strict=True)):
            yield key, {"image": image, "label": label}


class Digits(Embedded):
    """1,797 handwritten digits, 8x8."""


class Glyphs(Embedded):
    """9,000 letters and figures, 32x32."""


class Fashion(Embedded):
    """7,000 articles of a shop, 28x28: a tenth of Fashion-MNIST."""


class Structured(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """What the builders below share: their features are the arrays of the set."""

    VERSION = tfds.core.Version(VERSION)

    def _info(self):
        info = STRUCTURED[self.name].INFO
        arrays = structured(self.name)["test"]
        features = {
            name: tfds.features.Image(shape=array.shape[1:])
            if name == "image"
            else tfds.features.Tensor(shape=array.shape[1:], dtype=array.dtype)
            for name, array in arrays.items()
        }
        return tfds.core.DatasetInfo(
            builder=self,
            description=f"{info.description} Source: {info.source}.",
            features=tfds.features.FeaturesDict(features),
            license=info.licence,
            disable_shuffling=True,  # the arrays are in random order already
        )

    def _split_generators(self, dl_manager):
        sets = structured(self.name)
        return {split: self._generate_examples(sets[split]) for split in sets}

    def _generate_examples(self, arrays):
        for key, values in enumerate(zip(*arrays.values(), strict=True)):
            yield key, dict(zip(arrays, values, strict=True))


class Shapes(Structured):
    """1,800 images of coloured objects, with masks, boxes and key points, 64x64."""


class Tones(Structured):
    """500 tones of half a second, clean and noisy."""


class Adding(Structured):
    """6,000 sequences of 50 numbers, two of them marked."""


class Reber(Structured):
    """2,500 words of the embedded Reber grammar."""
