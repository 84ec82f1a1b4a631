"""dlcourse: one notebook per topic over one readable Keras 3 package.

After ``import dlcourse``, in whatever order with ``import keras``, Keras opens every
file of a model that the course has saved.
"""

import importlib
import sys
from importlib.abc import MetaPathFinder
from importlib.util import find_spec

LAYERS = (
    "dlcourse.layers",
    *(f"dlcourse.models.{name}" for name in ("auxiliary", "detector", "diffusion")),
    *(f"dlcourse.models.{name}" for name in ("gan", "hourglass")),
    "dlcourse.search.cell_net",
    "dlcourse.training",
)


def register_layers():
    """Import the modules whose layers Keras must know to open a file that has them.

    Importing Keras calls this, so a package that one of them needs imports Keras before
    its own modules: it would be half there otherwise.
    """
    for name in LAYERS:
        importlib.import_module(name)


class AfterKeras(MetaPathFinder):
    """Registers our layers when Keras is imported, which takes seconds: not before."""

    def find_spec(self, name, path=None, target=None):
        """For Keras alone: what Python finds, with our layers behind it."""
        if name != "keras":
            return None
        sys.meta_path.remove(self)
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
