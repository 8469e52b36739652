"""Forty kinds of sources: each is read, or is a problem told in one line, and the article beside it is kept."""

import io
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import ledger
from ledger import files
from ledger.errors import LedgerError
from tests.faults.factory_faults import ARTICLE, ended

Words = Sequence[str]


@dataclass(frozen=True)
class Case:
    """A source beside a good article: how it is made in the folder `news`, what is typed, and how it ends."""

    make: Callable[[Path], object]
    code: int
    told: str = ""
    """Words of the message; empty where nothing is told."""
    words: Words = ("news",)
    documents: int = 1
    """How many documents the ledger has afterwards."""


def _raw(data: bytes, name: str = "b.txt") -> Callable[[Path], object]:
    return lambda news: (news / name).write_bytes(data)


def _named(name: bytes) -> Callable[[Path], object]:
    return lambda news: Path(os.fsdecode(os.fsencode(news) + b"/" + name)).write_text(f"{ARTICLE}Again.\n")


def _link(to: str, name: str = "b.txt") -> Callable[[Path], object]:
    return lambda news: (news / name).symlink_to(to)


def _outside(news: Path) -> None:
    (news.parent / "accounts").write_text("root:x:0:0 paid $5 million\n")
    (news / "b.txt").symlink_to("../accounts")


def _inside(news: Path) -> None:
    (news / "sub").mkdir()
    (news / "b.txt").symlink_to("a.txt")


def _linked_folder(news: Path) -> None:
    (news.parent / "other").mkdir()
    (news.parent / "other" / "c.txt").write_text(f"{ARTICLE}Third.\n")
    (news / "linked").symlink_to("../other")


def _socket(news: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(news / "b.txt"))


def _own_ledger(news: Path) -> None:
    ledger.open(news / "figures.ledger")


def _large(news: Path) -> None:
    with (news / "b.txt").open("wb") as file:
        file.truncate(files.LARGEST_FILE + 1)


def _table(text: str) -> Callable[[Path], object]:
    return lambda news: (news.parent / "about.csv").write_text(text, encoding="utf-8")


def _nothing(_: Path) -> None:
    pass


