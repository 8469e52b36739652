"""Exports of news databases, made from articles of our own, with what drifts: fields missing, order, languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from random import Random
from textwrap import wrap

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
}
OWN = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "it": "Italiano", "nl": "Nederlands"}
WORDS = {"en": "words", "de": "Wörter", "fr": "mots", "es": "palabras", "it": "parole", "nl": "woorden"}
BY = {"en": "By", "de": "Von", "fr": "Par", "es": "Por", "it": "Di", "nl": "Door"}
FIRMS = ("Velora", "Corvane", "Tessel Rail", "Ruvia Energy", "Kesto", "Northland Ports", "Halden Glass", "Orbica")
PLACES = ("Tessaly", "Lund", "Porto Vel", "Marrow Bay", "Istrane", "Calder", "Ostwick", "Vellin")
THINGS = ("a battery mill", "two ferry berths", "a data hall", "a glass works", "a tram line", "a wind farm")
PAPERS = (
    "The Tessaly Times", "Northwire", "Vellin Kurier", "Le Courrier de Lund", "El Diario de Porto Vel",
    "Gazzetta di Istrane", "De Calder Courant", "Marrow Bay Herald (Marrow Bay)", "Ostwick Post-Gazette",
    "Daily Ledger & Mail", "Financial Bulletin - Online", "Die Hafenzeitung",
)  # fmt: skip
PEOPLE = ("Ada Lind", "Jan de Wit", "Élodie Marchand", "Luis Peña Ortiz", "Greta Öhlin", "TOM ASHBY", "M. K. Rao")
SECTIONS = ("NEWS; Pg. 3", "Business", "WIRTSCHAFT; S. 12", "Économie", "FEATURES; Pg. 6", "Markets")
SENTENCES = (
    "{firm} said it would invest €{n} million in {thing} at {place}.",
    "The state adds a grant of ${n}.5 million, and the town of {place} pays {n} percent of the road.",
    "Work starts in 2026; some {n} jobs are to come by 2030, according to {firm}.",
    "A lender from {place} signed for a loan of £{n}m last week, people familiar with the talks said.",
    "Critics ask why {firm} took {n} months for it. The company declined to comment.",
    "“We are here to stay”, the head of {firm} told a hall of {n} people in {place}.",
    "Of the sum, {n} million goes to {thing}, which {place} has waited for since 1998.",
)
TRAPS = (
    "Length: the bridge runs to {n} metres and was paid for by {firm}.",
    "{n} of 40 plants were closed before {firm} came to {place}.",
    "The papers, called document {n} of the plan, name {firm}.",
    "Subject: a letter from {place} that asks {firm} for ${n} million.",
    "Copyright law was no part of the case, which cost {firm} €{n} million in {place} and took three long years.",
    "On 3 March 2021 {firm} had offered {n} million for it, and withdrew.",
)


@dataclass(frozen=True)
class Told:
    """An article as it is written into an export."""

    title: str
    publisher: str
    published: date | None
    author: str | None
    section: str | None
    paragraphs: tuple[str, ...]
    language: str
    number: str

    @property
    def words(self) -> int:
        return len(" ".join(self.paragraphs).split())

    @property
    def text(self) -> str:
        return "\n\n".join((self.title, *self.paragraphs)) + "\n"


def articles(count: int, seed: int, *, traps: bool = True) -> list[Told]:
    """Articles of our own; one in twelve has no day, some have no author and no section."""
    random = Random(seed)
    return [_article(random, number, traps=traps) for number in range(count)]


def _article(random: Random, number: int, *, traps: bool) -> Told:
    firm, place, thing = random.choice(FIRMS), random.choice(PLACES), random.choice(THINGS)

    def said(shape: str) -> str:
        return shape.format(firm=firm, place=place, thing=thing, n=random.randint(2, 950))

    paragraphs = [
        " ".join(said(random.choice(SENTENCES)) for _ in range(random.randint(1, 4)))
        for _ in range(random.randint(2, 6))
    ]
    if traps and random.random() < 0.4:
        paragraphs.insert(random.randint(1, len(paragraphs)), said(random.choice(TRAPS)))
    day = date(2019, 1, 1) + timedelta(days=random.randint(0, 2500))
    title = random.choice((
        "{firm} to build {thing} in {place}", "{place} waits for {thing}", "Why {firm} pays {n} million for {thing}",
        "{firm}, {place} and the long, costly road to {thing} that nobody had asked for in the first place",
    ))  # fmt: skip
    return Told(
        title=said(title),
        publisher=random.choice(PAPERS),
        published=day if random.random() > 1 / 12 else None,
        author=random.choice(PEOPLE) if random.random() > 0.3 else None,
        section=random.choice(SECTIONS) if random.random() > 0.4 else None,
        paragraphs=tuple(paragraphs),
        language=random.choice(LANGUAGES),
        number=f"{random.choice(('NWIR', 'TESS', 'VELK', 'GRD0'))}0000{day:%Y%m%d}ek{number:03}000{number % 7}x",
    )


def day_words(day: date, language: str, *, weekday: bool = False, short: bool = False) -> str:
    """A day as exports in that language write it."""
    month = MONTHS[language].split()[day.month - 1]
    name = WEEKDAYS[language].split()[day.weekday()]
    if language == "en":
        month = month[:3] if short else month
        said = f"{month} {day.day}, {day.year}"
        return f"{said} {name}" if weekday else said
    said = {
        "de": f"{day.day}. {month} {day.year}",
        "es": f"{day.day} de {month} de {day.year}",
    }.get(language, f"{day.day} {month} {day.year}")
    return f"{name} {said}" if weekday else said


# Nexis ----------------------------------------------------------------------------------------------------------------

NEXIS_START = {
    "en": "{n} of {N} DOCUMENTS", "de": "Dokument {n} von {N}", "fr": "Document {n} de {N}",
    "es": "Documento {n} de {N}", "it": "Documento {n} di {N}", "nl": "{n} van {N} documenten",
}  # fmt: skip
NEXIS_LABELS = {
    "en": ("BYLINE", "SECTION", "LENGTH", "LANGUAGE", "LOAD-DATE", "PUBLICATION-TYPE"),
    "de": ("AUTOR", "RUBRIK", "LÄNGE", "SPRACHE", "UPDATE", "PUBLIKATIONSART"),
    "fr": ("AUTEUR", "RUBRIQUE", "LONGUEUR", "LANGUE", "DATE-CHARGEMENT", "TYPE-PUBLICATION"),
    "es": ("AUTOR", "SECCIÓN", "LONGITUD", "IDIOMA", "FECHA-CARGA", "TIPO-PUBLICACIÓN"),
    "it": ("AUTORE", "SEZIONE", "LUNGHEZZA", "LINGUA", "UPDATE", "TIPO PUBBLICAZIONE"),
    "nl": ("AUTEUR", "RUBRIEK", "LENGTE", "TAAL", "LAAD-DATUM", "PUBLICATIETYPE"),
}


def nexis_export(told: Sequence[Told], seed: int) -> str:
    """An export of Nexis as plain text, broken to 78 columns."""
    random = Random(seed)
    menu = random.choice(LANGUAGES)
    lines = ["", "Download Request: Selected Items: 1-" + str(len(told)), "Time Of Request: Friday, March 20, 2025", ""]
    for number, article in enumerate(told, 1):
        lines += ["", " " * 31 + NEXIS_START[menu].format(n=number, N=len(told)), "", "", ""]
        lines += _nexis_article(article, menu, random)
    return "\n".join(lines) + "\n"


def _nexis_article(told: Told, menu: str, random: Random) -> list[str]:
    byline, section, length, language, load, kind = NEXIS_LABELS[menu]
    rights = ["", " " * 23 + f"Copyright 2025 {told.publisher}", " " * 30 + "All Rights Reserved", ""]
    lines = [*rights] if random.random() < 0.3 else []
    lines += ["", " " * 28 + told.publisher, ""]
    if told.published is not None:
        lines.append(" " * 28 + day_words(told.published, menu, weekday=random.random() < 0.8))
        lines += [" " * 32 + "Edition 1;", " " * 33 + "Scotland"] if random.random() < 0.2 else []
        lines.append("")
    lines += [*wrap(told.title, 78), ""]
    labelled = [(byline, told.author), (section, told.section)]
    labelled += [(length, f"{told.words} {WORDS[menu]}")] if random.random() < 0.9 else []
    if random.random() < 0.3:
        random.shuffle(labelled)
    for label, value in labelled:
        lines += [f"{label}: {value}", ""] if value else []
    lines += ["BODY:", ""] if random.random() < 0.1 else []
    for paragraph in told.paragraphs:
        lines += [*wrap(paragraph, 78, break_on_hyphens=False), ""]
    tail = [f"{load}: {day_words(date(2025, 1, 3), menu)}", f"{language}: {OWN[menu].upper()}", f"{kind}: Newspaper"]
    if random.random() < 0.3:
        random.shuffle(tail)
    for line in tail[: 3 if random.random() < 0.8 else 1]:
        lines += [line, ""]
    return lines + rights


UNI_END = {
    "en": "End of Document", "de": "Ende des Dokuments", "fr": "Fin du document", "es": "Fin del documento",
    "it": "Fine del documento", "nl": "Einde van het document",
}  # fmt: skip
UNI_COVER = {
    "en": ("Date and Time", "Job Number", "Documents", "Client/Matter", "Search Terms"),
    "de": ("Datum und Uhrzeit", "Auftragsnummer", "Dokumente", "Mandant/Angelegenheit", "Suchbegriffe"),
    "fr": ("Date et heure", "Numéro de tâche", "Documents", "Client/Matter", "Termes de recherche"),
    "es": ("Fecha y hora", "Número de trabajo", "Documentos", "Client/Matter", "Términos de búsqueda"),
    "it": ("Data e ora", "Numero lavoro", "Documenti", "Client/Matter", "Search Terms"),
    "nl": ("Datum en tijd", "Taaknummer", "Documenten", "Client/Matter", "Zoektermen"),
}
UNI_LABELS = {
    "en": ("Byline", "Section", "Length", "Body", "Classification", "Language", "Publication-Type", "Load-Date"),
    "de": ("Autor", "Rubrik", "Länge", "Body", "Klassifizierung", "Sprache", "Publikationsart", "Ladedatum"),
    "fr": ("Auteur", "Rubrique", "Longueur", "Corps", "Classification", "Langue", "Type de publication", "Load-Date"),
    "es": ("Autor", "Sección", "Longitud", "Cuerpo", "Clasificación", "Idioma", "Tipo de publicación", "Load-Date"),
    "it": ("Autore", "Sezione", "Lunghezza", "Corpo", "Classificazione", "Lingua", "Tipo pubblicazione", "Load-Date"),
    "nl": ("Auteur", "Rubriek", "Lengte", "Body", "Classification", "Taal", "Publicatietype", "Load-Date"),
}


def nexis_uni_export(told: Sequence[Told], seed: int) -> str:
    """The lines of an export of Nexis Uni, as a reader of Word files gives them."""
    random = Random(seed)
    menu = random.choice(LANGUAGES)
    moment, job, documents, client, terms = UNI_COVER[menu]
    lines = ["User Name: A. Reader", f"{moment}: Friday, March 20, 2025 4:51:00 PM EDT", f"{job}: 112345678", ""]
    lines += [f"{documents} ({len(told)})", ""] if random.random() < 0.9 else []
    if lines[-2].startswith(documents):
        for number, article in enumerate(told, 1):
            lines += [f"{number}. {article.title}", f"{client}: -None-", f'{terms}: "mill" or "berth"', ""]
    for article in told:
        lines += _uni_article(article, menu, random)
    return "\n".join(lines) + "\n"


def _uni_article(told: Told, menu: str, random: Random) -> list[str]:
    byline, section, length, body, classes, language, kind, load = UNI_LABELS[menu]
    lines = [told.title, told.publisher]
    if told.published is not None:
        lines.append(day_words(told.published, menu, weekday=random.random() < 0.8))
    lines += ["", f"Copyright 2025 {told.publisher} All Rights Reserved"] if random.random() < 0.8 else [""]
    labelled = [(section, told.section), (length, f"{told.words} {WORDS[menu]}"), (byline, told.author)]
    if random.random() < 0.3:
        random.shuffle(labelled)
    lines += [f"{label}: {value}" for label, value in labelled if value]
    lines += ["", body, ""] if random.random() < 0.9 else [""]
    for paragraph in told.paragraphs:
        lines += [paragraph, ""]
    lines += [classes, ""] if random.random() < 0.7 else []
    tail = [f"{language}: {OWN[menu].upper()}", f"{kind}: Newspaper", f"{load}: {day_words(date(2025, 1, 3), menu)}"]
    if random.random() < 0.3:
        random.shuffle(tail)
    for line in tail:
        lines += [line, ""]
    return [*lines, UNI_END[menu], "", ""]


# Factiva --------------------------------------------------------------------------------------------------------------

FACTIVA_END = {
    "en": "Document", "de": "Dokument", "fr": "Document", "es": "Documento", "it": "Documento", "nl": "Document",
}  # fmt: skip


def _factiva_day(told: Told, menu: str) -> str | None:
    if told.published is None:
        return None
    if menu == "en":
        return f"{told.published.day} {MONTHS['en'].split()[told.published.month - 1]} {told.published.year}"
    return day_words(told.published, menu)


def factiva_fields(told: Told, menu: str, random: Random) -> list[tuple[str, str]]:
    """The fields of an article by their codes, HD first as a rule, the last ones missing at times."""
    fields = [
        ("SE", told.section), ("HD", told.title), ("BY", f"{BY[menu]} {told.author}" if told.author else None),
        ("WC", f"{told.words} {WORDS[menu]}"), ("PD", _factiva_day(told, menu)), ("ET", "15:10"),
        ("SN", told.publisher), ("SC", told.number[:4]), ("PG", "12"), ("LA", OWN[menu]),
        ("CY", f"© 2025 {told.publisher}. All rights reserved."),
    ]  # fmt: skip
    kept = [
        (code, value)
        for code, value in fields
        if value and not (code in ("ET", "PG", "LA", "CY") and random.random() < 0.3)
    ]
    if random.random() < 0.3:
        random.shuffle(kept)
    lead = min(1, len(told.paragraphs) - 1)
    kept += [("LP", "\n\n".join(told.paragraphs[:lead]))] if lead else []
    kept.append(("TD", "\n\n".join(told.paragraphs[lead:])))
    tail = [("CO", "velor : Velora AG"), ("IN", "i3 : Mills"), ("NS", "c24 : Capacity"), ("RE", "tess : Tessaly")]
    return [*kept, *(part for part in tail if random.random() < 0.7), ("AN", f"{FACTIVA_END[menu]} {told.number}")]


def factiva_export(told: Sequence[Told], seed: int, *, coded: bool) -> str:
    """The lines of an export of Factiva in RTF, with field codes or without."""
    random = Random(seed)
    menu = random.choice(LANGUAGES)
    gap = random.choice(("\t", " | ", "   ", "|", "\n"))
    lines: list[str] = []
    if random.random() < 0.4:
        lines += [*(f"{article.title}.........{3 + number}" for number, article in enumerate(told)), ""]
    for article in told:
        lines += _factiva_coded(article, menu, random, gap) if coded else _factiva_plain(article, menu, random)
    lines += [
        "",
        "Search Summary",
        "Text\tmill or berth",
        f"Results Found\t{len(told)}",
        "Timestamp\t20 March 2025 16:51",
    ]
    return "\n".join(lines) + "\n"


def _factiva_coded(told: Told, menu: str, random: Random, gap: str) -> list[str]:
    lines = [
        line
        for code, value in factiva_fields(told, menu, random)[:-1]
        for line in (f"{code}{gap}{value}\n").split("\n")
    ]
    return [
        *lines,
        f"AN{gap}{FACTIVA_END[menu]} {told.number}",
        "",
        "Page 3 of 12 © 2025 Factiva, Inc. All rights reserved.",
        "",
    ]


def _factiva_plain(told: Told, menu: str, random: Random) -> list[str]:
    lines = [told.section] if told.section and random.random() < 0.5 and len(told.section) < 12 else []
    lines += [told.title]
    lines += [f"{BY[menu]} {told.author}"] if told.author else []
    lines += [f"{told.words} {WORDS[menu]}"]
    day = _factiva_day(told, menu)
    lines += [day] if day else []
    lines += ["15:10"] if random.random() < 0.5 else []
    lines += [told.publisher, told.number[:4]]
    lines += ["12"] if random.random() < 0.3 else []
    lines += [OWN[menu]] if random.random() < 0.9 else []
    lines += [f"© 2025 {told.publisher}. All rights reserved."] if random.random() < 0.8 else []
    lines += [""]
    for paragraph in told.paragraphs:
        lines += [paragraph, ""]
    return [*lines, f"{FACTIVA_END[menu]} {told.number}", "", ""]


def factiva_html_export(told: Sequence[Told], seed: int, *, coded: bool) -> str:
    """An export of Factiva in HTML, as tables of field codes or as blocks."""
    random = Random(seed)
    menu = random.choice(LANGUAGES)
    body = "".join(
        f'<div id="article-{article.number}"><div class="article {menu}Article">'
        f"{_html_coded(article, menu, random) if coded else _html_plain(article, menu, random)}</div></div>"
        for article in told
    )
    found = f"<table><tr><td>Results Found</td><td>{len(told)}</td></tr></table>"
    head = "<head><title>Factiva</title><style>p{margin:0}</style></head>"
    return f"<!DOCTYPE html><html>{head}<body>{body}{found}</body></html>"


def _html_coded(told: Told, menu: str, random: Random) -> str:
    fields = factiva_fields(told, menu, random)
    rows = (f'<td class="index"><b>{code}</b>&nbsp;</td><td>{_cell(code, value, menu)}</td>' for code, value in fields)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cell(code: str, value: str, menu: str) -> str:
    if code in ("LP", "TD"):
        parts = (
            f'<p class="articleParagraph {menu}articleParagraph">{escape(part)}</p>' for part in value.split("\n\n")
        )
        return "".join(parts)
    return f'<span class="{menu}Headline">{escape(value)}</span>' if code == "HD" else escape(value)


def _html_plain(told: Told, menu: str, random: Random) -> str:
    day = _factiva_day(told, menu)
    parts = [f'<div id="hd"><span class="{menu}Headline">{escape(told.title)}</span></div>']
    parts += [f'<div class="author">{BY[menu]} {escape(told.author)}</div>'] if told.author else []
    parts += [f"<div>{told.words} {WORDS[menu]}</div>"]
    parts += [f"<div>{day}</div>"] if day else []
    parts += ["<div>15:10</div>"] if random.random() < 0.5 else []
    parts += [f"<div>{escape(told.publisher)}</div>", f"<div>{told.number[:4]}</div>", f"<div>{OWN[menu]}</div>"]
    parts += [f"<div>© 2025 {escape(told.publisher)}</div>"] if random.random() < 0.8 else []
    parts += [f'<p class="articleParagraph {menu}articleParagraph">{escape(part)}</p>' for part in told.paragraphs]
    return "".join([*parts, f"<p>{FACTIVA_END[menu]} {told.number}</p>"])


def factiva_xml_export(told: Sequence[Told], seed: int) -> str:
    """An answer of Factiva in XML."""
    random = Random(seed)
    parts = []
    for article in told:
        fields = [
            f"<accessionNo>{article.number}</accessionNo>",
            f"<baseLanguage>{article.language.upper()}</baseLanguage>",
            f"<headline><paragraph>{escape(article.title)}</paragraph></headline>",
            f"<sourceName>{escape(article.publisher)}</sourceName>",
            f"<wordCount>{article.words}</wordCount>",
            f"<leadParagraph><paragraph>{escape(article.paragraphs[0])}</paragraph></leadParagraph>",
        ]
        fields += [f"<byline>{escape(article.author)}</byline>"] if article.author else []
        if article.published is not None:
            tag, said = random.choice(
                (("date", f"{article.published}"), ("dateTime", f"{article.published}T01:35:58Z"))
            )
            fields.append(f"<publicationDate><{tag}>{said}</{tag}></publicationDate>")
        random.shuffle(fields)
        tail = "".join(f"<paragraph>{escape(part)}</paragraph>" for part in article.paragraphs[1:])
        parts.append(
            f"<ppsarticle><article>{''.join(fields)}<tailParagraphs>{tail}</tailParagraphs></article></ppsarticle>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><PPSResponse><ppsArticleResponse xmlns="http://global.factiva.com/pps/2.0">'
        f'<ppsarticleResultSet count="{len(told)}">{"".join(parts)}</ppsarticleResultSet>'
        "</ppsArticleResponse></PPSResponse>"
    )


# ProQuest -------------------------------------------------------------------------------------------------------------

RULE = "_" * 60
PROQUEST_START = {"en": "of", "de": "von", "fr": "sur", "es": "de", "it": "di", "nl": "van"}
PROQUEST_LABELS: Mapping[str, tuple[str, ...]] = {
    "en": ("Title", "Author", "Publication title", "Publication date", "Section", "Full text", "Subject",
           "ProQuest document ID", "Publication info"),
    "de": ("Titel", "Autor", "Titel der Publikation", "Publikationsdatum", "Rubrik", "Volltext", "Thema",
           "ProQuest-Dokument-ID", "Informationen zur Publikation"),
    "fr": ("Titre", "Auteur", "Titre de la publication", "Date de publication", "Rubrique", "Texte intégral", "Sujet",
           "ID du document ProQuest", "Informations de publication"),
    "es": ("Título", "Autor", "Título de publicación", "Fecha de publicación", "Sección", "Texto completo", "Materia",
           "ID del documento de ProQuest", "Información de publicación"),
    "it": ("Titolo", "Autore", "Titolo della pubblicazione", "Data di pubblicazione", "Sezione", "Testo completo",
           "Soggetto", "ID documento ProQuest", "Informazioni sulla pubblicazione"),
    "nl": ("Title", "Author", "Publication title", "Publication date", "Section", "Full text", "Subject",
           "ProQuest document ID", "Publication info"),
}  # fmt: skip


def proquest_export(told: Sequence[Told], seed: int) -> str:
    """An export of ProQuest as plain text."""
    random = Random(seed)
    menu = random.choice(LANGUAGES)
    start = f"{FACTIVA_END[menu]} {{n}} {PROQUEST_START[menu]} {len(told)}"
    lines: list[str] = []
    for number, article in enumerate(told, 1):
        lines += [RULE, "", start.format(n=number), ""] if random.random() < 0.9 else [RULE, ""]
        lines += _proquest_article(article, menu, random)
    lines += [
        RULE,
        "",
        "Contact us at: http://www.proquest.example",
        "",
        "Database copyright © 2025 ProQuest LLC. All rights reserved.",
    ]
    return "\n".join(lines) + "\n"


def _proquest_article(told: Told, menu: str, random: Random) -> list[str]:
    title, author, publication, day, section, text, subject, number, info = PROQUEST_LABELS[menu]
    said = day_words(told.published, menu, short=menu == "en") if told.published else None
    if random.random() < 0.2:
        facts = [(info, f"{told.publisher} ; Tessaly [Tessaly]{said or 2025}: 3.")]
    else:
        facts = [(publication, told.publisher), (day, said)]
    facts += [(author, told.author), (section, told.section), (subject, "Mills; Berths"), (number, told.number[-12:])]
    if random.random() < 0.5:
        random.shuffle(facts)
    cut = random.randint(0, len(facts))
    lines = [f"{title}: {told.title}", ""] if random.random() < 0.85 else [told.title, ""]
    for label, value in facts[:cut]:
        lines += [f"{label}: {value}", ""] if value else []
    lines += [f"{text}: {told.paragraphs[0]}", ""]
    for paragraph in told.paragraphs[1:]:
        lines += [paragraph, ""]
    for label, value in facts[cut:]:
        lines += [f"{label}: {value}", ""] if value else []
    return lines


FORMS = {
    "nexis": nexis_export,
    "nexis_uni": nexis_uni_export,
    "factiva_coded": lambda told, seed: factiva_export(told, seed, coded=True),
    "factiva_plain": lambda told, seed: factiva_export(told, seed, coded=False),
    "proquest": proquest_export,
}
MARKUP_FORMS = {
    "factiva_html_coded": lambda told, seed: factiva_html_export(told, seed, coded=True),
    "factiva_html_plain": lambda told, seed: factiva_html_export(told, seed, coded=False),
    "factiva_xml": factiva_xml_export,
}
