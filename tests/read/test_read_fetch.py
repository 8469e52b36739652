"""Addresses: what is fetched from a server on loopback, and thirty-odd addresses and redirects that are refused."""

import gzip
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.read import read_documents
from ledger.read.addresses import is_public
from ledger.read.fetch import AGENT, Answer, Fetcher, FetchError, Stand
from schemas import Document, Problem
from tests.read.factory_site import HOST, PAGE, PUBLIC, Site, fetcher, no_pause

AT = datetime(2025, 3, 4, tzinfo=UTC)

NOT_PUBLIC = (
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::", "::127.0.0.1",
    "2001:db8::1", "100::1", "fec0::1", "64:ff9b:1::1", "no address",
)  # fmt: skip
WRITTEN = (
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/", "http://10.0.0.1:8080/a",
    "http://169.254.169.254/latest/meta-data/", "https://192.168.0.1/", "http://[64:ff9b::7f00:1]/",
    "http://127。0。0。1/",
)  # fmt: skip
MISSHAPEN = (
    "ftp://courier.example/1", "file:///etc/passwd", "gopher://courier.example/", "http://", "http:///a", "http://[::1",
    "http://ann:secret@courier.example/", "http://courier.example:0/", "http://courier.example:99999/",
    "http://" + "a" * 70 + ".example/", "javascript:alert(1)", "data:text/html,<p>$3 million",
)  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_network_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_network_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", WRITTEN)
def test_hosts_that_are_not_public_are_refused_however_they_are_written(address: str) -> None:
    with pytest.raises(FetchError) as refused:
        Fetcher(sleep=no_pause).fetch(address)
    assert refused.value.rule in ("private_address", "unreachable")


@pytest.mark.parametrize("address", MISSHAPEN)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(FetchError) as refused:
        Fetcher(resolve=lambda host, port: [PUBLIC], sleep=no_pause).fetch(address)
    assert refused.value.rule == "bad_address"


@pytest.mark.parametrize("found", [["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["::1", PUBLIC], []])
def test_a_name_with_any_address_that_is_not_public_is_refused(found: list[str]) -> None:
    with pytest.raises(FetchError) as refused:
        Fetcher(resolve=lambda host, port: found).fetch("http://courier.example/")
    assert refused.value.rule == "private_address"


def _fault(site: Site, address: str, **options: object) -> str:
    with pytest.raises(FetchError) as refused:
        fetcher(**options).fetch(address)
    assert "\n" not in str(refused.value)
    return refused.value.rule


def test_a_page_is_fetched_under_its_name_by_a_program_that_tells_its_own(site: Site) -> None:
    address = site.page("/a?b=ä", Content_Type="text/html; charset=utf-8").replace("ä", "%C3%A4")
    site.answers["/a?b=%C3%A4"] = site.answers.pop("/a?b=ä")
    assert fetcher().fetch(address) == Answer(PAGE, "text/html; charset=utf-8", address)
    assert [path for path, _, _ in site.asked] == ["/robots.txt", "/a?b=%C3%A4"]
    assert {(host, agent.startswith(AGENT)) for _, host, agent in site.asked} == {
        (f"courier.example:{site.port}", True)
    }


def test_redirects_are_followed_a_few_times(site: Site) -> None:
    for at in range(9):
        site.page(f"/{at}", b"", 302, Location=f"/{at + 1}")
    site.page("/3/", PAGE)
    site.answers["/3"] = [(301, {"Location": "/3/"}, b"")]
    assert fetcher().fetch(f"http://courier.example:{site.port}/0").url.endswith("/3/")
    site.answers["/3"] = [(301, {"Location": "/4"}, b"")]
    assert _fault(site, f"http://courier.example:{site.port}/0") == "too_many_redirects"


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("http://127.0.0.2/", "private_address"),
        ("http://localhost/", "private_address"),
        ("http://inside.example/", "private_address"),
        ("http://10.0.0.1/", "private_address"),
        ("//192.168.0.1/x", "private_address"),
        ("http://169.254.169.254/latest/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("http://[::ffff:169.254.169.254]/", "private_address"),
        ("file:///etc/passwd", "bad_address"),
        ("ftp://courier.example/", "bad_address"),
        ("http://a:b@courier.example/", "bad_address"),
        ("http://nowhere.example/", "unreachable"),
    ],
)
def test_redirects_to_where_nobody_was_asked_to_go_are_refused(site: Site, target: str, rule: str) -> None:
    assert _fault(site, site.page("/go", b"", 302, Location=target)) == rule


def test_a_name_is_resolved_anew_at_each_redirect(site: Site) -> None:
    answers = iter([[HOST], [HOST], ["10.0.0.1"]])
    rebound = fetcher(resolve=lambda host, port: next(answers))
    with pytest.raises(FetchError, match="no public address"):
        rebound.fetch(site.page("/go", b"", 302, Location="/again"))


@pytest.mark.parametrize(
    ("status", "rule"),
    [(401, "paywall"), (402, "paywall"), (403, "not_allowed"), (404, "not_found"), (410, "not_found"),
     (451, "not_allowed"), (418, "http_status"), (503, "http_status"), (304, "http_status")],
)  # fmt: skip
def test_an_answer_that_is_no_page(site: Site, status: int, rule: str) -> None:
    assert _fault(site, site.page("/a", b"", status)) == rule


def test_what_may_pass_is_tried_again_with_longer_pauses(site: Site) -> None:
    pauses: list[float] = []
    address = site.page("/a", b"", 503)
    site.page("/a", b"", 429, Retry_After="7")
    site.page("/a")
    assert fetcher(sleep=pauses.append).fetch(address).raw == PAGE
    assert pauses == [1.0, 7.0]
    assert _fault(site, "http://courier.example:1/a", sleep=pauses.append) == "unreachable"
    assert pauses[2:] == [1.0, 2.0]


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /private", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: figures-ledger\nDisallow: /a", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\nAllow: /a", True),
        ("<html>no rules</html>", True),
    ],
)
def test_robots_are_heeded(site: Site, rules: str, allowed: bool) -> None:
    site.page("/robots.txt", rules.encode())
    address = site.page("/a")
    if allowed:
        assert fetcher().fetch(address).raw == PAGE
    else:
        assert _fault(site, address) == "robots"


