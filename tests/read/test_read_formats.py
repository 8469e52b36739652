"""Formats: what a file is, told by its content and its name; what is refused; limits; readers that are ended."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger import process
from ledger.cli import run
from ledger.lexicons import load
from ledger.read import documents, formats, read_documents
from ledger.read.article import LIMITS, Article, Enclosed, Part, Read, ReadLimits, ReadOptions, ReadProblem
from ledger.read.formats import FORMATS, Format, Refusal, Sample, format_of, refusal_of
from ledger.read.worker import Worker
from schemas import Document, Problem, Severity

AT = datetime(2025, 3, 4, tzinfo=UTC)
HTML = "<html><head><title>Mill</title></head><body><p>It pays &euro;300&nbsp;million.</p></body></html>"
MARKDOWN = "# Mill\n\nIt pays **$3 million**.<br>More on <a href='x'>this</a>.\n\n<details>A</details>\n"


def _zip(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "x" * 60)  # a name alone would bear the time of today
    return made.getvalue()


@pytest.mark.parametrize(
    ("raw", "name", "is_kind"),
    [
        (HTML.encode(), "mill.txt", "html"),
        (HTML.encode("utf-16"), "mill.txt", "html"),
        (HTML.encode(), "", "html"),
        (b"\xef\xbb\xbf\n\n<!-- saved page -->\n<!DOCTYPE html>\n<p>A", "mill", "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html xmlns='http://www.w3.org/1999/xhtml'/>", "a", "html"),
        (b"Mill opens\n\n<p>It pays.</p><p>More.</p><div>End</div>\n", "mill.txt", "html"),
        (b"window.ads = 1; <div><p>Acme pledged $3bn</p></div></body></html>", "mill.txt", "html"),
        (b"It says <b>so</b>.", "mill.html", "html"),
        (MARKDOWN.encode(), "mill.md", "markdown"),
        (b"<p align=center>Mill</p>\n\nIt pays $3 million for a mill, it said on Monday.\n" * 9, "mill.md", "markdown"),
        (b"Mill opens\n\nIt pays $3 million.\n", "mill.txt", "text"),
        (b"BMW will pay 3 billion euros.\n", "bmw.txt", "text"),
        (b"MZ Holdings pays $3 million\n", "", "text"),
        (b"Sums where a < b > c and <x> is pledged\n", "mill.txt", "text"),
        (b"It pays $3 million.\n", "mill.html", "text"),
        (b"It pays $3 million.\n", "mill.news", "text"),
        (b"It pays $3 million.\n", "MILL.TXT", "text"),
        (b"It pays $3 million.\n", "archive.2025", "text"),
    ],
)
def test_what_a_file_is(raw: bytes, name: str, is_kind: str) -> None:
    found = format_of(Sample(raw, name))
    assert isinstance(found, Format)
    assert found.name == is_kind


@pytest.mark.parametrize(
    ("raw", "name", "told"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "chart.txt", "a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 99, "photo", "a picture"),
        (b"ID3\x03\0" + b"\0" * 200, "talk.mp3", "a sound recording"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 99, "clip.mp4", "a film"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "mill.doc", "an old Office document"),
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 99, "all.7z", "an archive"),
        (b"var a = 'Acme pledged $3bn';", "ad.js", "a script"),
        (b"p { color: red }", "a.css", "a style sheet"),
        (b"<?xml version='1.0'?><nitf><p>Acme pays $3 million</p></nitf>", "a.txt", "XML"),
        (b"<svg xmlns='x'><text>$3 million</text></svg>", "a.txt", "XML"),
        (b"\x7fELF\2\1\1" + b"\0" * 99, "a", "a program"),
        (bytes(range(256)) * 9, "a.txt", "no text"),
    ],
)
def test_what_is_refused_in_one_line_with_what_can_be_done(raw: bytes, name: str, told: str) -> None:
    found = format_of(Sample(raw, name))
    assert isinstance(found, Refusal)
    assert told.rpartition(" ")[2] in found.message
    assert ";" in found.message
    assert "\n" not in found.message


@pytest.mark.parametrize("rule", load.toml("read")["refused"], ids=lambda rule: str(rule["media_type"]))
def test_a_rule_of_refusal_fits_its_example_and_not_its_counter(rule: dict[str, str]) -> None:
    assert rule["example"].startswith(rule["media_type"])
    assert not rule["counter"].startswith(rule["media_type"])


def test_formats_are_distinct_and_their_readers_are_there() -> None:
    names = [entry.name for entry in FORMATS]
    assert len(set(names)) == len(names)
    assert names[-1] == "text", "plain text is tried last"
    assert [entry.name for entry in FORMATS if formats.lacking(entry)] == []


def test_formats_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["formats", "--format", "csv"]) == 0
    listed = capsys.readouterr().out
    assert [entry.name for entry in FORMATS if f"\n{entry.name}," not in listed] == []


# A reader of the tests, which does what the bytes say ------------------------------------------------------------


def read_test(raw: bytes, options: ReadOptions) -> Read:
    """What the words of the bytes ask for."""
    for line in raw.decode().split("\n")[1:]:
        word, _, rest = line.partition(" ")
        if word == "article":
            yield Article(f"{rest} pays $3 million.", number=rest, parts=(Part(0, 3, f"row {rest}"),))
        elif word == "enclosed":
            name, _, inner = rest.partition(" ")
            yield Enclosed(name, inner.replace("/n", "\n").encode(), published=date(2024, 5, 6))
        elif word == "problem":
            yield ReadProblem(rest, "odd", "looks odd; look at it", Severity.WARNING)
        elif word == "many":
            yield from (Article(f"Mill {at} pays $3 million.") for at in range(int(rest)))
        elif word == "loop":
            while True:
                pass
        elif word == "raise":
            raise ValueError("bad\nbytes")
        elif word == "import":
            raise ModuleNotFoundError(name="striprtf")
        elif word == "memory":
            _ = bytearray(64 * 1024 * 1024 * 1024)
        elif word == "die":
            raise SystemExit(3)


TEST = Format(
    "test",
    "a test file",
    (".test",),
    "text/x-test",
    f"{__name__}:read_test",
    lambda sample: sample.raw.startswith(b"@"),
    extra="formats",
)


@pytest.fixture
def with_test_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", (replace(TEST, apart=False), *FORMATS))
    monkeypatch.setattr(
        documents, "reader_of", lambda name: read_test if name == TEST.reader else formats.reader_of(name)
    )


def _read(raw: str | bytes, limits: ReadLimits = LIMITS) -> list[Document | Problem]:
    given = raw.encode() if isinstance(raw, str) else raw
    return list(read_documents(given, retrieved_at=AT, limits=limits))


@pytest.mark.usefixtures("with_test_format")
def test_articles_of_one_source_keep_their_number_and_place() -> None:
    first, second, odd = _read("@\narticle Arla\narticle Bolt\nproblem row 3")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert isinstance(odd, Problem)
    assert (first.source, first.number, first.media_type) == ("bytes#Arla", "Arla", "text/x-test")
    assert [(part.start, part.end, part.place) for part in second.parts or ()] == [(0, 3, "row Bolt")]
    assert (odd.where, odd.rule, odd.severity) == ("bytes: row 3", "odd", Severity.WARNING)


@pytest.mark.usefixtures("with_test_format")
def test_enclosed_files_are_read_as_files_of_their_own() -> None:
    page, text, bad = _read(f"@\nenclosed in/a.html {HTML}\nenclosed b.txt Mill pays $4 million.\nenclosed c.js a=1")
    assert isinstance(page, Document)
    assert isinstance(text, Document)
    assert isinstance(bad, Problem)
    assert (bad.where, bad.rule) == ("bytes/c.js", "not_read")
    assert (page.source, page.media_type, page.published) == ("bytes/in/a.html", "text/html", date(2024, 5, 6))
    assert "€300 million" in page.text
    assert text.source == "bytes/b.txt"


@pytest.mark.usefixtures("with_test_format")
@pytest.mark.parametrize(
    ("source", "limits", "rules"),
    [
        ("@\nenclosed ../a.txt Mill", {}, ["outside_archive"]),
        ("@\nenclosed /etc/a.txt Mill", {}, ["outside_archive"]),
        ("@\nenclosed a\\..\\..\\b.txt Mill", {}, ["outside_archive"]),
        ("@\nenclosed C:/a.txt Mill", {}, ["outside_archive"]),
        ("@\nenclosed a @/nenclosed b @/nenclosed_c", {"depth": 1}, ["too_deep"]),
        ("@\nenclosed a Mill\nenclosed b Mall\nenclosed c Mull", {"members": 2}, [None, None, "too_many"]),
        ("@\nenclosed a Mill\nenclosed b Malls\nenclosed c M", {"expanded_bytes": 8}, [None, "too_large", "too_large"]),
        ("@\nenclosed a Mill\nenclosed b Malls", {"member_bytes": 4}, [None, "too_large"]),
        ("@\nmany 5", {"members": 3}, [None, None, None, "too_many"]),
        ("@\narticle " + "x" * 50, {"text_bytes": 40}, ["too_large"]),
        ("x" * 50, {"text_bytes": 40}, ["too_large"]),
        ("@\nenclosed a.txt  ", {}, ["empty"]),
        ("@\n", {}, []),
    ],
)
def test_limits(source: str, limits: dict[str, int], rules: list[str | None]) -> None:
    read = _read(source, replace(LIMITS, **limits))  # type: ignore[arg-type]
    assert [entry.rule if isinstance(entry, Problem) else None for entry in read] == rules
    assert all(";" in entry.message for entry in read if isinstance(entry, Problem))


@pytest.fixture(scope="module")
def apart() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


ENDINGS = [
    ("raise", "reader_failed", "ValueError: bad bytes"),
    ("import", "package_missing", "figures-ledger[formats]"),
    ("memory", "too_large", "more memory"),
    ("die", "reader_failed", "ended its reader"),
]


@pytest.mark.parametrize(("word", "rule", "told"), ENDINGS)
def test_a_reader_that_fails_is_told_and_the_next_file_is_read(
    apart: Worker, monkeypatch: pytest.MonkeyPatch, word: str, rule: str, told: str
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    entry = replace(TEST, reader=f"{Path(__file__).stem}:read_test")
    first, problem = apart.read(entry, f"@\narticle Arla\n{word} x".encode(), ReadOptions())
    assert isinstance(first, Article)
    assert isinstance(problem, ReadProblem)
    assert problem.rule == rule
    assert told in problem.message
    assert [type(one) for one in apart.read(entry, b"@\narticle Bolt", ReadOptions())] == [Article]


def test_a_reader_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    entry = replace(TEST, reader=f"{Path(__file__).stem}:read_test")
    made = Worker()
    options = ReadOptions(limits=replace(LIMITS, seconds=0.1))
    assert isinstance(next(made.read(entry, b"@\narticle Arla", ReadOptions())), Article)
    *_, problem = made.read(entry, b"@\nloop", options)
    assert isinstance(problem, ReadProblem)
    assert problem.rule == "too_slow"
    assert made._process is None


def test_a_frame_cut_short_is_an_end() -> None:
    whole = io.BytesIO()
    process.send(whole, "a")
    with pytest.raises(EOFError):
        process.take(io.BytesIO(whole.getvalue()[:-1]))


@pytest.mark.parametrize("raw", [gzip.compress(b"a" * 99, mtime=0), _zip("a.txt"), b"%PDF-1.7\n", b"{\\rtf1 a}"])
def test_a_refusal_always_has_a_remedy(raw: bytes) -> None:
    assert ";" in refusal_of(Sample(raw, "a")).message
