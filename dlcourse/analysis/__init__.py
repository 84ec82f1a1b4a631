"""Looking into a model: what it costs, what it sees, what it has learned."""
