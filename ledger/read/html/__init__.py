"""Web pages: the article of a page as text, its facts, and what of its figures was not taken."""

from ledger.read.html.page import read_html

__all__ = ["read_html"]
