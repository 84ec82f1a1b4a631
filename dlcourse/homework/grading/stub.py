"""What a notebook in the sandbox imports as `dlcourse.homework`: it judges nothing."""

from pathlib import Path

import numpy as np

from dlcourse.homework.descent import adam

__all__ = ["adam", "check", "hint", "public_set"]
PUBLIC = "public.npz"  # beside this file: the public sets of a project


def check(name, answer):
    """Do nothing: the answer is judged outside the sandbox."""


def hint(name):
    """Do nothing."""


def public_set(name, part):
    """Inputs and labels of a score question's "train" or "validation" set."""
    with np.load(Path(__file__).with_name(PUBLIC)) as arrays:
        return arrays[f"{name} {part} x"], arrays[f"{name} {part} labels"]
