"""Own groups of actors: the file that names them, and their totals in a workbook."""

from pathlib import Path

import pytest
from factory_export import frames
from openpyxl import load_workbook

from ledger.book import Book
from ledger.cli import run
from ledger.errors import InputError, LedgerError
from ledger.export import GroupsOfActors, export, groups_of, read_groups

EXAMPLE = 'write [groups] and below it EU = ["Germany", "France"]'
BROKEN = {
    "": f": holds no group; {EXAMPLE}",
    "[groups]\n": f", line 1: holds no group; {EXAMPLE}",
    '[group]\nEU = ["Kesto"]\n': f": holds no group; {EXAMPLE}",
    '[groups]\nEU = ["Kesto"]\n[other]\n': f", line 3: 'other' is no key; {EXAMPLE}",
    '[groups]\nEU = "Kesto"\n': ", line 2: group 'EU': is no list of names, or an empty one; "
    'write EU = ["Germany", "France"]',
    "[groups]\nEU = []\n": ", line 2: group 'EU': is no list of names, or an empty one; "
    'write EU = ["Germany", "France"]',
    '[groups]\nG7 = ["Kesto"]\nEU = ["Kesto", 7]\n': ", line 3: group 'EU': name 2 is no text; "
    'write it in quotes: "Germany"',
    '[groups]\nEU = ["Kesto", "  "]\n': ", line 2: group 'EU': name 2 is empty; write a name",
    f'[groups]\nEU = ["{"K" * 201}"]\n': ", line 2: group 'EU': name 1 is longer than 200 characters; shorten it",
    '[groups]\n"" = ["Kesto"]\n': ", line 2: group '' is empty; write a name",
    '[groups]\nTotal = ["Kesto"]\n': ", line 2: a group cannot be called 'Total'; rename it",
    '[groups]\n"(in no group)" = ["Kesto"]\n': ", line 2: a group cannot be called '(in no group)'; rename it",
}


@pytest.mark.parametrize(("text", "told"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_file_that_is_not_valid_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_groups(path)
    assert str(error.value) == f"{path}{told}"


@pytest.mark.parametrize(("raw", "told"), [(b"[groups\n", "is no TOML"), (b"\xff\xfe", "is not TOML in UTF-8")])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, raw: bytes, told: str) -> None:
    (tmp_path / "groups.toml").write_bytes(raw)
    with pytest.raises(InputError, match=told):
        read_groups(tmp_path / "groups.toml")


def test_a_valid_file_keeps_its_groups_and_names(tmp_path: Path) -> None:
    (tmp_path / "groups.toml").write_text('[groups]\n"Gulf states" = [" Qatar ", "Kuwait"]\n', encoding="utf-8")
    assert read_groups(tmp_path / "groups.toml").groups == {"Gulf states": ["Qatar", "Kuwait"]}
    assert groups_of({"groups": {"EU": ["France"]}}).groups == {"EU": ["France"]}


def test_members_tell_what_fits_and_where_else_an_actor_is() -> None:
    found = GroupsOfActors((("EU", "kesto", "Kesto"), ("EU", "Nix", None), ("G7", "Kesto", "Kesto")))
    assert found.actors == {"EU": ["Kesto"], "G7": ["Kesto"]}
    assert found.unknown == [("EU", "Nix")]
    assert found.rows() == [("EU", "kesto", "Kesto", "G7"), ("EU", "Nix", None, None), ("G7", "Kesto", "Kesto", "EU")]


@pytest.mark.parametrize("profile", ["analyst", "publication"])
def test_the_workbook_says_that_groups_may_overlap_and_who_is_in_them(tmp_path: Path, profile: str) -> None:
    groups = GroupsOfActors((("EU", "kesto", "Kesto"), ("EU", "Nix", None), ("G7", "Kesto", "Kesto")))
    export(frames(30), tmp_path / "a.xlsx", profile=profile, groups=groups)
    book = load_workbook(tmp_path / "a.xlsx", data_only=True)
    totals, members = book["Totals by group"], book["Group members"]
    assert "Groups may overlap" in totals["A2"].value
    names = [row[0] for row in totals.iter_rows(min_row=5, values_only=True)]
    assert sorted(names[:2]) == ["EU", "G7"]
    assert names[2:] == ["(in no group)", "Total"]
    blank = "[x]" if profile == "publication" else None
    assert ("EU", "Nix", blank) in [row[:3] for row in members.iter_rows(min_row=5, values_only=True)]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "package"])
def test_groups_are_for_workbooks(tmp_path: Path, name: str) -> None:
    with pytest.raises(LedgerError, match="groups are for a workbook"):
        export(frames(3), tmp_path / name, groups=GroupsOfActors((("EU", "Kesto", "Kesto"),)))


# Of a ledger ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("groups")
    (folder / "a.txt").write_text("Norlund Energi will invest $20 million in a bridge.\n", encoding="utf-8")
    assert run(["--ledger", str(folder / "a.ledger"), "ingest", str(folder / "a.txt"), "--attributor", "fast"]) == 0
    return folder / "a.ledger"


@pytest.mark.slow
def test_a_name_that_fits_no_actor_is_said(ledger: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "groups.toml"
    file.write_text('[groups]\nNorth = ["NORLUND  energi", "Norlnd Energi"]\n', encoding="utf-8")
    told = "group North: no actor 'Norlnd Energi' (did you mean Norlund Energi?); it adds nothing"
    assert run(["--ledger", str(ledger), "export", str(tmp_path / "a.xlsx"), "--groups", str(file)]) == 0
    assert told in capfd.readouterr().err
    book = Book.open(ledger)
    with pytest.warns(UserWarning, match="no actor 'Norlnd Energi'"):
        book.export(tmp_path / "b.xlsx", groups=file)
    book.export(tmp_path / "c.xlsx", groups={"North": ["norlund energi"]})  # all fit, nothing is warned of
    rows = list(load_workbook(tmp_path / "c.xlsx", data_only=True)["Totals by group"].iter_rows(values_only=True))
    assert [row[:1] + row[3:4] for row in rows[4:]] == [("North", 20), ("Total", 20)]


def test_groups_that_are_not_valid_leave_no_file(
    ledger: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for given in (str(tmp_path / "none.toml"), str(tmp_path)):
        assert run(["--ledger", str(ledger), "export", str(tmp_path / "a.xlsx"), "--groups", given]) == 3
        assert capfd.readouterr().err.count("\n") == 1
    with pytest.raises(InputError, match="give a path, as text"):
        Book.open(ledger).export(tmp_path / "a.xlsx", groups={"North": [7]})  # type: ignore[list-item] - refused
    assert not (tmp_path / "a.xlsx").exists()
