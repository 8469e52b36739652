"""Every executable example in the documents runs in a folder of its own that holds the seed articles."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent


@pytest.fixture
def seed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the seed articles in `seeds/` and nothing else."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEDGER_PATH", raising=False)
    return tmp_path


@pytest.fixture(autouse=True)
def _documents_run_beside_seeds(request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.DoctestItem) and request.node.path.suffix == ".md":
        request.getfixturevalue("seed_folder")
