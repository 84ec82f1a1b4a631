"""What the inputs of all questions have in common."""

# Why an edge is spared.
NO_ORDER = "Its numbers are not compared with each other."
PASSES = "A nan that comes in comes out, however it is written."
NEVER_EMPTY = "There is always an example, a pixel or a layer."
NO_EXP = "No number of it can overflow."
SMOOTH = "Nothing is special about 0."
COUNTS = "Its arguments are whole numbers or counts."
SUMS = {  # what sums, products and quotients spare, where 0 is a case of its own
    "tie": NO_ORDER,
    "nan": PASSES,
    "empty": NEVER_EMPTY,
    "too large": NO_EXP,
}
LINEAR = SUMS | {"zero": SMOOTH}  # what sums of products spare


def twins(make, rng, *variants):
    """Inputs of one shape that begin with the same number, one for each variant.

    ``make`` takes rng and the variant's members, mostly scalars, and gives an input
    whose first argument is an array. A result that was cached by the shapes, or by the
    first number, is wrong for all but the first of them.
    """
    made = [make(rng, *variant) for variant in variants]
    for arguments in made[1:]:
        arguments[0][0] = made[0][0][0]
    return made
