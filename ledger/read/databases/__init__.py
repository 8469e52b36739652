"""Exports of news databases, split into their articles: Factiva, Nexis, Nexis Uni and ProQuest.

`database_of` tells from a text whether it is such an export, `database_articles` splits it. Readers of files that hold
the text of an export (RTF, Word, PDF, plain text) call both on the text that they read.
"""

from ledger.read.databases.split import database_articles, database_of, markup_articles, markup_database_of

__all__ = ["database_articles", "database_of", "markup_articles", "markup_database_of"]
