"""Every public signature given what does not fit: one line of a LedgerError that names the parameter and the remedy."""

import inspect
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Unpack, get_args, get_origin

import polars as pl
import pytest

import ledger
from ledger.book import Book
from ledger.book.decide import DecisionDraft
from ledger.book.describe import DocumentFacts
from ledger.errors import InputError, LedgerError
from ledger.export import Site
from ledger.options import TotalOptions
from ledger.pipeline import Reading
from schemas import DecisionKind, Document, stable_id
from tests.store.factory_store import pledge

NAN = float("nan")
NORLUND = pledge()[1][0].claim_id
FUNCTIONS = ("ledger.open", "ledger.extract")
PATHS = (5, 2.5, True, b"news.txt", NAN, ["news.txt"], "", " ", "a\0b", date(2025, 1, 1))
WORDS = (5, 2.5, True, b"word", NAN, ["word"], date(2025, 1, 1))
DAYS = (5, NAN, True, b"2025-03-04", "tomorrow", "2025-02-30", "2025-3-4", "04/03/2025", "", ["2025-03-04"],
        datetime(2025, 3, 4), datetime(2025, 3, 4, tzinfo=UTC))  # fmt: skip
MOMENTS = (5, NAN, True, b"2025-03-04", "2025-02-30", "2025-03-04T25:00", ["2025-03-04"], {"day": 1})
FLAGS = (0, 1, "yes", NAN, b"", [True], None)
COUNTS = (-1, 2.5, NAN, True, "3", b"3", [3], Decimal(3))
SEVERAL = (5, NAN, True, b"Norlund", [5], [None], [b"Norlund"], {"Norlund": 1}, [["Norlund"]])
CALLS = (5, "print", [print], NAN)
RECORDS = (5, "all", {}, ["all"], NAN, b"")
SOURCES = (5, NAN, True, None, {"text": "Sony"}, [5], [None], "", "no-such-file.txt", ["no-such-file.txt"],
           "Sony will invest $2 billion in Japan.", pl.Series(["Sony will invest $2 billion in Japan."]),
           pl.DataFrame({"number": [1, 2]}), pl.DataFrame({"text": [1]}))  # fmt: skip

WRONG: Mapping[str, tuple[object, ...]] = {
    "actor": SEVERAL,
    "allocation": (*WORDS, "shared"),
    "allow_private_addresses": FLAGS,
    "as_float": FLAGS,
    "as_frame": FLAGS,
    "as_known_on": DAYS,
    "as_of": MOMENTS,
    "attributor": WORDS,
    "author": (*WORDS, None),
    "basis": (*WORDS, "articles"),
    "by": (*SEVERAL, None),
    "by_actor": FLAGS,
    "claim": (*WORDS, None),
    "cluster": WORDS,
    "contact": WORDS,
    "create": FLAGS,
    "currency": (*WORDS, None),
    "decision": (2.5, NAN, True, b"1", [1], -1),
    "deflators": (5, NAN, True, b"prices.csv", [5], {"year": 2020}),
    "documents": (5, "abcd1234", b"", [5], NAN),
    "drafts": (*RECORDS, [None], [{"kind": "reject"}]),
    "dry_run": FLAGS,
    "excel": FLAGS,
    "facts": (5, "all", ["all"], [None], NAN, b""),
    "fetcher": RECORDS,
    "field": SEVERAL,
    "file": (*PATHS, None),
    "folder": (*PATHS, None),
    "given": (5, NAN, True, b"groups.toml", None, {"EU": "France"}, {"EU": [5]}, {5: ["France"]}, "no-such-file.toml"),
    "groups": (5, NAN, True, b"groups.toml", ["EU"], {"EU": "France"}, {"EU": [5]}, "no-such-file.toml"),
    "head": WORDS,
    "id": (*WORDS, None),
    "keep_repeats": FLAGS,
    "kind": (*WORDS, None),
    "limit": COUNTS,
    "mapping": (
        5,
        NAN,
        True,
        b"text=body",
        ["text=body"],
        {"text": 5},
        {5: "body"},
        {"txt": "body"},
        "text",
        "txt=body",
    ),
    "measure": SEVERAL,
    "metadata": PATHS,
    "most": (*COUNTS, None),
    "names": PATHS,
    "note": (*WORDS, None),
    "options": RECORDS,
    "other": WORDS,
    "parts": (*WORDS, "beside"),
    "path": (*PATHS, None),
    "profile": (*WORDS, None),
    "progress": CALLS,
    "published": DAYS,
    "publisher": WORDS,
    "quote": (*COUNTS, None),
    "rate_date": (5, NAN, True, b"latest", "yesterday", "2025-02-30", ["latest"], datetime(2025, 3, 4), None),
    "read_only": FLAGS,
    "readings": (*RECORDS, [5], [None]),
    "recipient": SEVERAL,
    "reread": FLAGS,
    "second": WORDS,
    "since": DAYS,
    "site": (*RECORDS, None),
    "source_url": (*WORDS, "courier.example/1"),
    "sources": SOURCES,
    "stage_floor": (*WORDS, None),
    "started": (5, NAN, "2025-03-04", date(2025, 3, 4), datetime(2025, 3, 4), None),
    "storage_options": (5, "region", ["region"], {"region": 5}, {5: "region"}, NAN),
    "table": (5, NAN, True, b"known.csv", [5], None, pl.DataFrame({"gdp": [1]}), pl.Series([1])),
    "target": (*WORDS, None),
    "text": (
        5,
        NAN,
        True,
        b"words",
        None,
        [5],
        [None],
        {"text": "Sony"},
        pl.DataFrame({"text": ["Sony"]}),
        Path("article.txt"),
    ),
    "title": (*WORDS, None),
    "undecided": (*WORDS, "leave"),
    "until": DAYS,
    "value": (NAN, True, b"5", [5], Decimal("NaN"), float("inf")),
    "workbook": (*PATHS, None),
    "workers": COUNTS,
}
"""Parameter → what it does not take."""
OWN: Mapping[tuple[str, str], tuple[object, ...]] = {
    ("prove", "since"): WORDS,
    ("export_of", "groups"): (*RECORDS, {"EU": ["France"]}),
}
"""Function and parameter → the same, where the name means something else than in other functions."""
WORD = {"given": "", "groups": "", "sources": "", "source_url": "source"}
"""Parameter → the word of the message that names it, where that is not its name."""

