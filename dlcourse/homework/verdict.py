"""What is to be said about an answer."""

from dataclasses import dataclass

RIGHT, WRONG, NOT_ATTEMPTED = "right", "wrong", "not attempted"
SCORED = "scored"  # an answer to a score question, whatever the score
MARKS = {RIGHT: "✓", WRONG: "✗", NOT_ATTEMPTED: "·", SCORED: "✓"}


@dataclass(frozen=True)
class Score:
    """The mean over so many examples, 0 … 1, with its standard error."""

    mean: float
    error: float

    def __str__(self):
        return f"{self.mean:.3f} ± {self.error:.3f}"


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an answer.

    Attributes:
        name: the question.
        status: "right", "wrong", "not attempted" or "scored".
        points: what it earned.
        fault: sentences that name what is wrong, without any expected number.
        details: lines that show the input, what came and what was expected.
        right: names of the results that are right, where others are wrong.
        score: of an answer with the status "scored".
    """

    name: str
    status: str
    points: int = 0
    fault: str = ""
    details: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    score: Score | None = None

    def __str__(self):
        first = f"{MARKS[self.status]} {self.name}: {self.status}"
        worth = "1 point" if self.points == 1 else f"{self.points} points"
        if self.right:
            first += f", but {' and '.join(self.right)} right: {worth}"
        if self.score:
            first += f" {self.score}: {worth}"
        if self.fault:
            first += f". {self.fault}"
        return "\n".join([first, *(f"    {line}" for line in self.details)])
