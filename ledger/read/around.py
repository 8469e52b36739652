"""What the words around an article say of it: running headers, properties of the file."""

from dataclasses import replace

from ledger.read.article import Article
from ledger.read.metadata import text_metadata


def with_words_around(article: Article, around: str) -> Article:
    """The article with the publisher and day that the words around it give, where its own text gives none."""
    own, beside = text_metadata(article.text), text_metadata(around)
    return replace(
        article,
        publisher=article.publisher or own.publisher or beside.publisher,
        published=article.published or own.published or beside.published,
    )


def said_in(words: str | None, text: str) -> str | None:
    """Words that a file's properties say, where its text says them too: properties are often left from a template."""
    words = " ".join((words or "").split())
    return words if words and words.lower() in " ".join(text.split()).lower() else None
