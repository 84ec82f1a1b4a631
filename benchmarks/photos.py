"""Images per second of photos, from JPEG files to batches: before and now.

    python benchmarks/photos.py [--images 500] [--rounds 3]

Photos of 500 x 375 pixels in TFRecord files of TensorFlow Datasets, to batches of 64
images of 224 x 224, mirrored and moved at random. "Before" is the pipeline of commit
959236a: TFDS decodes all of a photo, the largest square in its middle is resized with
antialiasing, and Keras layers mirror and move whole batches, one after the other. "Now"
is `Epochs`: windows of random area are cut while the file is decoded, several at once.
Both take turns; printed are the medians, and what they need of a processor.

    python benchmarks/photos.py --files 100000

writes that many small JPEG files instead, goes through them for three epochs, and
prints the memory that the process holds. It ends with an error where that grows from
one epoch to the next, or where the files take more than 2 kB each; hosted CI runs it
each night.
"""

import argparse
import io
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from PIL import Image

from dlcourse import datasets
from dlcourse.datasets import Epochs, Preprocessing
from dlcourse.datasets.pipeline import resize_tensor
from dlcourse.datasets.records import Records

BATCH = 64
PER_FILE, GROWTH = 2_000, 50  # bytes, and MB, that a folder of many files may take


def photo(number, size=(500, 375)):
    """A JPEG file of smooth noise: 60 to 90 kB at the size of ImageNet's photos."""
    draw = np.random.default_rng(number)
    coarse = draw.integers(0, 256, (size[1] // 8, size[0] // 8, 3), "uint8")
    image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95)
    return file.getvalue()


class Photos(tfds.core.GeneratorBasedBuilder):
    """As many photos as COUNT says, of ten classes."""

    VERSION = tfds.core.Version("1.0.0")
    COUNT = 500

    def _info(self):
        features = {
            "image": tfds.features.Image(shape=(None, None, 3), encoding_format="jpeg"),
            "label": tfds.features.ClassLabel(num_classes=10),
        }
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict(features),
            supervised_keys=("image", "label"),
        )

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples()}

    def _generate_examples(self):
        for number in range(self.COUNT):
            yield number, {"image": io.BytesIO(photo(number)), "label": number % 10}


def before(builder):
    """Batches as they were made until commit 959236a."""
    augment = keras.layers.Pipeline(
        [
            keras.layers.RandomFlip("horizontal", seed=0),
            keras.layers.RandomTranslation(1 / 8, 1 / 8, "constant", seed=1),
        ]
    )
    examples = builder.as_dataset(split="train", as_supervised=True)
    examples = examples.map(
        lambda x, y: (resize_tensor(x, (224, 224)), y), tf.data.AUTOTUNE
    )
    dataset = examples.shuffle(len(examples), 0).batch(BATCH, drop_remainder=True)
    dataset = dataset.map(lambda x, y: (tf.cast(x, tf.float32) / 255, y))
    dataset = dataset.map(lambda x, y: (augment(x, training=True), y))
    return dataset.prefetch(tf.data.AUTOTUNE)


def now(builder):
    """Batches of the paper's pipeline for ImageNet."""
    choice = Preprocessing(224, "area", flip=True)
    data = Epochs(Records(builder, "train"), BATCH, preprocessing=choice)
    return data.between(0, 1)


def compare(count, rounds):
    """Print images per second of both."""
    Photos.COUNT = count
    with tempfile.TemporaryDirectory() as folder:
        builder = Photos(data_dir=folder)
        builder.download_and_prepare()
        pipelines = {"before": before(builder), "now": now(builder)}
        spent = {name: [] for name in pipelines}
        for number in range(rounds + 1):
            for name, batches in pipelines.items():
                wall, cpu = time.perf_counter(), time.process_time()
                images = sum(len(x) for x, _ in batches)
                wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                if number > 0:  # the first round builds the graph
                    spent[name].append((images / wall, images / cpu))
    for name, speeds in spent.items():
        wall, cpu = map(statistics.median, zip(*speeds, strict=True))
        print(f"{name:<8} {wall:>7,.0f} images/s {cpu:>7,.0f} per processor second")


def resident():
    """Memory of this process now, and at most, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, most * 1024 / 1e6


def many_files(count):
    """Print the memory for a folder of many files, epoch by epoch; exit if it grows."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a", "b"):
            Path(folder, name).mkdir()
        kinds = [photo(number, (64, 48)) for number in range(100)]
        for number in range(count):
            Path(folder, "ab"[number % 2], f"{number}.jpg").write_bytes(
                kinds[number % 100]
            )
        tf.constant(0)  # its own memory is not counted
        held = [told("before")]
        start = time.perf_counter()
        split = datasets.train_validation_split(folder)
        held.append(told(f"folder read in {time.perf_counter() - start:.0f} s"))
        data = Epochs(split.train, 256, preprocessing=Preprocessing(32, "area"))
        for epoch in range(3):
            images = sum(len(x) for x, _ in data.between(epoch, epoch + 1))
            held.append(told(f"epoch {epoch} of {images:,} images"))
    sys.exit(faults(held, count))


def told(what):
    """Print the memory of this process, now and at most; what it is now, in MB."""
    now, most = resident()
    print(f"{what}: {now:,.0f} MB, at most {most:,.0f}", flush=True)
    return now


def faults(held, count):
    """What is wrong with the memory held, in words, or None.

    held: in MB, before, with the folder read, and after each epoch.
    """
    before, read, first, *later = held
    if (read - before) * 1e6 > PER_FILE * count + GROWTH * 1e6:
        return f"{count:,} files take {read - before:,.0f} MB before the first epoch."
    if max(later) - first > GROWTH:
        return f"From the first epoch on memory grows by {max(later) - first:,.0f} MB."
    return None


def main():
    """What the words after the command ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int)
    arguments = parser.parse_args()
    if arguments.files:
        many_files(arguments.files)
    else:
        compare(arguments.images, arguments.rounds)


if __name__ == "__main__":
    main()
