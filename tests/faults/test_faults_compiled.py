"""A compiled build says what plain Python says: `make faults` compiles, which takes minutes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hatch_build import compile_modules

ROOT = Path(__file__).parents[2]
COPIED = ("ledger", "schemas", "benchmarks", "seeds")


def answers(folder: Path) -> str:
    """The hash over all that is said of some articles, by the program in `folder`."""
    command = [sys.executable, "-m", "benchmarks.answers"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.mark.faults
def test_compiled_modules_give_the_same_answers(tmp_path: Path) -> None:
    pytest.importorskip("setuptools", reason="mypyc builds with setuptools")
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    plain = answers(tmp_path)
    assert compile_modules(tmp_path)
    compiled = {path.name.partition(".")[0] for path in (tmp_path / "ledger").rglob("*.so")}
    assert {"tokens", "assemble", "linear"} <= compiled
    assert answers(tmp_path) == plain
