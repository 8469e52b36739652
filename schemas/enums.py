"""The closed vocabularies of the ledger, spelt as they are stored and exported.

Sources: IATI 2.03 (transaction types, activity status), OECD DAC/CRS (purpose codes), the AidData TUFF source types,
the US list of critical and emerging technologies (2024). A value is the same text in a row, in JSON, in a workbook and
on the command line.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What a figure counts."""

    MONEY = "money"
    PERCENT = "percent"
    QUANTITY = "quantity"
    COUNT = "count"


PERCENT_UNITS = frozenset({"percent", "percentage_point", "basis_point"})
"""Units of a figure of the kind percent."""


class Bound(StrEnum):
    """How the number said relates to the true one."""

    EXACT = "exact"
    ABOUT = "about"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    RANGE = "range"


class CurrencyBasis(StrEnum):
    """Whether the text names the currency or the ledger concluded it from context."""

    EXPLICIT = "explicit"
    INFERRED = "inferred"


class Measure(StrEnum):
    """What the money or number is: the first eight are commitments, the rest are statistics."""

    INVESTMENT = "investment"
    EQUITY = "equity"
    ACQUISITION = "acquisition"
    LOAN = "loan"
    GRANT = "grant"
    SUBSIDY = "subsidy"
    PROCUREMENT = "procurement"
    BUDGET = "budget"
    STOCK = "stock"
    REVENUE = "revenue"
    PROFIT = "profit"
    VALUATION = "valuation"
    TRADE = "trade"
    PRICE = "price"
    MARKET_SIZE = "market_size"
    PENALTY = "penalty"
    RATE = "rate"
    SHARE = "share"
    CHANGE = "change"
    CAPACITY = "capacity"
    JOBS = "jobs"
    PEOPLE = "people"
    DURATION = "duration"
    OTHER = "other"

    @property
    def is_commitment(self) -> bool:
        """True where money goes, or is to go, from an actor to a recipient."""
        return self in COMMITMENT_MEASURES


COMMITMENT_MEASURES = frozenset(
    {
        Measure.INVESTMENT,
        Measure.EQUITY,
        Measure.ACQUISITION,
        Measure.LOAN,
        Measure.GRANT,
        Measure.SUBSIDY,
        Measure.PROCUREMENT,
        Measure.BUDGET,
    }
)


class Stage(StrEnum):
    """How firm a commitment is, from talk to payment; `cancelled` stands outside the order."""

    RUMOURED = "rumoured"
    PLEDGED = "pledged"
    APPROVED = "approved"
    COMMITTED = "committed"
    DISBURSED = "disbursed"
    CANCELLED = "cancelled"


class TimeBasis(StrEnum):
    """Whether a figure adds to earlier ones, sums them, is a level at a date, or recurs."""

    INCREMENT = "increment"
    CUMULATIVE = "cumulative"
    POSITION = "position"
    RATE = "rate"


class FieldCode(StrEnum):
    """What the money is for."""

    ARTIFICIAL_INTELLIGENCE = "artificial_intelligence"
    SEMICONDUCTORS = "semiconductors"
    QUANTUM = "quantum"
    CLOUD_DATA_CENTERS = "cloud_data_centers"
    TELECOMMUNICATIONS = "telecommunications"
    CYBERSECURITY = "cybersecurity"
    SOFTWARE = "software"
    ROBOTICS_MANUFACTURING = "robotics_manufacturing"
    SPACE = "space"
    DEFENSE = "defense"
    BIOTECHNOLOGY_PHARMA = "biotechnology_pharma"
    HEALTH = "health"
    CLEAN_ENERGY = "clean_energy"
    BATTERIES_EV = "batteries_ev"
    AUTOMOTIVE = "automotive"
    NUCLEAR_ENERGY = "nuclear_energy"
    FUSION = "fusion"
    OIL_GAS = "oil_gas"
    CRITICAL_MINERALS = "critical_minerals"
    CHEMICALS_MATERIALS = "chemicals_materials"
    TRANSPORT_INFRASTRUCTURE = "transport_infrastructure"
    SHIPBUILDING = "shipbuilding"
    AGRICULTURE_FOOD = "agriculture_food"
    FINANCE = "finance"
    EDUCATION_RESEARCH = "education_research"
    MEDIA_ENTERTAINMENT = "media_entertainment"
    CONSUMER_RETAIL = "consumer_retail"
    REAL_ESTATE = "real_estate"
    HUMANITARIAN_AID = "humanitarian_aid"
    RESEARCH_SECURITY = "research_security"


