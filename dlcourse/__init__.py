"""dlcourse: one notebook per topic over one readable Keras 3 package.

After ``import dlcourse``, in whatever order with ``import keras``, Keras opens every
file of a model that the course has saved.
"""

import importlib
import os
import sys
import tempfile
from importlib.abc import MetaPathFinder
from importlib.util import find_spec

LAYERS = (
    *(f"dlcourse.layers{name}" for name in ("", ".fast", ".scale", ".tokens")),
    *("dlcourse.models.auxiliary", "dlcourse.search.cell_net"),
)
MORE = (
    *(f"dlcourse.models.{name}" for name in ("detector", "diffusion", "gan")),
    "dlcourse.models.hourglass",
    "dlcourse.training",
)


def register_layers():
    """Import the modules whose layers Keras must know to open a file that has them.

    Those with models, optimizers and losses need most of the package: they wait for an
    import of their own where one of its modules has imported Keras, half read itself.
    """
    for name in LAYERS if is_half_read() else LAYERS + MORE:
        importlib.import_module(name)


def is_half_read():
    """Whether Python is in the middle of importing one of our modules."""
    ours = [m for name, m in sys.modules.items() if name.startswith("dlcourse.")]
    specs = [getattr(module, "__spec__", None) for module in ours]
    return any(getattr(spec, "_initializing", False) for spec in specs)


def give_keras_a_home():
    """Let Keras keep its settings with temporary files, for a user without a home.

    Else it makes a folder that is called ~ where you stand.
    """
    if os.path.expanduser("~") == "~":
        os.environ.setdefault(
            "KERAS_HOME", os.path.join(tempfile.gettempdir(), "keras")
        )


class AfterKeras(MetaPathFinder):
    """Registers our layers when Keras is imported, which takes seconds: not before."""

    def find_spec(self, name, path=None, target=None):
        """For Keras alone: what Python finds, with our layers behind it."""
        if name != "keras":
            return None
        sys.meta_path.remove(self)
        give_keras_a_home()
        spec = find_spec(name)
        if spec is None:
            return None
        execute = spec.loader.exec_module

        def execute_and_register(module):
            execute(module)
            register_layers()

        spec.loader.exec_module = execute_and_register
        return spec


if "keras" in sys.modules:
    register_layers()
else:
    sys.meta_path.insert(0, AfterKeras())
