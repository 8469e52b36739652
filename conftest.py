"""Every executable example in the documents runs in a folder of its own that holds the seed articles."""

import os
import shutil
from collections.abc import Callable
from cProfile import Profile
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent
os.environ["LEDGER_ATTRIBUTOR"] = (
    "fast"  # tests speak of the named features, installed extras or not, unless they ask for the network
)
settings.register_profile("without a clock", parent=settings(), deadline=None)
settings.load_profile("without a clock")


@pytest.fixture
def seed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the seed articles in `seeds/` and nothing else."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEDGER_PATH", raising=False)
    return tmp_path


@pytest.fixture(autouse=True)
def _as_wide_as_it_is_piped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are as wide as when they are piped, whatever a terminal or a package says of the width."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def calls() -> Callable[[Callable[[], object]], int]:
    """Counts the calls that some work makes: its cost without a clock, the same on a busy machine."""

    def count(work: Callable[[], object], first: Callable[[], object] | None = None) -> int:
        (first or work)()  # what is compiled or read once is not part of the cost
        profile = Profile()
        profile.enable()
        try:
            work()
        finally:
            profile.disable()
        return sum(entry.callcount for entry in profile.getstats())

    return count


@pytest.fixture(autouse=True)
def _documents_run_beside_seeds(request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.DoctestItem) and request.node.path.suffix == ".md":
        request.getfixturevalue("seed_folder")


LONG_PAGES = ("counting.md", "exports.md")
"""Pages whose examples make many ledgers."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """The long pages run with the slow tests."""
    if isinstance(item, pytest.DoctestItem) and item.path.name in LONG_PAGES:
        item.add_marker(pytest.mark.slow)
