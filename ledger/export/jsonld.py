"""Claims as schema.org JSON-LD: a Claim with its amount and W3C Web Annotation selectors of the quote."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ledger.export.frames import Frames
from ledger.export.lexicon import export_words
from ledger.export.safe import web_address
from ledger.rows import json_text

CONTEXT: list[Any] = [
    "https://schema.org",
    {
        "oa": "http://www.w3.org/ns/oa#",
        "prov": "http://www.w3.org/ns/prov#",
        "ledger": "urn:figures-ledger:vocabulary:",
    },
]
"""schema.org terms have no prefix; those of the annotation model and of the ledger have one."""


def write_jsonld(book: Frames, path: Path) -> None:
    """Write the claims of `book` and the articles that they appear in as one JSON-LD graph."""
    path.write_text(json_text(jsonld_graph(book), indent=1) + "\n", encoding="utf-8")


def jsonld_graph(book: Frames) -> dict[str, Any]:
    """The graph: a Dataset that tells what it does not say, an Article for each document, a Claim for each claim."""
    limits = export_words()["limits"]
    about = {"@id": "urn:figures-ledger:dataset", "@type": "Dataset", "name": book.info.get("title", "Figures ledger")}
    about["disambiguatingDescription"] = f"{limits['topic']}: {' '.join(limits['items'])}"
    commitment_of = dict(book.memberships.select("claim_id", "commitment_id").iter_rows())
    articles = [_article(row) for row in book.documents.iter_rows(named=True)]
    claims = [_claim(row, commitment_of.get(row["claim_id"])) for row in book.claims.iter_rows(named=True)]
    return {"@context": CONTEXT, "@graph": [about, *articles, *claims]}


def _iri(kind: str, name: str) -> str:
    return f"urn:figures-ledger:{kind}:{name}"


def _article(row: Mapping[str, Any]) -> dict[str, Any]:
    given = {
        "headline": row["title"],
        "publisher": {"@type": "Organization", "name": row["publisher"]} if row["publisher"] else None,
        "author": {"@type": "Person", "name": row["author"]} if row["author"] else None,
        "datePublished": row["published"],
        "inLanguage": row["language"],
        "url": web_address(row["url"]),
        "sha256": row["raw_sha256"],
    }
    return {"@id": _iri("document", row["document_id"]), "@type": "NewsArticle", **_without_nulls(given)}


def _without_nulls(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None}


def _claim(row: Mapping[str, Any], commitment: str | None) -> dict[str, Any]:
    document = {"@id": _iri("document", row["document_id"])}
    given = {
        "text": row["exact"],
        "appearance": document,
        "about": _amount(row),
        "claimInterpreter": {
            "@type": "SoftwareApplication",
            "name": "figures-ledger",
            "softwareVersion": row["extractor_version"],
        },
        "author": {"@type": "Thing", "name": row["speaker"]["name"]} if row["speaker"] else None,
        "funder": _things(row["actor"]),
        "recipient": _things(row["recipient"]),
        "keywords": [tag["code"] for tag in row["fields"]] or None,
        "ledger:measure": row["measure"],
        "ledger:stage": row["stage"],
        "ledger:bound": row["bound"],
        "ledger:period": row["period"],
        "ledger:commitment": {"@id": _iri("commitment", commitment)} if commitment else None,
        "prov:wasQuotedFrom": document,
        "oa:hasTarget": _target(row, document),
    }
    return {"@id": _iri("claim", row["claim_id"]), "@type": "Claim", **_without_nulls(given)}


def _things(names: list[dict[str, Any]]) -> list[dict[str, str]] | None:
    return [{"@type": "Thing", "name": name["name"]} for name in names] or None


def _amount(row: Mapping[str, Any]) -> dict[str, Any]:
    """A MonetaryAmount with minValue and maxValue, an open end left out; for other kinds a QuantitativeValue."""
    ends = _without_nulls({"value": row["value"], "minValue": row["lower"], "maxValue": row["upper"]})
    if row["kind"] == "money":
        return {"@type": "MonetaryAmount", "currency": row["unit"], **ends}
    return {"@type": "QuantitativeValue", "unitText": row["unit"], **ends}


def _target(row: Mapping[str, Any], document: Mapping[str, str]) -> dict[str, Any]:
    position = {"@type": "oa:TextPositionSelector", "oa:start": row["start"], "oa:end": row["end"]}
    quote = {
        "@type": "oa:TextQuoteSelector",
        "oa:exact": row["exact"],
        "oa:prefix": row["prefix"],
        "oa:suffix": row["suffix"],
    }
    return {"@type": "oa:SpecificResource", "oa:hasSource": document, "oa:hasSelector": [position, quote]}
