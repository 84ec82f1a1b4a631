"""Counting which character follows which: what a network of characters must beat."""

import math
from collections import Counter


def ngram_bits(train, test, order, alphabet, weight=5.0):
    """Bits per character of a text, predicted from the characters just before.

    What follows ``order`` - 1 characters is counted in ``train``. Where these are rare,
    the prediction leans on a shorter context, and at last on an even choice:

    p(c | context) = (count(context, c) + weight p(c | shorter)) / (count + weight)

    Args:
        train, test: strings.
        order: 1 counts single characters, 2 pairs, and so on.
        alphabet: how many characters there are.
        weight: of the shorter context, in counts.

    Returns:
        The mean of -log2 p over those characters of ``test`` that have a whole context.
    """
    spans = range(1, order + 1)
    pairs = [
        Counter(train[i : i + n] for i in range(len(train) - n + 1)) for n in spans
    ]
    contexts = [
        Counter(train[i : i + n - 1] for i in range(len(train) - n + 1)) for n in spans
    ]
    bits = 0.0
    for end in range(order, len(test) + 1):
        p = 1 / alphabet
        for n, pair, context in zip(spans, pairs, contexts, strict=True):
            seen = test[end - n : end]
            p = (pair[seen] + weight * p) / (context[seen[:-1]] + weight)
        bits -= math.log2(p)
    return bits / (len(test) - order + 1)
