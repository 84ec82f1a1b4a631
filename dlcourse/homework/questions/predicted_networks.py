"""Questions for a number, from homework 08 on, and the same with other numbers.

As in `predicted`: each is a function of the numbers that its exercise names.
"""

# Each question as it is printed, and function rng -> its numbers for another class.
PRINTED = {}
QUESTIONS = tuple(make(*numbers) for make, (numbers, _) in PRINTED.items())
