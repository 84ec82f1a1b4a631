"""Homework: checks and hints for students, exercises and grading for teachers."""

from dlcourse.homework.checking import check, hint, public_set

__all__ = ["check", "hint", "public_set"]
