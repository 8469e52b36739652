"""The workbook's switches at their first setting, and the order of stages that one of them compares."""

from dataclasses import dataclass

from schemas import Stage

STAGE_RANKS = {
    **{stage.value: rank for rank, stage in enumerate(Stage) if stage is not Stage.CANCELLED},
    Stage.CANCELLED.value: -1,
}
"""Stage → how firm it is, from 0; cancelled is below all."""
STAGE_FLOORS = tuple(stage for stage, rank in STAGE_RANKS.items() if rank >= 0)
"""Stages that the first switch offers."""


@dataclass(frozen=True)
class Switches:
    """First settings of the workbook's switches."""

    currency: str = "USD"
    stage_floor: str = "pledged"
    bound_end: str = "stated"
    allocation: str = "split"
    count_cancelled: str = "no"
