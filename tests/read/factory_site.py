"""A site on loopback that answers under the name courier.example, and a fetcher that takes it for a public one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

from ledger.read.addresses import is_public
from ledger.read.fetch import Fetcher

HOST = "127.0.0.1"
PUBLIC = "93.184.216.34"
PAGE = (
    b"<html><body><article><h1>Mill opens</h1><p>"
    + b"Velora will invest $3 million in a mill. " * 9
    + b"</p></article>"
)


def no_pause(_: float) -> None:
    """No pause."""


@dataclass
class Site:
    """A site on loopback: path → status, headers and body of its answers, the last of which is given again."""

    port: int = 0
    answers: dict[str, list[tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def pages(self) -> list[str]:
        """The paths that were asked for, but for robots.txt."""
        return [path for path, _, _ in self.asked if path != "/robots.txt"]

    def turn(self, path: str, body: bytes = PAGE, status: int = 200, **headers: str) -> str:
        """Give another answer at a path from now on."""
        self.answers.pop(path, None)
        return self.page(path, body, status, **headers)

    def page(self, path: str, body: bytes = PAGE, status: int = 200, **headers: str) -> str:
        """Give an answer at a path; returns the address by a name that the site's resolver knows."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        self.answers.setdefault(path, []).append((status, named, body))
        return f"http://courier.example:{self.port}{path}"


CONDITIONS = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
"""A header of a question → the header of an answer that it is compared with."""


class _Handler(BaseHTTPRequestHandler):
    site: ClassVar[Site]

    def do_GET(self) -> None:
        self.site.asked.append((self.path, self.headers["Host"], self.headers["User-Agent"]))
        each = self.site.answers.get(self.path, [(404, {}, b"")])
        status, headers, body = each.pop(0) if len(each) > 1 else each[0]
        if any(name in headers and self.headers[asked] == headers[name] for asked, name in CONDITIONS.items()):
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _resolve(host: str, port: int) -> list[str]:
    """The test's names: courier.example is the site; others are what their names say, or unknown."""
    known = {"courier.example": HOST, "inside.example": "10.0.0.1", "localhost": "127.0.0.2"}
    if host in known:
        return [known[host]]
    if host[0].isdigit() or ":" in host:
        return [host]
    raise OSError("Name or service not known")


def fetcher(**options: object) -> Fetcher:
    """A fetcher to which the site's own address is public, and no other on loopback."""
    given = {"resolve": _resolve, "permitted": lambda one: one == HOST or is_public(one), "sleep": no_pause} | options
    return Fetcher(**given)  # type: ignore[arg-type]


@contextmanager
def served() -> Iterator[Site]:
    """A site that is served while the block runs."""
    made = Site()
    server = ThreadingHTTPServer((HOST, 0), type("Handler", (_Handler,), {"site": made}))
    made.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
