"""Where a ledger may stand: any folder that Delta tables can bear; elsewhere one line, before anything is written."""

from pathlib import Path

import pytest

from ledger.book import Book
from ledger.errors import StoreError
from ledger.store import Store
from tests.store.factory_store import add, pledge

ARTICLE = "Velora will invest $2 million in Spain."
FIT = [
    "my docs",
    "é",
    "日本",
    "😀",
    "{a}",
    "a#b",
    "a?b",
    "<a>",
    'a"b',
    "a`b",
    "100%",
    "a'b",
    "a*b",
    "$a",
    "a&b",
    "a=b",
    "-a",
    "~a",
]
UNFIT = ["a[b", "a]b", "a|b", "a^b", "a\\b", "a\nb", "a%20b"]


@pytest.mark.parametrize("name", FIT)
def test_tables_stand_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / name / "figures.ledger"), create=True)
    add(store, pledge())
    again = Store.open(str(tmp_path / name / "figures.ledger"))
    assert again.snapshot().claims.collect()["exact"].to_list() == ["$300 million"]
    assert (again.snapshot().documents.collect().height, again.history().height) == (1, 1)


@pytest.mark.parametrize("name", ["-" + "".join(FIT[:-2]), "~a"])
def test_a_ledger_stands_in_a_folder_of_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "a.txt").write_text(ARTICLE, encoding="utf-8")
    monkeypatch.chdir(folder)
    assert Book.open("figures.ledger").ingest("a.txt", attributor="fast").claims == 1
    again = Book.open(folder / "figures.ledger")
    assert again.rows()["exact"].to_list() == ["$2 million"]
    assert again.verify() == []


def test_a_file_address_may_hold_a_space_as_it_is_or_encoded(tmp_path: Path) -> None:
    Book.open(f"file://{tmp_path}/my docs/a.ledger")
    assert Store.open(f"file://{tmp_path}/my%20docs/a.ledger").folder == tmp_path / "my docs" / "a.ledger"


@pytest.mark.parametrize("name", UNFIT)
def test_a_folder_that_tables_cannot_bear_is_refused_before_anything_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="choose another place") as refused:
        Book.open(tmp_path / name / "figures.ledger")
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_quoted_tilde_is_refused() -> None:
    with pytest.raises(StoreError, match="write the whole path"):
        Book.open("~/figures.ledger")
