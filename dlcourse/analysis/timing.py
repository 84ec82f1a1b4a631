"""How long a call takes, and on which processor."""

import platform
import time
from importlib.metadata import version
from pathlib import Path


def fastest(calls, repeats=5, clock=time.perf_counter):
    """Milliseconds that each of several calls takes, the fastest of its repetitions.

    Whatever else the machine does can only make a call slower. The calls take turns, so
    that a slow moment meets all of them. The first turn, which compiles, is left out.

    Args:
        calls: dictionary from a name to a function without arguments, which returns
            when its result is there.
        repeats: how often each is called and counted.
        clock: function that gives seconds. ``time.process_time`` counts those that the
            processor works on this process alone, its threads added up.

    Returns:
        Dictionary from the name to milliseconds.
    """
    seconds = {name: [] for name in calls}
    for _ in range(1 + repeats):
        for name, call in calls.items():
            begin = clock()
            call()
            seconds[name].append(clock() - begin)
    return {name: 1000 * min(counted[1:]) for name, counted in seconds.items()}


def processor():
    """The name of this machine's processor: its model, where Linux says it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def one_core():
    """What a table says of the machine on which one thread measured or trained."""
    return f"one core of {processor()}, TensorFlow {version('tensorflow')}"
