"""What of a page surrounds its article: told by elements, roles and the names that pages give to their parts."""

import re
from enum import StrEnum
from functools import cache, lru_cache

import re2
from lxml.html import HtmlElement

from ledger.lexicons import load

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
TELLS_OF_ANOTHER = frozenset(
    {"has", "with", "no", "not", "without", "hide", "show", "before", "after", "above", "below", "pre", "category"}
    | {"tag", "post", "is", "js"}
)
"""First words of names that say what a part has or follows, not what it is: "has-ads"."""
ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", "tablist"}
)
ELEMENTS = frozenset(["nav", "footer", "dialog", "form", "menu"])
NAMED = ("class", "id", "data-component", "data-module", "role", "aria-label")


class Around(StrEnum):
    """What a part of a page is beside the article."""

    SURROUNDINGS = "surroundings"
    """Navigation, advertisements, boxes of consent: never the article."""
    OTHER_STORIES = "other_stories"
    """Links to other articles."""
    ASIDE = "aside"
    """Beside the text, and perhaps part of the article: a box of facts."""


@cache
def _pattern(table: str) -> re2._Regexp:
    each = "|".join(load.joined(rule["pattern"]) for rule in load.toml("web")[table])
    return re2.compile(f"(?i)(?:^| )(?:{each})(?:$| )")


@lru_cache(maxsize=4096)
def named_around(name: str) -> Around | None:
    """What a part is by one of its names.

    >>> named_around("article__share-buttons"), named_around("has-ads"), named_around("RelatedStories")
    (<Around.SURROUNDINGS: 'surroundings'>, None, <Around.OTHER_STORIES: 'other_stories'>)
    """
    words = WORD.findall(name)
    if not words or words[0].lower() in TELLS_OF_ANOTHER:
        return None
    said = " ".join(words).lower()
    if _pattern("other_stories").search(said):
        return Around.OTHER_STORIES
    return Around.SURROUNDINGS if _pattern("surroundings").search(said) else None


def around(element: HtmlElement) -> Around | None:
    """What an element is by itself beside the article, or null."""
    tag = element.tag
    if tag in ("html", "body", "main"):
        return None
    if tag in ELEMENTS or element.get("role") in ROLES:
        return Around.SURROUNDINGS
    if tag == "header" and next(element.iterdescendants("h1"), None) is None and not _inside_article(element):
        return Around.SURROUNDINGS
    names = [name for key in NAMED if (said := element.get(key)) for name in said.split()[:12]]
    found = {kind for name in names if (kind := named_around(name)) is not None}
    if Around.OTHER_STORIES in found:
        return Around.OTHER_STORIES
    if found:
        return Around.SURROUNDINGS
    return Around.ASIDE if tag == "aside" or element.get("role") == "complementary" else None


def _inside_article(element: HtmlElement) -> bool:
    return next(element.iterancestors("article"), None) is not None


@cache
def _patterns(table: str) -> tuple[re2._Regexp, ...]:
    return tuple(re2.compile(f"(?is)^(?:{load.joined(rule['pattern'])})$") for rule in load.toml("web")[table])


def says(table: str, text: str) -> bool:
    """Whether words are of a kind that `ledger/lexicons/web.toml` lists: paywall, consent, offer."""
    return any(pattern.search(text[:400]) for pattern in _patterns(table))


__all__ = ["Around", "around", "named_around", "says"]
