"""The hash of the models: it covers every file of their folder."""

from pathlib import Path

import pytest

from ledger.lexicons.load import folder_hash
from ledger.models.files import FOLDER, SUFFIXES, models_hash

MODELS = Path(str(FOLDER))
DATA = sorted(
    str(path.relative_to(MODELS))
    for path in MODELS.rglob("*")
    if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder with short contents in place of the real ones."""
    for name in DATA:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"contents of {name}", encoding="utf-8")
    return tmp_path


def test_weights_and_network_are_among_the_files() -> None:
    assert {"network/model.onnx", "network/settings.json", "network/tokenizer.json", "weights/actor.json"} <= set(DATA)


@pytest.mark.parametrize("name", DATA)
def test_a_change_of_any_file_changes_the_hash(copy: Path, name: str) -> None:
    before = folder_hash(copy, SUFFIXES)
    (copy / name).write_text("other contents", encoding="utf-8")
    assert folder_hash(copy, SUFFIXES) != before


@pytest.mark.parametrize("name", DATA)
def test_a_missing_or_renamed_file_changes_the_hash(copy: Path, name: str) -> None:
    before = folder_hash(copy, SUFFIXES)
    path = copy / name
    path.rename(path.with_stem("renamed"))
    assert folder_hash(copy, SUFFIXES) != before


def test_the_hash_of_a_run_is_that_of_the_folder() -> None:
    assert models_hash() == folder_hash(FOLDER, SUFFIXES)
