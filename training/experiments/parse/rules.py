"""What a dependency parse says of actor and recipient: as features of a name, and as rules that settle a role."""

from collections.abc import Callable, Sequence

from ledger.attribute.roles.view import FigureView, Role
from training.experiments.parse.tree import ArcPath, Governor

PLACES = frozenset({"to", "for", "in", "into", "in/in", "to/in", "for/in", "into/in", "dative"})


def path_features(view: FigureView, letter: str, one: ArcPath, figure: Governor) -> list[str]:
    """The features that the parse gives a name in the sentence of a figure."""
    group, key = view.group, f"P {one.up} at {one.at}"
    said = [
        f"P path {one.up}^{one.down}",
        f"P path {one.up}^{one.down} {group}",
        f"P path {one.up}^{one.down} side {figure.side}",
        key,
        f"{key} {one.code}",
        f"{key} {group}",
        f"{key} {letter}",
        f"{key} side {figure.side}",
        f"{key} side {figure.side} {letter}",
        f"{key} as {figure.arc}",
        f"{key} measure {view.measure}",
    ]
    if one.subject:
        key = f"P subject {figure.side}"
        said += [
            key,
            f"{key} {letter}",
            f"{key} {group}",
            f"{key} as {figure.arc}",
            f"P subject {figure.code}",
            f"P subject measure {view.measure}",
        ]
    return said


RULES: Sequence[tuple[str, Role, Callable[[ArcPath, Governor], bool]]] = (
    ("subject of giving", "actor", lambda t, g: t.subject and g.side == "gives" and not g.arc.startswith("nsubj")),
    ("agent of giving", "actor", lambda t, g: t.up == "by" and t.at == "verb" and g.side == "gives!"),
    ("from at getting", "actor", lambda t, g: t.up == "from" and t.at in ("verb", "figure") and g.side == "gets"),
    ("from or by at noun", "actor", lambda t, _: t.up in ("from", "by") and t.at in ("noun", "figure")),
    ("owner of noun", "actor", lambda t, _: t.up == "poss" and t.at in ("noun", "figure")),
    ("subject of getting", "recipient", lambda t, g: t.subject and g.side == "gets" and not g.arc.startswith("nsubj")),
    ("subject of being given", "recipient", lambda t, g: t.subject and g.side == "gives!" and g.arc == "dobj"),
    (
        "place of giving",
        "recipient",
        lambda t, g: t.up in PLACES and t.at in ("verb", "figure") and g.side.startswith("gives"),
    ),
    ("place of noun", "recipient", lambda t, _: t.up in PLACES and t.at == "noun"),
)
"""Name, role and condition of each rule of the parse."""
