"""Looking into a model: what it costs, what it sees, what it has learned."""

from dlcourse.analysis.complexity import complexity

__all__ = ["complexity"]
