"""Prototypical networks: the class whose mean is nearest.

Jake Snell, Kevin Swersky, Richard Zemel: Prototypical Networks for Few-shot Learning.
NIPS 2017, arXiv:1703.05175.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("dlcourse")
class PrototypicalNetwork(keras.Model):
    """Logits of queries: minus the squared distances to prototypes (equations 1, 2).

    One example is an episode: pictures (ways, pictures, height, width, channels), of
    each class the first ``shots`` as support. A prototype is the mean of their
    embeddings. There are no weights but those of the embedding.

    Args:
        embedding: a ``keras.Model``, pictures -> vectors.
        shots: pictures of a class that its prototype is made of.
    """

    def __init__(self, embedding, shots=1, **options):
        super().__init__(**options)
        self.embedding, self.shots = embedding, shots

    def build(self, input_shape):
        """Nothing to create; ValueError where an episode has no queries."""
        if input_shape[2] <= self.shots:
            raise ValueError(
                f"shots={self.shots}: of {input_shape[2]} pictures no query is left."
            )
        self.built = True

    def call(self, episodes, training=False):
        """Episodes (n, ways, pictures, …) -> logits (n, ways * queries, ways)."""
        ways, pictures, *shape = episodes.shape[1:]
        vectors = self.embedding(ops.reshape(episodes, (-1, *shape)), training=training)
        vectors = ops.reshape(vectors, (-1, ways, pictures, vectors.shape[-1]))
        prototypes = ops.mean(vectors[:, :, : self.shots], axis=2)
        queries = vectors[:, :, self.shots :]
        queries = ops.reshape(queries, (-1, ways * queries.shape[2], vectors.shape[-1]))
        differences = queries[:, :, None] - prototypes[:, None]
        return -ops.sum(ops.square(differences), axis=-1)

    def get_config(self):
        """Return the arguments of the constructor."""
        embedding = keras.saving.serialize_keras_object(self.embedding)
        return super().get_config() | {"embedding": embedding, "shots": self.shots}

    @classmethod
    def from_config(cls, config):
        """Return the model of such arguments."""
        embedding = keras.saving.deserialize_keras_object(config.pop("embedding"))
        return cls(embedding, **config)
