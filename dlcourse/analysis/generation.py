"""How good are generated examples, and are all kinds among them?

Fréchet distance: Martin Heusel, Hubert Ramsauer, Thomas Unterthiner, Bernhard Nessler,
Sepp Hochreiter: GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
Equilibrium. NIPS 2017, arXiv:1706.08500. There the features are those of an Inception
network; any classifier's will do for images that it knows.
"""

import numpy as np


def frechet_distance(a, b):
    """The squared Fréchet distance of two sets of features, taken as normal.

    |m_a - m_b|^2 + trace(C_a + C_b - 2 (C_a C_b)^(1/2)), with the means and covariances
    of both; 0 where these agree. Few examples make it larger: compare like numbers.

    Args:
        a, b: features (n, k) and (m, k), more than one example each.

    Returns:
        The distance, in squared units of the features.

    Raises:
        ValueError: for features that are not of this form.
    """
    a, b = (np.asarray(x, "float64") for x in (a, b))
    if (
        not (a.ndim == b.ndim == 2 and a.shape[1] == b.shape[1])
        or min(map(len, (a, b))) < 2
    ):
        raise ValueError(f"Give features (n, k), (m, k), not {a.shape}, {b.shape}.")
    shift = a.mean(axis=0) - b.mean(axis=0)
    of_a, of_b = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b))
    # The trace of a root is the sum of the roots of the eigenvalues. These are not
    # negative, but for rounding.
    eigenvalues = np.linalg.eigvals(of_a @ of_b).real.clip(0)
    spread = np.trace(of_a) + np.trace(of_b) - 2 * np.sqrt(eigenvalues).sum()
    return float(shift @ shift + spread)


def count_modes(points, centres, radius):
    """How many points lie near each of the centres of a mixture.

    Args:
        points: (n, d).
        centres: (modes, d).
        radius: farthest distance from its nearest centre at which a point counts; three
            standard deviations of a normal mode are usual.

    Returns:
        Counts (modes,); what is missing to n lies near none.
    """
    distances = np.linalg.norm(points[:, None] - centres[None], axis=-1)
    near = distances.min(axis=1) <= radius
    return np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
