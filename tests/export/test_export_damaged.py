"""Workbooks from anywhere: whatever is wrong with one, reading it ends in one line, or in that cell's refusal."""

import os
import re
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import pytest
from factory_export import frames
from openpyxl import Workbook, load_workbook

from ledger.corrections import corrected_value
from ledger.errors import InputError, LedgerError
from ledger.export import AskedRow, RefusedCell, asked_rows, export
from schemas import DecisionKind

BOOK = frames(30)
SHEET = "xl/worksheets/sheet13.xml"
"""The sheet Claims in the package."""


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook that a person saved, with a decision and a correction."""
    path = tmp_path_factory.mktemp("damaged") / "figures.xlsx"
    export(BOOK, path)
    book = load_workbook(path)
    for row, label, value in ((5, "Corrected value", 77_000_000), (6, "Your decision", "accept")):
        columns = [cell.value for cell in book["Claims"][4]]
        book["Claims"].cell(row, columns.index(label) + 1).value = value
    book.save(path)
    return path


def read(path: Path) -> list[AskedRow]:
    return list(asked_rows(path, BOOK))


def kinds(rows: list[AskedRow]) -> list[str]:
    return [asked.kind.value for row in rows if not unfit(row) for asked in row.asked]


def unfit(row: AskedRow) -> list[RefusedCell]:
    """The cells of a row that are refused, as cells or as corrections."""
    found = list(row.refused)
    for asked in row.asked:
        try:
            _ = corrected_value(asked.field, asked.said) if asked.kind is DecisionKind.CORRECT else None
        except LedgerError as error:
            found.append(RefusedCell(asked.cell, str(error)))
    return found


def test_a_sound_workbook_is_read(reviewed: Path) -> None:
    assert kinds(read(reviewed)) == ["correct", "accept"]


# Damage ---------------------------------------------------------------------------------------------------------------

Damage = Callable[[Path], None]


def cut(part: float) -> Damage:
    return lambda path: path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)]) and None


def content(data: bytes) -> Damage:
    return lambda path: path.write_bytes(data) and None


def bytes_changed(change: Callable[[bytearray], None]) -> Damage:
    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        change(data)
        path.write_bytes(data)

    return damage


def part(name: str, change: Callable[[bytes], bytes | None]) -> Damage:
    """A workbook whose part `name` is changed, or left out where the change gives None."""

    def damage(path: Path) -> None:
        with ZipFile(path) as package:
            parts = {entry: package.read(entry) for entry in package.namelist()}
        with ZipFile(path, "w", ZIP_DEFLATED) as package:
            for entry, data in parts.items():
                new = change(data) if entry == name else data
                if new is not None:
                    package.writestr(entry, new)

    return damage


def swapped(name: str, old: str, new: str) -> Damage:
    def change(data: bytes) -> bytes:
        found, times = re.subn(old.encode(), new.encode(), data, count=1, flags=re.DOTALL)
        assert times, old
        return found

    return part(name, change)


def zeroed_sheet(data: bytearray) -> None:
    start = data.index(SHEET.encode()) + 200
    data[start : start + 256] = bytes(256)


def local_header(field: int, value: int) -> Damage:
    """A field of every header of the zip set to a value: 8 flags, 10 compression method, counted in the directory."""

    def change(data: bytearray) -> None:
        at = data.find(b"PK\x01\x02")
        while at >= 0:
            struct.pack_into("<H", data, at + field, value)
            at = data.find(b"PK\x01\x02", at + 4)

    return bytes_changed(change)


def chart_for_claims(path: Path) -> None:
    book = Workbook()
    book.create_chartsheet("Claims")
    book.save(path)


def chart_beside(path: Path) -> None:
    book = load_workbook(path)
    book.create_chartsheet("My chart", 0)
    book.save(path)


def other_sheets(path: Path) -> None:
    book = Workbook()
    book.save(path)


def empty_claims(path: Path) -> None:
    book = load_workbook(path)
    del book["Claims"]
    book.create_sheet("Claims")
    book.save(path)


def bomb(path: Path) -> None:
    with ZipFile(path, "a", ZIP_DEFLATED) as package:
        package.writestr("xl/media/image1.xml", bytes(200_000_000))


ENTITIES = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY e0 "ha">{ENTITIES}]><worksheet>&e9;</worksheet>'
FIRST_ROW = "<row r=.1. .*?</row>"

UNREADABLE: dict[str, tuple[Damage, str]] = {
    "an empty file": (content(b""), "not a workbook"),
    "a text": (content(b"Claims;1;2\n" * 500), "not a workbook"),
    "an old workbook": (
        content(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)),
        "an old workbook, or one with a pass",
    ),
    "nine tenths": (cut(0.9), "not a workbook"),
    "one half": (cut(0.5), "not a workbook"),
    "four bytes": (cut(0.00001), "not a workbook"),
    "zeros in a sheet": (bytes_changed(zeroed_sheet), "not a workbook"),
    "a locked package": (local_header(8, 1), "not a workbook"),
    "an unknown compression": (local_header(10, 99), "not a workbook"),
    "no content types": (part("[Content_Types].xml", lambda _: None), "not a workbook"),
    "no workbook part": (part("xl/workbook.xml", lambda _: None), "not a workbook"),
    "no sheet part": (part(SHEET, lambda _: None), "the sheet Claims is damaged"),
    "an empty workbook part": (part("xl/workbook.xml", lambda _: b""), "not a workbook"),
    "half a workbook part": (part("xl/workbook.xml", lambda data: data[: len(data) // 2]), "not a workbook"),
    "half a sheet": (part(SHEET, lambda data: data[: len(data) // 2]), "not a workbook"),
    "a sheet of text": (part(SHEET, lambda _: b"Claims"), "not a workbook"),
    "an empty sheet part": (part(SHEET, lambda _: b""), "not a workbook"),
    "a text that is not there": (swapped(SHEET, 't="inlineStr"><is>.*?</is>', 't="s"><v>9</v>'), "not a workbook"),
    "a number that is none": (swapped(SHEET, "<v>77000000</v>", "<v>seventy</v>"), "not a workbook"),
    "an address that is none": (swapped(SHEET, 'r="A6"', 'r="6A"'), "not a workbook"),
    "a row that is none": (swapped(SHEET, '<row r="6"', '<row r="six"'), "not a workbook"),
    "entities without end": (part(SHEET, lambda _: LAUGHS.encode()), "not a workbook"),
    "bytes that are no text": (part(SHEET, lambda data: data[:3000] + b"\xff\xfe" + data[3000:]), "not a workbook"),
    "a bomb": (bomb, "unpacks to more than"),
    "a chart for a sheet": (chart_for_claims, "has no cells (it is a chart)"),
    "other sheets": (other_sheets, "no sheet Claims or Commitments"),
    "an empty sheet": (empty_claims, "has lost its columns"),
    "lost headers": (swapped(SHEET, '<row r="4".*?</row>', ""), "has lost its columns"),
    "another sheet's cells": (swapped(SHEET, "<sheetData>.*</sheetData>", "<sheetData/>"), "has lost its columns"),
}


@pytest.mark.parametrize("damage", UNREADABLE)
def test_damage_is_told_in_one_line(reviewed: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(reviewed.read_bytes())
    change, reason = UNREADABLE[damage]
    change(path)
    with pytest.raises(InputError) as told:
        read(path)
    assert reason in str(told.value)
    assert "\n" not in str(told.value)


def test_a_folder_a_pipe_and_nothing_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    for path in (tmp_path, tmp_path / "pipe.xlsx", tmp_path / "none.xlsx", tmp_path / "a\0b.xlsx"):
        with pytest.raises(InputError):
            read(path)


# What does not hinder -------------------------------------------------------------------------------------------------

HARMLESS: dict[str, Damage] = {
    "a size that is not so": swapped(SHEET, '<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"'),
    "no size": swapped(SHEET, "<dimension [^>]*/>", ""),
    "a chart on a sheet of its own": chart_beside,
    "a style that is not there": swapped(SHEET, 's="[0-9]+"', 's="99999"'),
    "a far row": swapped(SHEET, "</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'),
    "a far column": swapped(SHEET, "</sheetData>", '<row r="900"><c r="XFD900"><v>1</v></c></row></sheetData>'),
    "a part that nobody knows": part("docProps/core.xml", lambda data: data + b"<!-- by hand -->"),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", HARMLESS)
def test_a_workbook_that_can_be_read_is_read(reviewed: Path, tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(reviewed.read_bytes())
    HARMLESS[change](path)
    assert kinds(read(path)) == ["correct", "accept"]


# Cells ----------------------------------------------------------------------------------------------------------------


def cell(value: str, kind: str = "") -> Damage:
    """The corrected value 77000000 as another number, or as a cell of another `kind`."""
    return swapped(SHEET, r'(<c r="[A-Z]+5"[^>]*?)( t="n")?><v>77000000</v>', rf"\g<1>{kind}>{value}")


REFUSED: dict[str, tuple[Damage, str]] = {
    "1e22": (cell("<v>1e22</v>"), "10^18"),
    "1e308": (cell("<v>1e308</v>"), ""),
    "infinite": (cell("<v>1e999</v>"), ""),
    "negative": (cell("<v>-5</v>"), ""),
    "seven decimals": (cell("<v>1.0000001</v>"), ""),
    "an error": (cell("<v>#REF!</v>", ' t="e"'), "the error #REF!"),
    "a truth value": (cell("<v>1</v>", ' t="b"'), "neither text nor a number"),
    "a formula": (cell("<f>1+1</f><v>2</v>"), "a formula"),
    "an array formula": (cell('<f t="array" ref="A1:A2">1+1</f><v>2</v>'), "a formula"),
    "a day": (cell("<v>2026-01-01</v>", ' t="d"'), "neither text nor a number"),
    "words": (cell("<is><t>lots</t></is>", ' t="inlineStr"'), ""),
}


@pytest.mark.parametrize("change", REFUSED)
def test_a_cell_that_does_not_fit_is_refused(reviewed: Path, tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(reviewed.read_bytes())
    damage, reason = REFUSED[change]
    damage(path)
    result = read(path)
    assert kinds(result) == ["accept"]
    (refused,) = [cell for row in result for cell in unfit(row)]
    assert re.fullmatch(r"Claims![A-Z]+5", refused.cell)
    assert reason in refused.reason
    assert "\n" not in refused.reason


def test_a_line_break_pasted_into_a_note_is_a_space(reviewed: Path, tmp_path: Path) -> None:
    book = load_workbook(reviewed)
    columns = [heading.value for heading in book["Claims"][4]]
    book["Claims"].cell(5, columns.index("Note") + 1).value = "read_x000D_\nagain"
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx")[0].note == "read again"


def test_texts_that_look_escaped_are_escaped(tmp_path: Path) -> None:
    book, path = frames(6), tmp_path / "a.xlsx"
    documents = book.documents.with_columns(title=pl.lit("_x000D_ and _x0041_x0042_"))
    export(replace(book, documents=documents, info={**book.info, "scope": "_x0007_"}), path)
    with ZipFile(path) as package:
        sheets = "".join(package.read(name).decode() for name in package.namelist() if "sheets/sheet" in name)
    assert "_x005F_x000D_ and _x005F_x0041_x005F_x0042_" in sheets
    assert '<t xml:space="preserve">_x005F_x0007_</t>' in sheets
