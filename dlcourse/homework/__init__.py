"""Homework: checks and hints for students, exercises and grading for teachers."""

from dlcourse.homework.checking import check, hint, public_set
from dlcourse.homework.descent import adam

__all__ = ["adam", "check", "hint", "public_set"]
