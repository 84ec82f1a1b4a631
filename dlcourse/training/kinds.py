"""What the arguments of the training functions may be, for `dlcourse.arguments`."""

from dlcourse.arguments import (
    above_0,
    array,
    at_most_all,
    either,
    flag,
    function,
    having,
    instance,
    labels,
    many,
    number,
    one_for_each,
    one_of,
    text,
    whole,
)

MODEL, SEED, SHARE = having("predict", "a keras.Model"), whole(0), number(0, 1)
EXAMPLES = array(*range(1, 9))
LIST = instance((list, tuple, range), "a list of numbers")
DESCENT = {
    "gradient": function(),
    "start": array(1),
    "rate": either(number(0), array(1)),
    "steps": whole(),
}
RATE = either(number(0), function(), having("get_config", "a schedule"))
SMALL = number(0)
WEIGHT_DECAY = {"learning_rate": RATE, "l2": SMALL, "kernels_only": flag()}
KINDS = {
    "AdamW": {"learning_rate": RATE, "weight_decay": SMALL, "kernels_only": flag()},
    "Plateau": {
        "rate": above_0(),
        "factor": above_0(),
        "patience": whole(),
        "drops": whole(0),
    },
    "Progress": {"label": text(), "done": whole(0)},
    "RMSprop": WEIGHT_DECAY,
    "Recipe": {
        "source": instance(str, "a text"),
        **dict.fromkeys(("gradual", "nesterov", "kernels_only"), flag()),
        **dict.fromkeys(("batch_size", "accumulate", "patience"), whole()),
        "milestones": LIST,
        "momentum": SHARE,
        "smoothing": SHARE,
        "drops": whole(0),
        "clip": above_0(),
    },
    "SGD": WEIGHT_DECAY | {"momentum": SHARE},
    "Schedule": {
        "kind": text(),
        "peak": number(0),
        "steps": whole(),
        "milestones": LIST,
        "factor": number(0),
        "warmup": whole(0),
        "start": number(0),
        "gradual": flag(),
        "accumulate": whole(),
    },
    "SmoothedCrossEntropy": {"epsilon": SHARE},
    "adam": DESCENT | {"beta_1": SHARE, "beta_2": SHARE, "epsilon": SMALL},
    "augmentation": {"names": many(text(), at_least=0), "seed": SEED},
    "error_rate": {
        "model": MODEL,
        "x": EXAMPLES,
        "y": one_for_each("x", labels(1)),
        "batch_size": whole(),
    },
    "estimate_prediction": {"model": MODEL, "examples": whole(0)},
    "estimate_training": {"model": MODEL, "batch_size": whole(), "steps": whole(0)},
    "find_recipe": {"name": text()},
    "fit": {
        "model": MODEL,
        "data": either(
            many(EXAMPLES, length=2), having("between", "a datasets.Epochs")
        ),
        "epochs": whole(),
        "rate": RATE,
        "batch_size": whole(),
        "schedule": text(),
    },
    "gradient_descent": DESCENT | {"momentum": number()},
    "learning_rate_range_test": {
        "model": MODEL,
        "x": EXAMPLES,
        "y": one_for_each("x", EXAMPLES),
        "rates": array(1),
        "batch_size": at_most_all("x"),
        "seed": SEED,
    },
    "minibatch": {"gradient": function(), "batch_size": whole(), "seed": SEED},
    "run_folder": {"name": text()},
    "set_training_precision": {
        "policy": one_of(None, "float32", "mixed_bfloat16", "mixed_float16")
    },
    "steps_at_once": {"steps": whole()},
    "rmsprop": DESCENT | {"rho": SHARE, "epsilon": SMALL},
    "test_time_augmentation": {
        "model": MODEL,
        "x": EXAMPLES,
        "augment": function(),
        "times": whole(),
    },
}
