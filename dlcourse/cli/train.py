"""What ``dlcourse train`` does: from pictures to a model that is worth its number."""

import dataclasses
import importlib.metadata
import json
import os
from functools import partial
from pathlib import Path

import keras

from dlcourse import datasets, training
from dlcourse.analysis.prediction import predict_batch
from dlcourse.cli import network, pretrained, report
from dlcourse.cli.config import Config
from dlcourse.cli.evaluation import classify, unlike_training
from dlcourse.cli.folder import remember
from dlcourse.cli.model_file import About, save
from dlcourse.cli.plan import Plan, describe, make_plan
from dlcourse.cli.results import digest, write_tables
from dlcourse.files import only_writer
from dlcourse.lecture import quiet
from dlcourse.training.estimate import estimate_training

LOOKED_AT = 500  # training images, to explain an error that they do not have


def train_network(config, out, command=""):
    """Train, or resume, and write the results; gives what is to be said at the end.

    Args:
        config: a `Config`.
        out: the folder for checkpoints and results, as `check_ours` leaves it.
        command: as it was typed, for the report.

    Raises:
        ValueError: for data, or a network, that cannot be trained.
        OSError, RuntimeError: as `training.fit_recipe`.
    """
    if "DLCOURSE_REHEARSE" in os.environ:
        from dlcourse.rehearsal.begin import begin

        begin()
    devices = prepare_devices(config)
    with only_writer(out / f"checkpoints-{devices.host}"):
        options = config.seed, config.channels, config.skip_unreadable
        split = datasets.train_validation_split(config.data, *options)
        plan = make_plan(config, split)
        if not plan.chooses:
            split = datasets.train_validation_split(
                config.data, *options, hold_out=False
            )
        run = Run(config, plan, split, devices, out, command)
        run.check()
        with datasets.damage_told(*run.parts.values()):
            history = run.train()
        if devices.host > 0:
            return "Host 0 writes the results."
        return run.conclude(history)


def prepare_devices(config):
    """Seed all random numbers; choose and use `Devices`, and print the reasons."""
    keras.utils.set_random_seed(config.seed)
    with quiet():  # GPU drivers log what they do not find
        devices = training.choose_devices(config.precision)
        devices.use()
    print(devices)
    return devices


