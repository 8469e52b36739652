"""Groups of actors looked up in a ledger."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ledger.book.cache import Derived
from ledger.book.names import fitting_names, names_of, proposed
from ledger.export import ActorGroups, GroupsOfActors, groups_of, read_groups
from ledger.options import Source

Groups = Source | Mapping[str, Sequence[str]] | GroupsOfActors
"""A TOML file of groups, the groups themselves (name → names of actors), or groups that were looked up."""


def looked_up(given: Groups, known: Derived) -> GroupsOfActors:
    """The groups with the actor that each name fits, in any case or by another word for it.

    Raises InputError where the groups are not valid.
    """
    if isinstance(given, GroupsOfActors):
        return given
    said = _said(given).groups
    names = dict.fromkeys(name for members in said.values() for name in members)
    fits = fitting_names(names, "actor", known)
    return GroupsOfActors(tuple((group, name, fits[name]) for group, members in said.items() for name in members))


def _said(given: Source | Mapping[str, Sequence[str]]) -> ActorGroups:
    if isinstance(given, Mapping):
        return groups_of({"groups": {group: list(names) for group, names in given.items()}})
    return read_groups(Path(given))


def unknown_names(groups: GroupsOfActors, known: Derived) -> list[str]:
    """A line for each group with names that fit no actor, and names that are like these."""
    every = names_of(known, "actor")
    lines: dict[str, list[str]] = {}
    for group, said in groups.unknown:
        alike = proposed(said, every, nothing="").removeprefix("; ")
        lines.setdefault(group, []).append(f"{said!r}" + (f" ({alike})" if alike else ""))
    return [
        f"group {group}: no actor {', '.join(names)}; {_adds(len(names))} nothing" for group, names in lines.items()
    ]


def _adds(number: int) -> str:
    return "it adds" if number == 1 else "they add"


__all__ = ["Groups", "looked_up", "unknown_names"]
