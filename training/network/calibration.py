"""Temperatures of the names, from how often answers of a stated confidence are right.

    python -m training.network.calibration

fits those of the committed network again, from the reliability that its settings tell, out of fold, and writes the
tables of the model card. A temperature divides scores: it changes how sure the names are, not which ones are taken.
"""

import json
from collections.abc import Mapping, Sequence
from math import exp, log
from pathlib import Path
from typing import Any

from scipy.optimize import minimize_scalar

from ledger.attribute.roles.view import ROLES
from ledger.models.files import FOLDER
from training.network.card import write_card

LEAST = 1e-4
"""Confidences are given to four digits."""
Row = Sequence[float]
"""Of the answers in a range of confidence: how many, their mean confidence, and the share that is right."""


def tempered(confidence: float, temperature: float) -> float:
    """The confidence after its log odds are divided by a temperature.

    >>> round(tempered(0.9, 1.0), 3), round(tempered(0.9, 2.0), 3)
    (0.9, 0.75)
    """
    p = min(1 - LEAST, max(LEAST, confidence))
    return 1 / (1 + exp(-log(p / (1 - p)) / temperature))


def temperature_of(rows: Sequence[Row]) -> float:
    """The temperature by which the confidences come closest to the shares that are right.

    >>> round(temperature_of([(100, 0.9, 0.75), (100, 0.1, 0.25)]), 2)
    2.0
    """

    def loss(temperature: float) -> float:
        stated = [tempered(confidence, temperature) for _, confidence, _ in rows]
        return -sum(
            count * (right * log(p) + (1 - right) * log(1 - p))
            for p, (count, _, right) in zip(stated, rows, strict=True)
        )

    return float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x)


def calibrated(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, and the reliability in their note, with temperatures of names fitted on all sets together."""
    note = settings["note"]
    factors = {
        role: temperature_of([row for rows in note["reliability"].values() for row in rows.get(role, ())])
        for role in ROLES
    }
    reliability = {
        name: {
            what: [[n, round(tempered(p, factors.get(what, 1.0)), 4), right] for n, p, right in told]
            for what, told in rows.items()
        }
        for name, rows in note["reliability"].items()
    }
    temperatures = {name: round(t * factors.get(name, 1.0), 3) for name, t in settings["temperature"].items()}
    return {**settings, "note": {**note, "reliability": reliability}, "temperature": temperatures}


def main() -> None:
    path = Path(str(FOLDER / "network" / "settings.json"))
    settings = calibrated(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    write_card(settings["note"])


if __name__ == "__main__":
    main()
