"""Questions for a number, of homework 28 to 30, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

from dlcourse.homework.question import Question
from dlcourse.homework.questions.predicted_beyond import constant

DRAWN = """\
of the last {capacity} steps. Read it, do not run it: how often, in the mean over many
runs, is the step number {asked} drawn?

```python
memory, drawn = np.zeros({capacity}, int), np.zeros({steps})
for step in range({steps}):
    memory[step % {capacity}] = step
    if step >= {warm} and step % {every} == 0:
        rows = rng.integers(0, min(step + 1, {capacity}), {batch})
        np.add.at(drawn, memory[rows], 1)
```"""


def remembered(capacity, steps, warm, every, batch, asked):
    """How often a replay memory hands out one of its first steps."""

    def times_drawn():
        """At each training that finds the step, batch / (steps in the memory)."""
        return draws(capacity, warm, every, batch, asked, asked + capacity)

    return Question(
        homework="29",
        reference=times_drawn,
        text=DRAWN.format(
            capacity=capacity,
            steps=steps,
            warm=warm,
            every=every,
            batch=batch,
            asked=asked,
        ),
        hints=(
            "From which step to which one is it in the memory? And what comes first, "
            "writing or drawing?",
            "Write down all steps at which something is drawn while it is there.",
            "Of n steps in the memory a batch takes each one batch / n times, in the "
            "mean. How large is n at each of these steps?",
        ),
        mistakes=constant(misremembered(capacity, warm, every, batch, asked)),
    )


def draws(capacity, warm, every, batch, asked, gone, filled=1):
    """The mean count; step number ``gone`` overwrites the one that is asked for."""
    times = (t for t in range(asked, gone) if t >= warm and t % every == 0)
    return sum(batch / min(t + filled, capacity) for t in times)


def misremembered(capacity, warm, every, batch, asked):
    """What may go wrong where a memory is read."""
    given, gone = (capacity, warm, every, batch, asked), asked + capacity
    right = draws(*given, gone)
    trainings = sum(t >= warm and t % every == 0 for t in range(asked, gone))
    return {
        "The memory is not full yet at the first of these steps.": (
            trainings * batch / capacity
        ),
        "That is how often a step is drawn from a memory that is full all the time.": (
            batch / every
        ),
        "At step t there are t + 1 steps in the memory.": draws(*given, gone, 0),
        "The step is overwritten before something is drawn.": draws(*given, gone + 1),
        "Before the warm-up nothing is drawn.": (
            draws(capacity, 0, every, batch, asked, gone)
        ),
        "Something is drawn at the end of the warm-up already.": (
            draws(capacity, warm + 1, every, batch, asked, gone)
        ),
        "The step stays for as many steps as the memory holds, and is gone then.": (
            draws(capacity, warm, every, batch, asked, capacity)
        ),
        "The memory forgets: the step does not stay to the end.": (
            draws(*given, 5 * capacity)
        ),
        "Something is drawn only at some of the steps.": (
            draws(capacity, warm, 1, batch, asked, gone)
        ),
        "A batch has more than one row.": right / batch,
        "The memory never holds more than its size.": (
            draws(10**9, warm, every, batch, asked, gone)
        ),
    }


# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {
    remembered: (
        (100, 1000, 40, 20, 32, 20),
        lambda rng: (
            rng.choice([80, 100, 120]),
            rng.choice([800, 1000, 2000]),
            rng.choice([40, 60]),
            rng.choice([10, 20]),
            rng.choice([16, 32, 64]),
            rng.choice([20]),
        ),
    ),
}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
