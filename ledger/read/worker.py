"""Readers of foreign formats in a process of their own, which is ended where it takes too long or too much memory.

The parent sends (reader, bytes, options) and gets what the reader yields, one frame each, then None.
"""

import math
import pickle
import queue
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import IO, Any

from ledger.process import ended, ends, send, started, take
from ledger.read.article import Article, Enclosed, ReadOptions, ReadProblem
from ledger.read.formats import Format, missing, reader_of

AHEAD = 2
"""Frames that are taken from a worker before they are asked for."""
GRACE = 10
"""Seconds after its time limit at which a worker whose parent is gone ends by itself."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a worker answers where a package of the reader is not installed."""

    package: str | None


@dataclass(frozen=True, slots=True)
class Failed:
    """What a worker answers where the reader raised: the fault in one line."""

    fault: str


def serve() -> None:
    """Read what the parent sends until it sends no more: what runs in the worker."""
    tasks, answers = ends()
    with suppress(EOFError, BrokenPipeError):
        while True:
            reader, raw, options = take(tasks)
            _bound(options)
            for answer in _answers(reader, raw, options):
                send(answers, answer)
            send(answers, None)


def _bound(options: ReadOptions) -> None:
    """Hold this process to its memory, and end it by itself should nobody be left to do so."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(options.limits.seconds) + GRACE)
    with suppress(ImportError, ValueError, OSError):  # some systems have no such limit; the limits of size remain
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (options.limits.memory_bytes, resource.RLIM_INFINITY))


def _answers(reader: str, raw: bytes, options: ReadOptions) -> Iterator[object]:
    try:
        yield from reader_of(reader)(raw, options)
    except ModuleNotFoundError as error:
        yield Lacking(error.name)
    except MemoryError:
        yield ReadProblem(None, "too_large", "takes more memory to read than is allowed; split it")
    except Exception as error:  # noqa: BLE001 - whatever a package raises at bytes is told with the file's name
        yield Failed(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")


class Worker:
    """A process that reads one file after the other; it is started when it is first needed, and anew after its end."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None
        self._answers: queue.Queue[Any] = queue.Queue(AHEAD)

    def read(self, entry: Format, raw: bytes, options: ReadOptions) -> Iterator[Article | Enclosed | ReadProblem]:
        """What the reader of a format makes of bytes; where it takes too long, dies or fails, a problem that says so.

        Only the time in which the reader is waited for counts.
        """
        left, done = options.limits.seconds, False
        try:
            self._ask(entry, raw, options)
            while not done:
                since = self._clock()
                answer = self._answers.get(timeout=max(left, 0.0))
                left -= self._clock() - since
                done = answer is None or isinstance(answer, EOFError)
                if answer is not None:
                    yield self._told(answer, entry)
        except queue.Empty:
            yield ReadProblem(
                None, "too_slow", f"took longer than {options.limits.seconds:g} seconds to read and was ended; split it"
            )
        finally:
            if not done:
                self.close()

    def _told(self, answer: Any, entry: Format) -> Article | Enclosed | ReadProblem:
        if isinstance(answer, EOFError):
            self.close()
            return ReadProblem(None, "reader_failed", f"is {entry.label} that ended its reader; save it as .txt")
        if isinstance(answer, Lacking):
            refusal = missing(entry, answer.package)
            return ReadProblem(None, refusal.rule, refusal.message)
        if isinstance(answer, Failed):
            message = f"is {entry.label} that cannot be read ({answer.fault}); save it as .txt"
            return ReadProblem(None, "reader_failed", message)
        return answer  # type: ignore[no-any-return]

    def _ask(self, entry: Format, raw: bytes, options: ReadOptions) -> None:
        process = self._running()
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # its end is told by the queue
            send(process.stdin, (entry.reader, raw, options))

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = started("ledger.read.worker:serve")
            self._answers = queue.Queue(AHEAD)
            self._listener = threading.Thread(target=_listen, args=(self._process.stdout, self._answers), daemon=True)
            self._listener.start()
        return self._process

    def close(self) -> None:
        """End the process, whatever it does."""
        process, listener, self._process, self._listener = self._process, self._listener, None, None
        if process is None or listener is None:
            return
        process.kill()
        while listener.is_alive():  # it may wait for room
            with suppress(queue.Empty):
                self._answers.get_nowait()
            listener.join(0.01)
        ended(process)


def _listen(stream: IO[bytes], answers: "queue.Queue[Any]") -> None:
    """Put what a worker sends into a queue, and at its end the EOFError."""
    try:
        while True:
            answers.put(take(stream))
    except (EOFError, pickle.UnpicklingError, ValueError):
        answers.put(EOFError())


__all__ = ["Worker", "serve"]
