"""Who decides measure, stage, roles and fields: the named features alone (fast), or a network that reads beside them (accurate)."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ledger.errors import InputError
from ledger.options import Attributor

if TYPE_CHECKING:
    from ledger.attribute.network.network import Opinion

NEEDED = ("numpy", "onnxruntime", "tokenizers")
OpinionOf = Callable[..., "Opinion"]


def opinion_by(attributor: Attributor) -> OpinionOf | None:
    """What gives the learned attributor's opinion of a document, or null for the features alone."""
    if attributor is Attributor.FAST:
        return None
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing and attributor is Attributor.AUTO:
        return None
    if missing:
        raise InputError(
            f"the accurate attributor needs {' and '.join(missing)}: pip install 'figures-ledger[accurate]', or ask for --attributor fast"
        )
    from ledger.attribute.network.network import committed_reader  # noqa: PLC0415 - what only an extra installs

    return committed_reader().opinion
