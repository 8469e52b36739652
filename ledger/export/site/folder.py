"""The folder of a site: complete or as it was, and never a folder that holds anything else."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from ledger.atomic import make_folder
from ledger.errors import OutputError

MARKER = "site.json"
"""The file that tells a folder of ours, and which files it is made of."""
MADE_BY = "figures-ledger"
BESIDE = ".ledger-site-"
"""What the folders begin with that stand beside a site while it is made."""


@contextmanager
def replacing_site(folder: Path) -> Iterator[Path]:
    """A new folder to write a site to; at the end of the block it takes the place of `folder`, whatever was there.

    If the block fails, `folder` stays as it was. Raises OutputError where `folder` is a file, holds anything that was
    not published into it, or cannot be written.
    """
    target = folder.resolve()
    check_site(folder)
    make_folder(target.parent)
    _remove_leftovers(target)
    name = f"{BESIDE}{target.name}-{uuid4().hex}"
    new, old = target.with_name(f"{name}.new"), target.with_name(f"{name}.old")
    try:
        new.mkdir()
        yield new
        (new / MARKER).write_text(_marker(new), encoding="utf-8")
        if target.exists():
            new.chmod(target.stat().st_mode)
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from error
    finally:
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)


def check_site(folder: Path) -> None:
    """Raise OutputError unless `folder` is new, empty or a site of ours that nobody has put anything else into."""
    try:
        if not folder.exists():
            return
        if not folder.is_dir():
            raise OutputError(f"{folder}: a file is in the way; name a folder")
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    except OSError as error:
        raise OutputError(f"{folder}: cannot be read ({error.strerror or error})") from error
    foreign = sorted(there - _published(folder) - {MARKER})
    if foreign and (folder / MARKER).is_file() and _published(folder):
        raise OutputError(
            f"{folder}: holds {foreign[0]}, which was not published into it and would be lost; move it away first"
        )
    if foreign:
        raise OutputError(f"{folder}: holds {foreign[0]} and is no published site; name a new or an empty folder")


def _published(folder: Path) -> set[str]:
    """The files that a site's marker names; none where there is no marker that can be read."""
    try:
        told = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(told, dict) or told.get("made_by") != MADE_BY or not isinstance(told.get("files"), list):
        return set()
    return {str(name) for name in told["files"]}


def _marker(folder: Path) -> str:
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return json.dumps({"made_by": MADE_BY, "files": files}, indent=1, ensure_ascii=False) + "\n"


def _remove_leftovers(target: Path) -> None:
    """Remove what killed programs left beside the site."""
    with suppress(OSError):
        for left in target.parent.glob(f"{BESIDE}{target.name}-*"):
            if target.exists():
                shutil.rmtree(left, ignore_errors=True)
