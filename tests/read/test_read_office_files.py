"""Files of every format in one folder: each is known by its content, whatever its name, and gives its articles."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.read import read_documents
from ledger.read.formats import Format, Refusal, Sample, format_of
from schemas import Document, Problem
from tests.read import factory_formats as made
from tests.read.factory_mutants import SOURCES

AT = datetime(2026, 1, 1, tzinfo=UTC)
STORIES = made.stories()[:2]
STORY = STORIES[0]
FILES: dict[str, tuple[bytes, int]] = {
    "a.pdf": (made.pdf(STORY), 1),
    "b.docx": (made.word(STORY), 1),
    "c.rtf": (made.rtf(STORY), 1),
    "d.eml": (made.message(STORY).as_bytes(), 1),
    "e.mbox": (made.mailbox(STORIES), 2),
    "f.xml": (made.rss(STORIES), 2),
    "g.atom": (made.atom(STORIES), 2),
    "h.csv": (made.delimited(STORIES), 2),
    "i.jsonl": (made.json_lines(STORIES), 2),
    "j.parquet": (made.parquet(STORIES), 2),
    "k.xlsx": (made.excel(STORIES), 2),
    "l.zip": (made.archive({"in/a.txt": STORY.plain.encode(), "b.rtf": made.rtf(STORY)}), 2),
    "m.warc.gz": (made.warc(STORIES, packed=True), 2),
    "n.warc": (made.warc(STORIES), 2),
    "o.eml": (made.message(STORY, html=True).as_bytes(), 1),
}
"""Name of a file → its bytes and the articles in it."""


def test_a_folder_of_all_formats(tmp_path: Path) -> None:
    for name, (raw, _) in FILES.items():
        (tmp_path / name).write_bytes(raw)
    entries = list(read_documents(tmp_path, retrieved_at=AT))
    assert [one for one in entries if isinstance(one, Problem)] == []
    documents = [one for one in entries if isinstance(one, Document)]
    found = {name: [one for one in documents if one.source.startswith(f"{tmp_path}/{name}")] for name in FILES}
    assert {name: len(some) for name, some in found.items()} == {name: count for name, (_, count) in FILES.items()}
    assert {one.title for one in documents} == {story.title for story in STORIES}
    assert all("1,800 jobs" in some[0].text for some in found.values())
    assert {str(found[name][0].published) for name in FILES if name not in ("m.warc.gz", "n.warc")} == {"2025-03-04"}
    assert found["h.csv"][1].source == f"{tmp_path}/h.csv#A0002"
    assert found["l.zip"][0].source == f"{tmp_path}/l.zip/in/a.txt"


FORMATS = [
    "pdf",
    "docx",
    "rtf",
    "mail",
    "mbox",
    "rss",
    "atom",
    "jsonl",
    "parquet",
    "excel",
    "zip",
    "warc",
    "html",
    "text",
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("suffix", [".txt", ".html", ".dat", ""])
def test_a_format_is_known_whatever_the_name(name: str, suffix: str) -> None:
    found = format_of(Sample(SOURCES[name][1], f"file{suffix}"))
    assert isinstance(found, Format)
    assert found.name == {"rss": "feed", "atom": "feed"}.get(name, name)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.parquet", "a.zip"])
def test_text_that_is_named_as_another_format_is_refused(name: str) -> None:
    found = format_of(Sample(b"Not found. It cost $3 million.", name))
    assert isinstance(found, Refusal)
    assert "download or export it again" in found.message


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("From: Ministry of Works\nDate: 4 March 2025\nSubject: Mill\n\nIt cost $3 million.\n", "a.txt"),
        ("From May tolls rise, in 2025.\nNote: none\n\nIt cost $3 million.\n", "a.txt"),
        ("{It cost $3 million}\n", "a.txt"),
        ("[Lund] It cost $3 million\n", "a.txt"),
        ("A %PDF- cost $3 million.\n", "a.txt"),
        ("---\ntitle: Mill\ndate: 2025-03-04\n---\n\nIt cost $3 million.\n", "a.md"),
    ],
)
def test_text_stays_text(text: str, name: str) -> None:
    found = format_of(Sample(text.encode(), name))
    assert isinstance(found, Format)
    assert found.name in ("text", "markdown")
