"""Data: embedded sets, toy sets, and one door to these and everything TFDS knows."""

from dlcourse.datasets.access import arrays
from dlcourse.datasets.toy import rings, spirals, xor

__all__ = ["arrays", "rings", "spirals", "xor"]
