"""What Keras's ``fit`` does not have."""
