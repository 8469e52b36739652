"""Zip files opened within limits: how many files, how large unpacked, and which names are safe."""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from ledger.read.article import MEBIBYTE, ReadLimits, ReadProblem

BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, IndexError, KeyError, OverflowError,
    UnicodeError,
)  # fmt: skip
"""What zipfile raises for bytes that are no whole archive."""
ENCRYPTED = 0x1
LINK = 0o120000
DRIVE = re.compile(r"[A-Za-z]:")


class ZipError(Exception):
    """An archive or a file in it that is not read; holds the problem."""

    def __init__(self, problem: ReadProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Zipped:
    """An archive whose files are few and small enough by what it says of them."""

    archive: zipfile.ZipFile
    members: tuple[zipfile.ZipInfo, ...]
    limits: ReadLimits


def opened(raw: bytes, limits: ReadLimits) -> Zipped:
    """The archive in `raw`; raises ZipError where it is broken, or too many or too large files are in it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        members = tuple(archive.infolist())
    except (*BROKEN, NotImplementedError) as error:
        message = f"is no whole zip archive ({_line(error)}); make or download it again"
        raise ZipError(ReadProblem(None, "broken", message)) from None
    if len(members) > limits.members:
        message = f"holds more than {limits.members:,} files; unpack it and read the folder in parts"
        raise ZipError(ReadProblem(None, "too_many_files", message))
    if sum(member.file_size for member in members) > limits.expanded_bytes:
        most = limits.expanded_bytes // MEBIBYTE
        message = f"unpacks to more than {most:,} MiB; unpack it and read the folder in parts"
        raise ZipError(ReadProblem(None, "expansion", message))
    return Zipped(archive, members, limits)


def names_in(raw: bytes) -> frozenset[str]:
    """The names of the files in an archive; none where the bytes are no whole archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return frozenset(archive.namelist())
    except (*BROKEN, NotImplementedError):
        return frozenset()


def unsafe(member: zipfile.ZipInfo) -> str | None:
    """Why the name of a file in an archive is not to be followed, or null."""
    name = member.filename.replace("\\", "/")
    if not name:
        return "has a file without a name; unpack it and name the file"
    if name.startswith("/") or DRIVE.match(name) or ".." in name.split("/"):
        return "its path leads out of the archive; unpack and name it yourself if you trust it"
    if member.external_attr >> 16 & 0o170000 == LINK:
        return "is a link; name the file that it leads to"
    return None


def unpacked(zipped: Zipped, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a file in an archive; raises ZipError where it is encrypted, broken or unpacks to too much."""
    limits, name = zipped.limits, member.filename
    if member.flag_bits & ENCRYPTED:
        raise ZipError(ReadProblem(name, "encrypted", "is protected by a password; unpack it yourself first"))
    most = min(limits.member_bytes, max(limits.expansion * member.compress_size, MEBIBYTE))
    try:
        with zipped.archive.open(member) as file:
            raw = file.read(most + 1)
    except (*BROKEN, NotImplementedError, RuntimeError) as error:
        message = f"is broken inside the archive ({_line(error)}); make the archive again"
        raise ZipError(ReadProblem(name, "broken", message)) from None
    if len(raw) > most:
        message = f"unpacks to more than {most // MEBIBYTE:,} MiB; unpack it yourself and split it"
        raise ZipError(ReadProblem(name, "expansion", message))
    return raw


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__


__all__ = ["ZipError", "Zipped", "names_in", "opened", "unpacked", "unsafe"]
