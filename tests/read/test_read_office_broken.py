"""Broken files: each reader gives articles or problems, never an exception."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.read.article import Article, Enclosed, ReadLimits, ReadOptions, ReadProblem
from tests.read.factory_mutants import EDITS, SOURCES, Edit, edited, edited_inside

OPTIONS = ReadOptions(limits=ReadLimits(expanded_bytes=4 << 20, member_bytes=2 << 20, pages=20, members=200))
FEW, MANY = 6, 3_000
INSIDE = ("docx", "excel", "zip")


def _read_without_exception(name: str, raw: bytes) -> None:
    for one in SOURCES[name][0](raw, OPTIONS):
        assert isinstance(one, Article | Enclosed | ReadProblem)
        if isinstance(one, Article):
            assert all(0 <= part.start <= part.end <= len(one.text) for part in one.parts)
            one.text.encode()
        elif isinstance(one, ReadProblem):
            assert one.message
            assert "\n" not in one.message


def _tried(name: str, examples: int, change: Callable[[bytes, Sequence[Edit]], bytes] = edited) -> None:
    source = SOURCES[name][1]

    @settings(max_examples=examples, deadline=None, database=None)
    @given(EDITS)
    def try_one(edits: Sequence[Edit]) -> None:
        _read_without_exception(name, change(source, edits))

    try_one()


@pytest.mark.parametrize("name", SOURCES)
def test_broken_bytes(name: str) -> None:
    _tried(name, FEW)


@pytest.mark.parametrize("name", INSIDE)
def test_broken_files_inside_an_archive(name: str) -> None:
    _tried(name, FEW, edited_inside)


@pytest.mark.faults
@pytest.mark.parametrize("name", SOURCES)
def test_many_broken_bytes(name: str) -> None:
    _tried(name, MANY)


@pytest.mark.faults
@pytest.mark.parametrize("name", INSIDE)
def test_many_broken_files_inside_an_archive(name: str) -> None:
    _tried(name, MANY, edited_inside)


@pytest.mark.parametrize("name", SOURCES)
@settings(max_examples=FEW, deadline=None, database=None)
@given(st.binary(max_size=200))
def test_any_bytes(name: str, raw: bytes) -> None:
    _read_without_exception(name, raw)


@pytest.mark.parametrize("name", SOURCES)
def test_cut_anywhere(name: str) -> None:
    raw = SOURCES[name][1]
    for at in range(0, len(raw), max(1, len(raw) // 6)):
        _read_without_exception(name, raw[:at])
