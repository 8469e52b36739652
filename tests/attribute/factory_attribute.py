"""Texts of made sentences for tests of attribution: their figures stand in [brackets]."""

from collections.abc import Iterable

from hypothesis import strategies as st

from schemas import Evidence, FieldTag


def unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its brackets, and the span of each figure that stood in them."""
    text, spans = "", []
    for part in marked.split("["):
        inside, closed, after = part.partition("]")
        if closed:
            spans.append((len(text), len(text) + len(inside)))
        text += inside + after
    return text, spans


def pieces(joined: str) -> st.SearchStrategy[str]:
    """Any of the pieces of text between the bars of `joined`."""
    return st.sampled_from(joined.split("|"))


def assert_quotes(text: str, evidence: Iterable[Evidence | FieldTag | None]) -> None:
    """Evidence and tags lie in the text, quote it, and are no surer than sure."""
    for one in evidence:
        if one is not None:
            assert 0 <= one.start < one.end <= len(text)
            assert text[one.start : one.end] == one.exact
            assert 0 < one.confidence <= 1
