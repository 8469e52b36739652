"""A broken installation is found once, before the run: auto falls back to fast and says so, accurate refuses."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ledger
from ledger import pipeline
from ledger.models import files
from tests.faults.factory_faults import ARTICLE, Ended, ended

Damage = Callable[[Path], object]
NETWORK = "ledger.attribute.network.network"
REPORTED = "please report it"


def _cut(name: str) -> Damage:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:300])


def _gone(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


def _is(name: str, text: str) -> Damage:
    return lambda folder: (folder / name).write_text(text)


def _settings_without(key: str) -> Damage:
    def damaged(folder: Path) -> None:
        told = json.loads((folder / "settings.json").read_text())
        del told[key]
        (folder / "settings.json").write_text(json.dumps(told))

    return damaged


FOREIGN_TOKENIZER = json.dumps(
    {"version": "1.0", "added_tokens": [], "model": {"type": "WordLevel", "vocab": {"a": 900_000}, "unk_token": "a"}}
)
DAMAGED: dict[str, Damage] = {
    "network missing": _gone("model.onnx"),
    "network cut": _cut("model.onnx"),
    "network empty": _is("model.onnx", ""),
    "network foreign": _is("model.onnx", "PK\x03\x04 an archive"),
    "tokenizer missing": _gone("tokenizer.json"),
    "tokenizer cut": _cut("tokenizer.json"),
    "tokenizer foreign": _is("tokenizer.json", FOREIGN_TOKENIZER),
    "settings missing": _gone("settings.json"),
    "settings cut": _cut("settings.json"),
    "settings foreign": _is("settings.json", "{}"),
    "settings without a temperature": _settings_without("temperature"),
}


@pytest.fixture
def clean() -> Iterator[None]:
    """No module of the network, and nothing that was read from its folder, before and after a test."""

    def forget() -> None:
        pipeline._fault.cache_clear()
        for name in [name for name in sys.modules if name.startswith("ledger.attribute.network")]:
            del sys.modules[name]

    pytest.importorskip("onnxruntime")
    pytest.importorskip("tokenizers")
    before = {name: module for name, module in sys.modules.items() if name.startswith("ledger.attribute.network")}
    forget()
    yield
    forget()
    sys.modules.update(before)


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEDGER_PATH", str(tmp_path / "book"))
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(ARTICLE.replace("$300", f"${number + 3}00"), encoding="utf-8")
    return folder


def _damaged(tmp_path: Path, damage: Damage, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(str(files.FOLDER), tmp_path / "models", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    damage(tmp_path / "models" / "network")
    monkeypatch.setattr(files, "FOLDER", tmp_path / "models")


def _falls_back(done: Ended) -> None:
    assert (done.fault(), done.code) == (None, 0)
    assert done.err.count("\n") == 1
    assert "the accurate attributor does not work" in done.err
    assert REPORTED not in done.err
    assert done.out.startswith("added 3 documents and 3 claims")


def _refuses(done: Ended) -> None:
    assert (done.fault(), done.code, done.out) == (None, 3, "")
    assert done.err.count("\n") == 1
    assert "install" in done.err
    assert REPORTED not in done.err


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.usefixtures("clean")
def test_a_damaged_network_is_told_once(
    name: str, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    _damaged(tmp_path, DAMAGED[name], monkeypatch)
    _refuses(ended(["ingest", str(news), "--attributor", "accurate"], capfd))
    _refuses(ended(["extract", str(news), "--attributor", "accurate"], capfd))
    _falls_back(ended(["ingest", str(news), "--attributor", "auto"], capfd))
    assert [row["rule"] for row in ledger.open().problems.collect().iter_rows(named=True)] == ["attributor_unusable"]
    assert ledger.extract(ARTICLE, attributor="auto")[0].attributor == "fast"


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
@pytest.mark.usefixtures("clean")
def test_a_package_that_does_not_import_is_told_once(
    package: str, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "packages" / package
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('cannot open shared object file')\n")
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(broken.parent)
    _refuses(ended(["ingest", str(news), "--attributor", "accurate"], capfd))
    _falls_back(ended(["ingest", str(news), "--attributor", "auto"], capfd))


@pytest.mark.parametrize("how", ["fast", "auto"])
def test_weights_that_cannot_be_read_stop_before_the_run(
    how: str, news: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise FileNotFoundError("weights/stage.json")

    pipeline._fault.cache_clear()
    monkeypatch.setattr(pipeline, "attribute_parts", broken)
    try:
        _refuses(ended(["ingest", str(news), "--attributor", how], capfd))
        assert ledger.open().documents.collect().is_empty()
    finally:
        pipeline._fault.cache_clear()


def test_a_stage_that_panics_loses_one_article_and_says_so(
    news: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class PanicException(BaseException):
        pass

    whole = pipeline.segment

    def panics(text: str) -> object:
        if "$400" in text:
            raise PanicException("index out of bounds")
        return whole(text)

    monkeypatch.setattr(pipeline, "segment", panics)
    done = ended(["ingest", str(news)], capfd)
    assert done.code == 1
    assert done.out.startswith("added 2 documents")
    assert "1.txt: stage_failed: PanicException: index out of bounds" in done.err
