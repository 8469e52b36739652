"""A process that reads batches for its parent, and what becomes of a document at which it ends.

Before each document the process says which one it is. So where it ends (a crash, a loop, too much memory), the parent
knows at which: the others are read by a new process, and the one is tried once more by itself. A second end makes it a
Problem.
"""

import math
import os
import signal
import subprocess
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ledger.engine.batch import PIPELINE, ReadSettings, read_batch, reading_batch, words_hash
from ledger.errors import InputError, LedgerError
from ledger.pipeline import Reading, usable_attributor
from ledger.process import ended, ends, send, started, take
from schemas import Problem

DEATHS = 2
"""After so many ends a document is left out."""
WAITING = 10
"""Times its processor time that a document may take by the clock, whatever it waits for."""
LEAVING = 10
"""Seconds in which a process that answers no more ends by itself, so that its code tells why."""
NO_MEMORY = 12
"""The exit code of a process that got no more memory: ENOMEM."""
STARTS = 3
"""How often a process is started that ends before it reads anything."""


@dataclass(frozen=True, slots=True)
class Death:
    """A process that ended while it read."""

    place: int | None
    """The place of the document in its batch; null where none had begun."""
    code: int
    """Its exit code, or less than zero for the signal that ended it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a process cannot read at all, in one line for a person."""

    message: str


def serve() -> None:
    """Read the batches that the parent sends until it sends no more: what runs in the process."""
    tasks, answers = ends()
    with suppress(EOFError, BrokenPipeError):
        settings: ReadSettings = take(tasks)
        try:
            _ready(settings)
        except LedgerError as error:
            send(answers, Refusal(str(error)))
            return
        _hold_memory(settings.memory_bytes)
        while True:
            documents: pa.RecordBatch = take(tasks)
            lengths = [len(text) for text in documents.column("text").to_pylist()]

            def begun(place: int, lengths: list[int] = lengths) -> None:
                send(answers, place)
                _hold_time(settings.seconds_for(lengths[place]))

            try:
                read = read_batch(documents, settings, begun)
            except MemoryError:
                os._exit(NO_MEMORY)
            _hold_time(0)
            send(answers, read)


def _ready(settings: ReadSettings) -> None:
    """Load what is read with, before any time counts; raises InputError where it is not what the parent has."""
    if settings.words and settings.words != words_hash(settings.own_names):
        raise InputError("a worker has other words or models than this program; install the same version on both")
    if settings.reader == PIPELINE:
        usable_attributor(settings.attributor, settings.names)


def _hold_time(seconds: float) -> None:
    """End this process once it has used so much processor time, or waits without end; zero takes that back."""
    if hasattr(signal, "setitimer"):  # not on every system
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.alarm(math.ceil(seconds * WAITING))


def _hold_memory(size: int) -> None:
    """Refuse this process more memory than it has now and `size` bytes."""
    with suppress(ImportError, OSError, ValueError):  # some systems do not tell, or have no such limit
        import resource  # noqa: PLC0415 - not on every system

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + size
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


class Guard:
    """Reads batches in a process of its own, which is started when it is first needed, and anew after its end."""

    def __init__(self, settings: ReadSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def read(self, documents: pa.RecordBatch) -> pa.RecordBatch:
        """What `ledger.engine.read_batch` makes of documents; one at which the process ends twice is left out.

        Raises InputError where the process cannot read at all, and InterruptedError once it is stopped.
        """
        made: list[pa.RecordBatch] = []
        waiting = deque([(documents, 0)])
        starts = 0
        while waiting:
            part, deaths = waiting.popleft()
            read = self._ask(part)
            if self._stopped:
                raise InterruptedError
            if isinstance(read, pa.RecordBatch):
                made.append(read)
            elif read.place is None:
                starts += 1
                if starts == STARTS:
                    raise InputError(f"a worker process {_cause(read.code)} before it read; try --workers 1")
                waiting.appendleft((part, deaths))
            elif part.num_rows == 1 and deaths + 1 == DEATHS:
                made.append(self._left_out(part, read))
            else:
                waiting.extendleft(reversed(_around(part, read.place, deaths)))
        return pa.Table.from_batches(made).combine_chunks().to_batches()[0]

    def _ask(self, documents: pa.RecordBatch) -> "pa.RecordBatch | Death":
        place: int | None = None
        try:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            send(process.stdin, documents)
            while isinstance(answer := take(process.stdout), int):
                place = answer
        except (EOFError, BrokenPipeError):
            return Death(place, self._close())
        if isinstance(answer, Refusal):
            self.close()
            raise InputError(answer.message)
        return answer

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = started("ledger.engine.guard:serve")
            assert self._process.stdin is not None
            send(self._process.stdin, self._settings)
        return self._process

    def _left_out(self, document: pa.RecordBatch, death: Death) -> pa.RecordBatch:
        [name], [source] = document.column("document_id").to_pylist(), document.column("source").to_pylist()
        message = (
            f"{_ending(death.code)} twice while it was read, and is left out; split it, or report it with the text"
        )
        problem = Problem(where=source, rule="reading_ended", message=message, document_id=name)
        return reading_batch([name], [Reading(None, (), (problem,))])

    def close(self) -> None:
        """End the process, whatever it does."""
        self._close()

    def stop(self) -> None:
        """Have a `read` in another thread end at once."""
        self._stopped = True
        if (process := self._process) is not None:
            process.kill()

    def _close(self) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.stdout is not None and process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=LEAVING)
        code = process.poll()
        killed = ended(process)
        return killed if code is None else code


def _around(part: pa.RecordBatch, place: int, deaths: int) -> list[tuple[pa.RecordBatch, int]]:
    """The documents before a place, the one there, which has one death more, and those after it."""
    parts = [(part.slice(0, place), 0), (part.slice(place, 1), deaths + 1), (part.slice(place + 1), 0)]
    return [(rows, number) for rows, number in parts if rows.num_rows]


def _ending(code: int) -> str:
    if -code in (signal.SIGPROF, signal.SIGALRM):
        return "took longer than is allowed"
    if code == NO_MEMORY:
        return "took more memory than is allowed"
    return f"ended its reader ({_cause(code)})"


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


__all__ = ["Guard", "serve"]
