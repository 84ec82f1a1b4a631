"""How long a call takes, on a clock that the calls themselves turn."""

from dlcourse.analysis import timing


class Clock:
    """Stands for the module time: a call takes what it adds to ``now``, in seconds."""

    def __init__(self):
        self.now, self.calls = 0.0, []

    def perf_counter(self):
        return self.now

    def call(self, name, *seconds):
        each = iter(seconds)

        def called():
            self.calls.append(name)
            self.now += next(each)

        return called


def test_the_fastest_of_the_calls_after_the_first_which_take_turns(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timing, "time", clock)
    calls = {"a": clock.call("a", 1, 8, 5, 6), "b": clock.call("b", 9, 2, 3, 4)}
    assert timing.fastest(calls, repeats=3) == {"a": 5000, "b": 2000}
    assert clock.calls == ["a", "b"] * 4
