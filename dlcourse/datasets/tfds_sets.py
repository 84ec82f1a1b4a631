"""The sets of the TensorFlow Datasets catalogue: found, prepared, checked."""

import contextlib
import errno
import logging
import re
import shutil
import tempfile
import textwrap
import warnings
from pathlib import Path

from dlcourse.datasets.about import Info
from dlcourse.datasets.cache import data_folder
from dlcourse.datasets.embedded import EMBEDDED
from dlcourse.datasets.folder import folders
from dlcourse.datasets.made_up import make_up, rehearsing
from dlcourse.datasets.structured import STRUCTURED
from dlcourse.similar import did_you_mean

TIMEOUTS = 10, 20  # seconds to connect, and between two answers of a server
LOCAL = {errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.ENOTDIR, errno.EROFS}
CHECKED = 1 << 30  # bytes; larger splits are not read twice, see `damage`


class DataUnavailable(RuntimeError):
    """A data set is neither in the data folder nor to be had from its source."""


def find(name):
    """The TFDS builder of this name; ValueError with similar names if there is none."""
    import tensorflow_datasets as tfds

    refuse_structured(name)
    logging.getLogger("absl").setLevel(logging.ERROR)  # it tells of empty folders
    try:
        builder = tfds.builder(name, data_dir=data_folder() / "tfds")
    except ValueError:
        own = [folder.name for folder in folders(Path())]
        known = [*EMBEDDED, *own, *tfds.list_builders()]
        if re.match(r"\w*", name)[0] in known:
            raise  # it is the configuration or version that TFDS does not know
        raise ValueError(
            f"There is no data set {name!r}, nor a folder of that name."
            f"{did_you_mean(name, known)} Embedded in the course are "
            f"{', '.join(EMBEDDED)}; any name of TensorFlow Datasets will do as well."
        ) from None
    if rehearsing():
        make_up(builder)
    return builder


def refuse_structured(name):
    """ValueError for an embedded set that is more than pictures and their classes."""
    if name in STRUCTURED:
        raise ValueError(
            f"{name} has other arrays than pictures and their classes: "
            f"datasets.feature_arrays({name!r}) gives them."
        )


def prepared(name):
    """The builder of this name with its files in place: downloaded now if they are not.

    A damaged copy is prepared anew. DataUnavailable if that fails.
    """
    builder = find(name)
    if builder.data_path.exists() and (reason := damage(builder)):
        warnings.warn(f"{reason} {name} is prepared anew.", stacklevel=2)
        discard(builder)
    if builder.is_prepared():
        return builder
    try:
        with little_patience():
            builder.download_and_prepare()
    except Exception as error:
        builder = find(name)
        if not builder.is_prepared():  # by another process, while we tried
            raise DataUnavailable(unavailable(name, builder, error)) from error
    return builder


def unavailable(name, builder, error):
    """What to say of a set that could not be prepared."""
    instructions = builder.MANUAL_DOWNLOAD_INSTRUCTIONS
    if instructions and isinstance(error, AssertionError):
        return (
            f"{name} has to be downloaded by hand, into "
            f"{data_folder() / 'tfds' / 'downloads' / 'manual'}:\n\n"
            f"{textwrap.dedent(instructions).strip()}\n\n"
            f"Then run `dlcourse data fetch {name}`, or use an embedded set: "
            f"{', '.join(EMBEDDED)}."
        )
    reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
    local = isinstance(error, OSError) and error.errno in LOCAL
    when = "then" if local else "when you are online"
    mend = f"make room in {data_folder()}, or set DLCOURSE_DATA; " if local else ""
    return (
        f"{name} is not in {builder.data_path} and could not be prepared there "
        f"({type(error).__name__}: {reason}); {mend}run `dlcourse data fetch {name}` "
        f"{when}, or use an embedded set: {', '.join(EMBEDDED)}."
    )


@contextlib.contextmanager
def little_patience():
    """Let a download fail within a minute.

    TFDS would retry for over three minutes where nothing answers, and wait for ever for
    a server or proxy that takes the connection and says nothing.
    """
    from requests.adapters import HTTPAdapter
    from tensorflow_datasets.core.download import downloader

    # For good: threads that still retry when the first has given up say so at length.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    retries, send = downloader.MAX_RETRIES, HTTPAdapter.send

    def send_in_time(adapter, request, **options):
        return send(adapter, request, **options | {"timeout": TIMEOUTS})

    downloader.MAX_RETRIES, HTTPAdapter.send = 2, send_in_time
    try:
        yield
    finally:
        downloader.MAX_RETRIES, HTTPAdapter.send = retries, send


def damage(builder):
    """What is wrong with the files of a prepared set, as a sentence; "" if nothing.

    Every TFRecord holds a checksum. Splits over 1 GiB are not read for it here;
    training on one of those stops with DataLossError at the damaged record.
    """
    import tensorflow as tf

    if not builder.is_prepared():
        return f"{builder.data_path} is damaged: dataset_info.json is missing."
    for split in builder.info.splits.values():
        if split.num_bytes > CHECKED:
            continue
        records = tf.data.TFRecordDataset([str(path) for path in split.filepaths])
        try:
            count = sum(len(some) for some in records.batch(100))  # faster than singly
        except (tf.errors.DataLossError, tf.errors.NotFoundError) as error:
            return f"{builder.data_path} is damaged: {error.message}."
        if count != split.num_examples:
            return (
                f"{builder.data_path} is damaged: {count} of {split.num_examples} "
                f"examples in {split.name}."
            )
    return ""


def discard(builder):
    """Move a prepared set away, then delete it: nobody sees half of it."""
    path = Path(builder.data_path)
    trash = Path(tempfile.mkdtemp(dir=path.parent, prefix="damaged."))
    path.rename(trash / path.name)
    shutil.rmtree(trash, ignore_errors=True)


def describe(name):
    """Info on a set, from what TFDS knows without preparing it."""
    info = find(name).info
    image, label = image_and_label(info)
    return Info(
        name=name,
        description=" ".join(info.description.split()),
        source=info.homepage,
        licence=info.redistribution_info.license
        or "not stated by TFDS: see the source",
        image_shape=info.features[image].shape if image else (),
        classes=tuple(info.features[label].names or ()) if label else (),
        sizes={split: part.num_examples for split, part in info.splits.items()},
    )


def image_and_label(info):
    """Names of a set's features for image and class; None for what it does not have.

    Those that TFDS has for supervised learning, else the first ones.
    """
    import tensorflow_datasets as tfds

    kinds = tfds.features.Image, tfds.features.ClassLabel
    features = dict(info.features.items())
    keys = info.supervised_keys or ()
    if len(keys) == 2 and all(
        isinstance(features.get(key), kind)
        for key, kind in zip(keys, kinds, strict=True)
    ):
        return keys
    return tuple(
        next((key for key, f in features.items() if isinstance(f, kind)), None)
        for kind in kinds
    )


def need_pictures(name):
    """ValueError for a set that does not have pictures with a class each.

    Known before the set is downloaded.
    """
    if None in image_and_label(find(name).info):
        raise ValueError(
            f"{name} is not a set of pictures with a class each: `dlcourse data info "
            f"{name}` says what it is."
        )
