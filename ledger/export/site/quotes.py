"""What of the articles may be published: short quotes around each figure, never more than half of an article."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import polars as pl

from ledger.export.frames import Frames
from ledger.export.safe import web_address

Window = tuple[int, int]
"""First code point of a quote in its document's text, and the one after its last."""
MOST_OF_ARTICLE = 2
"""All quotes of an article together are at most its length divided by this, beside the figures themselves."""
UNSIGNED = "(not published)"
"""What stands for the name of a person who decided something."""


def quote_windows(book: Frames, most: int) -> Mapping[str, Window]:
    """claim_id → the quote that may be published: its figure, within at most `most` characters of its sentence."""
    texts = dict(book.documents.select("document_id", "text").iter_rows())
    place = ("document_id", "start", "end", "sentence_start", "sentence_end", "claim_id")
    found: dict[str, Window] = {}
    for (document_id,), claims in book.claims.select(place).sort(place).group_by("document_id", maintain_order=True):
        found |= windows_of(texts.get(str(document_id), ""), list(claims.iter_rows(named=True)), most)
    return found


def windows_of(text: str, claims: Sequence[Mapping[str, Any]], most: int) -> dict[str, Window]:
    """The quotes of one article, in the order of its claims.

    A quote is cut so that all of them together are at most half of the article; the figure itself is always there.
    """
    taken: list[Window] = []
    found = {}
    for claim in claims:
        figure = claim["start"], claim["end"]
        sentence = min(claim["sentence_start"], figure[0]), max(claim["sentence_end"], figure[1])
        window = quote_window(text, sentence, figure, most)
        left = len(text) // MOST_OF_ARTICLE - _covered(taken)
        if _covered([*taken, window]) - _covered(taken) > left:
            window = quote_window(text, sentence, figure, left)
        taken.append(window)
        found[claim["claim_id"]] = window
    return found


def quote_window(text: str, sentence: Window, figure: Window, most: int) -> Window:
    """At most `most` characters of `sentence` around `figure`, whole words; at least the figure.

    >>> text = "Norlund said that it will invest $300 million in clean energy in Arvania."
    >>> start, end = quote_window(text, (0, len(text)), (33, 45), 40)
    >>> text[start:end]
    'will invest $300 million in clean'
    """
    room = most - (figure[1] - figure[0])
    if room <= 0:
        return figure
    before, after = figure[0] - sentence[0], sentence[1] - figure[1]
    behind = min(after, max(room // 2, room - before))
    start, end = figure[0] - min(before, room - behind), figure[1] + behind
    while sentence[0] < start < figure[0] and not text[start - 1].isspace():
        start += 1
    while figure[1] < end < sentence[1] and not text[end].isspace():
        end -= 1
    while start < figure[0] and text[start].isspace():
        start += 1
    while end > figure[1] and text[end - 1].isspace():
        end -= 1
    return start, end


def _covered(windows: Iterable[Window]) -> int:
    """How many characters lie in any of the windows."""
    total, reached = 0, 0
    for start, end in sorted(windows):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def published(book: Frames, windows: Mapping[str, Window], most: int) -> Frames:
    """`book` as it may be given away: of each article the quotes alone, of files their names, of people nothing.

    Texts have blanks where nothing may be quoted, so that every offset holds; the sentence of a claim is its quote.
    Other words of articles, such as those that tie two claims, are left out where they are longer than `most`.
    """
    ends = pl.DataFrame(
        [(name, start, end) for name, (start, end) in windows.items()],
        schema={"claim_id": pl.String(), "quote_start": pl.Int64(), "quote_end": pl.Int64()},
        orient="row",
    )
    claims = book.claims.join(ends, on="claim_id", how="left", maintain_order="left").with_columns(
        pl.col("prefix").str.tail((pl.col("start") - pl.col("quote_start")).clip(0)),
        pl.col("suffix").str.head((pl.col("quote_end") - pl.col("end")).clip(0)),
        pl.col("quote_start").alias("sentence_start"),
        pl.col("quote_end").alias("sentence_end"),
        pl.col("relations").list.eval(pl.element().struct.with_fields(_at_most(pl.field("exact"), most))),
    )
    by_document: dict[str, list[Window]] = {}
    for claim_id, document_id in claims.select("claim_id", "document_id").iter_rows():
        by_document.setdefault(document_id, []).append(windows[claim_id])
    texts = [
        _masked(text, by_document.get(document_id, ()))
        for document_id, text in book.documents.select("document_id", "text").iter_rows()
    ]
    return replace(
        book,
        documents=book.documents.with_columns(pl.Series("text", texts, dtype=pl.String()), _named("source")),
        claims=claims.drop("quote_start", "quote_end"),
        memberships=short_reasons(book.memberships, most),
        problems=book.problems.with_columns(_named("where"), pl.lit("").alias("text")),
        decisions=book.decisions.with_columns(
            pl.lit(UNSIGNED).alias("author"),
            pl.lit("").alias("note"),
            *(pl.lit(None, pl.String()).alias(name) for name in ("prefix", "suffix")),
        ),
    )


def _at_most(words: pl.Expr, most: int) -> pl.Expr:
    """`words`, or null where they are longer than a quote may be."""
    return pl.when(words.str.len_chars() <= most).then(words)


def short_reasons(frame: pl.DataFrame, most: int) -> pl.DataFrame:
    """`frame` with the words of articles in its column `because` left out where they are longer than a quote may be."""
    return frame.with_columns(pl.col("because").str.replace_all(f"“[^”]{{{most + 1},}}”", "“…”"))


def without_texts(book: Frames) -> Frames:
    """`book` without the texts of its articles."""
    return replace(book, documents=book.documents.with_columns(pl.lit("").alias("text")))


def _masked(text: str, windows: Iterable[Window]) -> str:
    pieces, at = [], 0
    for start, end in sorted(windows):
        pieces += [" " * max(0, start - at), text[max(start, at) : end]]
        at = max(at, end)
    return "".join([*pieces, " " * (len(text) - at)])


def _named(column: str) -> pl.Expr:
    """A path of this machine as the file's name; a web address as it is."""
    return pl.col(column).map_elements(file_name, return_dtype=pl.String())


def file_name(source: str) -> str:
    """The name of a file without its folders; a web address as it is.

    >>> file_name("/home/ana/news/a.txt"), file_name("https://news.example/a"), file_name("C:\\\\news\\\\a.txt")
    ('a.txt', 'https://news.example/a', 'a.txt')
    """
    if web_address(source) is not None:
        return source
    return PureWindowsPath(PurePosixPath(source).name).name
