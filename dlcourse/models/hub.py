"""Published weights: found for a model, downloaded once, checked, and moved into it."""

import hashlib
import math
from pathlib import Path

from keras import layers

from dlcourse.files import DamagedFile
from dlcourse.models.catalog import NETWORKS
from dlcourse.models.outline import weightless
from dlcourse.models.published import FILE, PUBLISHED
from dlcourse.models.timm_names import family, move

NO_MATTER = (layers.InputLayer, layers.Dropout)  # to weights
SIZES = ("kernel_size", "pool_size", "strides", "dilation_rate")


def published_row(model):
    """The row of which published weights fit a model, or None.

    ValueError where only numbers agree: the model has the same parameters and computes
    otherwise.
    """
    count = sum(
        math.prod(weight.shape)
        for weight in model.weights
        if weight.name not in ("moving_mean", "moving_variance")
    )
    rows = [r for r in NETWORKS if r.name in PUBLISHED and r.parameters == count]
    if not rows:
        return None
    (row,) = rows
    options = PUBLISHED[row.name].options
    with weightless():
        wanted = row.build(**options)
    if computed_by(model) != computed_by(wanted):
        arguments = [*map(repr, row.arguments)]
        arguments += [f"{name}={value!r}" for name, value in options.items()]
        raise ValueError(
            f"The weights of {PUBLISHED[row.name].repository} are for another network "
            f"than this one, with as many parameters: {row.constructor}"
            f"({', '.join(arguments)})."
        )
    return row


def computed_by(model):
    """What the layers of a model compute, but for its last activation."""
    kept = [one for one in model.layers[:-1] if not isinstance(one, NO_MATTER)]
    return [
        (
            type(layer).__name__,
            *(getattr(layer, name, None) for name in SIZES),
            getattr(getattr(layer, "activation", None), "__name__", None),
        )
        for layer in kept
    ]


def load_published(model, row, file=None):
    """Set a model's weights to the published ones of a row, or to those of a file.

    Raises ValueError for a file that does not fit, `DamagedFile` for one that is not as
    it was published, and ConnectionError as `download`.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = download(PUBLISHED[row.name].repository) if file is None else file
    try:
        state = load_file(path)
    except SafetensorError as error:
        raise DamagedFile(
            f"{path} is damaged ({error}): delete it and try again."
        ) from None
    try:
        move(state, model, family(row))
    except ValueError as error:
        raise ValueError(f"{path} does not fit {row.name}: {error}") from None


def download(repository):
    """Path of the weights of a repository on the hub, which is asked once.

    The file stays in the hub's cache, ``~/.cache/huggingface/hub``. Raises
    ConnectionError, in a sentence, where it is not there and cannot be had;
    `DamagedFile` where it is not what the hub promised.
    """
    import huggingface_hub as hf

    path = hf.try_to_load_from_cache(repository, FILE)
    try:
        if not isinstance(path, str):
            # Fails at once, where a download tries again for half a minute.
            hf.get_hf_file_metadata(hf.hf_hub_url(repository, FILE))
            path = hf.hf_hub_download(repository, FILE)
    except Exception as error:  # of the hub, of HTTP, of the connection
        raise ConnectionError(
            f"The ImageNet weights {repository} are not on this machine and could not "
            "be downloaded; connect to the internet once, and they are kept."
        ) from error
    check_digest(Path(path))
    return Path(path)


def check_digest(path):
    """`DamagedFile` unless a cached file has the SHA-256 after which it is called.

    The hub calls large files so, and the cache keeps the name where it can make links.
    """
    promised = path.resolve().name
    if len(promised) != 2 * hashlib.sha256().digest_size:
        return
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != promised:
            raise DamagedFile(
                f"{path} is damaged: its SHA-256 is another than the hub's. Delete "
                f"{path.resolve()} and try again."
            )