WITH_TABLE = ("news", "--metadata", "about.csv")
SURROGATES = "Kesto \ud800 pays $3 million.\n".encode("utf-16-le", "surrogatepass")
CASES = {
    "charset undefined": Case(_raw(b"coding=undefined \xe9 $3 million\n"), 0, documents=2),
    "charset unicode_escape": Case(_raw(b"charset=unicode_escape \\ud800 \xe9 $3 million\n"), 0, documents=2),
    "charset raw_unicode_escape": Case(_raw(b"charset=raw_unicode_escape \\ud800 \xe9\n"), 0, documents=2),
    "charset utf-7": Case(_raw(b"charset=utf-7 +2AA- \xe9 $3 million\n"), 0, documents=2),
    "charset hex": Case(_raw(b"charset=hex \xe9 $3 million\n"), 0, documents=2),
    "charset idna": Case(_raw(b"charset=idna \xe9 $3 million\n"), 0, documents=2),
    "charset rot13": Case(_raw(b"charset=rot13 \xe9 $3 million\n"), 0, documents=2),
    "charset that is none": Case(_raw(b"charset=no.such-thing \xe9 $3 million\n"), 0, documents=2),
    "lone surrogates in UTF-16": Case(_raw(b"\xff\xfe" + SURROGATES), 1, "b.txt"),
    "lone surrogates in UTF-8": Case(_raw(b"Kesto \xed\xa0\x80 pays $3 million\n"), 0, documents=2),
    "zero bytes": Case(_raw(b"\0" * 5000), 1, "b.txt"),
    "random bytes": Case(_raw(bytes(range(256)) * 20), 1, "b.txt"),
    "an empty file": Case(_raw(b""), 1, "b.txt: empty"),
    "blanks alone": Case(_raw(b" \n\t\n"), 1, "b.txt: empty"),
    "a byte order mark alone": Case(_raw(b"\xef\xbb\xbf"), 1, "b.txt: empty"),
    "a PDF named .txt": Case(_raw(b"%PDF-1.7\n"), 1, "b.txt: broken"),
    "a PDF in the folder": Case(_raw(b"%PDF-1.7\n", "b.pdf"), 1, "b.pdf"),
    "a name that is no UTF-8": Case(_named(b"b\xff.txt"), 0, documents=2),
    "a suffix that is no UTF-8": Case(_named(b"b.\xff"), 1, "\\xff"),
    "a name with a line break": Case(_named(b"b\n[red].txt"), 0, documents=2),
    "a dangling link": Case(_link("gone.txt"), 1, "b.txt: unreadable"),
    "a link to itself": Case(_link("b.txt"), 1, "b.txt: unreadable"),
    "a dangling link beside a table": Case(
        lambda news: (_link("gone.txt")(news), _table("file,title\na.txt,A\n")(news)),
        1,
        "b.txt: unreadable",
        WITH_TABLE,
    ),
    "a link to itself beside a table": Case(
        lambda news: (_link("b.txt")(news), _table("file,title\na.txt,A\n")(news)), 1, "b.txt: unreadable", WITH_TABLE
    ),
    "a link out of the folder": Case(_outside, 1, "leads out of the folder"),
    "a link within the folder": Case(_inside, 0),
    "a link to a folder": Case(_linked_folder, 1, "is a link to a folder"),
    "a link to its own folder": Case(_link(".", "b"), 1, "is a link to a folder"),
    "a pipe": Case(lambda news: os.mkfifo(news / "b.txt"), 1, "is a pipe"),
    "a pipe by name": Case(lambda news: os.mkfifo(news / "b.txt"), 1, "is a pipe", ("news/a.txt", "news/b.txt")),
    "a socket": Case(_socket, 1, "is a socket"),
    "a device": Case(_nothing, 1, "is a device", ("news", "/dev/zero")),
    "the null device": Case(_nothing, 1, "is a device", ("news", "/dev/null")),
    "a file too large": Case(_large, 1, "holds more than"),
    "a folder named like a file": Case(lambda news: (news / "b.txt").mkdir(), 0),
    "an empty folder": Case(lambda news: (news / "sub").mkdir(), 1, "no files in it", ("news/a.txt", "news/sub")),
    "no name": Case(_nothing, 3, "an empty name", ("news", ""), 0),
    "a blank name": Case(_nothing, 3, "an empty name", (" ",), 0),
    "a zero byte in the name": Case(_nothing, 3, "no such file", ("news\0",), 0),
    "a name too long": Case(_nothing, 3, "no such file", ("n" * 5000,), 0),
    "a name that is not there": Case(_nothing, 3, "no such file", ("news/gone.txt",), 0),
    "a name through a file": Case(_nothing, 3, "no such file", ("news/a.txt/b.txt",), 0),
    "the ledger itself": Case(_own_ledger, 3, "is a ledger", ("news/figures.ledger",), 0),
    "a ledger in the folder": Case(_own_ledger, 0),
    "the working folder": Case(_nothing, 0, words=(".",)),
    "U+0085 and U+2028 in a cell": Case(_table("file,title\na.txt,A\u0085B\u2028C\n"), 0, words=WITH_TABLE),
    "a zero byte in a table": Case(_table("file,title\na.txt,A\0B\n"), 0, words=WITH_TABLE),
    "a table that is a folder": Case(lambda news: (news.parent / "about.csv").mkdir(), 3, "is a folder", WITH_TABLE, 0),
    "a table that is a device": Case(_nothing, 3, "is a device", ("news", "--metadata", "/dev/zero"), 0),
    "names that are a device": Case(_nothing, 3, "is a device", ("news", "--names", "/dev/zero"), 0),
    "names nested deeply": Case(
        lambda news: (news.parent / "n.toml").write_text("a = " + "[" * 9000),
        3,
        "n.toml",
        ("news", "--names", "n.toml"),
        0,
    ),
}


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEDGER_PATH", str(tmp_path / "book"))
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(ARTICLE, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", CASES)
def test_no_source_stops_a_run(name: str, news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    case = CASES[name]
    case.make(news)
    done = ended(["ingest", *case.words], capfd)
    assert done.fault() is None
    assert done.code == case.code, done.err
    assert case.told in done.err
    assert bool(done.err) == bool(case.told)
    assert done.err.count("\n") <= 2
    assert ledger.open().documents.collect().height == case.documents
    assert ended(["problems", "--format", "csv"], capfd).code == 0
    assert ended(["verify"], capfd).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_no_source_stops_python(name: str, news: Path) -> None:
    case = CASES[name]
    case.make(news)
    options = {
        case.words[at][2:]: case.words[at + 1] for at in range(len(case.words)) if case.words[at].startswith("--")
    }
    sources = [word for word in case.words if not word.startswith("--") and word not in options.values()]
    book = ledger.open()
    if case.code == 3:
        with pytest.raises(LedgerError) as raised:
            book.ingest(sources, **options)  # type: ignore[arg-type]  # metadata and names are paths
        assert "\n" not in str(raised.value)
    else:
        assert bool(book.ingest(sources, **options).found) == bool(case.told)  # type: ignore[arg-type]  # as above


@contextmanager
def _standard_input(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        yield


def test_standard_input_has_a_limit(
    news: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with _standard_input(b"a " * (files.LARGEST_FILE // 2 + 1), monkeypatch):
        done = ended(["ingest", "news", "-"], capfd)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "holds more than" in done.err


@pytest.mark.parametrize("source", [None, 5, 2.5, [None], [5], {"a": 1}, b"", b"\0", [b"Kesto pays $3 million."]])
def test_no_value_from_python_stops_a_run(source: object, news: Path) -> None:
    book = ledger.open()
    if isinstance(source, bytes) or source == [b"Kesto pays $3 million."]:
        done = book.ingest(source)  # type: ignore[arg-type]  # bytes are articles, which a ledger's user seldom has
        assert done.documents or done.found
        return
    with pytest.raises(LedgerError, match=r"^[^\n]+$"):
        book.ingest(source)  # type: ignore[arg-type]  # what a caller must not give


@pytest.mark.parametrize(
    "text", ["$\u200b3 million", "$3\u200bmillion", "\u202a$3 million\u202c", "\ud800 $3 million", "\0$3 million"]
)
def test_text_from_a_web_page_is_read(text: str) -> None:
    (claim,) = ledger.extract(f"Kesto will invest {text} in a plant.")
    assert claim.value == 3_000_000
