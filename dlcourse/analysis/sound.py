"""Sound: how much noise is in it, how high it is, and an old way to clean it.

The gain P_s / (P_s + P_n) is Norbert Wiener's: Extrapolation, Interpolation, and
Smoothing of Stationary Time Series. Wiley, 1949; here for short windows, with the noise
subtracted from the measured power.
"""

import numpy as np
import scipy  # which loads scipy.signal when it is asked for


def signal_to_noise(clean, sound):
    """10 log10 of the power of ``clean`` over that of what differs, in dB.

    Both (n, samples) or (n, samples, 1); returns (n,).
    """
    clean, sound = (
        np.asarray(x, "float64").reshape(len(x), -1) for x in (clean, sound)
    )
    noise = np.square(sound - clean).sum(axis=1)
    return 10 * np.log10(np.square(clean).sum(axis=1) / noise)


def spectral_wiener(noisy, noise_power, window=512, factor=1.0):
    """A Wiener filter for each short window: a gain for each frequency.

    gain = max(1 - factor P_n / P, 0), with the measured power P and that of white
    noise, P_n. A larger ``factor`` lets less noise through, and less of the sound.

    Args:
        noisy: sounds (n, samples).
        noise_power: mean square of the noise, (n,): a network is not told this.
        window: samples of a window, a Hann window; three quarters of it overlap.
        factor: how many times the noise is subtracted.

    Returns:
        Sounds (n, samples).
    """
    options = {"window": "hann", "nperseg": window, "noverlap": 3 * window // 4}
    _, _, spectrum = scipy.signal.stft(noisy, **options)
    hann = scipy.signal.get_window("hann", window)
    of_noise = (
        np.square(hann).sum() / hann.sum() ** 2 * np.reshape(noise_power, (-1, 1, 1))
    )
    power = np.maximum(np.square(np.abs(spectrum)), 1e-20)
    gain = np.maximum(1 - factor * of_noise / power, 0)
    _, sound = scipy.signal.istft(gain * spectrum, **options)
    return sound[:, : noisy.shape[1]]


def pitch(sound, rate, lowest=100, highest=500):
    """The frequency (Hz) at which a sound (samples,) repeats itself best.

    The first high peak of the autocorrelation, between whole lags; ``rate`` is in
    samples per second. ValueError for a sound shorter than two periods of ``lowest``.
    """
    first, last = int(rate / highest), int(np.ceil(rate / lowest))
    if len(sound) < 2 * last:
        raise ValueError(f"{len(sound)} samples: give at least {2 * last}.")
    x = np.asarray(sound, "float64") - np.mean(sound)
    count = len(x) - last - 1  # as many products for each lag
    r = np.array([x[:count] @ x[lag : lag + count] for lag in range(last + 2)])
    peaks = [k for k in range(first, last + 1) if r[k - 1] <= r[k] >= r[k + 1]]
    if not peaks:
        return rate / (first + np.argmax(r[first : last + 1]))
    high = max(r[k] for k in peaks)
    best = next(k for k in peaks if r[k] >= 0.9 * high)
    before, at, after = r[best - 1 : best + 2]
    return rate / (best + (before - after) / (2 * (before - 2 * at + after) or 1))
