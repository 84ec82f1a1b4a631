"""Attention against NumPy and Keras, and the networks that are made of it."""

import keras
import numpy as np
import pytest
from keras import ops

from dlcourse.analysis.attention import attention_weights
from dlcourse.gradients import gradients
from dlcourse.layers import MultiHeadAttention, attention
from dlcourse.models import Seq2Seq, TextTransformer, ViT
from dlcourse.models.transformer import continue_text

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 5, 12)).astype("float32")


def random_weights(layer):
    """Weights of size 1, biases too, so that none of them goes unseen."""
    layer.set_weights([RNG.normal(0, 0.5, w.shape) for w in layer.get_weights()])
    return layer


def by_formula(q, k, v, causal=False):
    """One query after the other, in NumPy."""
    mixed, every = [], []
    for place, query in enumerate(q):
        scores = np.array([query @ key for key in k]) / np.sqrt(len(query))
        odds = np.exp(scores)
        if causal:
            odds[place + 1 :] = 0
        every.append(odds / odds.sum())
        mixed.append(every[-1] @ v)
    return np.array(mixed), np.array(every)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_its_formula(causal):
    q, k, v = RNG.normal(size=(3, 4, 7, 3)).astype("float32")
    v = v[..., :2]
    mixed, weights = attention(q, k, v, causal)
    for i in range(4):
        by_hand = by_formula(q[i], k[i], v[i], causal)
        np.testing.assert_allclose(mixed[i], by_hand[0], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(weights[i], by_hand[1], rtol=1e-5, atol=1e-6)


def test_fewer_may_ask_than_are_asked():
    q, kv = RNG.normal(size=(2, 3)), RNG.normal(size=(6, 3))
    mixed, weights = attention(q, kv, kv)
    assert mixed.shape == (2, 3)
    np.testing.assert_allclose(weights, by_formula(q, kv, kv)[1], rtol=1e-5)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("heads", [1, 3, 4])
def test_heads_are_those_of_keras(heads, causal):
    ours, theirs = MultiHeadAttention(heads, causal), None
    ours.build(X.shape)
    theirs = keras.layers.MultiHeadAttention(heads, 12 // heads)
    theirs.build(X.shape, X.shape)
    theirs.set_weights(random_weights(ours).get_weights())
    expected = theirs(X, X, use_causal_mask=causal)
    np.testing.assert_allclose(ours(X), expected, rtol=1e-4, atol=1e-5)


def test_heads_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="heads=5 do not divide the width 12"):
        MultiHeadAttention(5).build(X.shape)


def test_a_model_of_it_is_loaded_as_it_was_saved(tmp_path):
    inputs = keras.Input((5, 12))
    model = keras.Model(inputs, MultiHeadAttention(3, causal=True)(inputs))
    random_weights(model).save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model(X), loaded(X))


def seen(model, x, place):
    """Which places of x change the output at one place, or one of its outputs."""
    _, (slopes,) = gradients(lambda x: ops.sum(model(x)[:, place] ** 2), x)
    return np.flatnonzero(np.abs(slopes).max(axis=(0, 2))).tolist()


def test_a_text_transformer_sees_what_came_before():
    model = random_weights(TextTransformer((2, 8, 2), 5, 12))
    for place in range(5):
        assert seen(model, X, place) == list(range(place + 1))


def test_a_text_is_continued_by_what_is_most_probable():
    characters, text = "abcd", "dab"
    model = random_weights(TextTransformer((1, 8, 2), 6, 4))
    for _ in range(9):
        last = [characters.index(c) for c in text[-6:]]
        logits = model(np.eye(4, dtype="float32")[last + [0] * (6 - len(last))][None])
        text += characters[int(np.argmax(logits[0, len(last) - 1]))]
    assert len(set(text[3:])) > 1
    assert continue_text(model, "dab", characters, 9, temperature=1e-3) == text[3:]


def test_characters_come_as_often_as_their_probability():
    model = random_weights(TextTransformer((1, 8, 2), 3, 4))
    x = np.eye(4, dtype="float32")[[[0, 0, 0]]]
    logits = np.asarray(model(x))[0, 0].astype("float64") / 3
    drawn = [continue_text(model, "a", "abcd", 1, 3.0, seed) for seed in range(200)]
    found = [drawn.count(c) / 200 for c in "abcd"]
    odds = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(found, odds, atol=0.11)
    assert drawn[7] == continue_text(model, "a", "abcd", 1, 3.0, 7)


def test_with_and_without_attention_there_are_as_many_weights():
    counts = {Seq2Seq(3, 4, attention).count_params() for attention in (True, False)}
    assert len(counts) == 1


def test_without_attention_all_goes_through_the_last_state():
    """Two sequences of one last state have the same answer, but not with attention."""
    both = np.eye(3, dtype="float32")[[[0, 1, 2, 0], [1, 1, 2, 0]]]
    for look in (True, False):
        model = random_weights(Seq2Seq(3, 4, look))
        encoder = model.layers[1]
        w, u, b = encoder.get_weights()
        b[:, : encoder.units] = -50  # nothing of the state before is kept
        encoder.set_weights([w, 0 * u, b])  # nor read: the last symbol is all
        first, second = np.asarray(model(both))
        assert np.allclose(first, second, atol=1e-5) != look


def test_weights_are_read_from_every_attention_layer():
    model = random_weights(ViT((2, 12, 3), 4, input_shape=(8, 8, 1), classes=3))
    images = RNG.normal(size=(2, 8, 8, 1)).astype("float32")
    found = attention_weights(model, images)
    assert list(found) == ["block1_attention", "block2_attention"]
    for weights in found.values():
        assert weights.shape == (2, 3, 5, 5)
        np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-5)
    for name, weights in found.items():
        normed = model.get_layer(name.replace("attention", "norm1")).output
        x = keras.Model(model.input, normed)(images)
        _, expected = model.get_layer(name)(x, x, return_attention_scores=True)
        np.testing.assert_allclose(weights, expected, rtol=1e-5, atol=1e-6)
    text = TextTransformer((1, 12, 3), 5, 12)
    (weights,) = attention_weights(text, X).values()
    assert np.all(np.triu(weights, 1) == 0)


def test_a_model_without_attention_has_no_weights_of_it():
    with pytest.raises(ValueError, match="Seq2Seq has no layer of the kind"):
        attention_weights(Seq2Seq(3, 4), np.zeros((1, 2, 3), "float32"))
