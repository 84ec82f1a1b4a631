"""The tool that tries a notebook's claims with other seeds and other roundings."""

import pytest
import try_claims
from nbformat import v4, write

DRAWN = """import os
import keras
import numpy as np
import tensorflow as tf
from dlcourse.lecture import claim
numbers = np.random.default_rng(0).random(), np.random.default_rng([0, 1]).random()
keras.utils.set_random_seed(0)
again = float(keras.random.uniform((), seed=keras.random.SeedGenerator(0)))
order = list(tf.data.Dataset.range(9).shuffle(9, seed=0).as_numpy_iterator())"""
CLAIMS = """claim("as every time", 1 < 2)
claim("as every time", True)
claim("first", numbers[0] == {0})
claim("list", numbers[1] == {1})
claim("Keras", again == {2})
claim("order", order == {3})
claim("any CPU", "ONEDNN_MAX_CPU_ISA" not in os.environ)"""
RUNS = ["--seeds", "2", "--rounding", "avx2"]


def notebook(path, *sources):
    write(v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources]), path)
    return str(path)


def test_every_seed_moves_and_the_table_shows_which_claims_fall(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    found = {}
    exec(DRAWN, found)  # the numbers of an unmoved run
    drawn = (*found["numbers"], found["again"], [int(n) for n in found["order"]])
    path = notebook(tmp_path / "x.ipynb", DRAWN, CLAIMS.format(*drawn))
    assert try_claims.main([path, *RUNS]) == 1
    rows = capsys.readouterr().out.splitlines()[-8:]
    names, *signs = ([row[:26].split(), row[28:]] for row in rows)
    assert " ".join(names[0]) == "as it is seed 2 avx2"
    assert signs == [
        [["✓", "✓", "✓"], "as every time  [50% at as it is: 1 < 2]"],
        [["✓", "✓", "✓"], "as every time"],
        [["✓", "✗", "✓"], "first"],
        [["✓", "✗", "✓"], "list"],
        [["✓", "✗", "✓"], "Keras"],
        [["✓", "✗", "✓"], "order"],
        [["✓", "✓", "✗"], "any CPU"],
    ]


def test_a_notebook_whose_claims_hold(tmp_path, capsys):
    source = "from dlcourse.lecture import claim\nclaim('it holds', True)"
    assert try_claims.main([notebook(tmp_path / "x.ipynb", source)]) == 0
    assert capsys.readouterr().out.endswith("       ✓  it holds\n")


def test_the_smallest_margin_of_all_comparisons(tmp_path, capsys):
    source = """import numpy as np
from dlcourse.lecture import claim
draw = np.random.default_rng(0).random() > 2  # outside of a claim: not recorded
claim("chain", 1 < 4 < 5)
claim("each", [10 > x for x in (5, 9, 7)])
claim("array", np.array([1.0, 3.0]) <= np.array([2.0, 3.0]))
claim("a text", "a" < "b")
claim("by value", 1 == 1)"""
    assert try_claims.main([notebook(tmp_path / "x.ipynb", source)]) == 0
    rows = [row.split("  ")[-1] for row in capsys.readouterr().out.splitlines()[-5:]]
    assert rows == [
        "[20% at as it is: 4 < 5]",
        "[10% at as it is: 10 > 9]",
        "[0% at as it is: 3 <= 3]",
        "a text",
        "by value",
    ]


def test_an_error_is_told_with_its_cell(tmp_path, capsys):
    path = notebook(tmp_path / "x.ipynb", "x = 1", "x / 0")
    assert try_claims.main([path]) == 1
    assert "cell 1: ZeroDivisionError: division by zero" in capsys.readouterr().out


def test_another_rounding_is_refused(capsys):
    with pytest.raises(SystemExit):
        try_claims.main(["x.ipynb", "--rounding", "avx3"])
    assert "avx2" in capsys.readouterr().err
