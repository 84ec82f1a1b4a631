"""What networks and recipes are called and take, read from their source.

To import them would load a backend, seconds before a wrong name is told.
"""

import ast
from pathlib import Path

from dlcourse import models
from dlcourse.models import catalog
from dlcourse.similar import did_you_mean, no_such

PACKAGE = Path(models.__file__).parents[1]


def check_arguments(row, arguments):
    """ValueError for an argument that the constructor of a catalog's row has not."""
    known = parameters(row)
    for name in arguments:
        if name not in known:
            raise ValueError(
                f"{row.name} has no argument {name}.{did_you_mean(name, known)} "
                f"{row.constructor} has {', '.join(known)}."
            )


def parameters(row):
    """Names of the arguments of the row's constructor that it does not give itself."""
    module = tree(PACKAGE / "models" / f"{models.MODULES[row.constructor]}.py")
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    (found,) = (one.args for one in functions if one.name == row.constructor)
    names = [argument.arg for argument in found.args + found.kwonlyargs]
    return names[len(row.arguments) :]


def check_recipe(name):
    """ValueError that lists all recipes if there is none of this name."""
    known = recipes()
    if name.lower() not in map(str.lower, known):
        raise no_such("recipe", name, known)


def recipes():
    """Names of all recipes: of the catalog's networks, and the keys in the source."""
    named = {row.recipe for row in catalog.NETWORKS}
    for path in sorted((PACKAGE / "training/recipes").glob("*.py")):
        for node in tree(path).body:
            if isinstance(node, ast.Assign) and node.targets[0].id.endswith("_RECIPES"):
                keys = node.value.keys
                named |= {key.value for key in keys if isinstance(key, ast.Constant)}
    return sorted(named)


def tree(path):
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))
