"""What ``dlcourse train`` will do, chosen from the data and the options, and why."""

import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path

from dlcourse.cli import network, pretrained
from dlcourse.datasets.preprocessing import Preprocessing
from dlcourse.training import Recipe, find_recipe
from dlcourse.training.recipe import set_name

FEW = 5_000  # training pictures; below, the recipe of the paper has too few steps
STEPS = 1_000  # at least, of a training from scratch
FINE_STEPS = 100  # at least, of each of the two parts of fine-tuning
OWN = ("few pictures", "fine-tuning")


@dataclass(frozen=True)
class Plan:
    """A training, decided: what is trained, from where, by which recipe.

    ``head`` is the recipe of the new last layer alone, for a network that was trained
    before; None for one that is trained from scratch. ``reasons`` are sentences.
    """

    name: str  # of the recipe
    recipe: Recipe
    preprocessing: Preprocessing
    arguments: dict  # of the constructor
    reasons: tuple
    head: Recipe | None = None
    weights: list | None = None  # to start from, with head

    @property
    def own(self):
        """Whether the training is this course's own, and not that of a paper."""
        return self.name in OWN

    @property
    def chooses(self):
        """Whether held-out images decide on something: the drops of a plateau.

        A paper that fixes its schedule trains on all images of the training set.
        """
        return self.own or self.recipe.schedule == "plateau"


def make_plan(config, split):
    """The `Plan` for a `Config` and a `Split`: the paper's, or one for few pictures."""
    count = len(split.train)
    if config.recipe is None and count < FEW:
        chosen = for_few(config, split)
    else:
        chosen = as_the_paper(config, count)
    return with_options(config, chosen)


def as_the_paper(config, count):
    """The recipe of the network's paper, or the one asked for."""
    name = config.recipe or config.row.recipe_for(config.dataset)
    recipe = find_recipe(name)
    pipeline = recipe.preprocessing or Preprocessing(config.size)
    why = "as asked for" if config.recipe else f"for {count:,} training images"
    reasons = (f"Recipe: {name}, {why} ({recipe.source}).",)
    if config.start == "imagenet":
        raise ValueError(
            "start='imagenet': the recipe of a paper trains from scratch; it is "
            f"taken from {FEW:,} training images on, or where --recipe names one."
        )
    return Plan(name, recipe, pipeline.at(config.size), config.arguments, reasons)


def for_few(config, split):
    """Fine-tuning where there are weights to start from, else training from scratch."""
    if config.start == "scratch":
        return from_scratch(config, split)
    try:
        weights = pretrained.weights(config.row, config.arguments, split.channels)
    except pretrained.NoStart as error:
        if config.start == "imagenet":
            raise ValueError(
                str(error)
                or f"There are no ImageNet weights for {config.row.name}; "
                f"there are for {pretrained.known()}."
            ) from None
        return from_scratch(config, split, str(error))
    return fine_tuning(config, len(split.train), weights)


