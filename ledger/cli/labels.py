"""Codes as a person reads them: "Transport infrastructure"; machine formats keep the codes."""

from ledger.lexicons.load import toml


def label(vocabulary: str, code: str) -> str:
    """What a code of a vocabulary is called.

    >>> label("field", "transport_infrastructure"), label("exclusion_reason", "part_of")
    ('Transport infrastructure', 'part of')
    """
    named = toml("export")["codes"]["field"] if vocabulary == "field" else {}
    return str(named.get(code, code.replace("_", " ")))
