"""What choosing the best of many does to its measured error: the winner's curse."""

import numpy as np


def validation_spread(error, examples):
    """Standard deviation of an error that is measured on so many examples.

    Each example is wrong or right, so that the number of wrong ones is binomial.

    Args:
        error: the true one, from 0 to 100 %; also an array.
        examples: in the validation set.
    """
    share = np.asarray(error) / 100
    return 100 * np.sqrt(share * (1 - share) / examples)


def expected_minimum(count):
    """The mean of the least of ``count`` draws from N(0, 1): 0 for one, then below.

    Measured errors of equally good networks scatter around the true one by
    `validation_spread`; the best of ``count`` lies this many spreads below it.
    """
    from scipy.stats import norm

    z = np.linspace(-10, 10, 20_001)
    density = count * norm.pdf(z) * norm.sf(z) ** (count - 1)
    return float(np.trapezoid(z * density, z))
