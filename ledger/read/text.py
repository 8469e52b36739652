"""Plain text and Markdown as they stand."""

from ledger.read.article import Article, Read, ReadOptions, ReadProblem
from ledger.read.decode import UndecodableError, decode


def read_text(raw: bytes, _: ReadOptions) -> Read:
    """The one article of a plain-text file: the decoded file itself, only its line endings made \\n."""
    try:
        text = decode(raw)
    except UndecodableError as error:
        yield ReadProblem(None, "binary", str(error))
        return
    yield Article(text)
