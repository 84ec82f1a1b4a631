"""The learning rate range test: with which rates does training converge?

Leslie Smith: Cyclical Learning Rates for Training Neural Networks. WACV 2017,
arXiv:1506.01186, section 3.3. Differs: there the rate grows linearly, here as the
caller likes; usual today is a constant factor per step.
"""

import numpy as np

DIVERGED = 4  # times the first loss


def learning_rate_range_test(
    model,
    x,
    y,
    rates,
    *,
    optimizer="sgd",
    loss="sparse_categorical_crossentropy",
    batch_size=32,
    seed=0,
):
    """The loss of one batch after the other, each trained on at the next rate.

    The model is compiled, and its weights are left as they were.

    Args:
        model: a ``keras.Model``, its weights as at the start of training.
        x, y: training data.
        rates: growing learning rates, such as ``np.geomspace(1e-4, 10, 100)``.
        optimizer, loss: as for ``compile``.

    Returns:
        The losses, of the shape of ``rates``; NaN after the first that is not below
        four times the loss at the beginning.
    """
    model.compile(optimizer, loss)
    before = model.get_weights()
    rng, losses = np.random.default_rng(seed), np.full(len(rates), np.nan)
    for step, rate in enumerate(rates):
        model.optimizer.learning_rate = rate
        batch = rng.choice(len(x), batch_size, replace=False)
        logs = model.train_on_batch(x[batch], y[batch], return_dict=True)
        losses[step] = logs["loss"]
        if not losses[step] < DIVERGED * losses[0]:
            break
    model.set_weights(before)
    return losses