class ExclusionReason(StrEnum):
    """Why a claim adds nothing to a total."""

    STATISTIC = "statistic"
    RUMOURED = "rumoured"
    CANCELLED = "cancelled"
    RESTATED = "restated"
    SUPERSEDED = "superseded"
    PART_OF = "part_of"
    CONVERSION = "conversion"
    CUMULATIVE = "cumulative"
    UNDECIDED = "undecided"
    REJECTED = "rejected"
    NO_AMOUNT = "no_amount"
    UNCONVERTED = "unconverted"


REPRESENTATIVE_REASONS = frozenset(
    {
        ExclusionReason.RUMOURED,
        ExclusionReason.CANCELLED,
        ExclusionReason.PART_OF,
        ExclusionReason.CUMULATIVE,
        ExclusionReason.UNDECIDED,
    }
)
"""The reasons that only the claim which gives its commitment's amount can have, as the claim that counts does."""


class SourceType(StrEnum):
    """Who published a document (AidData TUFF source types)."""

    OFFICIAL_PARTY = "official_party"
    IMPLEMENTER = "implementer"
    OTHER_OFFICIAL = "other_official"
    JOURNAL = "journal"
    OTHER_ACADEMIC = "other_academic"
    NGO = "ngo"
    MEDIA = "media"
    SOCIAL = "social"
    OTHER = "other"


class Section(StrEnum):
    """The part of a document that a segment is."""

    HEADLINE = "headline"
    HEADLINE_LIST = "headline_list"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    CAPTION = "caption"
    FURNITURE = "furniture"
    ABOUT = "about"
    """What a company says of itself below the article: "About Norlund"."""
    COMMENT = "comment"
    """What a reader says below the article."""

    @property
    def is_read(self) -> bool:
        """Whether its names and figures are those of the article or of its page; those of the rest are not read."""
        return self is not Section.FURNITURE and self is not Section.COMMENT

    @property
    def weighed_as(self) -> "Section":
        """The section as which the models weigh it: a paragraph about a company is a paragraph."""
        return Section.PARAGRAPH if self is Section.ABOUT else self


class RelationKind(StrEnum):
    """How one figure of a document stands to another."""

    RESTATES = "restates"
    """The same money told again, in the same or in rounded words."""
    CONVERTS = "converts"
    """The same money in another currency."""
    PART_OF = "part_of"
    """Its money lies inside the other's."""
    TOTAL_OF = "total_of"
    """The other's money lies inside its own."""
    RUNNING_TOTAL_OF = "running_total_of"
    """A sum over time that the other is the latest addition to."""
    ADDS_TO = "adds_to"
    """New money beside the other: another, a second, the next tranche."""
    REPLACES = "replaces"
    """The amount that took the other's place: raised to, cut from, instead of."""
    CHANGED_FROM = "changed_from"
    """The other is its former value."""
    RATE_OF = "rate_of"
    """The same pledge as a yearly or other rate: $10 million a year, $50 million in all."""
    EACH_OF = "each_of"
    """The same pledge as the share of each of several: €100 million each, €300 million together."""
    SHARE_OF = "share_of"
    """A share of the other: half of its $100 billion."""


class NameType(StrEnum):
    """What a name stands for."""

    COUNTRY = "country"
    PLACE = "place"
    BODY = "body"
    GOVERNMENT = "government"
    COMPANY = "company"
    PERSON = "person"
    FUND = "fund"
    OTHER = "other"


class DecisionKind(StrEnum):
    """What a person may decide of a claim, a commitment, a name or a document."""

    ACCEPT = "accept"
    REJECT = "reject"
    CORRECT = "correct"
    SAME = "same"
    DIFFERENT = "different"
    PART_OF = "part_of"
    ALIAS = "alias"
    DESCRIBE = "describe"
    """Sets the day, publisher or address of a document."""
    UNDO = "undo"
    """Takes back another decision; only where it is itself undone does that one stand again."""


class Severity(StrEnum):
    """Whether a problem lost something, only warns, or notes what a reader may ask for."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    """Nothing is wrong: another source of a text that the ledger has."""