UNKNOWN: tuple[tuple[str, dict[str, object], str], ...] = (
    ("totals", {"by": "colour"}, "colour"),
    ("totals", {"by": ["actor", "colour"]}, "colour"),
    ("totals", {"currency": "shells"}, "currency"),
    ("totals", {"stage_floor": "dreamt"}, "stage"),
    ("totals", {"actor": "Nobody Ltd"}, "actor"),
    ("totals", {"field": "alchemy"}, "field"),
    ("totals", {"measure": "gift"}, "measure"),
    ("totals", {"as_of": "yesterday"}, "version"),
    ("rows", {"as_of": "99"}, "version"),
    ("plot", {"by": ()}, "by"),
    ("plot", {"by": ["actor", "field", "stage"]}, "by"),
    ("ledger.extract", {"text": "Sony", "attributor": "brain"}, "attributor"),
    ("ingest", {"sources": b"Sony", "attributor": "brain"}, "attributor"),
    ("why", {"id": "ffffffff"}, "id"),
    ("why", {"id": "ff"}, "id"),
    ("decide", {"kind": "agree", "target": NORLUND, "author": "Ana"}, "decision"),
    ("decide", {"kind": "reject", "target": NORLUND, "author": " "}, "author"),
    ("decide_all", {"drafts": [DecisionDraft("agree", NORLUND)], "author": "Ana"}, "decision"),  # type: ignore[arg-type]
    ("decide_all", {"drafts": [DecisionDraft(DecisionKind.REJECT, 5)], "author": "Ana"}, "target"),  # type: ignore[arg-type]
    ("describe", {"facts": DocumentFacts("news/*", {"published": "someday"}), "author": "Ana"}, "day"),
    ("undo", {"decision": 99, "author": "Ana"}, "99"),
    ("export", {"path": "figures.docx"}, ".docx"),
    ("export", {"path": "figures.xlsx", "profile": "glossy"}, "profile"),
    ("prove", {"head": "1"}, "head"),
    ("prove", {"since": "99"}, "run"),
    ("totals", {"deflators": pl.DataFrame({"when": [1]})}, "deflators"),
    ("totals", {"deflators": pl.DataFrame({"year": ["a"], "index": [1]})}, "deflators"),
    ("totals", {"deflators": pl.Series([1])}, "deflators"),
    ("totals", {"sinc": "2025-03-04"}, "since"),
    ("decide", {"kind": "reject", "target": NORLUND}, "author"),
    ("rows", {"asof": "2025-03-04"}, "as_of"),
    ("ledger.extract", {"txt": "Sony"}, "text"),
)
"""What has the right type and is unknown, missing or misspelt; and a word of the message."""


def document(text: str) -> Document:
    return Document(
        document_id=stable_id("document", text), source="x", retrieved_at=datetime(2025, 1, 1, tzinfo=UTC), text=text,
        raw_sha256="0" * 64,
    )  # fmt: skip


