"""Test-time augmentation: a model's mean opinion on several versions of a picture.

Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton: ImageNet Classification with Deep
Convolutional Neural Networks. NIPS 2012, section 4.1 (there: five crops and their
mirror images). Differs: the versions are drawn at random.
"""

from keras import ops


def predict_augmented(model, x, augment, times=10):
    """The mean of the model's predictions for ``times`` augmented copies of x.

    Args:
        model: a ``keras.Model`` that gives probabilities (n, classes).
        x: pictures (n, height, width, channels); one copy is held in memory.
        augment: a Keras layer that augments pictures when called in training.
    """
    total = 0.0
    for _ in range(times):
        copies = ops.convert_to_numpy(augment(x, training=True))
        total = total + model.predict(copies, verbose=0)
    return total / times
