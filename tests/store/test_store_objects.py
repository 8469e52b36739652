"""A ledger in an object store: all verbs work there as in a folder, over a server of S3 on this machine."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ledger.book import Book
from ledger.book.ingest import now
from ledger.cli import run
from ledger.errors import StoreError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        subprocess.run([sys.executable, "-c", "import moto.server"], capture_output=True, check=False).returncode != 0,
        reason="the package moto, a server of S3, is not installed: pip install 'moto[s3,server]'",
    ),
]
SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""
ARTICLES = {
    "kesto": "Kesto will invest $300 million in a battery plant in Chile by 2030, it said.\n",
    "norlund": "SANTIAGO, 3 March 2026 - Norlund will invest about €40 million in solar power in Chile, it said.\n",
}


@pytest.fixture(scope="module")
def options() -> Iterator[Mapping[str, str]]:
    """The storage options of a server with the bucket `figures`."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        endpoint = f"http://127.0.0.1:{int(server.stdout.readline())}"
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/figures", method="PUT")).close()
        yield {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "figures",
            "AWS_SECRET_ACCESS_KEY": "figures",
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }
        server.stdin.close()


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    for name, text in ARTICLES.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_ledger_in_an_object_store(options: Mapping[str, str], articles: Path) -> None:
    book = Book.open("s3://figures/book", storage_options=options)
    assert [book.ingest(articles / f"{name}.txt").claims for name in ARTICLES] == [1, 1]
    assert book.ingest(articles).skipped == 2
    book.decide("reject", book.claims.collect()["claim_id"][0], author="Ana")
    stated = book.totals()["stated"].to_list()
    done = book.store.compact(now(), 1)
    assert (done.tables["claims"].joined, done.tables["claims"].made) == (2, 1)
    again = Book.open("s3://figures/book", storage_options=options, create=False)
    assert again.prove().problems == ()
    assert again.totals()["stated"].to_list() == stated
    assert again.rows("1").height == 1
    written = again.export(articles / "book.csv")
    assert written[0].read_text(encoding="utf-8").count("\n") == 3
    with pytest.raises(StoreError, match="only a ledger in a folder can be repaired"):
        Book.repair("s3://figures/book")


def test_an_object_store_from_the_command_line(
    options: Mapping[str, str], articles: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, value in options.items():
        monkeypatch.setenv(name, value)
    at = ["--ledger", "s3://figures/other"]
    assert run([*at, "claims"]) == 4
    assert run([*at, "ingest", str(articles)]) == 0
    for words in (["totals"], ["history"], ["compact"], ["verify"], ["why", "--actor", "Kesto"]):
        assert run([*at, *words]) == 0, capfd.readouterr().err
    assert "every row as written" in capfd.readouterr().out


def test_an_object_store_that_cannot_be_reached_is_told_in_a_line(options: Mapping[str, str]) -> None:
    wrong = {**options, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "max_retries": "0"}
    with pytest.raises(StoreError, match="check the address and its storage options") as told:
        Book.open("s3://figures/book", storage_options=wrong)
    assert "\n" not in str(told.value)


def test_a_bucket_that_is_not_there_is_told_in_a_line(options: Mapping[str, str]) -> None:
    with pytest.raises(StoreError) as told:
        Book.open("s3://nowhere/book", storage_options=options)
    assert "\n" not in str(told.value)
