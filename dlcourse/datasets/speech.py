"""Windows of sound with their noisy twin: of the embedded tones, or of recordings."""

import itertools

import numpy as np

from dlcourse.datasets.notes import RATE, add_noise
from dlcourse.datasets.structured import STRUCTURED, feature_arrays

RECORDED = 48_000  # samples per second of vctk
QUIET = 0.01  # root mean square below which a window is silence


def noisy_windows(name, split, count, samples=1024, seed=0):
    """Windows of sound, 8,000 samples per second, with white noise at 0 to 10 dB.

    Args:
        name: "tones", or a set of TFDS with recordings: "vctk".
        split: such as "train[:90%]".
        count: of the windows; fewer where the sounds do not have as many.
        samples: of a window.
        seed: of the noise.

    Returns:
        feature -> array: "clean" and "noisy", (windows, samples), float32.
    """
    if name in STRUCTURED:
        sounds = feature_arrays(name, split)["clean"]
    else:
        sounds = recordings(name, split)
    windows = itertools.chain.from_iterable(cut(sound, samples) for sound in sounds)
    clean = np.stack(list(itertools.islice(windows, count)))
    noisy = add_noise(clean, np.random.default_rng(seed))
    return {"clean": clean, "noisy": noisy.astype("float32")}


def cut(sound, samples):
    """The windows (samples,) of a sound, one after the other, without silent ones."""
    whole = len(sound) // samples * samples
    windows = np.asarray(sound[:whole], "float32").reshape(-1, samples)
    return windows[np.sqrt(np.mean(np.square(windows), axis=1)) > QUIET]


def recordings(name, split):
    """The sounds of a set of TFDS, from -1 to 1, brought to `RATE`.

    In a rehearsal, noise.
    """
    from scipy.signal import resample_poly

    from dlcourse.datasets.made_up import rehearsing

    if rehearsing():
        rng = np.random.default_rng(0)
        yield from (rng.uniform(-0.5, 0.5, 4 * RATE) for _ in itertools.count())
        return
    from dlcourse.datasets.tfds_sets import prepared

    for example in prepared(name).as_dataset(split, shuffle_files=False):
        sound = example["speech"].numpy() / 2**15
        yield resample_poly(sound, 1, RECORDED // RATE)
