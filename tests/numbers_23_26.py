"""Numbers to be predicted in homework 23 to 26, computed from the texts alone."""

import re


def counted(text):
    """The parameters of the network whose code is to be read."""
    import keras

    code = re.search(r"```python\n(.*)```", text, re.DOTALL)[1]
    names = {"keras": keras, "layers": keras.layers}
    exec(code, names)
    return names["model"].count_params()


BY_TEXT = {"gates_read": counted, "skip_read": counted}
