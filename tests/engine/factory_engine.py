"""Documents that need no reading, and functions that read them in place of the pipeline: some end their process."""

import os
import signal
from collections.abc import Sequence
from decimal import Decimal

from ledger.engine import ReadSettings
from ledger.lexicons.names import Names
from ledger.options import Attributor
from ledger.pipeline import Reading
from schemas import Document
from tests.store.factory_store import claim_in, document

HERE = "tests.engine.factory_engine"
QUICK = ReadSettings(Attributor.FAST, reader=f"{HERE}:read_pledge", seconds=1.0)
ENDING = ReadSettings(Attributor.FAST, reader=f"{HERE}:read_or_end", seconds=1.0)


def pledges(number: int, *, at: int = 0) -> list[Document]:
    """Documents of one sentence each."""
    return [
        document(f"Norlund will invest ${one} million in clean energy in Arvania.\n", source=f"news/{one}.txt")
        for one in range(at + 1, at + number + 1)
    ]


def read_pledge(given: Document, _names: Names | None, _attributor: Attributor) -> Reading:
    """The claim of a document of `pledges`."""
    words = given.text[given.text.index("$") : given.text.index(" in ", given.text.index("$"))]
    amount = Decimal(words[1:].split()[0]) * 10**6
    return Reading(given, (claim_in(given, words, amount, "Norlund", "Arvania"),), ())


def read_or_end(given: Document, names: Names | None, attributor: Attributor) -> Reading:
    """As `read_pledge`, but the process ends as the title of a document says."""
    if given.title == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if given.title == "loop":
        while True:
            pass
    if given.title == "memory":
        bytearray(64 * 2**30)
    if given.title == "leave":
        os._exit(3)
    return read_pledge(given, names, attributor)


def titled(documents: Sequence[Document], titles: dict[int, str]) -> list[Document]:
    """The documents, with titles for those at some places."""
    return [one.model_copy(update={"title": titles.get(at)}) for at, one in enumerate(documents)]
