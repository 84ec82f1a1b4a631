"""What every lecture begins with, claims with, and shows code with."""

import contextlib
import inspect
import os
import textwrap
from types import SimpleNamespace

STYLE = "dlcourse.lecture"  # lecture.mplstyle, beside this file


@contextlib.contextmanager
def quiet():
    """Nothing on file descriptor 2: TensorFlow's C++ code logs there, past Python."""
    keep, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(keep, 2)
        os.close(keep)
        os.close(nothing)


def setup(seed=0, threads=None):
    """Load the backend quietly, seed it, set the figure style, say where we run.

    Seeds Python, NumPy and the backend: the same seed gives the same numbers on the
    same machine. Prints one line: Keras, its backend, and the devices. Under
    ``dlcourse run --profile full`` also puts all GPUs and mixed precision to work.

    threads: how many of TensorFlow's may share one operation, except in a full run.
    For networks of many small layers 1 is fastest, and the numbers do not depend on how
    many cores there are.
    """
    with quiet():
        import keras

        full = "DLCOURSE_RUN" in os.environ
        devices = describe_devices(keras.backend.backend(), None if full else threads)
    keras.utils.set_random_seed(seed)

    import matplotlib.pyplot as plt

    plt.style.use(STYLE)
    print(f"Keras {keras.__version__} on {devices} · seed {seed}")
    if full:
        from dlcourse.training import choose_devices

        chosen = choose_devices()
        chosen.use()
        print(chosen)


def describe_devices(backend, threads=None):
    """The backend, its version, and what it runs on, in words.

    On TensorFlow, also lets GPU memory grow with use, so that two notebooks fit on one
    GPU, silences the advice that it logs in the middle of a lecture, and sets how many
    threads may share an operation.
    """
    if backend == "tensorflow":
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")
        if threads:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
        gpus = tf.config.list_physical_devices("GPU")
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
        version = tf.__version__
    elif backend == "jax":
        import jax

        gpus = [device for device in jax.devices() if device.platform != "cpu"]
        version = jax.__version__
    else:
        import torch

        gpus = range(torch.cuda.device_count())
        version = torch.__version__
    cores = f"{os.cpu_count()} CPU cores"
    return f"{backend} {version} · {f'{len(gpus)} GPU' if gpus else 'no GPU'}, {cores}"


def profile(name, quick, full):
    """The settings of one profile, as attributes.

    Args:
        name: "quick" (embedded data, seconds on two cores) or "full" (the paper's data
            and size, on a GPU).
        quick, full: dicts with the same keys, so that one notebook runs under both.

    Raises:
        ValueError: for another name, or when the two have different keys.
    """
    profiles = {"quick": quick, "full": full}
    if name not in profiles:
        raise ValueError(f'PROFILE is {name!r}; it is either "quick" or "full".')
    if different := sorted(set(quick) ^ set(full)):
        raise ValueError(
            f"quick and full must have the same settings; only one of them has "
            f"{', '.join(different)}."
        )
    return SimpleNamespace(**profiles[name])


def claim(text, holds):
    """Print the claim with a check mark; AssertionError where it does not hold.

    ``holds`` is a bool, or an array or list of them: then all of them must hold.
    TypeError for anything else, since most objects are true: a generator, a text.
    """
    import numpy as np

    truths = np.asarray(holds)
    if truths.dtype != bool or truths.size == 0:
        raise TypeError(f"a claim wants True, False or an array of them, not {holds!r}")
    if not truths.all():
        raise AssertionError(f"✗ {text}")
    print(f"✓ {text}")


def show(*objects):
    """Show the source of functions, classes or modules, as it stands in the package."""
    from IPython.display import Code, display

    source = "\n\n".join(textwrap.dedent(inspect.getsource(o)).strip() for o in objects)
    display(Code(source, language="python"))
