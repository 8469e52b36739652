"""Reading: encodings, folders, facts, sidecars, and what cannot be read."""

import io
import tomllib
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InputError
from ledger.lexicons import load
from ledger.read import read_documents
from ledger.read.decode import UndecodableError, decode
from ledger.read.metadata import _patterns, date_of, text_metadata
from schemas import Document, Problem, Severity, stable_id

AT = datetime(2025, 1, 2, 3, 4, tzinfo=UTC)
TEXT = "Norcrest pays €3m for a “mill”\n\nThe café in Tessaly cost £40.\n"


FRONT_MATTER: list[dict[str, str]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "front_matter.toml").read_text(encoding="utf-8")
)["case"]


@pytest.mark.parametrize("case", FRONT_MATTER, ids=[case["text"][:50] for case in FRONT_MATTER])
def test_front_matter_gives_title_and_day(case: dict[str, str]) -> None:
    facts = text_metadata(case["text"])
    assert (facts.title or "", str(facts.published or "")) == (case["title"], case["published"])


@pytest.mark.parametrize("mark", ["\0", "\x01", "\x07", "\x08", "\x0e", "\x1a", "\x1c", "\x1f"])
@pytest.mark.parametrize("text", [TEXT, "Norcrest pays €3m for a mill."])
def test_a_control_character_or_two_make_no_file_binary(mark: str, text: str) -> None:
    assert decode(f"{text}{mark}".encode()) == f"{text}{mark}"
    assert decode(f"{mark}{text}{mark}".encode()) == f"{mark}{text}{mark}"


@pytest.mark.parametrize("marks", ["\0\0\0", "\x01\x02\x03", "\x07" * 9])
def test_many_control_characters_make_a_file_binary(marks: str) -> None:
    with pytest.raises(UndecodableError):
        decode(f"It pays{marks}.".encode())


def _read(*sources: Any, **options: Any) -> list[Document | Problem]:
    return list(read_documents(list(sources), retrieved_at=AT, **options))


def _documents(*sources: Any, **options: Any) -> list[Document]:
    entries = _read(*sources, **options)
    assert all(isinstance(entry, Document) for entry in entries), entries
    return [entry for entry in entries if isinstance(entry, Document)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_endings(encoding: str, ending: str) -> None:
    assert decode(TEXT.replace("\n", ending).encode(encoding)) == TEXT


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            (
                "Завод в Тессалии получит три миллиарда рублей, сообщило министерство в понедельник. "
                "Строительство начнётся весной.\n"
            )
            * 4,
            "cp1251",
        ),
        (
            "東京で新しい工場を建設すると発表した。投資額は三千億円になる見込みだ。完成は来年の春を予定している。\n"
            * 4,
            "shift_jis",
        ),
        (
            "Zakład w Białymstoku dostał trzydzieści milionów złotych, a budowa ruszy wiosną, mówią w urzędzie gminy.\n"
            * 4,
            "cp1250",
        ),
    ],
    ids=["cyrillic", "japanese", "polish"],
)
def test_other_legacy_encodings_are_guessed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_declared_encoding_is_believed_after_utf8() -> None:
    declared = "charset=iso-8859-7\nΗ τράπεζα έδωσε 3 εκατομμύρια\n"
    assert decode(declared.encode("iso-8859-7")) == declared


@pytest.mark.parametrize("raw", [b"\0\1\2\3" * 40, bytes(range(32)) * 9, b"\xff\xfe\x00\xd8\x00\xd8"])
def test_bytes_that_are_no_text(raw: bytes) -> None:
    with pytest.raises(UndecodableError, match="UTF-8"):
        decode(raw)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
def test_utf8_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff").replace("\u2028", "\n").replace("\u2029", "\n")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_a_problem(raw: bytes) -> None:
    [entry] = _read(raw)
    assert isinstance(entry, Problem) or "\r" not in entry.text


def test_document_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mill.txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    [document] = _documents(path)
    assert document.text == TEXT
    assert document.document_id == stable_id("document", TEXT)
    assert document.raw_sha256 == sha256(path.read_bytes()).hexdigest()
    assert (document.source, document.media_type, document.title) == (
        path.as_posix(),
        "text/plain",
        "Norcrest pays €3m for a “mill”",
    )
    assert document.retrieved_at == AT


def test_folder_is_read_in_order_and_other_files_are_told(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.txt", ".hidden.txt", "z.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"Mill {name} opens\n")
    entries = _read(tmp_path)
    assert [Path(entry.source).name for entry in entries if isinstance(entry, Document)] == ["a.md", "b.txt", "c.txt"]
    [problem] = [entry for entry in entries if isinstance(entry, Problem)]
    assert problem.where.endswith("z.png")
    assert problem.severity is Severity.WARNING


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_bytes(b"")
    (tmp_path / "2.txt").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "3.txt").write_bytes(b"\0\1\2" * 99)
    (tmp_path / "4.txt").symlink_to(tmp_path / "gone")
    (tmp_path / "5.txt").write_text("Mill opens\n")
    rules = [entry.rule if isinstance(entry, Problem) else "read" for entry in _read(tmp_path)]
    assert rules == ["empty", "broken", "binary", "unreadable", "read"]


