"""Raised characters: the mark of a note says nothing of the number before it, a power does."""

POWERS = {"1": "¹", "2": "²", "3": "³"}
POWER_OF = frozenset(("m", "km", "cm", "mm", "ft", "s"))
"""Units behind which a raised digit is a power."""
NOTE_MARKS = frozenset("0123456789,*†‡§[]() ")


def raised(mark: str, before: str) -> str:
    """What raised characters add to the words before them: powers and the letters of ordinals stay, notes do not.

    >>> raised("2", "12,000 m"), raised("1", "$40 million"), raised("th", "the 4"), raised("6", "10")
    ('²', '', 'th', '^6')
    """
    if not NOTE_MARKS.issuperset(mark):
        return mark
    word = before[-8:].rpartition(" ")[2].rpartition("\u00a0")[2]
    if len(mark) == 1 and mark in POWERS and word.lstrip("0123456789.,") in POWER_OF:
        return POWERS[mark]
    return f"^{mark}" if word == "10" and mark.isdigit() else ""
