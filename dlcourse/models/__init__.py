"""Functions -> keras.Model: the networks, one file per paper; ``catalog`` lists them."""
