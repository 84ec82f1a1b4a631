"""Four notes, clean and noisy: a world of sounds that is small enough to be learned."""

import numpy as np

RATE = 8000  # samples per second
NOTES = 220.0, 262.0, 330.0, 392.0  # Hz: A, C, E, G


def notes(count, seed=0, samples=1024, pitches=NOTES, snr=(0, 10)):
    """Notes of random pitch and phase, as they are and with white noise.

    Each is a fundamental of amplitude 0.6 and its octave of amplitude 0.24.

    Args:
        count: of the notes.
        seed: of pitches, phases and noise.
        samples: of a note, `RATE` per second.
        pitches: to draw from, in Hz.
        snr: the lowest and the highest signal-to-noise ratio, in dB.

    Returns:
        feature -> float32 array: "clean", "noisy" (count, samples), "pitch" (count,).
    """
    rng = np.random.default_rng(seed)
    pitch = rng.choice(pitches, count)
    turns = pitch[:, None] * np.arange(samples) / RATE + rng.random((count, 1))
    clean = 0.6 * np.sin(2 * np.pi * turns) + 0.24 * np.sin(4 * np.pi * turns)
    found = {"clean": clean, "noisy": add_noise(clean, rng, snr), "pitch": pitch}
    return {name: array.astype("float32") for name, array in found.items()}


def add_noise(clean, rng, snr=(0, 10)):
    """Sounds (n, samples) with white noise, at as many random ratios, in dB."""
    power = np.mean(np.square(clean), axis=1, keepdims=True)
    power = power / 10 ** (rng.uniform(*snr, (len(clean), 1)) / 10)
    return clean + np.sqrt(power) * rng.normal(size=clean.shape)
