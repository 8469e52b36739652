"""How the words of a sentence tie a figure to its verb, its noun and the names around it."""

from collections.abc import Sequence

from ledger.attribute.roles.coding import ATTACHED, SentenceCodes
from ledger.attribute.roles.words import AUXILIARIES, END, FIGURE, NAME, PREPOSITIONS, START, codes

NEAR = 4
"""Codes beside a figure within which its leading word and its noun are looked for."""
VERB_BEFORE_REACH = 200
"""Codes before a figure within which its verb is looked for: more than any sentence of prose has."""
VERB_AFTER_REACH = 10
"""Codes after a figure within which a verb is looked for."""
AFTER_REACH = 16
"""Codes after a figure within which names are tied to it, and codes before a comma within which its clause opens."""
PASSIVE_REACH = 3
"""Codes before a participle within which a form of "be" makes it passive."""
_LEAD_FILLERS, _NAME_FILLERS = codes("lead_fillers"), codes("name_fillers")
_FILLERS_AFTER, _FILLERS_BEFORE = codes("noun_fillers_after"), codes("noun_fillers_before")
_LABELS, _GAP_LEADS, _PHRASE_LEADS = codes("labels"), codes("gap_leads"), codes("phrase_leads")


def verb_before(row: SentenceCodes, at: int) -> str:
    """The verb that governs a figure from the left: the nearest full verb, with "!" where it is passive."""
    for index in range(at - 1, max(-1, at - VERB_BEFORE_REACH), -1):
        code = row.items[index]
        if code in (";", "|"):
            return ""
        if code == "cost":
            return code
        if _full_verb(row, index):
            return code + ("!" if _passive(row, index) else "")
    return ""


def verb_after(row: SentenceCodes, at: int) -> str:
    """The first full verb after a figure; a bare participle counts as passive ("$5bn pledged by")."""
    items = row.items
    for index in range(at + 1, min(len(items), at + VERB_AFTER_REACH)):
        code = items[index]
        if code in (";", "|", FIGURE, ":"):
            return ""
        if _full_verb(row, index):
            last = items[index - 1]
            passive = row.forms[index] in "dn" and (
                "be" in items[max(at, index - PASSIVE_REACH) : index] or last in ("w", FIGURE) or last.endswith("_n")
            )
            return code + ("!" if passive else "")
    return ""


def _full_verb(row: SentenceCodes, index: int) -> bool:
    return bool(row.forms[index]) and row.items[index] not in AUXILIARIES


def _passive(row: SentenceCodes, verb: int) -> bool:
    return row.forms[verb] in "dn" and "be" in row.items[max(0, verb - PASSIVE_REACH) : verb]


def lead_of(row: SentenceCodes, at: int) -> str:
    """The word right before a figure, fillers left out."""
    for index in range(at - 1, max(-1, at - NEAR), -1):
        code = row.items[index]
        if code in PREPOSITIONS or code not in _LEAD_FILLERS:
            return code
    return START


def noun_of(row: SentenceCodes, at: int) -> str:
    """The noun of a figure: "a $5bn loan", "$5bn in aid"; with "<" where it is before: "loans of $5bn"."""
    items = row.items
    for index in range(at + 1, min(len(items), at + NEAR + 1)):
        code = items[index]
        if code.endswith("_n"):
            return code
        if code not in _FILLERS_AFTER:
            break
    for index in range(at - 1, max(-1, at - NEAR), -1):
        code = items[index]
        if code.endswith("_n"):
            return code + "<"
        if code not in _FILLERS_BEFORE:
            break
    return ""


def syntactic_links(row: SentenceCodes, at: int) -> dict[int, str]:
    """How the names of a sentence are tied to the figure at `at`, by the index of their code; not all are."""
    links: dict[int, str] = {}
    replaced = _link_left(row, at, links)
    _link_subject(row, at, links, replaced)
    _link_right(row, at, links)
    return links


def _link_left(row: SentenceCodes, at: int, links: dict[int, str]) -> bool:
    """Link the name right before the figure; true where it takes the subject's place ("Varga $2bn, Osk ($1bn)")."""
    items = row.items
    index = at - 1
    while index >= 0 and (items[index] in _NAME_FILLERS or items[index].endswith("_n")):
        index -= 1
    if index < 0:
        return False
    code = items[index]
    if code in ATTACHED and index:
        links[index - 1] = {"'s": "owner", "-x": "compound", "-at": "home"}[code]
        return False
    if code in _LABELS and index and items[index - 1] == NAME:
        links[index - 1] = "label " + code
        return code not in {",", "to"}
    if code != NAME:
        return False
    lead = items[index - 1] if index else START
    if lead in _GAP_LEADS and FIGURE in items[:index]:
        links[index] = "gapped"
        return True
    verb = index - 1
    while verb >= 0 and items[verb] in ("w", NAME, "'s"):
        verb -= 1
    links[index] = "given" if verb >= 0 and _full_verb(row, verb) else "beside"
    return False


def _link_subject(row: SentenceCodes, at: int, links: dict[int, str], replaced: bool) -> None:
    """Link the subject of the figure's verb, through "said it would" and past a clause between commas."""
    items = row.items
    reach = range(at - 1, max(-1, at - VERB_BEFORE_REACH), -1)
    verb = next((i for i in reach if items[i] in (";", "|") or _full_verb(row, i)), -1)
    if verb < 0 or not row.forms[verb]:
        return
    kind = "doing" if row.forms[verb] == "g" else "subject"
    mark = ("!" if _passive(row, verb) else "") + (" far" if replaced else "")
    pronouns = {o.at for o in row.occurrences if o.pronoun}
    index = verb - 1
    while index >= 0:
        code = items[index]
        opening = _clause_opening(items, index, verb) if code == "," else -1
        if opening >= 0:
            index = opening
        elif code == NAME:
            before = items[index - 1] if index else START
            if before not in PREPOSITIONS or before == "of" or kind == "which":
                links.setdefault(index, kind + mark)
                if index not in pronouns:
                    return
                kind = "said"
        elif code == "which":
            kind = "which"
        elif code in (";", "|", "it", FIGURE, ":"):
            return
        index -= 1


def _clause_opening(items: Sequence[str], close: int, verb: int) -> int:
    """Index of the comma that opens the clause before the comma at `close`, or -1 ("Hanse, which bought it, is to")."""
    if close == verb - 1 and items[close + 1] not in ("modal", "be", "have", "to"):
        return -1
    for index in range(close - 1, max(-1, close - AFTER_REACH), -1):
        if items[index] == "," and index and items[index - 1] == NAME:
            return index
    return -1


def _link_right(row: SentenceCodes, at: int, links: dict[int, str]) -> None:
    """Link the names after the figure, by the last preposition, a verb between, and the names before them."""
    items = row.items
    preposition, verb, names = "", "", 0
    for index in range(at + 1, min(len(items), at + AFTER_REACH)):
        code = items[index]
        if code in (";", "|", ":") or (code == FIGURE and names):
            return
        if code == NAME:
            after = items[index + 1] if index + 1 < len(items) else END
            if after == "say" or items[index - 1] == "say":
                links.setdefault(index, "speaker")
                continue
            links.setdefault(index, f"after {preposition or '-'} {bool(verb)} {min(names, 2)}")
            names += 1
        elif code in PREPOSITIONS:
            preposition = code
        elif _full_verb(row, index):
            verb = code
            preposition = ""
        elif code in _PHRASE_LEADS:
            preposition = code
