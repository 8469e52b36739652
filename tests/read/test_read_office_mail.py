"""Messages and mailboxes: what their writer says, pages and files apart, and what is left out."""

import re
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage

import pytest

from ledger.lexicons import load
from ledger.read.article import Article, Enclosed, ReadOptions, ReadProblem
from ledger.read.mail import own_words, read_mail, read_mailbox
from tests.read import factory_formats as made

OPTIONS = ReadOptions()
STORY = made.stories()[0]
RULES = load.toml("mail")


@pytest.mark.parametrize("name", RULES)
def test_patterns_keep_to_their_examples(name: str) -> None:
    pattern = re.compile(load.joined(RULES[name]["pattern"]), re.IGNORECASE)
    assert [one for one in RULES[name]["examples"] if not pattern.match(one)] == []
    assert [one for one in RULES[name]["counter"] if pattern.match(one)] == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It costs $3m.\n\nOn 4 Mar 2025 at 10:12, Ada <ada@mill.example> wrote:\n> It costs $2m.", "It costs $3m."),
        ("It costs $3m.\n\nOn Tue, 4 Mar 2025 at 10:12, Ada Lind\n<ada@mill.example> wrote:\n> $2m.", "It costs $3m."),
        ("> It costs $2m.\n\nNo, $3m.\n\n> And later?\n\nIn May.", "No, $3m.\n\nIn May."),
        ("It costs $3m.\n\n-----Original Message-----\nFrom: Ada\nIt costs $2m.", "It costs $3m."),
        ("It costs $3m.\n\nFrom: Ada\nSent: Monday\nTo: Bo\nSubject: Mill\n\nIt costs $2m.", "It costs $3m."),
        ("It costs $3m.\n\n-- \nAda Lind\n$9m desk", "It costs $3m."),
        ("It costs $3m.\n\nSent from my phone", "It costs $3m."),
        ("It costs $3m.\n\nThis email is confidential and $9m.", "It costs $3m."),
        ("FYI\n\n------ Forwarded message ------\nFrom: Wire\nSubject: Mill\n\nIt costs $3m.", "FYI\n\nIt costs $3m."),
        ("Norlund wrote:\nIt costs $3m.", "Norlund wrote:\nIt costs $3m."),
        ("On 3 May the minister wrote:\nIt costs $3m.", "On 3 May the minister wrote:\nIt costs $3m."),
        ("Part one.\n\n---\n\nPart two: $3m.", "Part one.\n\n---\n\nPart two: $3m."),
        ("From: May to June tolls rise.\nIt costs $3m.", "From: May to June tolls rise.\nIt costs $3m."),
    ],
)  # fmt: skip
def test_own_words(text: str, kept: str) -> None:
    assert own_words(text)[0] == kept


def test_head_of_a_forwarded_message_says_who_published_it_and_when() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = "Fwd: x", "Ada <a@b.example>", "Tue, 04 Mar 2025 10:00:00 +0100"
    mail.set_content(
        "---------- Forwarded message ---------\nFrom: Wire Daily <n@wire.example>\nDate: Mon, 3 Mar 2025 at 08:00\n"
        "Subject: Mill opens\nTo: Ada\n\nIt cost $3 million.\n"
    )
    [article] = read_mail(mail.as_bytes(), OPTIONS)
    assert isinstance(article, Article)
    said = (article.title, article.publisher, article.published, article.text)
    assert said == ("Mill opens", "Wire Daily", date(2025, 3, 3), "It cost $3 million.\n")


def test_page_that_says_more_than_the_plain_part_is_enclosed_with_what_the_message_says() -> None:
    [page] = read_mail(made.message(STORY, html=True).as_bytes(), OPTIONS)
    assert isinstance(page, Enclosed)
    said = (page.name, page.media_type, page.title, page.publisher, page.published)
    assert said == ("page.html", "text/html; charset=utf-8", STORY.title, STORY.publisher, STORY.published)
    assert b"1,800 jobs" in page.raw


