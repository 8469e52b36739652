"""Files that a person names, opened safely: regular ones, of a limited size, and each fault told in one line."""

import os
import stat
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from ledger.errors import InputError

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes of the largest file that is read: an article or a table of metadata, names, decisions or rates."""
KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def shown(path: str | PathLike[str]) -> str:
    r"""A path as text that can be printed and stored, whatever bytes the file system holds.

    >>> shown("news/\udcff.txt"), shown("a\nb")
    ('news/\\xff.txt', 'a\\nb')
    """
    whole = os.fsencode(os.fspath(path)).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in whole)


def read_file(path: str | PathLike[str], limit: int = LARGEST_FILE) -> bytes:
    """The bytes of a regular file; raises InputError for any other thing, and for a file of more than `limit` bytes.

    Nothing that may block or never end is read: pipes, sockets and devices are refused before they are opened.
    """
    name = shown(path)
    try:
        if fault := unfit(os.stat(path), limit):  # noqa: PTH116 - before opening: a device may act on being opened
            raise InputError(f"{name}: {fault}")
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            if fault := unfit(os.fstat(handle), limit):  # it may have been exchanged meanwhile
                raise InputError(f"{name}: {fault}")
            return read_stream(file, name, limit)
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or error}); check the name and its rights") from None
    except ValueError as error:
        raise InputError(f"{name}: cannot be read ({error}); check the name") from None


def read_stream(stream: BinaryIO, name: str, limit: int = LARGEST_FILE) -> bytes:
    """The bytes of an open stream; raises InputError once there are more than `limit`."""
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise InputError(f"{name}: {_too_large(limit)}")
    return raw


def read_words(path: Path, kind: str = "text") -> str:
    """The text of a regular file in UTF-8, with or without a mark; raises InputError where it is no such `kind`."""
    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{shown(path)}: is not {kind} in UTF-8 ({error.reason}); save it as UTF-8") from None


def unfit(status: os.stat_result, limit: int = LARGEST_FILE) -> str | None:
    """Why a file is not read, by its status, or None."""
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for test, name in KINDS if test(status.st_mode)), "no regular file")
        return f"is {kind}, not a file; name a file, or use - for standard input"
    return _too_large(limit) if status.st_size > limit else None


def _too_large(limit: int) -> str:
    return f"holds more than {limit // 1024 // 1024} MiB; split it"


__all__ = ["LARGEST_FILE", "read_file", "read_stream", "read_words", "shown", "unfit"]
