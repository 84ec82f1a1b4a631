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
SHARD = many(whole(0), length=2)
EXAMPLES = either(
    many(array(*range(1, 9)), length=2),
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
    "check_name": {"name": PATH},
    "feature_arrays": SET,
    "from_arrays": {"x": array(*range(1, 9)), "y": array(*range(1, 9))} | BATCHES,
    "info": {"name": NAME},
    "load": SET | BATCHES,
    "look_up": {"name": NAME},
    "mask_arrays": SET | {"image_size": PIXELS},
    "mixture": PLANE | {"modes": whole()},
    "mixture_centres": {"modes": whole()},
    "noisy_windows": SET | {"count": whole(), "samples": whole(), "seed": SEED},
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
    "text_windows": {"text": text(), "characters": text(), "length": whole()},
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
