"""Documents a second of each format that is read, as ratios to plain text: reading alone, nothing is extracted.

    python -m benchmarks.formats [--rounds 5]

The same articles are written in each format. Times are CPU seconds of telling the format and of its reader, without
the process that readers of foreign formats run in; compare only the ratios of one run.
"""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence

from ledger.read.article import Article, Enclosed, ReadOptions
from ledger.read.databases import with_exports
from ledger.read.formats import Refusal, Sample, format_of, reader_of
from tests.read import factory_databases as exports
from tests.read import factory_formats as made
from tests.read.factory_pages import LAYOUTS, page_of
from tests.read.factory_pages import Story as Page

LEAST = 40
"""Articles that are read of each format in a round."""
STORIES = made.stories()
TOLD = exports.articles(len(STORIES), 7)


def files() -> Mapping[str, tuple[str, Sequence[bytes]]]:
    """Format → how such files are named, and the articles in it, each as a file or all as one."""
    pages = [Page.of(story.plain) for story in STORIES]
    return {
        "plain text": ("a.txt", [story.plain.encode() for story in STORIES]),
        "web page": ("a.html", [page_of(page, name).encode() for page, name in zip(pages, _layouts(), strict=False)]),
        "PDF, one column": ("a.pdf", [made.pdf(story) for story in STORIES]),
        "PDF, two columns": ("a.pdf", [made.pdf(story, 2) for story in STORIES]),
        "Word": ("a.docx", [made.word(story) for story in STORIES]),
        "Rich Text Format": ("a.rtf", [made.rtf(story) for story in STORIES]),
        "mail, text": ("a.eml", [made.message(story).as_bytes() for story in STORIES]),
        "mail, page": ("a.eml", [made.message(story, html=True).as_bytes() for story in STORIES]),
        "mailbox": ("a.mbox", [made.mailbox(STORIES)]),
        "RSS": ("a.rss", [made.rss(STORIES)]),
        "Atom": ("a.atom", [made.atom(STORIES)]),
        "CSV": ("a.csv", [made.delimited(STORIES)]),
        "JSON Lines": ("a.jsonl", [made.json_lines(STORIES)]),
        "Parquet": ("a.parquet", [made.parquet(STORIES)]),
        "workbook": ("a.xlsx", [made.excel(STORIES)]),
        "zip of plain text": (
            "a.zip",
            [made.archive({f"{at}.txt": one.plain.encode() for at, one in enumerate(STORIES)})],
        ),
        "web archive": ("a.warc", [made.warc(STORIES)]),
        "web archive, packed": ("a.warc.gz", [made.warc(STORIES, packed=True)]),
        "Nexis": ("a.txt", [exports.nexis_export(TOLD, 7).encode()]),
        "Nexis Uni": ("a.txt", [exports.nexis_uni_export(TOLD, 7).encode()]),
        "ProQuest": ("a.txt", [exports.proquest_export(TOLD, 7).encode()]),
        "Factiva": ("a.txt", [exports.factiva_export(TOLD, 7, coded=True).encode()]),
        "Factiva, HTML": ("a.html", [exports.factiva_html_export(TOLD, 7, coded=True).encode()]),
        "Factiva, XML": ("a.xml", [exports.factiva_xml_export(TOLD, 7).encode()]),
    }


def _layouts() -> Iterator[str]:
    while True:
        yield from LAYOUTS


def read(raw: bytes, name: str, media_type: str | None = None) -> tuple[int, int]:
    """How many articles bytes hold, with those of enclosed files, and how many characters those have."""
    entry = format_of(Sample(raw, name, media_type))
    if isinstance(entry, Refusal):
        raise SystemExit(f"not read: {entry.message}")
    articles = characters = 0
    for found in with_exports(reader_of(entry.reader)(raw, ReadOptions(name=name))):
        if isinstance(found, Article):
            articles, characters = articles + 1, characters + len(found.text)
        elif isinstance(found, Enclosed):
            inner = read(found.raw, found.name, found.media_type)
            articles, characters = articles + inner[0], characters + inner[1]
    return articles, characters


def pace(named: str, raws: Sequence[bytes], rounds: int) -> tuple[float, float]:
    """Articles and characters a CPU second, the most of some rounds."""
    first = [read(raw, named) for raw in raws]  # and what is loaded once
    articles, characters = (sum(each) for each in zip(*first, strict=True))
    again = -(-LEAST // articles)
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(again):
            for raw in raws:
                read(raw, named)
        best = min(best, (time.process_time() - begun) / again)
    return articles / best, characters / best


def main() -> None:
    """Print the pace of each format."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"{'format':<22}{'articles/s':>12}{'characters/s':>16}{'of plain text':>16}")
    plain = None
    for name, (named, raws) in files().items():
        articles, characters = pace(named, raws, rounds)
        plain = plain or articles
        print(f"{name:<22}{articles:>12,.0f}{characters:>16,.0f}{articles / plain:>15.3f}x", flush=True)


if __name__ == "__main__":
    main()
