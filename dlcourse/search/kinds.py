"""What the arguments of the search functions may be, for `dlcourse.arguments`."""

from dlcourse.arguments import array, function, having, many, number, whole

OPTIONS, CELL = many(whole()), many(whole(0))
SEARCH = {
    "error": function(),
    "choices": OPTIONS,
    "trials": whole(),
    "rng": having("integers", "a numpy.random.Generator"),
}
KINDS = {
    "CellNet": {
        "cell": many(whole(0), length=8),
        "width": whole(),
        "repeats": whole(),
        "input_shape": many(whole(), length=3),
        "classes": whole(),
    },
    "CellTrainer": {
        **dict.fromkeys(("training", "validation"), many(array(1, 4), length=2)),
        **dict.fromkeys(("steps", "batch_size", "width", "repeats"), whole()),
        "rate": number(0),
    },
    "Controller": {"choices": OPTIONS, "rate": number(0), "decay": number(0, 1)},
    "best_so_far": {"history": many(many(having("__class__", "a trial"), length=2))},
    "canonical_cell": {"cell": many(whole(0), length=8)},
    "evolution": SEARCH | {"population": whole(), "sample": whole()},
    "mutate": {"cell": CELL, "choices": OPTIONS, "rng": SEARCH["rng"]},
    "random_search": SEARCH,
    "select_cell": {
        "model": having("layers", "a CellNet"),
        "cell": many(whole(0), length=8),
    },
    "reinforce": SEARCH | {"trials": whole(0)},  # none: the policy stays
}