@dataclasses.dataclass
class Run:
    """One training on one host."""

    config: Config
    plan: Plan
    split: datasets.Split
    devices: training.Devices
    out: Path
    command: str

    @property
    def settings(self):
        """All that decides what is trained, as numbers and text: name -> value."""
        config, plan, split = self.config, self.plan, self.split
        settings = {
            "network": config.row.name,
            "arguments": plan.arguments,
            "size": config.size,
            "seed": config.seed,
            "augment": config.augment,
            "recipe": dataclasses.asdict(plan.recipe),
            "head": plan.head and dataclasses.asdict(plan.head),
            "backend": self.devices.backend,
            "precision": self.devices.precision,
            "hosts": self.devices.hosts,
            "classes": split.classes,
            "data": {
                part: examples.fingerprint for part, examples in self.parts.items()
            },
            "versions": versions(self.devices.backend),
        }
        return json.loads(json.dumps(settings, default=str))

    @property
    def parts(self):
        """The examples of the `Split`, by name."""
        names = ("train", "validation", "test")
        parts = {name: getattr(self.split, name) for name in names}
        if parts["test"] is None:
            del parts["test"]
        elif parts["test"] is parts["validation"]:  # nothing was held out
            del parts["validation"]
        return parts

    def check(self):
        """ValueError where the folder holds another training; else it is noted down."""
        if self.devices.host == 0:
            remember(self.out, self.settings)

    def assemble(self, normalization, weights=None):
        """The network that is trained: images in [0, 1] -> probabilities."""
        row, size, classes = self.config.row, self.config.size, len(self.split.classes)
        if self.plan.head:
            return pretrained.build(row, size, classes, weights)
        shape = (size, size, self.split.channels)
        built = network.build(row, shape, classes, self.plan.arguments)
        return network.with_normalization(built, normalization)

    def train(self):
        """Train to the end; the history. Keeps the weights for `conclude`."""
        config, plan, split = self.config, self.plan, self.split
        shard = (self.devices.host, self.devices.hosts)
        batch, pipeline = plan.recipe.micro_batch_size, plan.preprocessing
        data = datasets.Epochs(
            *(split.train, batch, self.augment(), config.seed),
            shard=shard,
            preprocessing=pipeline,
        )
        validation = datasets.validation_batches(
            split.validation, batch, shard, preprocessing=pipeline
        )
        print(describe(config, plan, data.steps, split))
        self.tell_estimate(data.steps)
        self.normalization = datasets.normalization(split.train, pipeline)
        keras.utils.set_random_seed(config.seed)
        model = self.assemble(self.normalization, plan.weights)
        history = {}
        for name, recipe in self.phases(model):
            for key, values in self.fit(model, name, recipe, data, validation).items():
                history.setdefault(key, []).extend(values)
        self.weights = model.get_weights()
        print(f"Weights: {digest(self.weights)}")
        return history

    def fit(self, model, name, recipe, data, validation):
        """Train one phase, or see that it has ended before; its history."""
        folder = self.out / f"checkpoints-{self.devices.host}" / name
        last = folder / f"epoch-{round(recipe.epochs):05}.npz"
        if recipe is self.plan.recipe and last.exists():
            print("This training had come to its end; its results are written anew.")
        return training.fit_recipe(
            *(model, recipe, data, validation),
            seed=self.config.seed,
            folder=folder,
            settings=self.settings,
            label=self.config.row.name,
        )

    def tell_estimate(self, steps):
        """Print what the training of a paper takes, before it begins."""
        recipe = self.plan.recipe
        if self.plan.own:
            return
        model = self.assemble(None)  # another one: to look at it changes its statistics
        total = steps * round(recipe.epochs)
        try:
            taken = estimate_training(model, recipe.micro_batch_size, total)
        except ValueError:
            return
        print(f"On an A100 this takes {taken}.")

    def phases(self, model):
        """Name and recipe of each part of the training, the model made ready for it."""
        if self.plan.head:
            pretrained.only_head(model, alone=True)
            yield "head", self.plan.head
            pretrained.only_head(model, alone=False)
        yield "", self.plan.recipe

    def augment(self):
        """The Keras layer of the augmentations that were asked for, or None."""
        names = [name for name in self.config.augment or () if name != "none"]
        return training.augmentation(names, self.config.seed)

    def conclude(self, history):
        """Evaluate and write all results, on this host alone; what is to be said."""
        if keras.distribution.distribution() is not None:
            keras.distribution.set_distribution(None)
        model = self.assemble(self.normalization)
        model.set_weights(self.weights)
        model = network.for_inference(model)
        pipeline, batch = self.plan.preprocessing, self.plan.recipe.micro_batch_size
        found = {
            part: classify(model, examples, self.split.classes, pipeline, batch)
            for part, examples in self.parts.items()
            if part != "train"
        }
        about = self.about(found)
        save(self.out / "model.keras", model, about)
        doubts = self.doubts(model, found, history)
        main = "test" if "test" in found else "validation"
        write_tables(self.out, found[main], history)
        report.write(
            self.out / "report.html",
            *(about, history, found, doubts, self.parts),
        )
        lines = [result.sentence(part) for part, result in found.items()]
        lines += [f"Warning: {doubt}" for doubt in doubts]
        lines.append(f"Results: {self.out} (model.keras, report.html and tables)")
        return "\n".join(lines)

    def about(self, found):
        """The `About` of the model's file."""
        protocol = f"top-1, {self.plan.preprocessing.crops} crop, {self.config.size} px"
        data = {
            part: {"images": len(examples), "fingerprint": examples.fingerprint}
            for part, examples in self.parts.items()
        }
        data["seed"] = self.config.seed
        return About(
            network=self.config.row.name,
            classes=tuple(self.split.classes),
            preprocessing=self.plan.preprocessing,
            recipe={"name": self.plan.name, **dataclasses.asdict(self.plan.recipe)},
            data={"name": self.config.dataset, **data},
            errors={part: result.summary(protocol) for part, result in found.items()},
            command=self.command,
            versions=versions(self.devices.backend),
            weights=digest(self.weights),
        )

    def doubts(self, model, found, history):
        """Sentences on why the errors may mean nothing."""
        result = found.get("validation") or found["test"]
        doubts = result.doubts()
        if doubts:
            return doubts
        if not self.plan.recipe.mixes:
            again = partial(self.training_error, model)
            doubts = unlike_training(result, 1 - history["accuracy"][-1], again)
        return doubts + result.missed()

    def training_error(self, model):
        """On some training images, prepared as for evaluation."""
        still = {"crop": "center", "flip": False, "color": 0.0, "lighting": 0.0}
        pipeline = dataclasses.replace(self.plan.preprocessing, **still, mixup=0.0)
        batch = min(self.plan.recipe.micro_batch_size, len(self.split.train))
        data = datasets.Epochs(self.split.train, batch, preprocessing=pipeline)
        some = data.between(0, 1).take(max(1, LOOKED_AT // batch))
        wrong = [
            predict_batch(model, x).argmax(axis=-1) != y
            for x, y in some.as_numpy_iterator()
        ]
        return sum(map(sum, wrong)) / sum(map(len, wrong))


def versions(backend):
    """Of the packages on which the numbers of a training depend."""
    names = ("dlcourse", "keras", backend)
    return {name: importlib.metadata.version(name) for name in names}
