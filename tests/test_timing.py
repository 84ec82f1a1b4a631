"""How long a call takes, on a clock that the calls themselves turn."""

import re

from dlcourse.analysis.timing import fastest, one_core, processor


class Clock:
    """Gives the seconds that its calls have added up to."""

    def __init__(self):
        self.now, self.calls = 0.0, []

    def __call__(self):
        return self.now

    def call(self, name, *seconds):
        each = iter(seconds)

        def called():
            self.calls.append(name)
            self.now += next(each)

        return called


def test_the_fastest_of_the_calls_after_the_first_which_take_turns():
    clock = Clock()
    calls = {"a": clock.call("a", 1, 8, 5, 6), "b": clock.call("b", 9, 2, 3, 4)}
    assert fastest(calls, 3, clock) == {"a": 5000, "b": 2000}
    assert clock.calls == ["a", "b"] * 4


def test_the_processor_has_a_name_on_any_machine(monkeypatch):
    assert processor()
    monkeypatch.setattr("pathlib.Path.exists", lambda path: False)  # not Linux
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert processor() == "arm64"


def test_a_table_names_processor_and_library(monkeypatch):
    monkeypatch.setattr("dlcourse.analysis.timing.processor", lambda: "a CPU")
    assert re.fullmatch(r"one core of a CPU, TensorFlow \d+\.\d+.*", one_core())
