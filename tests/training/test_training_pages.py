"""How an article is shown inside a page, with lines of another one around it."""

from dataclasses import replace
from random import Random

import pytest

pytest.importorskip("tokenizers", reason="the extra `accurate` is not installed")

from ledger.attribute.network.encoding import TOKEN_KINDS, EncodedDocument, EncodedSentence, Marks, MentionTokens
from ledger.attribute.network.inputs import FeaturePrediction
from training.network.examples import TrainingDocument
from training.network.pages import FURTHER, LINE_TOKENS, MOST, UNLIKELY, Pages

COMPANY = TOKEN_KINDS.index("company")
FIGURES = ((1, 2, 0),)


def sentence(length: int, *candidates: int, figures: tuple[tuple[int, int, int], ...] = ()) -> EncodedSentence:
    """So many tokens, with one mention of each candidate and the given figures."""
    mentions = tuple(MentionTokens(0, 1, one, COMPANY, anaphor=False, certain=True) for one in candidates)
    return EncodedSentence(tuple(range(length)), mentions, figures, 0, 0)


def document(name: str, candidates: tuple[str, ...], *sentences: EncodedSentence) -> TrainingDocument:
    over = (None,) * (len(sentences) - 1) + (0,)
    encoded = EncodedDocument(sentences, (), (1,), 0, over, candidates, Marks(90, 91, 92, frozenset()))
    known = FeaturePrediction({}, {}, {}, {0: 0.9, -1: 0.1}, {0: 0.2, -1: 0.8})
    unread = replace(known, actors={}, recipients={})
    return TrainingDocument(name, encoded, (known, unread), (), (), related=False)


ARTICLE = document("a", ("Velora", "Kenya"), sentence(3, 0), sentence(4, 0, 1, figures=FIGURES), sentence(2))
OTHER = document(
    "b", ("Acme", "Velora"), sentence(5, 0), sentence(6, 1, 0), sentence(7, figures=FIGURES), sentence(LINE_TOKENS + 1)
)
SHOWN = [Pages([OTHER], share=1.0).around(ARTICLE, Random(seed)) for seed in range(40)]


def test_the_article_stands_whole_above_or_below_lines_without_figures() -> None:
    own = ARTICLE.encoded.sentences
    places = set()
    for shown in SHOWN:
        said = shown.encoded.sentences
        at = said.index(own[0])
        assert said[at : at + len(own)] == own
        lines = said[:at] + said[at + len(own) :]
        assert 1 <= len(lines) <= MOST
        assert all(not line.figures and len(line.ids) <= LINE_TOKENS and line.segment >= FURTHER for line in lines)
        places.add(at == 0)
        assert (shown.encoded.headline, shown.encoded.sentence_of) == (at, (at + 1,))
        assert shown.encoded.over[at : at + len(own)] == (None, None, at)
        assert len(shown.encoded.over) == len(said)
    assert places == {True, False}


def test_a_name_of_both_is_one_candidate_and_a_new_one_is_held_unlikely() -> None:
    for shown in SHOWN:
        assert shown.encoded.candidates[:2] == ("Velora", "Kenya")
        assert shown.encoded.candidates[2:] in (("Acme",), ())
        known, unread = shown.predictions
        assert {0: 0.9, -1: 0.1}.items() <= known.actors.items()
        assert all(0 < known.actors[number] <= UNLIKELY for number in range(2, len(shown.encoded.candidates)))
        assert known.recipients.keys() == known.actors.keys()
        assert unread == ARTICLE.predictions[1]
        for line in (one for one in shown.encoded.sentences if one.segment >= FURTHER):
            assert {shown.encoded.candidates[m.candidate] for m in line.mentions} <= {"Acme", "Velora"}


@pytest.mark.parametrize(("share", "others"), [(0.0, [OTHER]), (1.0, [])])
def test_without_a_share_or_lines_the_article_is_as_it_was(share: float, others: list[TrainingDocument]) -> None:
    assert Pages(others, share).around(ARTICLE, Random(0)) is ARTICLE
