"""The closed lists. Codes never change; labels are in the catalogues as `<list>.<code>`."""

from enum import StrEnum


class Lang(StrEnum):
    """Languages of the product, in the order they are offered."""

    KK = "kk"
    RU = "ru"
    EN = "en"


class Kind(StrEnum):
    """What a plant is; drawn as a shape."""

    CHP = "chp"
    CONDENSING = "condensing"
    NUCLEAR = "nuclear"
    HYDRO = "hydro"
    GAS_TURBINE = "gas-turbine"
    WIND = "wind"
    SOLAR = "solar"
    INDUSTRIAL = "industrial"


class Stage(StrEnum):
    """Where a plant is in its life; planned and construction are drawn hollow."""

    PLANNED = "planned"
    CONSTRUCTION = "construction"
    OPERATING = "operating"
    CLOSED = "closed"


NOT_BUILT = frozenset({Stage.PLANNED, Stage.CONSTRUCTION})


class Status(StrEnum):
    """Status of a project, in the order of its life."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DESIGN = "design"
    FINANCING = "financing"
    PROCUREMENT = "procurement"
    CONSTRUCTION = "construction"
    COMMISSIONING = "commissioning"
    COMPLETED = "completed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


ENDED = frozenset({Status.COMPLETED, Status.CANCELLED})


class ProcurementStage(StrEnum):
    """How far the procurement of a lot has come, in the order of its life."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    BIDDING = "bidding"
    EVALUATION = "evaluation"
    AWARDED = "awarded"
    CONTRACT_SIGNED = "contract-signed"
    DELIVERY = "delivery"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Funding(StrEnum):
    """Who pays for a project."""

    MEKS_MARKET = "meks-market"
    STATE_FUND = "state-fund"
    IFI = "ifi"
    PRIVATE = "private"
    FOREIGN_LOAN = "foreign-loan"
    MIXED = "mixed"
    BUDGET = "budget"
    UNKNOWN = "unknown"


class Zone(StrEnum):
    """Wear zone as shown and filtered, worst first."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    UNKNOWN = "unknown"


#: A declared value that names no zone; filtered as unknown, printed in these words.
OUT_OF_RED = "out of red"


class Sector(StrEnum):
    """Network sector."""

    HEAT = "heat"
    ELECTRICITY = "electricity"
    WATER = "water"
    WASTEWATER = "wastewater"
    GAS = "gas"
    COMBINED = "combined"


class WearBasis(StrEnum):
    """How a wear percentage was arrived at."""

    REPORTED = "reported"
    INSPECTION = "inspection"
    AGE_ESTIMATE = "age-estimate"


class Standing(StrEnum):
    """Weight of a claim."""

    STANDS = "stands"
    DOUBTFUL = "doubtful"
    REGISTER = "register"


class Provenance(StrEnum):
    """Where a layer or figure comes from."""

    OFFICIAL = "official"
    PRESS = "press"
    SCHEMATIC = "schematic"
    SYNTHETIC = "synthetic"


class Accuracy(StrEnum):
    """How well a plant's position is known."""

    SITE = "site"
    CITY = "city"


class Scope(StrEnum):
    """What a published figure speaks of."""

    COUNTRY = "country"
    REGION = "region"
    CITY = "city"
    OPERATOR = "operator"
    PART = "part"


class Layer(StrEnum):
    """Layers of the map, bottom first."""

    REGIONS = "regions"
    NETWORKS = "networks"
    CITIES = "cities"
    PLANTS = "plants"
    PROJECTS = "projects"


class Theme(StrEnum):
    """Look of the page."""

    LIGHT = "light"
    PROJECTOR = "projector"


#: Code that a filter uses for what is not known.
UNKNOWN = "unknown"

#: The closed lists by the name that `data/schema/*.csv` uses for them.
LISTS: dict[str, tuple[str, ...]] = {
    "kind": tuple(Kind),
    "stage": tuple(Stage),
    "status": tuple(Status),
    "funding": tuple(Funding),
    "zone": tuple(Zone),
    "zone-declared": (Zone.RED, Zone.YELLOW, Zone.GREEN, OUT_OF_RED),
    "sector": tuple(Sector),
    "wear-basis": tuple(WearBasis),
    "standing": tuple(Standing),
    "provenance": tuple(Provenance),
    "accuracy": tuple(Accuracy),
    "scope": tuple(Scope),
    "procurement-stage": tuple(ProcurementStage),
}

#: The country itself, and the 20 first-level units since 2022 (ISO 3166-2).
COUNTRY = "KZ"
REGIONS: tuple[str, ...] = (
    "KZ-10", "KZ-11", "KZ-15", "KZ-19", "KZ-23", "KZ-27", "KZ-31", "KZ-33", "KZ-35", "KZ-39",
    "KZ-43", "KZ-47", "KZ-55", "KZ-59", "KZ-61", "KZ-62", "KZ-63", "KZ-71", "KZ-75", "KZ-79",
)  # fmt: skip
