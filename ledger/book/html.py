"""What a notebook shows of a ledger and of quotes: HTML, with all that articles say escaped."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ledger.money.amounts import row_words

if TYPE_CHECKING:
    from ledger.book.why import Mark, Quote, Why

SHOWN = 20
"""Quotes that are shown of an answer, at most."""


def table(rows: Sequence[tuple[str, object]], caption: str) -> str:
    """Names and values, one below the other."""
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in rows)
    return f"<table><caption>{escape(caption)}</caption>{cells}</table>"


def quote_html(quote: "Quote") -> str:
    """The sentence of a claim with its words marked, what it says, and where it stands."""
    row = quote.row
    published = row.get("published")
    place = ", ".join(
        str(part) for part in (row.get("title") or row["source"], row.get("publisher"), published) if part
    )
    url = str(row.get("url") or "")
    told = f'<a href="{escape(url)}">{escape(place)}</a>' if url.startswith(("http://", "https://")) else escape(place)
    sentence = _marked(quote.sentence, quote.marks, row["sentence_start"])
    return f"<blockquote>{sentence}</blockquote><p>{escape(_said(row))}<br>{told}</p>"


def _said(row: Mapping[str, Any]) -> str:
    """The amount of a claim, its measure and stage, and its parties."""
    parties = " → ".join(", ".join(row[role]) for role in ("actor", "recipient") if row[role])
    return ", ".join(str(part) for part in (row_words(row), row["measure"], row["stage"], parties) if part)


def _marked(sentence: str, marks: Sequence["Mark"], offset: int) -> str:
    """The sentence, its number in `mark` and the other evidence underlined, each with what it says as its title.

    Marks may overlap, so that each stretch between two of their edges is an element of its own.
    """
    end = offset + len(sentence)
    inside = [mark for mark in marks if offset <= mark.start < mark.end <= end]
    edges = sorted({offset, end, *(mark.start for mark in inside), *(mark.end for mark in inside)})
    pieces = []
    for start, stop in pairwise(edges):
        words = escape(sentence[start - offset : stop - offset])
        over = [mark.label for mark in inside if mark.start <= start and stop <= mark.end]
        title = escape("; ".join(over))
        if "figure" in over:
            words = f'<mark title="{title}">{words}</mark>'
        elif over:
            words = f'<u title="{title}">{words}</u>'
        pieces.append(words)
    return "".join(pieces)


def why_html(why: "Why") -> str:
    """The quotes behind an answer, the first ones where there are many."""
    quotes = "".join(map(quote_html, why.quotes[:SHOWN]))
    left = len(why.quotes) - SHOWN
    more = f"<p>… and {left:,} more quotes</p>" if left > 0 else ""
    return f"<p><b>{escape(why.words)}</b></p>{quotes}{more}"


__all__ = ["quote_html", "table", "why_html"]
