"""The verb why: from a total to its commitments, to their quotes, to the words behind each attribute."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.app import QUERY, FormatOption, OutputOption, open_book, verb
from ledger.cli.completion import complete_id
from ledger.cli.query import with_total_options
from ledger.cli.show import ListingFormat, counted, listed, one_line, show, text, write_text
from ledger.errors import LedgerError
from ledger.money.amounts import row_words
from ledger.options import TotalOptions

if TYPE_CHECKING:
    from ledger.attribute import Attribution
    from ledger.book.explain import ExplainedDocument
    from ledger.book.why import Mark, Quote, Why

AROUND = 24
"""Characters shown before and after a number that is not a claim."""

Asked = Annotated[
    str | None,
    typer.Argument(
        metavar="ID",
        autocompletion=complete_id,
        help="A claim or commitment; a unique prefix of its id, from four characters, is enough. Without it, a total.",
    ),
]


@verb(
    QUERY,
    "ledger why 3f2a",
    "ledger why --actor Sony --field space",
    "ledger why 3f2a --format json",
    "ledger why 3f2a --proof claim.json",
)
@with_total_options
def why_command(
    ctx: typer.Context,
    options: TotalOptions,
    asked: Asked = None,
    proof: Annotated[
        Path | None,
        typer.Option(
            "--proof", metavar="FILE", help="Write a proof that the claim is in the ledger and the total, as JSON."
        ),
    ] = None,
    form: FormatOption = ListingFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """Show the words behind a claim, a commitment or a total, each piece of evidence marked and named."""
    book = open_book(ctx)
    if proof is not None:
        if asked is None:
            raise LedgerError("name the claim that is to be proven: ledger why CLAIM --proof FILE")
        from ledger.rows import json_text  # noqa: PLC0415 - see open_book

        write_text(json_text(book.proof_of(asked, options), indent=1) + "\n", proof)
    found = book.why(asked, options.as_of) if asked is not None else book.why_total_of(options)
    if form is ListingFormat.TABLE:
        root = [] if asked is not None else [f"root {book.total_root_of(options)}"]
        write_text("\n".join([*lines(found), *root]) + "\n", output)
        return
    import polars as pl  # noqa: PLC0415 - see open_book

    show(pl.DataFrame([found.as_row()]), form, columns={}, output=output)


def lines(found: "Why") -> Iterator[str]:
    """What `why` tells a person."""
    if found.kind == "total":
        yield f"this total is the sum of {counted(len(found.commitments), 'commitment')}"
    for commitment in found.commitments:
        yield ""
        amount = row_words(commitment)
        yield f"commitment {commitment['commitment_id']}: {amount} {commitment['measure']}, {commitment['stage']}"
        yield from _parties(commitment)
        status = "counted" if commitment["counted"] else f"not counted: {commitment['exclusion_reason']}"
        day = text(commitment["first_reported"]) or "on an unknown day"
        yield f"  {status}; told by {counted(commitment['documents'], 'document')}, first {day}"
        for quote in found.quotes_of(commitment["commitment_id"]):
            yield from _indented(quote_lines(quote))
    if found.kind == "claim":
        for quote in found.quotes:
            yield from quote_lines(quote)


def _parties(row: "Mapping[str, Any]") -> Iterator[str]:
    told = {name: row[name] for name in ("actor", "recipient", "fields") if row[name]}
    if told:
        yield "  " + "; ".join(
            f"{name} {listed(value)}" for name, value in told.items() if isinstance(value, list | tuple)
        )


def _indented(told: Iterator[str]) -> Iterator[str]:
    return (f"    {line}" if line else line for line in told)


def quote_lines(quote: "Quote") -> Iterator[str]:
    """A claim's sentence with each span marked, then what each mark says."""
    row = quote.row
    yield ""
    stage = f", {row['stage']}" if row["stage"] else ""
    yield f"claim {row['claim_id']}: {row_words(row)} {row['measure']}{stage}"
    told = ", ".join(text(row[name]) for name in ("publisher", "published", "url") if row[name])
    yield one_line(f"  {row['source']}, characters {row['start']}–{row['end']}{f' ({told})' if told else ''}")
    yield one_line(f"  “{quote.marked()}”")
    for number, mark in enumerate(quote.inside, 1):
        yield f"    [{number}] {_said(mark)}"
    for mark in quote.outside:
        yield f"    elsewhere “{one_line(mark.exact)}” at {mark.start}: {_said(mark)}"
    if "counted" in row:  # it stands in a ledger
        status = "counted" if row["counted"] else "not counted"
        yield one_line(f"  {status}: {row['because'].removeprefix('counted: ')}")
    yield f"  confidence {row['confidence']:.2f}, by the attributor “{row['attributor']}”"
    if row["review"]:
        yield f"  look at it: {listed(row['review'])}"


def explained_lines(explained: "ExplainedDocument") -> Iterator[str]:
    """How a document was read: its claims, then the numbers that are not claims."""
    text = explained.document.text
    claims, numbers = counted(len(explained.quotes), "claim"), counted(len(explained.rejected), "number")
    yield f"{explained.document.source}: {claims}; {numbers} not a claim"
    for quote in explained.quotes:
        yield from quote_lines(quote)
        if (kind := explained.no_pledge.get(quote.row["claim_id"])) is not None:
            yield one_line(f"  no pledge: {kind}")
        attribution = explained.attributions.get(quote.row["start"])
        if attribution is not None:
            yield from _answers(attribution)
    if explained.rejected:
        yield ""
    for number in explained.rejected:
        start, end = number.start, number.end
        around = f"{text[max(0, start - AROUND) : start]}[{text[start:end]}]{text[end : end + AROUND]}"
        yield one_line(f"no claim: “{around}”: {number.why} ({number.rule})")
    for problem in explained.problems:
        yield one_line(f"left out: “{problem.text}”: {problem.message} ({problem.rule})")


def _answers(attribution: "Attribution") -> Iterator[str]:
    """The answers for each attribute with their probabilities, and the features that counted most."""
    for what, answers in attribution.answers.items():
        for place, answer in enumerate(answers):
            also = f", by features {answer.by_features:.2f}" if attribution.attributor != "fast" else ""
            by = ", ".join(f"{name} {weight:+.2f}" for name, weight in answer.contributions)
            head = f"{what}: " if place == 0 else " " * len(f"{what}: ")
            sign = "=" if answer.taken else "-"
            yield one_line(f"    {head}") + one_line(
                f"{sign} {answer.name or 'nobody'} {answer.probability:.2f}{also}{f' ({by})' if by else ''}"
            )
    if attribution.related:
        read = ", ".join(f"{words} {probability:.2f}" for words, probability in attribution.related)
        yield one_line(f"    read by the network: {read}")


def _said(mark: "Mark") -> str:
    return one_line(f"{mark.label} ({mark.rule}, {mark.confidence:.2f})")
