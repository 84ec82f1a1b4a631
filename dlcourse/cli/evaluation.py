"""What a classifier is worth on pictures, and whether the number means anything."""

import dataclasses
import math
import os
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import confusion_matrix

from dlcourse import datasets

MANY = 10  # classes from which on top-5 errors are told
Z95 = 1.96  # of the normal distribution, for intervals of 95 %
LISTED = 5  # names of classes in a sentence
GAP = 0.25  # between training and held-out error, above which we look for the cause


@dataclass(frozen=True)
class Result:
    """Labels (n,) and probabilities (n, classes) of pictures, and what follows."""

    labels: np.ndarray
    probabilities: np.ndarray
    classes: tuple

    @property
    def predicted(self):
        """The most probable class of each picture."""
        return self.probabilities.argmax(axis=-1)

    @property
    def wrong(self):
        """The number of pictures whose most probable class is not their own."""
        return int((self.predicted != self.labels).sum())

    @property
    def error(self):
        """Their fraction."""
        return self.wrong / len(self.labels)

    @property
    def interval(self):
        """In which the error on all pictures of this kind lies, with 95 %."""
        return wilson_interval(self.wrong, len(self.labels))

    @property
    def top5(self):
        """Fraction of pictures whose class is not among the five most probable ones."""
        five = np.argsort(-self.probabilities, axis=-1, kind="stable")[:, :5]
        return float((five != self.labels[:, None]).all(axis=-1).mean())

    @property
    def confusion(self):
        """Counts (true classes, predicted classes)."""
        return confusion_matrix(
            self.labels, self.predicted, labels=range(len(self.classes))
        )

    @property
    def majority(self):
        """The most frequent class, and the error of always answering it."""
        counts = np.bincount(self.labels, minlength=len(self.classes))
        return self.classes[counts.argmax()], 1 - counts.max() / counts.sum()

    def sentence(self, part):
        """Error, its interval, and that of the majority class; part is "test", …."""
        low, high = self.interval
        name, majority = self.majority
        five = f", top-5 error {self.top5:.2%}" if len(self.classes) >= MANY else ""
        return (
            f"Error {self.error:.2%}: {self.wrong} of {len(self.labels)} {part} images "
            f"(95 % interval: {low:.1%} to {high:.1%}){five}. Always answering "
            f"{name!r} would have {majority:.2%}."
        )

    def summary(self, protocol):
        """What a model's file keeps of it."""
        kept = {
            "error": self.error,
            "interval": self.interval,
            "images": len(self.labels),
            "majority error": self.majority[1],
            "protocol": protocol,
        }
        return kept | {"top5": self.top5} if len(self.classes) >= MANY else kept

    def doubts(self):
        """Sentences on why the error may mean nothing; empty where it means something.

        They need nothing but the predictions; see also `unlike_training`.
        """
        found = []
        only = set(self.predicted.tolist())
        if len(only) == 1:
            found.append(
                f"Every image is called {self.classes[only.pop()]!r}: the network has "
                "learned nothing that it could use here."
            )
        name, majority = self.majority
        if self.error >= majority:
            found.append(
                f"This is no better than always answering {name!r}. Train longer, with "
                "a lower learning rate, or look whether the labels are right."
            )
        return found

    def missed(self):
        """A sentence on classes of which no image is recognized, where there are any.

        With few images of a class, a small error hides that the class was not learned.
        """
        counts = self.confusion
        missed = np.flatnonzero((counts.sum(axis=1) > 0) & (np.diag(counts) == 0))
        if not len(missed):
            return []
        named = ", ".join(repr(self.classes[index]) for index in missed[:LISTED])
        more = f" and {len(missed) - LISTED} more" if len(missed) > LISTED else ""
        return [f"No image of {named}{more} is recognized. Add images of such classes."]


def wilson_interval(wrong, count):
    """Of a fraction that was counted: where the true one lies, with 95 %.

    Edwin B. Wilson: Probable Inference, the Law of Succession, and Statistical
    Inference. JASA 22, 1927.
    """
    fraction, z = wrong / count, Z95
    middle = fraction + z**2 / (2 * count)
    width = z * math.sqrt(fraction * (1 - fraction) / count + (z / (2 * count)) ** 2)
    scale = 1 + z**2 / count
    return max(0.0, (middle - width) / scale), min(1.0, (middle + width) / scale)


def classify(model, examples, classes, preprocessing, batch_size):
    """The `Result` of a model on examples, each by as many crops as it is prepared by.

    Args:
        model: images in [0, 1] -> probabilities, as in a model's file.
        examples: a source of the `datasets`, or a pair of arrays.
        classes: their names.
        preprocessing: a `Preprocessing` at the size of the model's images.
        batch_size: pictures at a time.
    """
    from dlcourse.analysis.prediction import predict_batch  # loads a backend

    crops = preprocessing.crops
    size = max(1, batch_size // crops)
    labels, probabilities = [], []
    whole = uncut(preprocessing) if crops > 1 else preprocessing
    batches = datasets.validation_batches(examples, size, preprocessing=whole)
    if "DLCOURSE_REHEARSE" in os.environ:
        batches = batches.take(1)
    with datasets.damage_told(examples):
        for images, own in batches.as_numpy_iterator():
            if crops > 1:
                cut = [datasets.evaluation_crops(x, preprocessing) for x in images]
                images = np.concatenate(cut)
            found = predict_batch(model, images)
            probabilities.append(found.reshape(len(own), crops, -1).mean(axis=1))
            labels.append(own)
    return Result(np.concatenate(labels), np.concatenate(probabilities), classes)


def uncut(preprocessing):
    """The same for the whole square of which crops are taken."""
    side = preprocessing.shorter_side or preprocessing.size
    return dataclasses.replace(preprocessing, size=side, shorter_side=None)


def unlike_training(result, trained_error, again):
    """A sentence where held-out images are called wrong far more often, else none.

    Args:
        result: on images that were not trained on.
        trained_error: on training images, as the last epoch of training counted it.
        again: function without arguments to the error on training images, once more,
            as held-out ones are evaluated; called where there is something to explain.
    """
    if result.error - trained_error <= GAP:
        return []
    evaluated = again()
    if evaluated - trained_error > GAP:
        return [
            f"Training images have {trained_error:.1%} error while training and "
            f"{evaluated:.1%} when they are evaluated: the running statistics of batch "
            "norm do not fit the weights yet. Train for more epochs, or with smaller "
            "batches; these have not enough steps."
        ]
    return [
        f"Training images have {evaluated:.1%} error: the network knows them by heart. "
        "More images, more augmentation or a smaller network would help."
    ]