def from_scratch(config, split, why_not=""):
    """A thousand steps of Adam at least, on random windows of the pictures.

    Mirrored pictures are left out for named sets: a mirrored letter is no letter.
    """
    own, count = Path(config.data).is_dir(), len(split.train)
    batch = few_batch(count)
    epochs = min(100, max(20, math.ceil(STEPS / (count // batch))))
    momentum = network.takes_momentum(config.row)
    pipeline = Preprocessing(
        config.size, "area", area=(0.5, 1.0), flip=own, standardize="channels"
    )
    recipe = Recipe(
        "this course's own",
        *(batch, epochs, 1e-3 if momentum else 3e-4, "cosine"),
        **{"warmup": 1, "optimizer": "adam", "clip": 1.0, "preprocessing": pipeline},
    )
    arguments = ({"momentum": 0.9} if momentum else {}) | config.arguments
    changes = "windows and mirror images" if own else "windows"
    sentence = (
        f"Recipe: few pictures, for {count:,} training images are too few steps for a "
        f"paper's: from scratch, by Adam, on random {changes} of the images."
    )
    reasons = (sentence, why_not) if why_not else (sentence,)
    return Plan("few pictures", recipe, pipeline, arguments, reasons)


def fine_tuning(config, count, weights):
    """First the new last layer alone, then all layers at a low rate."""
    batch = few_batch(count)
    epochs = min(20, max(5, math.ceil(FINE_STEPS / (count // batch))))
    pipeline = Preprocessing(config.size, "area", area=(0.5, 1.0), flip=True)
    options = {"optimizer": "adam", "clip": 1.0, "preprocessing": pipeline}
    source = "this course's own"
    head = Recipe(source, batch, epochs, 1e-3, "cosine", **options)
    recipe = Recipe(source, batch, epochs, 3e-5, "cosine", **options)
    sentence = (
        f"Recipe: fine-tuning, for {count:,} training images are few and there are "
        "ImageNet weights for this network: first a new last layer, then all layers at "
        "a low rate, batch norm as in evaluation."
    )
    return Plan("fine-tuning", recipe, pipeline, {}, (sentence,), head, weights)


def few_batch(count):
    """Images per batch: 32, or fewer so that an epoch has ten steps."""
    return max(1, min(32, max(4, count // 10), count))


def with_options(config, plan):
    """The plan with what the options say in place of what was chosen."""
    recipe, head, pipeline = plan.recipe, plan.head, plan.preprocessing
    if config.epochs:
        recipe = recipe.shortened(config.epochs)
        head = head and head.shortened(max(1, config.epochs // 3))
    if config.batch_size:
        recipe = recipe.scaled(config.batch_size)
        head = head and head.scaled(config.batch_size)
    if config.rate:
        recipe = dataclasses.replace(recipe, rate=config.rate)
    if config.accumulate:
        recipe = recipe.accumulated(config.accumulate)
        head = head and head.accumulated(config.accumulate)
    if config.augment is not None:
        still = {"crop": "center", "flip": False, "color": 0, "lighting": 0, "mixup": 0}
        pipeline = dataclasses.replace(pipeline, **still)
    recipe = dataclasses.replace(recipe, preprocessing=pipeline)
    return dataclasses.replace(plan, recipe=recipe, head=head, preprocessing=pipeline)


def describe(config, plan, steps, split):
    """The plan in lines: recipe, numbers, what is expected, and what deviates."""
    recipe, head = plan.recipe, plan.head
    epochs = round(recipe.epochs)
    before = f"{round(head.epochs)} epochs of the last layer, then " if head else ""
    lines = [
        *plan.reasons,
        f"Training: {before}{epochs} epochs of {steps} batches of "
        f"{recipe.micro_batch_size}, learning rate {recipe.rate:.4g}; images of "
        f"{config.size} pixels.",
    ]
    if not plan.own:
        lines += beside_the_paper(config, plan)
        lines.append(
            f"{len(split.train):,} images are trained on; {len(split.validation):,} "
            f"{'test' if split.validation is split.test else 'held-out'} images are "
            "evaluated after each epoch."
        )
    return "\n".join(line for line in lines if line)


def beside_the_paper(config, plan):
    """What the paper reports, and in what this training differs from it: sentences."""
    paper, row = find_recipe(plan.name), config.row
    expected = row.expected(config.dataset)
    if not expected and set_name(config.dataset) in paper.data:
        expected = f"The catalog has no error of {row.name} on {config.dataset}."
    lines = [expected, *plan.recipe.deviations(paper, config.dataset, config.size)]
    given = ", ".join(f"{name}={value!r}" for name, value in plan.arguments.items())
    if given:
        lines.append(f"The network has other arguments than the paper's: {given}.")
    if config.augment is not None:
        lines.append("The images are augmented as asked for, not as in the paper.")
    return lines
