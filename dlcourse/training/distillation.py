"""A small network learns from a large one.

Geoffrey Hinton, Oriol Vinyals, Jeff Dean: Distilling the Knowledge in a Neural Network.
NIPS 2014 workshop, arXiv:1503.02531.
"""

from keras import ops


def distillation_loss(temperature=4.0):
    """The cross-entropy of softened probabilities, teacher's and student's (section 2).

    Both are softmax(logits / temperature): the higher it is, the more of the teacher's
    small probabilities can be seen. The loss is multiplied by temperature ** 2, without
    which its gradient would shrink by that factor.

    Args:
        temperature: above 0; 1 leaves the teacher's probabilities as they are.

    Returns:
        A loss for ``compile``: the teacher's logits (n, classes) in place of labels,
        the student's logits (n, classes) -> a value for each of the n.

    Raises:
        ValueError: for a temperature that is not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"temperature={temperature}: give a number above 0.")

    def loss(teacher, student):
        softened = ops.softmax(teacher / temperature)
        logs = ops.log_softmax(student / temperature)
        return -(temperature**2) * ops.sum(softened * logs, axis=-1)

    return loss
