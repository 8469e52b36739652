"""Plain sentences made from templates, as further lessons for roles beside the annotated articles."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

TEMPLATES = Path(__file__).with_suffix(".toml")
NAMES: Mapping[str, Sequence[str]] = {
    "ACD": ("Volvo", "Nokia", "Siemens", "Heineken", "Ericsson", "Bosch", "Enel", "Carlsberg", "Sanofi", "Equinor", "Unilever", "Philips", "Vestas"),
    "GHK": ("Norway", "Kenya", "Portugal", "Ghana", "Denmark", "Peru", "Nepal", "Ireland", "Slovakia", "Morocco", "Sweden", "Jordan", "Chile", "Laos"),
    "B": ("the World Bank", "the European Investment Bank", "the African Development Bank", "the Asian Development Bank", "the International Monetary Fund"),
    "M": ("the US Department of Defense", "the European Commission", "the US Department of Energy", "NASA"),
    "P": ("Turin", "Lyon", "Gdansk", "Arequipa", "Monterrey"),
    "S": ("Reuters", "Barclays", "Deloitte", "Greenpeace", "Moody's"),
}
AMOUNTS = ("$500 million", "€1.2 billion", "$3 billion", "£40 million", "$75 million", "¥30 billion", "€900 million", "$12 million")
SLOT = re.compile(r"\{(\w)\}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, where the figures asked about start, what they are of, and who pays and gets."""

    text: str
    starts: tuple[int, ...]
    measure: str
    roles: Mapping[str, tuple[str, ...]]


def lessons(copies: int = 3) -> Iterator[Lesson]:
    """Every template with `copies` different fillings of its slots, the same in every run."""
    draw = Random(7)
    for entry in tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))["template"]:
        for text in entry["texts"]:
            for _ in range(copies):
                yield _filled(entry, text, draw)


def _filled(entry: Mapping[str, Sequence[str]], text: str, draw: Random) -> Lesson:
    names: dict[str, str] = {}
    for letters, pool in NAMES.items():
        names |= dict(zip(letters, draw.sample(pool, len(letters)), strict=True))
    filled = SLOT.sub(lambda slot: names[slot[1]] if slot[1] != "n" else draw.choice(AMOUNTS), text)
    filled = re.sub(r"(^|[.\n-] ?)the (?=\w)", lambda start: start[1] + "The ", filled)
    starts, plain = [], ""
    for part in re.split("([«»])", filled):
        if part == "«":
            starts.append(len(plain))
        elif part != "»":
            plain += part
    roles = {role: tuple(names[slot].removeprefix("the ") for slot in entry[role]) for role in ("actor", "recipient")}
    return Lesson(plain, tuple(starts), entry["measures"][0], roles)
