"""Sounds made and measured: notes, windows, ratios, filters, pitch, generation."""

import keras
import numpy as np
import pytest
from keras import ops

from dlcourse import datasets, models
from dlcourse.analysis import pitch, signal_to_noise, spectral_wiener
from dlcourse.datasets import made_up
from dlcourse.datasets.notes import add_noise
from dlcourse.layers import mu_law_decode

RATE = 8000
RNG = np.random.default_rng(0)


def tone(hertz, samples=4096):
    return np.sin(2 * np.pi * hertz * np.arange(samples) / RATE)


def test_signal_to_noise_by_hand():
    clean = np.array([[3.0, 4.0], [1.0, 0.0]])
    sound = np.array([[3.0, 4.5], [2.0, 0.0]])
    by_hand = [10 * np.log10(25 / 0.25), 0]
    np.testing.assert_allclose(signal_to_noise(clean, sound), by_hand, atol=1e-12)
    found = signal_to_noise(clean[..., None], sound)
    np.testing.assert_allclose(found, by_hand, atol=1e-12)


def test_spectral_wiener_takes_noise_and_leaves_sound():
    clean = np.stack([tone(220), tone(440)])
    noisy = clean + RNG.normal(0, 0.5, clean.shape)
    np.testing.assert_allclose(spectral_wiener(clean, [0, 0]), clean, atol=1e-9)
    cleaned = spectral_wiener(noisy, [0.25, 0.25], factor=4)
    assert cleaned.shape == clean.shape
    assert (signal_to_noise(clean, cleaned) > signal_to_noise(clean, noisy) + 8).all()
    noise = noisy - clean  # of white noise alone, 1 - P_n / P lets exp(-c) through
    left = np.square(spectral_wiener(noise, [0.25] * 2, factor=4)).mean()
    assert left < 0.02 * 0.25
    # The power that it is told is that of the noise: half as much, and much is left.
    assert np.square(spectral_wiener(noise, [0.05] * 2)).mean() > 0.4 * 0.25


@pytest.mark.parametrize("hertz", [110.0, 131.0, 220.0, 262.0, 330.0, 392.0, 440.0])
def test_pitch_of_tones(hertz):
    with_octave = tone(hertz, 800) + 0.4 * tone(2 * hertz, 800)
    assert pitch(tone(hertz, 800), RATE) == pytest.approx(hertz, rel=0.01)
    assert pitch(with_octave + 3, RATE) == pytest.approx(hertz, rel=0.01)
    with pytest.raises(ValueError, match="at least"):
        pitch(with_octave[:100], RATE)


def test_notes_are_what_they_say():
    found = datasets.notes(40, seed=3, samples=2048, snr=(5, 5))
    assert found["clean"].shape == found["noisy"].shape == (40, 2048)
    assert set(found["pitch"]) == set(np.float32(datasets.NOTES))
    heard = [pitch(sound, RATE) for sound in found["clean"]]
    np.testing.assert_allclose(heard, found["pitch"], rtol=0.01)
    np.testing.assert_allclose(signal_to_noise(found["clean"], found["noisy"]), 5, 0.1)
    again, other = (datasets.notes(40, seed, 2048, snr=(5, 5)) for seed in (3, 4))
    np.testing.assert_array_equal(again["noisy"], found["noisy"])
    assert np.abs(other["clean"] - found["clean"]).max() > 0.1


def test_noise_has_the_power_that_is_asked_for():
    clean = np.stack([tone(200), 0.1 * tone(300)])
    noisy = add_noise(clean, np.random.default_rng(0), (3, 3))
    np.testing.assert_allclose(signal_to_noise(clean, noisy), 3, atol=0.3)


def test_windows_are_cut_from_the_tones():
    found = datasets.noisy_windows("tones", "test", 9, 1024)
    sounds = datasets.feature_arrays("tones", "test")["clean"]
    np.testing.assert_array_equal(found["clean"][1], sounds[0, 1024:2048])
    assert found["clean"].shape == found["noisy"].shape == (9, 1024)
    ratios = signal_to_noise(found["clean"], found["noisy"])
    assert (ratios > -1).all()
    assert (ratios < 11).all()


def test_silence_is_left_out():
    sound = np.concatenate([np.zeros(100), np.ones(150)])
    np.testing.assert_array_equal(datasets.speech.cut(sound, 100), np.ones((1, 100)))


def test_recordings_are_resampled(monkeypatch):
    recorded = (2**14 * np.sin(np.arange(48_000) * 2 * np.pi * 300 / 48_000)).round()
    examples = [{"speech": ops.convert_to_tensor(recorded.astype("int16"))}]

    class Builder:
        def as_dataset(self, split, shuffle_files):
            assert split == "train[:1]"
            return examples

    monkeypatch.setattr("dlcourse.datasets.tfds_sets.prepared", lambda name: Builder())
    found = datasets.noisy_windows("vctk", "train[:1]", 50, 1000)["clean"]
    assert found.shape == (8, 1000)  # a second
    assert pitch(found[4], RATE) == pytest.approx(300, rel=0.01)
    assert np.abs(found[4]).max() == pytest.approx(0.5, rel=0.02)


def test_recordings_are_made_up_in_a_rehearsal(monkeypatch):
    monkeypatch.setattr(made_up, "rehearsing", lambda: True)
    assert datasets.noisy_windows("vctk", "train", 70, 512)["noisy"].shape == (70, 512)


def test_a_sound_is_continued_as_without_a_cache():
    keras.utils.set_random_seed(0)
    model = models.WaveNet((1, 2, 4), 4, 5, input_shape=(None, 1), classes=6)
    for weight in model.weights:
        weight.assign(RNG.normal(0, 0.7, weight.shape))
    values = np.asarray(mu_law_decode(np.arange(6), 6))
    sound = values[RNG.integers(6, size=(3, 7))]
    found = models.continue_sound(model, sound, 20, seed=5)
    draws = np.random.default_rng(5)
    for _ in range(20):  # the whole sound again for each sample
        p = np.asarray(model(sound[..., None]))[:, -1]
        total = np.cumsum(p, axis=1)
        drawn = (total > draws.random((3, 1)) * total[:, -1:]).argmax(axis=1)
        sound = np.concatenate([sound, values[drawn][:, None]], axis=1)
    np.testing.assert_allclose(found, sound[:, 7:], atol=1e-6)
    assert len(np.unique(found)) > 3
    with pytest.raises(ValueError, match="t > 0"):
        models.continue_sound(model, sound[:, :0], 3)


def test_without_skips_the_weights_are_as_many_and_the_way_is_one():
    options = {"filters": (4, 6, 8), "input_shape": (128, 1)}
    options["kernel_initializer"] = "glorot_uniform"
    skips, none = (
        models.SEGANGenerator(variant, **options)
        for variant in ("additive", "no skips")
    )
    shapes = [[w.shape for w in model.weights] for model in (skips, none)]
    assert shapes[0] == shapes[1]
    for model in (skips, none):
        model.get_layer("up1").kernel.assign(model.get_layer("up1").kernel * 0)
    x = RNG.normal(size=(1, 128, 1)).astype("float32")
    through = [
        np.abs(np.asarray(model(x)) - model(-x)).max() for model in (skips, none)
    ]
    assert through[0] > 1e-3
    assert through[1] == 0
    largest = np.abs(np.asarray(skips.get_layer("conv1").kernel)).max()
    assert largest == pytest.approx(np.sqrt(6 / (31 * (1 + 4))), rel=0.05)  # Glorot
