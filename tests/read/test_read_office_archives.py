"""ZIP and web archives: what is in them, and what is refused."""

import io
import zipfile

import pytest

from ledger.read.archives import read_zip
from ledger.read.article import Enclosed, ReadLimits, ReadOptions, ReadProblem
from ledger.read.warc import read_warc
from tests.read import factory_formats as made

STORIES = made.stories()[:3]
OPTIONS = ReadOptions()
SMALL = ReadOptions(limits=ReadLimits(expanded_bytes=4_000_000, member_bytes=2_000_000, members=3))


def test_files_of_a_zip_in_its_order_without_what_systems_add() -> None:
    raw = made.archive({"b/two.txt": b"2", "one.txt": b"1", "__MACOSX/._one.txt": b"x", "b/.DS_Store": b"x", "c/": b""})
    assert [(one.name, one.raw) for one in read_zip(raw, OPTIONS) if isinstance(one, Enclosed)] == [
        ("b/two.txt", b"2"),
        ("one.txt", b"1"),
    ]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "a/../../b.txt", "C:\\a.txt", "..\\a.txt", "C:a.txt"])
def test_paths_that_leave_a_zip_are_refused(name: str) -> None:
    [problem, whole] = read_zip(made.archive({name: b"x", "good.txt": b"y"}), OPTIONS)
    assert isinstance(problem, ReadProblem)
    assert problem.rule == "unsafe_path"
    assert isinstance(whole, Enclosed)


def test_a_file_of_a_zip_without_a_name_is_told() -> None:
    nameless = made.archive({"": b"x", "good.txt": b"y"})
    [problem, whole] = read_zip(nameless, ReadOptions(name="news.zip"))
    assert problem == ReadProblem("news.zip", "unsafe_path", "has a file without a name; unpack it and name the file")
    assert isinstance(whole, Enclosed)


def _linked() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made_archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        made_archive.writestr(link, "/etc/passwd")
    return stream.getvalue()


def _encrypted() -> bytes:
    raw = bytearray(made.archive({"a.txt": b"It cost $3 million."}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (_linked(), "unsafe_path"),
        (_encrypted(), "encrypted"),
        (b"PK\x03\x04 nothing", "broken"),
        (b"", "broken"),
        (made.archive({f"{at}.txt": b"x" for at in range(5)}), "too_many_files"),
        (made.archive({"a.txt": b"0" * 5_000_000}), "expansion"),
        (made.archive({"a.txt": b"0" * 2_500_000}), "expansion"),
    ],
    ids=["link", "encrypted", "no zip", "empty", "many files", "large", "large file"],
)
def test_what_is_refused_of_a_zip(raw: bytes, rule: str) -> None:
    [problem] = read_zip(raw, SMALL)
    assert isinstance(problem, ReadProblem)
    assert problem.rule == rule


@pytest.mark.parametrize("packed", [False, True])
def test_pages_of_a_web_archive(packed: bool) -> None:
    found = list(read_warc(made.warc(STORIES, packed=packed), OPTIONS))
    assert len(found) == len(STORIES)
    for at, (page, story) in enumerate(zip(found, STORIES, strict=True), 1):
        assert isinstance(page, Enclosed)
        assert (page.url, page.media_type) == (f"https://wire.example/{at}", "text/html; charset=utf-8")
        assert story.title in page.raw.decode()
        assert page.raw.startswith(b"<html>")


@pytest.mark.parametrize("raw", [b"", b"WARC/1.0\r\n", b"\x1f\x8b nothing", made.warc([])])
def test_web_archive_without_pages_is_a_problem(raw: bytes) -> None:
    found = list(read_warc(raw, OPTIONS))
    assert found
    assert all(isinstance(one, ReadProblem) for one in found)


def test_web_archive_that_is_cut_gives_its_whole_pages_and_a_problem() -> None:
    raw = made.warc(STORIES, packed=True)
    *pages, problem = read_warc(raw[: int(len(raw) * 0.8)], OPTIONS)
    assert pages
    assert isinstance(problem, ReadProblem)
