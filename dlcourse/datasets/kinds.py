"""What the arguments of the data functions may be, for `dlcourse.arguments`."""

from pathlib import Path

from dlcourse.arguments import (
    above_0,
    array,
    either,
    flag,
    function,
    having,
    instance,
    many,
    number,
    one_for_each,
    shorter,
    text,
    whole,
)

SEED, NOISE, NAME = whole(0), number(0), text()
PLANE = {"n": whole(), "noise": NOISE, "seed": SEED}
PIXELS = either(whole(), many(whole(), length=2))
SET = {"name": NAME, "split": text()}
PATH = either(text(), instance(Path, "a path"))
BATCHES = {
    "batch_size": whole(),
    "augment": function(),
    "shuffle": flag(),
    "seed": SEED,
}
OPTIONS = having("crops", "a Preprocessing")
SHARD = many(whole(0), length=2)
ARRAY = array(*range(1, 9))
EXAMPLES = either(
    many(ARRAY, length=2),
    having("ordered", "a part of a Split"),
)
KINDS = {
    "Epochs": {
        "examples": EXAMPLES,
        "batch_size": whole(),
        "seed": SEED,
        "shard": SHARD,
    },
    "Preprocessing": {
        "size": whole(),
        "crop": text(),
        "padding": whole(0),
        "padding_mode": text(),
        "scale": many(whole(), length=2),
        "area": many(above_0(), length=2),
        "aspect": many(above_0(), length=2),
        "flip": flag(),
        "color": number(0, 1),
        "lighting": number(0),
        "mixup": number(0),
        "standardize": text(),
        "shorter_side": whole(),
        "crops": whole(),
    },
    "adding_problem": {"n": whole(), "length": whole(2), "seed": SEED},
    "alice_text": {"split": text()},
    "arrays": SET,
    "as_arrays": {"examples": EXAMPLES, "image_size": PIXELS},
    "check_name": {"name": PATH},
    "evaluation_crops": {"image": array(3), "preprocessing": OPTIONS},
    "feature_arrays": SET,
    "fetch": {"name": NAME},
    "from_arrays": {"x": ARRAY, "y": one_for_each("x", ARRAY)} | BATCHES,
    "info": {"name": NAME},
    "load": SET | BATCHES,
    "look_up": {"name": NAME},
    "mask_arrays": SET | {"image_size": PIXELS},
    "mixture": PLANE | {"modes": whole()},
    "mixture_centres": {"modes": whole()},
    "noisy_windows": SET | {"count": whole(), "samples": whole(), "seed": SEED},
    "normalization": {"examples": EXAMPLES, "preprocessing": OPTIONS},
    "notes": {
        "count": whole(),
        "seed": SEED,
        "samples": whole(),
        "pitches": many(above_0()),
        "snr": many(number(), length=2),
    },
    "read_image": {"path": PATH, "channels": whole()},
    "rings": PLANE,
    "spirals": PLANE | {"turns": number()},
    "text_windows": {
        "text": text(),
        "characters": text(),
        "length": shorter("text"),
    },
    "train_validation_split": {
        "name": PATH,
        "seed": SEED,
        "channels": whole(),
        "skip_unreadable": flag(),
        "hold_out": flag(),
    },
    "validation_batches": {"examples": EXAMPLES, "batch_size": whole(), "shard": SHARD},
    "xor": PLANE,
}
