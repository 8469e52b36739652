"""How names and digits of a lesson are swapped."""

from random import Random

import pytest

pytest.importorskip("tokenizers", reason="the extra `accurate` is not installed")

from tokenizers import Tokenizer, models

from ledger.attribute.network.encoding import TOKEN_KINDS, EncodedDocument, EncodedSentence, Marks, MentionTokens
from training.network.augment import Augmenter
from training.network.examples import TrainingDocument

WORDS = ("velora", "steel", "lent", "norlund", "12", "95", "kenya", "it", "acme")
TOKENIZER = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="it"))
MARKS = Marks(90, 91, 92, frozenset())


def mention(first: int, last: int, candidate: int, kind: str, *, anaphor: bool = False) -> MentionTokens:
    return MentionTokens(first, last, candidate, TOKEN_KINDS.index(kind), anaphor, certain=True)


def encoded(*sentences: tuple[str, tuple[MentionTokens, ...], tuple[tuple[int, int, int], ...]]) -> EncodedDocument:
    made = [
        EncodedSentence(tuple(WORDS.index(word) for word in said.split()), mentions, figures, 0, 0)
        for said, mentions, figures in sentences
    ]
    return EncodedDocument(tuple(made), (), (0,), None, (None,) * len(made), ("Velora Steel", "Kenya", "Acme"), MARKS)


ARTICLE = encoded(
    ("velora steel lent kenya 12", (mention(0, 2, 0, "company"), mention(3, 4, 1, "country")), ((4, 5, 0),)),
    ("it lent velora steel", (mention(0, 1, 0, "company", anaphor=True), mention(2, 4, 0, "company")), ()),
    ("acme lent 12", (mention(0, 1, 2, "other"),), ((2, 3, 1),)),
)
OTHER = encoded(("norlund lent", (mention(0, 1, 0, "company"),), ()), ("kenya it", (mention(1, 2, 1, "other"),), ()))


def documents(*some: EncodedDocument) -> list[TrainingDocument]:
    return [TrainingDocument("a", one, (), (), (), related=False) for one in some]


def said(one: EncodedDocument) -> list[str]:
    return [" ".join(WORDS[token] for token in sentence.ids) for sentence in one.sentences]


def test_a_name_is_swapped_alike_throughout_and_its_figures_move_along() -> None:
    made = Augmenter(documents(OTHER), TOKENIZER, share=1.0).augmented(ARTICLE, Random(1))
    first, second, third = made.sentences
    assert [text.replace("95", "12") for text in said(made)] == [
        "norlund lent kenya 12",
        "it lent norlund",
        "it lent 12",
    ]
    assert [(m.first, m.last) for m in first.mentions] == [(0, 1), (2, 3)]
    assert first.figures == ((3, 4, 0),)
    assert [(m.first, m.last) for m in second.mentions] == [(0, 1), (2, 3)]
    assert third.mentions == ARTICLE.sentences[2].mentions, "a name of no known type is swapped for one of its kind"


def test_digits_are_swapped_alike_and_names_kept_where_the_share_is_none() -> None:
    augmenter = Augmenter(documents(OTHER), TOKENIZER, share=0.0)
    made = {tuple(said(augmenter.augmented(ARTICLE, Random(seed)))) for seed in range(12)}
    texts = said(ARTICLE)
    assert made == {tuple(texts), tuple(text.replace("12", "95") for text in texts)}
