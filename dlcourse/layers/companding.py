"""Sound in a few levels that are finer where it is soft.

ITU-T Recommendation G.711, 1988, as in Aäron van den Oord et al.: WaveNet: A Generative
Model for Raw Audio. 2016, arXiv:1609.03499, section 2.2.
"""

import math

from keras import ops


def mu_law_encode(x, levels=256):
    """Samples from -1 to 1 -> whole numbers from 0 to levels - 1, of the same shape.

    f(x) = sign(x) log(1 + mu |x|) / log(1 + mu) with mu = levels - 1, then rounded to
    evenly spaced levels. Larger samples count as 1.
    """
    mu = levels - 1
    x = ops.clip(x, -1.0, 1.0)
    f = ops.sign(x) * ops.log1p(mu * ops.abs(x)) / math.log1p(mu)
    return ops.cast(ops.floor((f + 1) / 2 * mu + 0.5), "int32")


def mu_law_decode(code, levels=256):
    """The sample in the middle of each level, the inverse of `mu_law_encode`."""
    mu = levels - 1
    f = 2 * ops.cast(code, "float32") / mu - 1
    return ops.sign(f) * ops.expm1(ops.abs(f) * math.log1p(mu)) / mu
