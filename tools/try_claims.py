"""Try a notebook's claims with other seeds and as on other CPUs.

    python tools/try_claims.py lectures/17_senet.ipynb --seeds 1 2 3 4 --rounding avx2

The code runs as it stands, then once for each seed, then once for each rounding (their
names are in rounding.py), one run after the other, in IPython without a kernel. Seed n
means that 1000 n is added to every seed of the notebook. Figures are not drawn, a claim
that does not hold stops nothing. Prints a table, claims by runs, and how near each
claim came to its limit: the comparison with the smallest margin of all runs, in per
cent of the larger side. The exit status is 1 where a claim did not hold in some run, or
a run did not come to its end.
"""

import argparse
import ast
import json
import multiprocessing
import operator
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from numbers import Integral
from pathlib import Path

from rounding import ROUNDINGS

COMPARED = "_compared_"  # a name that no notebook has
OFFSET = 1000  # between the seeds of two runs; a notebook's own are smaller


def move_seeds(offset):
    """Add ``offset`` to every seed that NumPy, Keras and TensorFlow are given.

    The embedded data sets stay what they are: they are made before, where they are not
    there yet.
    """
    import keras
    import numpy as np
    import tensorflow as tf

    from dlcourse import datasets

    for name in datasets.names():
        datasets.fetch(name)

    def moved(seed):
        if isinstance(seed, (list, tuple)):
            return [moved(part) for part in seed]
        is_number = isinstance(seed, Integral) or tf.is_tensor(seed)
        return seed + offset if is_number else seed

    def patch(owner, name, place):
        original = getattr(owner, name)

        def patched(*arguments, **options):
            arguments = list(arguments)
            if len(arguments) > place:
                arguments[place] = moved(arguments[place])
            elif "seed" in options:
                options["seed"] = moved(options["seed"])
            return original(*arguments, **options)

        setattr(owner, name, patched)

    patch(np.random, "default_rng", 0)
    patch(keras.utils, "set_random_seed", 0)
    patch(keras.random.SeedGenerator, "__init__", 1)  # after self
    patch(tf.data.Dataset, "shuffle", 2)  # after self and the size of the buffer


ORDERS = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}


class Comparisons(ast.NodeTransformer):
    """``a < b`` in a claim's condition becomes ``COMPARED(a, "Lt", b)``."""

    def __init__(self):
        self.in_claim = False

    def visit_Call(self, node):
        within = self.in_claim
        self.in_claim |= getattr(node.func, "id", "") in ("claim", "observe")
        self.generic_visit(node)
        self.in_claim = within
        return node

    def visit_Compare(self, node):
        self.generic_visit(node)
        if not self.in_claim or not all(type(order) in ORDERS for order in node.ops):
            return node
        sides = [node.left, *node.comparators]
        pairs = [
            ast.Call(
                ast.Name(COMPARED, ast.Load()),
                [left, ast.Constant(type(order).__name__), right],
                [],
            )
            for left, order, right in zip(sides, node.ops, sides[1:], strict=False)
        ]
        whole = pairs[0] if len(pairs) == 1 else ast.BoolOp(ast.And(), pairs)
        return ast.fix_missing_locations(ast.copy_location(whole, node))


def record_margins():
    """The function ``compared`` and the list to which it adds (margin, as text)."""
    import numpy as np

    margins = []

    def compared(left, order, right):
        sign, holds = ORDERS[getattr(ast, order)]
        try:
            low, high = np.broadcast_arrays(np.asarray(left, float), right)
            scale = np.maximum(np.maximum(np.abs(low), np.abs(high)), 1e-300)
            margin = np.nan_to_num(np.abs(low - high) / scale, nan=1.0).ravel()
            near = margin.argmin()
            text = f"{low.ravel()[near]:.4g} {sign} {high.ravel()[near]:.4g}"
            margins.append((float(margin[near]), text))
        except (TypeError, ValueError):  # texts, tuples, frames: no margin
            pass
        return holds(left, right)

    return compared, margins


def record_claims(margins):
    """A list to which every claim adds (its text, whether it holds, its margin).

    ``margins`` are those of the comparisons since the claim before.
    """
    from dlcourse import lecture

    check, claims = lecture.claim, []

    def claim(text, holds):
        try:
            check(text, holds)
            held = True
        except AssertionError:
            held = False
        claims.append((text, held, min(margins, default=None)))
        margins.clear()

    lecture.claim = lecture.observe = claim
    return claims


def run(path, offset, variables):
    """Run a notebook; returns its claims and how it stopped early ("": it did not).

    Changes this process: environment, file descriptors, seeds.
    """
    quiet = {"MPLBACKEND": "agg", "TQDM_DISABLE": "1"}
    os.environ.update(quiet | variables)
    for descriptor in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
    os.chdir(path.parent)
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib import pyplot as plt

    plt.show = lambda *_, **__: plt.close("all")
    compared, margins = record_margins()
    claims = record_claims(margins)
    if offset:
        move_seeds(offset)
    shell = InteractiveShell.instance(user_ns={COMPARED: compared})
    shell.ast_transformers.append(Comparisons())
    for number, cell in enumerate(json.loads(path.read_text())["cells"]):
        if cell["cell_type"] == "code":
            result = shell.run_cell("".join(cell["source"]), store_history=True)
            if error := result.error_before_exec or result.error_in_exec:
                return claims, f"cell {number}: {type(error).__name__}: {error}"
    return claims, ""


def table(results):
    """Lines: each claim with ✓, ✗ or - (not reached) for each run, in their order.

    Behind the text the smallest margin, in which run, and the two sides there.
    """
    kept = {}  # by the claim's text, and which claim of this text it is
    nearest = {}
    for name, claims in results.items():
        seen = []
        for text, holds, margin in claims:
            seen.append(text)
            key = text, seen.count(text)
            kept.setdefault(key, {})[name] = holds
            if margin:
                nearest[key] = min(nearest.get(key, (2, "")), (*margin, name))
    signs = {True: "✓", False: "✗", None: "-"}
    width = max(map(len, results))
    yield " ".join(f"{name:>{width}}" for name in results)
    for key, held in kept.items():
        row = " ".join(f"{signs[held.get(name)]:>{width}}" for name in results)
        yield f"{row}  {key[0]}{near(*nearest[key]) if key in nearest else ''}"


def near(margin, sides, name):
    """A claim's nearest comparison as text."""
    return f"  [{margin:.0%} at {name}: {sides}]"


def main(arguments=None):
    """Run, print the table, return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[], metavar="N")
    parser.add_argument("--rounding", nargs="+", default=[], choices=ROUNDINGS)
    chosen = parser.parse_args(arguments)
    runs = {"as it is": (0, {})}
    runs |= {f"seed {seed}": (OFFSET * seed, {}) for seed in chosen.seeds}
    runs |= {name: (0, ROUNDINGS[name]) for name in chosen.rounding}
    results, stopped = {}, []
    options = {"mp_context": multiprocessing.get_context("spawn")}
    with ProcessPoolExecutor(1, max_tasks_per_child=1, **options) as pool:
        for name, setting in runs.items():
            begin = time.monotonic()
            work = pool.submit(run, chosen.notebook.resolve(), *setting)
            results[name], early = work.result()
            print(f"{name}: {time.monotonic() - begin:.0f} s", early, flush=True)
            stopped += [early] if early else []
    print(*table(results), sep="\n")
    fell = any(not holds for claims in results.values() for _, holds, _ in claims)
    return int(fell or bool(stopped))


if __name__ == "__main__":
    sys.exit(main())
