"""Exports of news databases, split into their articles: Factiva, Nexis, Nexis Uni and ProQuest.

`database_of` tells from a text whether it is such an export, `database_articles` splits it. `with_exports` does both
for what readers of RTF, Word and PDF read.
"""

from ledger.read.databases.reader import with_exports
from ledger.read.databases.split import database_articles, database_of, markup_articles, markup_database_of

__all__ = ["database_articles", "database_of", "markup_articles", "markup_database_of", "with_exports"]
