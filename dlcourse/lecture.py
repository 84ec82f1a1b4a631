"""What every lecture begins with, claims with, and shows code with."""

import contextlib
import html
import importlib
import inspect
import io
import os
import sys
import textwrap
from types import SimpleNamespace

from dlcourse.course import recorded_tables

STYLE = "dlcourse.lecture"  # lecture.mplstyle, beside this file
chosen = "quick"  # the profile of this notebook


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


def native_output_to_terminal():
    """Send what native code writes to file descriptors 1 and 2 past the notebook.

    A notebook's kernel puts it among the outputs of a cell, where it would differ from
    CPU to CPU. From here on it goes to the terminal in which Jupyter was started.
    Python's own output, its warnings and errors stay in the notebook. Outside of a
    kernel nothing changes.
    """
    for descriptor, stream in ((1, sys.stdout), (2, sys.stderr)):
        with contextlib.suppress(io.UnsupportedOperation):  # a stream without a file
            os.dup2(stream.fileno(), descriptor)


def setup(seed=0, threads=None):
    """Load the backend quietly, seed it, set the figure style, say where we run.

    Seeds Python, NumPy and the backend: the same seed gives the same numbers on the
    same machine. Prints one line: Keras, its backend, and the devices. Under
    ``dlcourse run --profile full`` also puts all GPUs to work, and mixed precision in
    what `training.fit` trains; all else is computed in float32. Messages of native code
    (XLA, oneDNN, drivers) do not appear in the notebook, but in the terminal in which
    Jupyter was started.

    threads: how many of TensorFlow's may share one operation, except in a full run or
    where TF_NUM_INTRAOP_THREADS says how many. For networks of many small layers 1 is
    fastest.
    """
    native_output_to_terminal()
    full = "DLCOURSE_RUN" in os.environ
    if full or "TF_NUM_INTRAOP_THREADS" in os.environ:
        threads = None
    with quiet():
        import keras

        devices = describe_devices(keras.backend.backend(), threads)
    if "DLCOURSE_REHEARSE" in os.environ:
        from dlcourse.rehearsal.begin import begin

        begin()
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
    from dlcourse.training.devices import find_gpus

    if backend == "tensorflow":
        import tensorflow as tf

        os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
        tf.get_logger().setLevel("ERROR")
        if threads:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
    gpus, version = find_gpus(backend), importlib.import_module(backend).__version__
    cores = f"{os.cpu_count()} CPU cores"
    return f"{backend} {version} · {f'{len(gpus)} GPU' if gpus else 'no GPU'}, {cores}"


def profile(name, quick, full):
    """The settings of one profile, as attributes; `observe` knows it from then on.

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
    global chosen
    chosen = name
    return SimpleNamespace(**profiles[name])


def claim(text, holds):
    """Print what mathematics says, with a check mark; AssertionError where it is false.

    It holds in every profile, precision and machine. ``holds`` is a bool, or an array
    or list of them: then all of them must hold. TypeError for anything else, since most
    objects are true: a generator, a text.
    """
    if not all_hold(holds):
        raise AssertionError(f"✗ {text}")
    print(f"✓ {text}")


def observe(text, holds):
    """Print what a training has shown, with a check mark; as `claim` in quick.

    In full, where a training takes hours and may come out otherwise, a sentence that
    does not hold is printed with a cross, and the notebook goes on; ``dlcourse run``
    lists it at the end.
    """
    if chosen == "full" and not all_hold(holds):
        print(f"✗ {text}")
    else:
        claim(text, holds)


def all_hold(holds):
    """Whether a bool, or all of an array or list of them, are true; else TypeError."""
    import numpy as np

    truths = np.asarray(holds)
    if truths.dtype != bool or truths.size == 0:
        raise TypeError(f"a claim wants True, False or an array of them, not {holds!r}")
    return truths.all()


def recorded(name):
    """The table of experiments/NAME.py, a DataFrame; prints where it was measured.

    Such an experiment takes longer than a lecture, and was run with several seeds.
    ValueError for a name that is none, with all names.
    """
    import pandas as pd

    tables = recorded_tables()
    if name not in tables:
        raise ValueError(f"{name!r} was not recorded; these were: {', '.join(tables)}.")
    with tables[name].open(encoding="utf-8") as file:
        first = file.readline()
    if first.startswith("#"):
        print(first.strip("# \n"))
    return pd.read_csv(tables[name], comment="#")


def show(*objects, folded=None):
    """Show the source of functions, classes or modules, as it stands in the package.

    folded: a line behind which the source is hidden until somebody clicks on it.
    """
    from IPython.display import HTML, Code, display

    source = "\n\n".join(textwrap.dedent(inspect.getsource(o)).strip() for o in objects)
    code = Code(source, language="python")
    if folded is None:
        display(code)
        return
    summary = f"<details><summary>{html.escape(folded)}</summary>"
    display(HTML(f"{summary}{code._repr_html_()}</details>"))
