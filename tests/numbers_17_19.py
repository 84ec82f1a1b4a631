"""Numbers to be predicted in homework 17 to 19, computed from the texts alone."""

BY_TEXT = {}