def test_a_site_whose_rules_cannot_be_had_is_left_alone(site: Site) -> None:
    site.page("/robots.txt", b"", 503)
    assert _fault(site, site.page("/a")) == "robots"


def test_answers_are_of_a_limited_size_also_when_unpacked(site: Site) -> None:
    assert _fault(site, site.page("/a", b"a" * 5000), limit=4096) == "too_large"
    bomb = gzip.compress(b"\0" * 3_000_000, mtime=0)
    assert _fault(site, site.page("/b", bomb, Content_Encoding="gzip"), limit=100_000) == "too_large"
    packed = zlib.compress(PAGE)
    assert fetcher().fetch(site.page("/c", packed, Content_Encoding="deflate")).raw == PAGE


def test_a_slow_answer_is_given_up(site: Site) -> None:
    ticks = iter(range(0, 10_000, 100))
    assert _fault(site, site.page("/a"), clock=lambda: float(next(ticks))) == "too_slow"


def test_an_address_is_read_as_the_article_that_it_answers(site: Site) -> None:
    good, gone = site.page("/a", Content_Type="text/html"), site.page("/b", b"", 404)
    read = list(read_documents([good, gone], retrieved_at=AT, fetcher=fetcher()))
    assert isinstance(read[0], Document)
    assert isinstance(read[1], Problem)
    assert (read[0].source, read[0].url, read[0].media_type, read[0].title) == (good, good, "text/html", "Mill opens")
    assert (read[1].where, read[1].rule) == (gone, "not_found")


def test_a_password_in_an_address_is_not_kept() -> None:
    [told] = read_documents("http://ann:secret@courier.example/a", retrieved_at=AT)
    assert isinstance(told, Problem)
    assert (told.where, told.rule) == ("http://courier.example/a", "bad_address")
    assert "secret" not in told.message


def test_no_address_is_fetched_that_was_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> list[str]:
        raise AssertionError("asked for an address")

    monkeypatch.setattr("socket.getaddrinfo", refuse)
    page = tmp_path / "a.html"
    page.write_bytes(b"<link rel=canonical href=http://courier.example/a><img src=http://courier.example/b>" + PAGE)
    (tmp_path / "b.txt").write_text("http://courier.example/c")
    assert len([one for one in read_documents(tmp_path, retrieved_at=AT) if isinstance(one, Document)]) == 2


@pytest.mark.parametrize("headers", [{"ETag": '"a1"'}, {"Last_Modified": "Mon, 03 Mar 2025 08:00:00 GMT"}])
def test_a_page_that_stands_as_it_stood_is_not_sent_again(site: Site, headers: dict[str, str]) -> None:
    address = site.page("/a", **headers)
    first = fetcher().fetch(address)
    again = fetcher().fetch(address, first.stand)
    assert (first.raw, first.unchanged, bool(first.stand)) == (PAGE, False, True)
    assert (again.raw, again.unchanged) == (b"", True)
    site.turn("/a", b"<p>It changed.</p>", ETag='"b2"')
    assert fetcher().fetch(address, first.stand).raw == b"<p>It changed.</p>"
    assert not Stand()


@pytest.mark.parametrize(("rules", "pauses"), [("", [1.0]), ("User-agent: *\nCrawl-delay: 5", [5.0])])
def test_pages_of_one_host_are_asked_for_with_a_pause(site: Site, rules: str, pauses: list[float]) -> None:
    slept: list[float] = []
    patient = fetcher(between=1.0, sleep=slept.append, clock=lambda: 0.0)
    site.page("/robots.txt", rules.encode())
    for path in ("/a", "/b"):
        patient.fetch(site.page(path))
    assert slept == pauses