def test_attachments_are_files_of_their_own_and_pictures_are_left_aside() -> None:
    mail = made.message(STORY)
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../etc/Übersicht.pdf")
    mail.add_attachment(b"PNG", maintype="image", subtype="png", filename="a.png")
    inner = EmailMessage()
    inner["Subject"] = "Inside"
    inner.set_content("It cost $7 million.")
    mail.add_attachment(inner)
    article, pdf, picture, message = read_mail(mail.as_bytes(), OPTIONS)
    assert isinstance(article, Article)
    assert isinstance(pdf, Enclosed)
    assert (pdf.name, pdf.raw, pdf.published) == ("Übersicht.pdf", b"%PDF-1.7", STORY.published)
    assert isinstance(picture, ReadProblem)
    assert picture.severity.value == "warning"
    assert isinstance(message, Enclosed)
    assert message.name.endswith(".eml")
    [inside] = read_mail(message.raw, OPTIONS)
    assert isinstance(inside, Article)
    assert (inside.title, inside.text) == ("Inside", "It cost $7 million.\n")


@pytest.mark.parametrize(
    ("head", "title", "publisher", "published"),
    [
        (b"Subject: =?utf-8?q?Werk_f=C3=BCr_=E2=82=AC3m?=\n", "Werk für €3m", None, None),
        (b"Subject: =?nonsense?q?x?=\nDate: nonsense\n", "=?nonsense?q?x?=", None, None),
        (b"Subject: RE: FW: Mill\nFrom: news@wire.example\n", "Mill", "news@wire.example", None),
        (b"Date: Tue, 04 Mar 2025 23:30:00 -0500\n", None, None, date(2025, 3, 4)),
    ],
)
def test_heads(head: bytes, title: str | None, publisher: str | None, published: date | None) -> None:
    [article] = read_mail(head + b"\nIt cost $3 million.\n", OPTIONS)
    assert isinstance(article, Article)
    assert (article.title, article.publisher, article.published) == (title, publisher, published)


def test_soft_line_breaks_are_joined() -> None:
    raw = b"Subject: x\nContent-Type: text/plain; format=flowed\n\nIt cost $3 \nmillion in \nMay.\nNext line.\n"
    [article] = read_mail(raw, OPTIONS)
    assert isinstance(article, Article)
    assert article.text == "It cost $3 million in May.\nNext line.\n"


@pytest.mark.parametrize("raw", [b"", b"Subject: x\n\n", b"Subject: x\n\n> quoted\n", b"Subject: x\n\n-- \n"])
def test_message_without_words_of_its_own_is_a_problem(raw: bytes) -> None:
    [problem] = read_mail(raw, OPTIONS)
    assert isinstance(problem, ReadProblem)


def test_mailbox_tells_lines_that_begin_with_from() -> None:
    line = b"From ada@mill.example Tue Mar  4 10:00:00 2025\n"
    raw = (
        line
        + b"Subject: a\n\n>From here it costs $3m.\n\nFrom our desk, 4 March 2025\n\n"
        + line
        + b"Subject: b\n\nB.\n"
    )
    first, second = read_mailbox(raw, OPTIONS)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.text, first.number) == ("From here it costs $3m.\n\nFrom our desk, 4 March 2025\n", "message 1")
    assert (second.title, second.number) == ("b", "message 2")


def test_no_mailbox_is_one_problem() -> None:
    [problem] = read_mailbox(b"It cost $3 million.", OPTIONS)
    assert isinstance(problem, ReadProblem)


@pytest.mark.parametrize("line", ["Begin forwarded message:\n", "> quoted\n", "On Monday\n", "From: a\n"])
def test_cost_is_linear_on_hostile_text(line: str, calls: Callable[[Callable[[], object]], int]) -> None:
    small, large = (line * size for size in (500, 3_000))
    assert calls(lambda: own_words(large)) < 6 * 2 * calls(lambda: own_words(small)) + 1_000
