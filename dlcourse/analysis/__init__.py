"""Looking into a model: what it costs, what it sees, what it has learned."""

from dlcourse.analysis.complexity import complexity
from dlcourse.analysis.receptive_field import receptive_field

__all__ = ["complexity", "receptive_field"]
