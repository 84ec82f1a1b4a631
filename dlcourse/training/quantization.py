"""A model as a phone runs it: LiteRT's format, in float32 or with whole numbers.

Benoit Jacob and others: Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference. CVPR 2018, arXiv:1712.05877.
"""

import contextlib
import io
import warnings

import numpy as np


def quantize(values, bits=8, axis=None):
    """The nearest of 2 ** bits - 1 evenly spaced numbers, for each value.

    They are multiples of a step, symmetric about zero, and the largest is the largest
    magnitude: of all values, or of those at each index of ``axis``.

    Args:
        values: array of any shape.
        bits: of a whole number, at least 2.
        axis: that of the channels, each of which has a step of its own; None: one step.

    Returns:
        float32 array of the same shape: each value as the whole number times the step.

    Raises:
        ValueError: for fewer than 2 bits.
    """
    if bits < 2:
        raise ValueError(f"bits={bits}: give at least 2, one of them is the sign.")
    values = np.asarray(values, "float32")
    others = tuple(range(values.ndim))
    if axis is not None:
        others = others[:axis] + others[axis:][1:]
    largest = np.abs(values).max(axis=others, keepdims=True)
    step = np.where(largest > 0, largest, 1) / (2 ** (bits - 1) - 1)
    return (np.round(values / step) * step).astype("float32")


def to_litert(model, examples=None):
    """A model in LiteRT's format, as bytes: in float32, or in int8 by some examples.

    Weights get a step for each channel. The steps of all that is computed follow from
    what the examples (n, ...) make the model compute; a hundred of the training set
    will do. Inputs and outputs stay float32.
    """
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if examples is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([x[None]] for x in examples)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # that nothing is known of the inputs
        return converter.convert()


def run_litert(litert, inputs, batch_size=None, threads=None):
    """What a LiteRT model, a path or its bytes, makes of inputs (n, ...).

    Args:
        litert: the path of a file, or what `to_litert` returns.
        inputs: float32 array.
        batch_size: how many it is given at once; None: all of them.
        threads: of the interpreter; None: as it likes.

    Returns:
        Its only output (n, ...).
    """
    interpreter = make_interpreter(litert, threads)
    entry, result = (
        details()[0]["index"]
        for details in (interpreter.get_input_details, interpreter.get_output_details)
    )
    size = batch_size or len(inputs)
    outputs = []
    for start in range(0, len(inputs), size):
        batch = inputs[start : start + size]
        interpreter.resize_tensor_input(entry, batch.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(entry, batch)
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(result))
    return np.concatenate(outputs)


def make_interpreter(litert, threads=None):
    """An interpreter of a LiteRT model, a path or its bytes: that of TensorFlow."""
    import tensorflow as tf

    kind = "model_content" if isinstance(litert, bytes) else "model_path"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it will become a package of its own
        return tf.lite.Interpreter(**{kind: litert}, num_threads=threads)
