"""What tools/count_house.py counts, and what it does not."""

import count_house
import pytest

LONG = "def f():\n" + 25 * "    x = 1\n"


@pytest.mark.parametrize(
    "line",
    [
        "model.compile('sgd', loss)",
        "nets[0].fit(x, y, epochs=3)",
        "model.fit(x, y, 32, 10)",
        "history = model.fit(x, y, **options)",
    ],
)
def test_by_hand(line):
    assert count_house.by_hand(f"x = 1\n{line}\n") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "fit(model, data, epochs=3)",
        "training.fit(model, data, epochs=3)",
        "re.compile('a')",
        "compile('1', '', 'eval')",
        "make_pipeline(scaler, head).fit(x, y)",
        "sgd = keras.optimizers.SGD(0.1)",
    ],
)
def test_not_by_hand(line):
    assert count_house.by_hand(line) == []


def test_a_call_over_several_lines_counts_once():
    code = "model.compile(\n    keras.optimizers.SGD(),\n    loss,\n)"
    assert len(count_house.by_hand(code)) == 1
    assert len(count_house.by_hand("model.fit(\n    x,\n    epochs=1,\n)")) == 1


def test_25_lines_of_code_are_short_and_26_are_long():
    aside = '    """Say what."""\n    # Why.\n\n'
    short = LONG.replace("def f():\n", f"def f(\n    a,\n    b,\n):\n{aside}")
    assert count_house.long_functions(short) == []
    assert count_house.long_functions(short + "    y = 2\n") == [("f", 26)]


def test_private_parts_with_and_without_a_reason():
    code = """\
from keras.src import backend  # nothing public does it
x = tensor._keras_history
# No other way.
y = model._layers
self._mine = 1
z = self._mine
"""
    assert count_house.private_parts(code) == [
        (
            1,
            "from keras.src import backend  # nothing public does it",
            "nothing public does it",
        ),
        (2, "x = tensor._keras_history", ""),
        (4, "y = model._layers", "No other way."),
    ]


def test_commits_are_counted_as_they_were():
    paths = count_house.files("HEAD")
    assert "tools/rounding.py" in paths
    assert all(count_house.is_counted(path) for path in paths)
