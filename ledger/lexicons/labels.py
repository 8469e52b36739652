"""Codes as a person reads them: "Transport infrastructure"; machine formats keep the codes."""

from ledger.lexicons.load import toml


def label(vocabulary: str, code: str) -> str:
    """What a code of a vocabulary is called.

    >>> label("field", "transport_infrastructure"), label("exclusion_reason", "part_of")
    ('Transport infrastructure', 'part of')
    """
    named = toml("export")["codes"]["field"] if vocabulary == "field" else {}
    return str(named.get(code, code.replace("_", " ")))


def heading(vocabulary: str, code: str) -> str:
    """`label` as it begins a cell or a line; a unit stays as it is.

    >>> heading("exclusion_reason", "part_of"), heading("stage", "pledged"), heading("unit", "tonne_per_year")
    ('Part of', 'Pledged', 'tonne per year')
    """
    said = label(vocabulary, code)
    return said if vocabulary == "unit" else said[:1].upper() + said[1:]
