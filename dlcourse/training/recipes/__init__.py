"""What the papers chose, one `Recipe` each; the catalog's rows refer to them by name.

``differs`` says what of a training is missing or replaced here. Three things are so
throughout, and stand here once. Weights are drawn as He et al. propose, by the number
of a kernel's inputs (arXiv:1502.01852, equation 10); Torch codes count its outputs.
Where pictures are padded with zeros, these are black; fb.resnet.torch pads after
normalization, with the mean. Evaluation is of the weights as they are at the end.
"""

from dlcourse.similar import no_such
from dlcourse.training.recipes.cifar import CIFAR_RECIPES
from dlcourse.training.recipes.imagenet import IMAGENET_RECIPES
from dlcourse.training.recipes.modern import MODERN_RECIPES

RECIPES = IMAGENET_RECIPES | MODERN_RECIPES | CIFAR_RECIPES


def find_recipe(name):
    """The recipe of that name; ValueError that lists all if there is none."""
    for own, recipe in RECIPES.items():
        if own.lower() == name.lower():
            return recipe
    raise no_such("recipe", name, RECIPES)
