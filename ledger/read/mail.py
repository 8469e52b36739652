"""Messages (.eml) and mailboxes (.mbox) to articles: what their writer says; pages and attachments as files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from functools import cache

from ledger.lexicons import load
from ledger.read.article import Article, Enclosed, Read, ReadOptions, ReadProblem
from ledger.read.days import day_of
from ledger.read.decode import UndecodableError, decode
from ledger.read.fragment import fragment_text
from schemas import Severity

FROM_LINE = rb"From \S{1,200} {1,3}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [^\r\n]{4,60}[0-9]{4}[^\r\n]{0,20}\r?\n"
SEPARATOR = re.compile(rb"(?:\A|(?<=\n)\r?\n)" + FROM_LINE + rb"(?=[!-9;-~]{1,80}:|\r?\n)")
"""The line above each message of a mailbox, behind an empty line or at the start."""
ESCAPED = re.compile(rb"(?m)^>(>*From )")
LEFT_ASIDE = (
    "image/",
    "audio/",
    "video/",
    "application/ics",
    "application/pgp",
    "application/pkcs7",
    "application/x-pkcs7",
    "text/calendar",
    "text/vcard",
)
"""Beginnings of media types of what comes with a message and holds no article."""
PREFIX = re.compile(r"(?:(?:fwd?|re|aw|wg|tr|rv|sv|vs|antw)\s*(?:\[[0-9]+\])?\s*:\s*)+", re.IGNORECASE)
MOST_PARTS = 500
LONGEST_SIGNATURE = 2_000
"""Code points of a signature with its notices that may be longer than the message itself."""
MOST_FORWARDS = 20
"""Messages forwarded within one another whose heads are told from their words."""
LONGEST_HEADER = 4_000
"""Code points of a header that are looked at."""
LONGEST_LOOK = 400_000
"""Bytes of a page whose words are counted."""
LEAST_WORDS = 0.5
"""A plain part with fewer words than this share of those of the page beside it does not stand for it."""


@dataclass(frozen=True, slots=True)
class _Facts:
    title: str | None
    publisher: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class _Parts:
    """The plain texts, the pages and the files of a message."""

    plain: list[Message]
    pages: list[Message]
    files: list[Message]


def read_mail(raw: bytes, options: ReadOptions) -> Read:  # noqa: ARG001 - every reader is given options
    """The article of a message: its text, or its page as an enclosed file; and each attachment as one."""
    yield from _message(raw, None)


def read_mailbox(raw: bytes, options: ReadOptions) -> Read:
    """The messages of a mailbox in their order, each read as one by itself."""
    starts = [(found.start(), found.end()) for found in SEPARATOR.finditer(raw)]
    if not starts:
        yield ReadProblem(None, "broken", "holds no message; export the mailbox again, or save messages as .eml")
        return
    ends = [start for start, _ in starts[1:]] + [len(raw)]
    for number, ((_, start), end) in enumerate(zip(starts, ends, strict=True), 1):
        if number > options.limits.members:
            message = f"holds more than {options.limits.members:,} messages; split it"
            yield ReadProblem(f"message {number}", "too_many_messages", message)
            return
        yield from _message(ESCAPED.sub(rb"\1", raw[start:end]), f"message {number}")


def _message(raw: bytes, place: str | None) -> Read:
    try:
        message = message_from_bytes(raw)
        parts = _parts(message)
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        line = " ".join(str(error).split())[:100] or type(error).__name__
        yield ReadProblem(place, "broken", f"is no whole message ({line}); save it again as .eml")
        return
    facts, found = _facts(message), 0
    for one in _body(parts, facts, place):
        found += not isinstance(one, ReadProblem) or one.severity is Severity.ERROR
        yield one
    for at, file in enumerate(parts.files[:MOST_PARTS], 1):
        for one in _attachment(file, facts, f"{place}, attachment {at}" if place else f"attachment {at}"):
            found += 1
            yield one
    if len(parts.files) > MOST_PARTS:
        yield ReadProblem(place, "too_many_files", f"has more than {MOST_PARTS:,} attachments; save them yourself")
    if not found:
        yield ReadProblem(
            place, "empty", "the message holds no words of its own; remove it, or save the article itself"
        )


def _parts(message: Message) -> _Parts:
    """The parts of a message, those of messages inside it left to themselves."""
    parts = _Parts([], [], [])
    waiting = [message]
    for _ in range(4 * MOST_PARTS):
        if not waiting:
            break
        one = waiting.pop(0)
        kind = one.get_content_type()
        named = one.get_filename() is not None or one.get_content_disposition() == "attachment"
        if kind == "message/rfc822" or (named and not one.is_multipart()):
            parts.files.append(one)
        elif one.is_multipart():
            inner = one.get_payload()
            waiting[:0] = [part for part in inner if isinstance(part, Message)] if isinstance(inner, list) else []
        elif kind == "text/html":
            parts.pages.append(one)
        elif kind in ("text/plain", "text/enriched"):
            parts.plain.append(one)
        else:
            parts.files.append(one)
    return parts


def _facts(message: Message) -> _Facts:
    title = PREFIX.sub("", _header(message, "Subject") or "").strip() or None
    name, address = parseaddr(_header(message, "From") or "")
    return _Facts(title, name.strip().strip('"') or address or None, day_of(_header(message, "Date")))


def _header(message: Message, name: str) -> str | None:
    """A header in words; as it stands where its encoding is broken."""
    said = message.get(name)
    if said is None:
        return None
    try:
        words = str(make_header(decode_header(str(said)[:LONGEST_HEADER])))
    except (HeaderParseError, LookupError, ValueError):
        words = str(said)[:LONGEST_HEADER]
    return " ".join(words.encode("utf-8", "replace").decode().split()) or None


def _body(parts: _Parts, facts: _Facts, place: str | None) -> Read:
    """The words of a message: its plain text where that says as much as its page, else the page."""
    texts: list[str] = []
    for part in parts.plain:
        try:
            texts.append(_flowed(part, _text(part)))
        except UndecodableError as error:
            yield ReadProblem(place, "binary", f"a part of the message cannot be read: {error}")
    pages = [_raw(part) for part in parts.pages]
    plain = "\n\n".join(text.strip() for text in texts if text.strip())
    shown = sum(len(fragment_text(page[:LONGEST_LOOK].decode("latin-1")).split()) for page in pages)
    if len(plain.split()) < LEAST_WORDS * shown:
        for at, (page, part) in enumerate(zip(pages, parts.pages, strict=True), 1):
            charset = part.get_content_charset()
            kind = f"text/html; charset={charset}" if charset else "text/html"
            name = ", ".join(filter(None, (place, "page" if len(pages) == 1 else f"page {at}")))
            yield Enclosed(f"{name}.html", page, kind, facts.title, facts.publisher, None, facts.published)
        return
    own, forwarded = own_words(plain)
    if own:
        published = facts.published if forwarded.published is None else forwarded.published
        publisher = forwarded.publisher or facts.publisher
        yield Article(own + "\n", forwarded.title or facts.title, publisher, published=published, number=place)


def _raw(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _text(part: Message) -> str:
    """The text of a part by the character set that it declares, else by what its bytes look like."""
    raw, charset = _raw(part), part.get_content_charset()
    try:
        words = raw.decode(charset) if charset else decode(raw)
    except (ValueError, LookupError):  # a name that is no character set, or bytes that are not in it
        words = decode(raw)
    return words.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _flowed(part: Message, text: str) -> str:
    """The text with its soft line breaks joined where it was wrapped by format=flowed (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    close = str(part.get_param("delsp", "")).lower() == "yes"
    lines: list[str] = []
    for line in text.split("\n"):
        said = line.removeprefix(" ") if line.startswith((" >", " From ", "  ")) else line
        if lines and lines[-1].endswith(" ") and lines[-1] != "-- " and not said.startswith(">") and said.strip():
            lines[-1] = (lines[-1][:-1] if close else lines[-1]) + said
        else:
            lines.append(said)
    return "\n".join(lines)


def _attachment(part: Message, facts: _Facts, place: str) -> Iterator[Enclosed | ReadProblem]:
    """A file that came with a message, or a warning where it is left aside; pictures inside the text are no files."""
    kind, name = part.get_content_type(), _file_name(part) or place
    if kind.startswith(LEFT_ASIDE):
        if part.get_content_disposition() == "attachment":
            yield ReadProblem(name, "left_aside", "an attachment of a kind that holds no article", Severity.WARNING)
        return
    if kind == "message/rfc822":
        inner = part.get_payload()
        held = inner[0] if isinstance(inner, list) and inner else None
        try:
            raw = held.as_bytes() if isinstance(held, Message) else _raw(part)
        except (ValueError, LookupError, TypeError, AttributeError):
            yield ReadProblem(name, "broken", "the attached message is broken; save it by itself and name that file")
            return
        name = name if name.lower().endswith(".eml") else f"{name}.eml"
    else:
        raw = _raw(part)
    if raw.strip():
        yield Enclosed(name, raw, kind, published=facts.published)


def _file_name(part: Message) -> str | None:
    """The name of an attached file, without any folder."""
    said = part.get_filename()
    if said is None:
        return None
    try:
        words = str(make_header(decode_header(said)))
    except (HeaderParseError, LookupError, ValueError):
        words = said
    return words.encode("utf-8", "replace").decode().replace("\\", "/").rpartition("/")[2].strip() or None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(load.joined(load.toml("mail")[name]["pattern"]), re.IGNORECASE)


def own_words(text: str, depth: int = 0) -> tuple[str, _Facts]:
    """What the writer of a message says, and what the head of a message that is forwarded says of it.

    Quoted messages, signatures and notices are left out; a forwarded message is what the writer wants read.

    >>> own_words("It costs $3 million.\\n\\nOn 3 May 2024 Ada Lind wrote:\\n> It costs $2 million.\\n")[0]
    'It costs $3 million.'
    """
    lines = text.split("\n")
    facts = _Facts(None, None, None)
    start = next((at for at, line in enumerate(lines) if _pattern("forwarded").match(line.strip())), None)
    if start is not None and depth < MOST_FORWARDS:
        above = _own(lines[:start])
        head, below = _head(lines[start + 1 :])
        return "\n\n".join(filter(None, (above, own_words("\n".join(below), depth + 1)[0]))), _said(head)
    return _own(lines), facts


def _head(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines of a forwarded message's head, and those below it."""
    at = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    end = at
    while end < len(lines) and lines[end].strip() and end - at < 12:
        end += 1
    head = lines[at:end]
    return (head, lines[end:]) if head and _pattern("head_line").match(head[0].strip()) else ([], lines)


def _said(head: list[str]) -> _Facts:
    entries = [line.replace("*", "").partition(":") for line in head]
    said = {key.strip().lower(): value.strip() for key, _, value in entries}
    name, address = parseaddr(said.get("from", ""))
    title = PREFIX.sub("", said.get("subject", "")).strip()
    return _Facts(title or None, name or address or None, day_of(said.get("date") or said.get("sent")))


def _own(lines: list[str]) -> str:
    """The lines of a message without those that quote, and without all below a signature or an earlier message."""
    kept: list[str] = []
    above, whole = 0, sum(len(line.strip()) for line in lines)
    for at, line in enumerate(lines):
        stripped = line.strip()
        if _pattern("quoted").match(stripped) or _is_head(lines, at):
            break
        if _is_signature(line, above, whole - above):
            break
        above += len(stripped)
        if not stripped.startswith(">") and not _is_attribution(lines, at):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _is_attribution(lines: list[str], at: int) -> bool:
    """Whether a line, alone or with the one above or below it, says who wrote the lines that are quoted below."""
    for first, last in ((at, at), (at, at + 1), (at - 1, at)):
        few = [line.strip() for line in lines[max(first, 0) : last + 1]]
        below = next((line.strip() for line in lines[last + 1 : last + 4] if line.strip()), "")
        if all(few) and below.startswith(">") and _pattern("attribution").match(" ".join(few)):
            return len(few) == 1 or not any(_pattern("attribution").match(line) for line in few)
    return False


def _is_head(lines: list[str], at: int) -> bool:
    """Whether three lines on end are those of a message's head, as Outlook puts them above what it quotes."""
    few = [line.strip() for line in lines[at : at + 3]]
    return len(few) == 3 and at > 0 and all(_pattern("head_line").match(line) for line in few)


def _is_signature(line: str, above: int, below: int) -> bool:
    """Whether a signature or a notice begins at a line; the marks of one may part sections too, far from the end.

    `above` and `below` are code points of the message before the line, and from it on.
    """
    if _pattern("signature").match(line):
        return below <= max(above, LONGEST_SIGNATURE) and (above > 0 or line.strip() == "--")
    return below <= above and _pattern("notice").match(line.strip()) is not None


__all__ = ["own_words", "read_mail", "read_mailbox"]
