"""Names as a person writes them: found without regard to case or by another word for them, refused where unknown."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from rapidfuzz import fuzz, process

from ledger.book.cache import Derived
from ledger.corrections import corrected_value
from ledger.errors import LedgerError
from ledger.lexicons.names import load_names
from ledger.options import TotalOptions, Wanted
from schemas import DecisionKind

ROLES = ("actor", "recipient")
LIKE = 76
"""How alike, of 100, a name is that is proposed for another word."""
MOST = 3
"""Names that are proposed at most."""


def with_names(options: TotalOptions, known: Derived, earlier: Callable[[], Derived] | None = None) -> TotalOptions:
    """`options` with the actors, recipients, fields and measures that they name in the ledger's spelling.

    A name that is not in `known` may be in what `earlier` gives: the ledger as it stands, where `known` is an earlier
    state. Raises LedgerError for what is in neither.
    """
    changes: dict[str, Any] = {}
    for role in ROLES:
        if (said := _values(getattr(options, role))) is not None:
            changes[role] = [found_name(name, role, known, earlier) for name in said]
    if (codes := _values(options.field)) is not None:
        changes["field"] = [corrected_value("fields", code) for code in codes]
    if (codes := _values(options.measure)) is not None:
        changes["measure"] = [corrected_value("measure", code) for code in codes]
    return options.but(**changes) if changes else options


def found_name(said: str, role: str, known: Derived, earlier: Callable[[], Derived] | None = None) -> str:
    """The canonical name that is meant by `said`; raises LedgerError, with names that are like it, where none is."""
    every = names_of(known, role)
    found = _match(said, every) or _by_word(said, _actors(known, role))
    if found is None and earlier is not None:
        found = _match(said, names_of(earlier(), role))
    if found is not None:
        return found
    other = ROLES[1 - ROLES.index(role)]
    if (elsewhere := _match(said, names_of(known, other))) is not None:
        raise LedgerError(f"no {role} {said!r}; {elsewhere} is {_article(other)} {other}: --{other}")
    raise LedgerError(f"no {role} {said!r}{proposed(said, every)}")


def fitting_names(said: Iterable[str], role: str, known: Derived) -> dict[str, str | None]:
    """Each word → the canonical name of the role that it fits, or None."""
    every, words = names_of(known, role), _actors(known, role)
    return {word: _match(word, every) or _by_word(word, words) for word in said}


def names_in_claims(name: str, known: Derived) -> list[str]:
    """The names that claims may give for a canonical one: itself, and those that were made one with it."""
    actors = known.resolution.actors
    words = actors.filter(name=name)["said"].explode(empty_as_null=False).drop_nulls()
    return [name, *words.filter(~words.is_in(actors["name"].implode()))]


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def names_of(known: Derived, role: str) -> list[str]:
    """The canonical names of a role, sorted."""
    of_commitments = known.resolution.commitments[role].explode(empty_as_null=False).drop_nulls()
    return sorted({*of_commitments, *_actors(known, role)["name"]})


def _actors(known: Derived, role: str) -> pl.DataFrame:
    """The names that claims give a role, and the words for each."""
    return known.resolution.actors.filter(pl.col(f"as_{role}") > 0).select("name", "said")


def _match(said: str, names: Iterable[str]) -> str | None:
    """The name itself, or the only one that differs in case and blanks alone."""
    alike = [name for name in names if name == said] or [name for name in names if _plain(name) == _plain(said)]
    return alike[0] if len(alike) == 1 else None


def _by_word(said: str, actors: pl.DataFrame) -> str | None:
    """The only name that an article calls by that word; `actors` have name and said."""
    wanted = _plain(said)
    found = [name for name, words in actors.iter_rows() if any(_plain(word) == wanted for word in words)]
    return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def proposed(said: str, names: Iterable[str], nothing: str = "; see `ledger actors`") -> str:
    """ "; did you mean …?" with the names that are like a word; `nothing` where none is, or where to find them all."""
    wanted, known = _plain(said), list(names)
    holding = [name for name in known if wanted and wanted in _plain(name)]
    plain = {name: _plain(name) for name in known}
    alike = process.extract(wanted, plain, scorer=fuzz.WRatio, score_cutoff=LIKE, limit=MOST)
    meant = list(dict.fromkeys([*sorted(holding, key=len), *(name for _, _, name in alike)]))[:MOST]
    return f"; did you mean {', '.join(meant)}?" if meant else nothing


@dataclass(frozen=True)
class Spellings:
    """The names that a ledger has, to find one by what a person writes."""

    names: Mapping[str, Sequence[str]]
    """Name in the form in which names are compared → the names that are so."""
    words: Mapping[str, Collection[str]]
    """Word of an article, in that form → the canonical names that it stands for."""

    @classmethod
    def of(cls, known: Derived) -> "Spellings":
        """Those of the articles and of people's decisions."""
        actors, aliases = known.resolution.actors, known.standing.in_force.filter(kind=DecisionKind.ALIAS.value)
        given = [
            known.snapshot.claims.select(pl.col(role).list.eval(pl.element().struct.field("name"))) for role in ROLES
        ]
        told = [frame.collect().to_series().explode(empty_as_null=False).drop_nulls() for frame in given]
        names: dict[str, list[str]] = {}
        for name in dict.fromkeys([*actors["name"], *told[0], *told[1], *aliases["target"], *aliases["other"]]):
            names.setdefault(_plain(name), []).append(name)
        words: dict[str, set[str]] = {}
        for name, said in actors.select("name", "said").iter_rows():
            for word in said:
                words.setdefault(_plain(word), set()).add(name)
        return cls(names, words)

    def found(self, said: str) -> str | None:
        """The name itself, the only one that differs in case and blanks alone, or the only one that has that word."""
        alike = self.names.get(_plain(said), ())
        meant = [said] if said in alike else alike or self.words.get(_plain(said), ())
        return next(iter(meant)) if len(meant) == 1 else None

    @property
    def every(self) -> list[str]:
        """All names."""
        return [name for alike in self.names.values() for name in alike]


def known_name(said: str, known: Derived, *, anywhere: bool = False) -> str:
    """The name that is meant, in the spelling of the articles or of an earlier decision.

    With `anywhere` the package's own names are known too. Raises LedgerError, with names that are like it, for any
    other.
    """
    spellings = Spellings.of(known)
    found = spellings.found(said)
    if found is None and anywhere and load_names().canonical(said) is not None:
        return said
    if found is None:
        raise LedgerError(f"no actor or recipient {said!r}{proposed(said, spellings.every)}")
    return found


def _values(wanted: Wanted) -> list[str] | None:
    return None if wanted is None else [wanted] if isinstance(wanted, str) else list(wanted)


__all__ = [
    "Spellings",
    "fitting_names",
    "found_name",
    "known_name",
    "names_in_claims",
    "names_of",
    "proposed",
    "with_names",
]