@pytest.fixture(scope="module")
def fitting(made_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Any]]:
    """Parameter → a value that fits, for those beside the one that is tried; what is refused writes nothing."""
    folder = tmp_path_factory.mktemp("signatures")
    book = Book.open(shutil.copytree(made_book, folder / "book"))
    before = book.snapshot().state
    yield {
        "book": book,
        "author": "Ana",
        "claim": NORLUND,
        "documents": [],
        "drafts": [],
        "facts": [],
        "file": folder / "none.toml",
        "folder": folder / "site",
        "given": {"North": ["Norlund"]},
        "id": NORLUND,
        "kind": "reject",
        "options": TotalOptions(),
        "path": folder / "other",
        "readings": [Reading(None, (), ())],
        "site": Site(),
        "sources": [],
        "started": datetime(2025, 1, 1, tzinfo=UTC),
        "table": pl.DataFrame(),
        "target": NORLUND,
        "text": "",
        "workbook": folder / "none.xlsx",
    }
    assert book.snapshot().state == before


def callables() -> Iterator[tuple[str, Callable[..., object]]]:
    """The public functions, and the public methods of Book."""
    for name in FUNCTIONS:
        yield name, getattr(ledger, name.removeprefix("ledger."))
    for name, function in inspect.getmembers(Book, callable):
        if not name.startswith("_"):
            yield name, function


def parameters(function: Callable[..., object]) -> Iterator[tuple[str, bool]]:
    """Each parameter with whether it must be given; those of options are told one by one."""
    for name, one in inspect.signature(function).parameters.items():
        if get_origin(one.annotation) is Unpack:
            yield from ((option, False) for option in get_args(one.annotation)[0].__annotations__)
        elif name != "self":
            yield name, one.default is inspect.Parameter.empty


CASES = [(name, parameter) for name, function in callables() for parameter, _ in parameters(function)]


def call(fitting: Mapping[str, Any], name: str, **given: object) -> object:
    """Call the function, or the method of the book."""
    return (dict(callables())[name] if name in FUNCTIONS else getattr(fitting["book"], name))(**given)


def refused(fitting: Mapping[str, Any], name: str, given: Mapping[str, object]) -> str:
    """The one line by which a call is refused."""
    with pytest.raises(LedgerError) as told:
        call(fitting, name, **given)
    line = str(told.value)
    assert "\n" not in line
    assert len(line) < 600
    assert "Error" not in line, "the words of another package leaked"
    return line


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_what_does_not_fit_is_refused_by_name(fitting: Mapping[str, Any], name: str, parameter: str) -> None:
    """A new parameter, or a new method with one, fails here until WRONG says what it does not take."""
    takes = dict(callables())[name]
    beside = {each: fitting[each] for each, must in parameters(takes) if must and each != parameter}
    optional = inspect.signature(takes).parameters.get(parameter)
    for wrong in OWN.get((name, parameter), WRONG[parameter]):
        if wrong is None and (optional is None or optional.default is None):
            continue  # where it may be left out
        line = refused(fitting, name, beside | {parameter: wrong})
        assert WORD.get(parameter, parameter) in line, (wrong, line)
        assert any(sign in line for sign in (";", ":")), f"no remedy: {line}"


@pytest.mark.parametrize(("name", "given", "word"), UNKNOWN)
def test_what_is_unknown_is_refused(fitting: Mapping[str, Any], name: str, given: dict[str, Any], word: str) -> None:
    assert word in refused(fitting, name, given)


@pytest.mark.parametrize(
    ("given", "word"),
    [({"text": wrong}, "text") for wrong in (5, None, b"words", ["words"])]
    + [({"text": "Sony", "published": wrong}, "published") for wrong in DAYS]
    + [({"text": "Sony", name: wrong}, name) for name in ("title", "publisher", "url", "source") for wrong in WORDS]
    + [({"text": "Sony", "url": "courier.example"}, "url"), ({"text": "Sony", "source": " "}, "source")],
)
def test_a_text_is_refused_where_its_parts_do_not_fit(given: dict[str, Any], word: str) -> None:
    with pytest.raises(InputError) as told:
        ledger.Text(**given)
    assert str(told.value).startswith(f"{word}=")


def test_every_wrong_list_is_of_a_parameter() -> None:
    assert set(WRONG) == {parameter for _, parameter in CASES}


def test_public_names_are_covered() -> None:
    """A name that is added to `ledger` needs its cases here."""
    assert {f"ledger.{name}" for name in ledger.__all__} - {*FUNCTIONS} == {
        "ledger.Book", "ledger.Text", "ledger.__version__",
    }  # fmt: skip


@pytest.mark.parametrize("given", [{"target": 5}, {"target": "news/*", "said": {"published": date(2025, 1, 1)}}])
def test_facts_are_text(given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="is not valid; give"):
        DocumentFacts(**given)


def test_a_document_that_no_reader_made_is_refused(fitting: Mapping[str, Any]) -> None:
    whole = document("Sony will invest $2 billion in Japan.\n")
    for text in ("Other words.", "Half a character \ud800."):
        assert "Text" in refused(fitting, "ingest", {"sources": whole.model_copy(update={"text": text})})
