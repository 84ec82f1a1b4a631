"""The embedded text, counting its characters, and a network that writes."""

import math

import keras
import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.analysis.ngrams import ngram_bits
from dlcourse.datasets import alice as package
from dlcourse.datasets.alice import alice_text, text_windows
from dlcourse.files import DamagedFile
from dlcourse.models.recurrent import RecurrentNetwork, write_text


def test_the_text_is_what_info_says():
    info = datasets.info("alice")
    parts = {split: alice_text(split) for split in info.sizes}
    assert {split: len(text) for split, text in parts.items()} == info.sizes
    assert parts["train"].startswith("DOWN THE RABBIT-HOLE\nAlice was beginning")
    assert parts["test"].startswith("THE QUEEN'S CROQUET-GROUND\n")
    characters = set("".join(parts.values()))
    assert f"{len(characters)} different" in info.description
    assert set(parts["test"]) <= set(parts["train"])
    assert all(c == "\n" or " " <= c <= "~" for c in characters)
    assert package.FILE.stat().st_size <= 120_000
    assert "public domain" in str(info)
    assert "  " not in parts["train"]


def test_other_splits_and_other_files_are_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="split='validation': choose one of train"):
        alice_text("validation")
    file = tmp_path / "alice.txt"
    file.write_bytes(package.FILE.read_bytes()[:-1])
    monkeypatch.setattr(package, "FILE", file)
    with pytest.raises(DamagedFile, match=r"alice\.txt is damaged"):
        alice_text()


def test_windows_hold_each_character_and_the_next():
    x, y = text_windows("abcabcab", "cba", 3)
    assert x.shape == (2, 3, 3)
    np.testing.assert_array_equal(x.argmax(axis=2), [[2, 1, 0], [2, 1, 0]])
    np.testing.assert_array_equal(x.sum(axis=2), 1)
    np.testing.assert_array_equal(y, [[1, 0, 2], [1, 0, 2]])
    assert len(text_windows("abcabc", "abc", 3)[0]) == 1  # the last needs a next one
    assert text_windows("", "abc", 3)[0].shape == (0, 3, 3)
    with pytest.raises(ValueError, match="characters has no 'd', 'e'"):
        text_windows("abed", "abc", 2)


def test_bits_by_hand():
    p_b = (1 + 5 / 2) / (3 + 5)  # one b of three; weight 5 on an even choice of two
    bits = ngram_bits("aab", "b", 1, alphabet=2)
    assert bits == pytest.approx(-math.log2(p_b))
    after_a = (1 + 5 * p_b) / (2 + 5)  # a was followed twice, once by b
    bits = ngram_bits("aab", "ab", 2, alphabet=2)
    assert bits == pytest.approx(-math.log2(after_a))


def test_predictions_are_probabilities_and_learn_the_text():
    train, alphabet = "abracadabra", "abcdr"
    for context in ("a", "br", "cc"):
        order = len(context) + 1
        bits = [ngram_bits(train, context + c, order, 5) for c in alphabet]
        assert sum(2.0**-b for b in bits) == pytest.approx(1)
    rng = np.random.default_rng(0)
    noise = "".join(rng.choice(list("abcd"), 4000))
    assert 1.99 < ngram_bits(noise[:3000], noise[3000:], 3, 4) < 2.1
    assert ngram_bits("abc" * 300, "abc" * 9, 2, 3) < 0.05


@pytest.fixture
def network():
    keras.utils.set_random_seed(0)
    model = RecurrentNetwork("LSTM", 8, (None, 4), 4, sequences=True)
    rng = np.random.default_rng(3)
    model.set_weights([rng.normal(0, 3, w.shape) for w in model.get_weights()])
    return model


def test_writing_is_reading_the_whole_text_again_each_time(network):
    characters, text = "abcd", "dab"
    for _ in range(12):
        x = np.eye(4, dtype="float32")[[[characters.index(c) for c in text]]]
        text += characters[int(np.argmax(network(x)[0, -1]))]
    assert len(set(text[3:])) > 1
    written = write_text(network, "dab", characters, 12, temperature=1e-3)
    assert written == text[3:]


def test_characters_come_as_often_as_their_probability(network):
    x = np.eye(4, dtype="float32")[[[0]]]
    for temperature in (5.0, 20.0):
        logits = np.asarray(network(x))[0, 0].astype("float64") / temperature
        odds = np.exp(logits) / np.exp(logits).sum()
        drawn = [
            write_text(network, "a", "abcd", 1, temperature, s) for s in range(400)
        ]
        found = [drawn.count(c) / 400 for c in "abcd"]
        np.testing.assert_allclose(found, odds, atol=0.08)
        assert drawn[0] == write_text(network, "a", "abcd", 1, temperature, 0)
