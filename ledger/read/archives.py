"""ZIP archives to the files in them."""

from ledger.read.article import MEBIBYTE, Enclosed, Read, ReadOptions, ReadProblem
from ledger.read.zipped import ZipError, opened, unpacked, unsafe

PASSED_OVER = ("__MACOSX/", ".")
"""Beginnings of names of files that systems put into archives beside what a person did."""


def read_zip(raw: bytes, options: ReadOptions) -> Read:
    """The files of an archive, in its order; a problem for each that is unsafe, encrypted, broken or too large."""
    try:
        zipped = opened(raw, options.limits)
    except ZipError as fault:
        yield fault.problem
        return
    left = options.limits.expanded_bytes
    for member in zipped.members:
        name = member.filename.replace("\\", "/")
        if (fault_line := unsafe(member)) is not None:
            yield ReadProblem(name or options.name, "unsafe_path", fault_line)
            continue
        if member.is_dir() or any(part.startswith(PASSED_OVER) for part in (name, name.rpartition("/")[2])):
            continue
        try:
            held = unpacked(zipped, member)
        except ZipError as fault:
            yield fault.problem
            continue
        left -= len(held)
        if left < 0:
            most = options.limits.expanded_bytes // MEBIBYTE
            yield ReadProblem(name, "expansion", f"the archive unpacks to more than {most:,} MiB; read it in parts")
            return
        yield Enclosed(name, held)


__all__ = ["read_zip"]