def test_empty_folder(tmp_path: Path) -> None:
    [problem] = _read(tmp_path)
    assert isinstance(problem, Problem)
    assert problem.rule == "empty_folder"


def test_standard_input_and_options() -> None:
    options = {"published": date(2024, 5, 6), "publisher": "Northwire", "source_url": "https://mill.example/1"}
    [document] = _documents("-", stdin=io.BytesIO(b"Mill opens\nPublished: 1 May 2023\n"), **options)
    assert (document.source, document.published, document.publisher, document.url) == (
        "-",
        date(2024, 5, 6),
        "Northwire",
        "https://mill.example/1",
    )


def test_missing_source_and_bad_address(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_documents(tmp_path / "gone.txt", retrieved_at=AT)
    with pytest.raises(InputError, match="http"):
        read_documents(b"Mill", retrieved_at=AT, source_url="ftp://mill")


def test_sidecar(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Mill opens\nPublished: 1 May 2023\n")
    (tmp_path / "b.txt").write_text("Dam opens\nPublished: 2 May 2023\n")
    table = tmp_path / "about.csv"
    table.write_text(
        "file,title,publisher,published,url\na.txt,A mill,Northwire,2024-02-03,https://mill.example\n"
        "b.txt,,,,\ngone.txt,X,,,\n"
    )
    first, second, problem = _read(tmp_path, metadata=table, publisher="Desk")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert isinstance(problem, Problem)
    assert (first.title, first.publisher, first.published, first.url) == (
        "A mill",
        "Northwire",
        date(2024, 2, 3),
        "https://mill.example",
    )
    assert (second.title, second.publisher, second.published) == ("Dam opens", "Desk", date(2023, 5, 2))
    assert problem.rule == "metadata_without_file"
    assert "line 4" in problem.message


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("file,published\na.txt,3 May\n", "line 2: '3 May' is no date"),
        ("file,colour\na.txt,red\n", "line 1: unknown column 'colour'"),
        ("title\nA\n", "line 1: a sidecar has a column 'file'"),
        ("file,url\na.txt,mill\n", "line 2: 'mill' is no http"),
        ("file,title\na.txt,A\na.txt,B\n", "line 3: 'a.txt' stands in line 2"),
        ("file,title\na.txt,A,B\n", "line 2: 3 cells"),
        ("file,title\n,A\n", "line 2: no file"),
        ('file,title\na.txt,"A\n', "is no CSV"),
        ("", "line 1"),
    ],
)
def test_sidecar_that_cannot_be_taken_as_said(tmp_path: Path, table: str, told: str) -> None:
    path = tmp_path / "about.csv"
    path.write_text(table)
    with pytest.raises(InputError) as raised:
        read_documents(b"Mill", retrieved_at=AT, metadata=path)
    assert told in str(raised.value)


def test_missing_sidecar(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_documents(b"Mill", retrieved_at=AT, metadata=tmp_path / "gone.csv")


FACT_RULES = [
    (key, at, rule)
    for key in ("published", "publisher", "author", "no_title")
    for at, rule in enumerate(load.toml("read")[key])
]


@pytest.mark.parametrize(
    ("key", "at", "rule"), FACT_RULES, ids=[f"{key}-{rule['name']}" for key, _, rule in FACT_RULES]
)
def test_pattern_matches_its_examples_and_not_its_counter_examples(key: str, at: int, rule: dict[str, Any]) -> None:
    pattern: re2._Regexp = _patterns(key)[at]
    assert [example for example in rule["examples"] if not pattern.search(example)] == []
    assert [example for example in rule["counter"] if pattern.search(example)] == []


@pytest.mark.parametrize("rule", load.toml("read")["dates"], ids=[rule["name"] for rule in load.toml("read")["dates"]])
def test_date_shapes(rule: dict[str, Any]) -> None:
    assert all(date_of(example) for example in rule["examples"])
    assert not any(date_of(example) for example in rule["counter"])


@pytest.mark.parametrize(
    ("text", "title", "publisher", "author", "published"),
    [
        ("# Mill opens\n\nBy Ada Lind\n", "Mill opens", None, "Ada Lind", None),
        (
            "FOR IMMEDIATE RELEASE\nMay 4, 2024\n\nMill opens in Lund\n",
            "Mill opens in Lund",
            None,
            None,
            date(2024, 5, 4),
        ),
        ("The mill opened on 4 May 2024.\nIt is big.", None, None, None, None),
        ("Mill opens\nLUND, Nov 15 (Northwire) - It opened.", "Mill opens", "Northwire", None, None),
        ("Mill opens\nUpdated: 5 May 2024\nPublished: 31 April 2024", "Mill opens", None, None, date(2024, 5, 5)),
        (
            "Mill opens\n" + "It is big.\n" * 20 + "© 2024 Lakeside Media\nPublished 3 May 2024",
            "Mill opens",
            "Lakeside Media",
            None,
            date(2024, 5, 3),
        ),
        ("", None, None, None, None),
    ],
)
def test_facts(text: str, title: str | None, publisher: str | None, author: str | None, published: date | None) -> None:
    facts = text_metadata(text)
    assert (facts.title, facts.publisher, facts.author, facts.published) == (title, publisher, author, published)
