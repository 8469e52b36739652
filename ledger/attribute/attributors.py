"""Which attributor decides: the named features alone (fast), or a network as well (accurate)."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ledger.errors import InputError
from ledger.options import Attributor

if TYPE_CHECKING:
    from ledger.attribute.network.network import NetworkAttribution

NEEDED = ("numpy", "onnxruntime", "tokenizers")
"""The packages that the network needs."""
NetworkAttributor = Callable[..., "NetworkAttribution"]


def network_attributor(attributor: Attributor) -> NetworkAttributor | None:
    """The function by which the network attributes a document, or null where the features decide alone.

    Raises InputError where the accurate attributor is asked for and a package that it needs is not installed.
    """
    if attributor is Attributor.FAST:
        return None
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing and attributor is Attributor.AUTO:
        return None
    if missing:
        raise InputError(
            f"the accurate attributor needs {' and '.join(missing)}: "
            "pip install 'figures-ledger[accurate]', or ask for --attributor fast"
        )
    from ledger.attribute.network.network import committed_network  # noqa: PLC0415 - what only an extra installs

    return committed_network().attribute
