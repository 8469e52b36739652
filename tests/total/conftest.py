"""The factory of the tests of resolution, for those of totals."""

import importlib.util
from pathlib import Path

SPEC = importlib.util.spec_from_file_location("resolve_conftest", Path(__file__).parents[1] / "resolve" / "conftest.py")
assert SPEC is not None
assert SPEC.loader is not None
MODULE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MODULE)

factory = MODULE.factory
