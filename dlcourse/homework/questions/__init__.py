"""The questions of all homework, by name."""

from dlcourse.homework.questions import listed

QUESTIONS = {q.name: q for q in listed.QUESTIONS}
HOMEWORKS = sorted({q.homework for q in QUESTIONS.values()})


def use_class(number):
    """Ask with the numbers of this class from now on; 0: with those in exercises/."""
    QUESTIONS.update({q.name: q for q in listed.for_class(number)})


def get(name):
    """The question of this name; ValueError with all names if there is none."""
    try:
        return QUESTIONS[name]
    except KeyError:
        listed = ", ".join(QUESTIONS)
        raise ValueError(
            f"There is no question {name!r}. There are: {listed}"
        ) from None


def of(homework):
    """The questions of a homework, by its number "01", in their order."""
    found = [q for q in QUESTIONS.values() if q.homework == homework]
    if not found:
        listed = ", ".join(HOMEWORKS)
        raise ValueError(f"There is no homework {homework!r}. There are: {listed}.")
    return found
