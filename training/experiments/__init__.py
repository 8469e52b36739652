"""Experiments that were measured and left out of the ledger; kept so that they can be measured again."""
