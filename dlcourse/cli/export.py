"""What ``dlcourse export`` does: a trained model in the format of another program."""

import importlib.util
import shutil
from pathlib import Path

import numpy as np

from dlcourse.cli import model_file
from dlcourse.lecture import quiet

FORMATS = {  # name: what Keras calls it, suffix, packages that it needs
    "onnx": ("onnx", ".onnx", ("onnx", "onnxruntime", "tf2onnx")),
    "litert": ("litert", ".tflite", ()),
    "saved_model": ("tf_saved_model", "", ()),
}
TOLERANCE = 1e-4  # of a probability
IMAGES = 4  # random ones, on which both must agree


def export(path, name, out=None):
    """Write a model in another format, and a JSON file with its classes beside it.

    The exported model takes and gives what the model does: float32 images in [0, 1]
    (n, height, width, channels) and probabilities (n, classes). It is run, and its
    outputs are compared.

    Args:
        path: of a model's file, or of the folder that ``dlcourse train`` wrote.
        name: one of `FORMATS`.
        out: where to; by default beside the model.

    Returns:
        The path, and the largest difference between two probabilities.

    Raises:
        ValueError: for another format, a package that is missing, a file that is there
            already, or where the outputs differ.
    """
    if name not in FORMATS:
        raise ValueError(f"--to {name}: choose one of {', '.join(FORMATS)}.")
    _, suffix, packages = FORMATS[name]
    check_packages(name, packages)
    out, sidecar = free_paths(model_file.read_about(path)[0], suffix, out)
    model, about = model_file.load(path)
    try:
        difference = write_and_run(without_constants(model), out, name)
        if difference > TOLERANCE:
            raise ValueError(
                f"The exported model gives other probabilities (by up to "
                f"{difference:.1g}), so it was removed."
            )
    except BaseException:  # Ctrl-C too leaves no half of a file
        shutil.rmtree(out) if out.is_dir() else out.unlink(missing_ok=True)
        raise
    sidecar.write_text(about.to_json(), encoding="utf-8")
    return out, difference


def write_and_run(model, out, name):
    """Write a model in a format; by how much its probabilities differ from ours."""
    shape = (IMAGES, *model.input_shape[1:])
    images = np.random.default_rng(0).random(shape, "float32")
    wanted = model.predict(images, verbose=0)
    with quiet():
        model.export(out, format=FORMATS[name][0], verbose=False)
        found = RUN[name](str(out), images)
    return float(np.abs(found - wanted).max())


def free_paths(model, suffix, out=None):
    """Where the export and its JSON file go; ValueError where there are such files."""
    beside = model.with_name(f"{model.stem}{suffix or '_saved_model'}")
    out = Path(out or beside)
    sidecar = out.with_name(f"{out.name}.json")
    for one in (out, sidecar):
        if one.exists():
            raise ValueError(f"{one} is there already: give another name with --out.")
    return out, sidecar


def check_packages(name, packages):
    """ValueError that says how to install what a format needs."""
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise ValueError(
                f"--to {name} needs {package}: pip install 'dlcourse[export]', or "
                "choose litert or saved_model, which need nothing more."
            )


def without_constants(model):
    """The model with a `Rescaling` for its `Normalization`, of the same outputs.

    tf2onnx 1.17 takes the constants of a `Normalization` for inputs of the model.
    """
    import keras

    def replace(layer):
        if not isinstance(layer, keras.layers.Normalization):
            return layer
        mean, variance = (
            np.squeeze(keras.ops.convert_to_numpy(one), axis=0)
            for one in (layer.mean, layer.variance)
        )
        scale = 1 / np.maximum(np.sqrt(variance), keras.config.epsilon())
        return keras.layers.Rescaling(scale, -mean * scale, dtype="float32")

    return keras.models.clone_model(model, clone_function=replace)


def run_onnx(path, images):
    """Probabilities of an ONNX file."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path)
    return session.run(None, {session.get_inputs()[0].name: images})[0]


def run_litert(path, images):
    """Probabilities of a LiteRT file."""
    from dlcourse.training.quantization import run_litert as run

    return run(path, images)


def run_saved_model(path, images):
    """Probabilities of a SavedModel."""
    import tensorflow as tf

    loaded = tf.saved_model.load(path)
    return loaded.serve(images).numpy()


RUN = {"onnx": run_onnx, "litert": run_litert, "saved_model": run_saved_model}
