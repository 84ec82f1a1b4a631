"""Architectures as data: a small search space of cells, and three strategies."""

from dlcourse.arguments import check_all
from dlcourse.search.cell_net import (
    CHOICES,
    OPERATIONS,
    CellNet,
    Choice,
    all_cells,
    canonical_cell,
    select_cell,
)
from dlcourse.search.cells import CellTrainer, cell_errors
from dlcourse.search.kinds import KINDS
from dlcourse.search.strategies import (
    Controller,
    best_so_far,
    evolution,
    mutate,
    random_search,
    reinforce,
)

__all__ = [
    "CHOICES",
    "OPERATIONS",
    "CellNet",
    "CellTrainer",
    "Choice",
    "Controller",
    "all_cells",
    "best_so_far",
    "canonical_cell",
    "cell_errors",
    "evolution",
    "mutate",
    "random_search",
    "reinforce",
    "select_cell",
]

check_all(globals(), KINDS)
