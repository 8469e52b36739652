"""A person's own groups of actors: EU, G7, a region. Groups may overlap."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ledger.errors import InputError
from ledger.export.display import JOINT
from ledger.export.lexicon import export_words
from ledger.files import read_words, shown

LONGEST_NAME = 200
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)]


class ActorGroups(BaseModel):
    """Name of a group → the names of its actors, as a file of groups says it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    groups: dict[Name, Annotated[list[Name], Field(min_length=1)]] = Field(min_length=1)


@dataclass(frozen=True)
class GroupsOfActors:
    """Groups whose names were looked up in a ledger."""

    members: tuple[tuple[str, str, str | None], ...]
    """Group, name as said, and the actor that it fits, or None."""

    @property
    def actors(self) -> Mapping[str, Sequence[str]]:
        """Name of a group → the actors in it, each once."""
        found: dict[str, dict[str, None]] = {group: {} for group, _, _ in self.members}
        for group, _, actor in self.members:
            if actor is not None:
                found[group][actor] = None
        return {group: list(actors) for group, actors in found.items()}

    @property
    def unknown(self) -> Sequence[tuple[str, str]]:
        """Group and name of each that fits no actor."""
        return [(group, said) for group, said, actor in self.members if actor is None]

    def rows(self) -> list[tuple[str, str, str | None, str | None]]:
        """Group, name, actor, and the other groups of the actor."""
        groups = self.actors
        of_actor: dict[str, list[str]] = {}
        for group, actors in groups.items():
            for actor in actors:
                of_actor.setdefault(actor, []).append(group)
        return [
            (group, said, actor, JOINT.join(one for one in of_actor.get(actor or "", ()) if one != group) or None)
            for group, said, actor in self.members
        ]


def read_groups(path: Path) -> ActorGroups:
    """The groups in the TOML file at `path`; raises InputError, in one line, where that is no valid file of groups."""
    text = read_words(path, "TOML")
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{shown(path)}: is no TOML ({error})") from None
    return groups_of(told, shown(path), text)


def groups_of(told: Mapping[str, object], place: str = "groups", text: str = "") -> ActorGroups:
    """The groups that `told` says, checked; `place` and `text` tell where a fault is. Raises InputError."""
    try:
        made = ActorGroups.model_validate(told)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = [part for part in fault["loc"] if part != "[key]"]
        raise InputError(f"{place}{_line(text, where)}: {_message(fault, where)}") from None
    reserved = export_words()["book"]["no_group"]
    if taken := [name for name in made.groups if name.casefold() in (reserved, TOTAL)]:
        raise InputError(f"{place}{_line(text, ['groups', *taken])}: a group cannot be called {taken[0]!r}; rename it")
    return made


TOTAL = "total"
"""What the last line of totals is called."""
EXAMPLE = '[groups] and below it EU = ["Germany", "France"]'


def _message(fault: Mapping[str, object], where: Sequence[object]) -> str:
    """What is wrong, and how it is put right."""
    kind = str(fault["type"])
    if kind == "extra_forbidden":
        return f"{'.'.join(map(str, where))!r} is no key; write {EXAMPLE}"
    if len(where) < 2:
        return f"holds no group; write {EXAMPLE}"
    group = f"group {str(where[1])[:LONGEST_NAME]!r}"
    if len(where) > 2 and isinstance(where[2], int):
        return f"{group}: name {where[2] + 1} is {_no_name(kind)}"
    if kind in ("string_too_short", "string_too_long"):
        return f"{group} is {_no_name(kind)}"
    return f'{group}: is no list of names, or an empty one; write {where[1]} = ["Germany", "France"]'


def _no_name(kind: str) -> str:
    return {
        "string_too_short": "empty; write a name",
        "string_too_long": f"longer than {LONGEST_NAME} characters; shorten it",
    }.get(kind, 'no text; write it in quotes: "Germany"')


def _line(text: str, where: Sequence[object]) -> str:
    """The line of the innermost key of `where` that the text has."""
    for key in [str(part) for part in reversed(where) if isinstance(part, str)]:
        found = re.search(rf"^\s*\[?\s*[\"']?{re.escape(key)}[\"']?\s*[\]=]", text, re.MULTILINE)
        if found:
            return f", line {text.count(chr(10), 0, found.end()) + 1}"
    return ""


__all__ = ["ActorGroups", "GroupsOfActors", "groups_of", "read_groups"]
