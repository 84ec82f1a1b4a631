"""What a notebook in the sandbox imports as `dlcourse.homework`: it judges nothing."""


def check(name, answer):
    """Do nothing: the answer is judged outside the sandbox."""


def hint(name):
    """Do nothing."""
