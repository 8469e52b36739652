"""Web pages, fetched only when a person names them: robots.txt, limits of time and size, public hosts alone."""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from protego import Protego
from urllib3.exceptions import HTTPError, SSLError

from ledger.errors import InputError
from ledger.files import LARGEST_FILE
from ledger.read.addresses import is_public, resolved
from ledger.version import VERSION

AGENT = f"figures-ledger/{VERSION}"
"""The name that robots.txt may address; `figures-ledger` alone will do."""
HEADERS = {
    "User-Agent": f"{AGENT} (reads the pages that its user names)",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en;q=0.9,*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
MOVED = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304
AGAIN = frozenset({429, 500, 502, 503, 504})
"""Answers after which the same may go well later."""
REFUSED = {
    401: ("paywall", "asks for a password"),
    402: ("paywall", "asks for payment"),
    403: ("not_allowed", "does not answer programs"),
    404: ("not_found", "has no such page"),
    410: ("not_found", "has removed the page"),
    451: ("not_allowed", "may not show the page here, for legal reasons"),
}
SAVE = "save the page from your browser and name the file"
ROBOTS_BYTES = 512 * 1024
NOBODY = "User-agent: *\nDisallow: /"
CHUNK = 64 * 1024
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
LONGEST_PAUSE = 30.0
"""Seconds of the longest pause that a server may ask for."""


class FetchError(InputError):
    """A page that cannot be had; `rule` names the check that found it, the text is one line without the address."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Stand:
    """Which state of a page an answer gave, as its server names it: what asks later whether there is a newer one."""

    etag: str | None = None
    """The header ETag, or null."""
    last_modified: str | None = None
    """The header Last-Modified, or null."""

    def __bool__(self) -> bool:
        """Whether there is anything to ask by."""
        return self.etag is not None or self.last_modified is not None


NO_STAND = Stand()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered."""

    raw: bytes
    media_type: str | None
    """The header Content-Type, or null."""
    url: str
    """The address that answered, after redirects."""
    status: int = 200
    target: str | None = None
    """Where it leads on, or null."""
    stand: Stand = NO_STAND

    @property
    def unchanged(self) -> bool:
        """Whether the page still is as it was when its stand was noted."""
        return self.status == NOT_MODIFIED


class Resolve(Protocol):
    """Finds the network addresses of a host; raises OSError where there are none."""

    def __call__(self, host: str, port: int) -> Sequence[str]: ...


@dataclass
class Fetcher:
    """Fetches pages politely, and from public hosts alone unless `allow_private`."""

    allow_private: bool = False
    limit: int = LARGEST_FILE
    """Bytes of the largest answer, unpacked."""
    timeout: float = 20.0
    """Seconds for a connection, and for each wait for bytes."""
    seconds: float = 60.0
    """Seconds for one answer."""
    redirects: int = 5
    attempts: int = 3
    pause: float = 1.0
    """Seconds before the second attempt; each further pause is twice as long."""
    between: float = 0.0
    """Seconds between two pages of one host at least, or as many as its robots.txt asks for."""
    resolve: Resolve = resolved
    permitted: Callable[[str], bool] = is_public
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _robots: dict[str, Protego] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)
    """Scheme and host → when it was last asked for a page."""

    def fetch(self, address: str, since: Stand = NO_STAND) -> Answer:
        """What the page at `address` answers; raises FetchError for all that keeps it from being read.

        With `since`, the stand of an earlier answer, it is `unchanged` and holds no bytes where nothing is newer.
        """
        asked = {"If-None-Match": since.etag, "If-Modified-Since": since.last_modified}
        more = {name: value for name, value in asked.items() if value is not None}
        for _ in range(self.redirects + 1):
            place = self._checked(address)
            self._ask_robots(place, address)
            answer = self._answer(place, self.limit, more)
            if answer.target is None:
                return answer if since and answer.unchanged else _good(answer)
            address = urljoin(address, answer.target)
        raise FetchError("too_many_redirects", f"leads on more than {self.redirects} times; {SAVE}")

    # Where it may go --------------------------------------------------------------------------------------------------

    def _checked(self, address: str) -> SplitResult:
        try:
            place = urlsplit(address)
            port = place.port
        except ValueError as error:
            raise FetchError("bad_address", f"is no address that can be read ({error}); correct it") from None
        if place.scheme.lower() not in ("http", "https"):
            raise FetchError(
                "bad_address", f"leads to {place.scheme}:, which is not fetched; name an http or https address"
            )
        if not place.hostname or port == 0:
            raise FetchError("bad_address", "names no host; correct the address")
        if place.username is not None or place.password is not None:
            raise FetchError("bad_address", "holds a name or password, which is not sent; leave it out")
        try:
            place.netloc.encode("idna")
        except UnicodeError:
            raise FetchError("bad_address", f"{place.hostname} is no name of a host; correct the address") from None
        return place

    def _pinned(self, host: str, port: int) -> str:
        """The one network address that is asked: what was checked is what is connected to."""
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise FetchError("unreachable", f"the host {host} cannot be found ({_words(error)}); check it") from None
        refused = [one for one in found if not (self.allow_private or self.permitted(one))]
        if refused or not found:
            told = f"the host {host} is at {refused[0]}, no public address" if refused else f"{host} has no address"
            raise FetchError("private_address", f"{told}; to read it all the same, add --allow-private-addresses")
        return found[0]

    # Asking -----------------------------------------------------------------------------------------------------------

    def _answer(self, place: SplitResult, limit: int, more: Mapping[str, str] = NO_HEADERS) -> Answer:
        """What one address answers, whatever its status; tried again after what may pass."""
        for attempt in range(self.attempts):
            last = attempt == self.attempts - 1
            try:
                with self._response(place, more) as response:
                    if response.status in AGAIN and not last:
                        self.sleep(self._pause(attempt, response.headers.get("Retry-After")))
                        continue
                    return self._taken(response, place, limit)
            except SSLError as error:
                raise FetchError("unreachable", f"has no valid certificate ({_words(error)}); {SAVE}") from None
            except (HTTPError, OSError) as error:
                if last:
                    raise FetchError("unreachable", f"does not answer ({_words(error)}); try again later") from None
                self.sleep(self._pause(attempt, None))
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, attempt: int, said: str | None) -> float:
        asked = float(said) if said is not None and said.isdecimal() else self.pause * 2**attempt
        return min(asked, LONGEST_PAUSE)

    @contextmanager
    def _response(self, place: SplitResult, more: Mapping[str, str]) -> Iterator[urllib3.BaseHTTPResponse]:
        host, secure = str(place.hostname), place.scheme.lower() == "https"
        port = place.port or (443 if secure else 80)
        address = self._pinned(host, port)
        timeout = urllib3.Timeout(connect=self.timeout, read=self.timeout)
        pool: urllib3.HTTPConnectionPool
        if secure:
            name = host.encode("idna").decode("ascii")
            context = ssl.create_default_context()
            pool = urllib3.HTTPSConnectionPool(
                address, port, timeout=timeout, ssl_context=context, server_hostname=name, assert_hostname=name
            )
        else:
            pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
        target = urllib3.util.parse_url(place.geturl()).request_uri
        with pool:
            response = pool.urlopen(
                "GET",
                target,
                headers={**HEADERS, **more, "Host": place.netloc.encode("idna").decode("ascii")},
                redirect=False,
                retries=False,
                preload_content=False,
                assert_same_host=False,
            )
            try:
                yield response
            finally:
                response.close()

    def _taken(self, response: urllib3.BaseHTTPResponse, place: SplitResult, limit: int) -> Answer:
        target = response.headers.get("Location") if response.status in MOVED else None
        raw, until = bytearray(), self.clock() + self.seconds
        for chunk in response.stream(CHUNK, decode_content=True) if response.status == 200 else ():
            raw += chunk
            if len(raw) > limit:
                raise FetchError("too_large", f"answers with more than {limit >> 20} MiB; {SAVE}")
            if self.clock() > until:
                raise FetchError("too_slow", f"took longer than {self.seconds:g} seconds to answer; try again later")
        told = response.headers
        stand = Stand(told.get("ETag"), told.get("Last-Modified"))
        return Answer(bytes(raw), told.get("Content-Type"), place.geturl(), response.status, target, stand)

    # robots.txt -------------------------------------------------------------------------------------------------------

    def _ask_robots(self, place: SplitResult, address: str) -> None:
        origin = f"{place.scheme}://{place.netloc}"
        if origin not in self._robots:
            self._robots[origin] = Protego.parse(self._robots_text(f"{origin}/robots.txt"))
        if not self._robots[origin].can_fetch(address, AGENT):
            raise FetchError("robots", f"its robots.txt asks programs not to read this page; {SAVE}")
        self._wait_for(origin)

    def _wait_for(self, origin: str) -> None:
        """Let the pause between two pages of one host pass."""
        pause = min(max(self.between, self._robots[origin].crawl_delay(AGENT) or 0.0), LONGEST_PAUSE)
        if origin in self._asked and (left := self._asked[origin] + pause - self.clock()) > 0:
            self.sleep(left)
        self._asked[origin] = self.clock()

    def _robots_text(self, address: str) -> str:
        """The rules of a host; none where it has no such file, and all forbidden where it cannot tell (RFC 9309)."""
        for _ in range(self.redirects + 1):
            answer = self._answer(self._checked(address), ROBOTS_BYTES)
            if answer.target is None:
                return NOBODY if answer.status in AGAIN else answer.raw.decode("utf-8", "replace")
            address = urljoin(address, answer.target)
        return ""


def _good(answer: Answer) -> Answer:
    """The answer; raises FetchError where its status says that it is no page."""
    if answer.status != 200:
        rule, told = REFUSED.get(answer.status, ("http_status", f"answers with the status {answer.status}"))
        raise FetchError(rule, f"{told}; {SAVE}")
    return answer


def _words(error: BaseException) -> str:
    """What went wrong, without the address of the object that it happened to."""
    inner = getattr(error, "reason", None)
    told = str(inner if isinstance(inner, Exception) else error)
    return " ".join(told.rpartition(">: ")[2].split())[:160] or type(error).__name__


__all__ = ["NO_STAND", "Answer", "FetchError", "Fetcher", "Stand"]
