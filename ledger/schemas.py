"""The records under the name that they have in the wheel, where they lie inside of `ledger`; see `hatch_build.py`."""

import schemas
from schemas import *  # noqa: F403 - this name stands for that package

__all__ = schemas.__all__
