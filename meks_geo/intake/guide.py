"""What a template says of its columns: headers, notes, allowed values and an example."""

from collections.abc import Mapping

from meks_geo import i18n
from meks_geo.model import ROLLS, Column, Dataset, Schema
from meks_geo.vocabulary import (
    COUNTRY,
    LISTS,
    Accuracy,
    Funding,
    Kind,
    Lang,
    ProcurementStage,
    Provenance,
    Sector,
    Stage,
    Status,
    WearBasis,
)

#: Tables that may come in, in the order of their sheets.
TABLES = ("networks", "plants", "entities", "projects", *ROLLS)

#: Tables whose rows may belong to the country as a whole.
COUNTRYWIDE = frozenset({"networks", "projects", "contractors", "manufacturers"})

_REGION = "KZ-55"

#: One row a table that passes every check; words are in the catalogues.
_EXAMPLES: Mapping[str, Mapping[str, str | float]] = {
    "networks": {
        "network_id": "example-heat-0001",
        "sector": Sector.HEAT,
        "region": _REGION,
        "wear_percent": 72.5,
        "wear_basis": WearBasis.INSPECTION,
        "wear_date": "2026-04-08",
        "built_year": 1984.0,
        "length_km": 2.5,
        "diameter_mm": 530.0,
        "project_ids": "example-project-1",
        "provenance": Provenance.OFFICIAL,
        "geometry": "LINESTRING (76.94 52.28, 76.96 52.28, 76.96 52.29)",
    },
    "plants": {
        "plant_id": "example-chp-1",
        "kind": Kind.CHP,
        "stage": Stage.OPERATING,
        "region": _REGION,
        "lat": 52.2873,
        "lon": 76.9674,
        "location_accuracy": Accuracy.SITE,
        "electric_mw": 110.0,
        "heat_gcal_h": 332.0,
        "wear_percent": ">80",
        "wear_basis": WearBasis.REPORTED,
        "wear_date": "2026-02",
        "provenance": Provenance.OFFICIAL,
    },
    "entities": {
        "entity_id": "example-entity-1",
        "sector": Sector.HEAT,
        "region": _REGION,
        "length_km": 412.6,
        "wear_percent": "65-70",
        "wear_basis": WearBasis.REPORTED,
        "wear_date": "2025",
        "provenance": Provenance.OFFICIAL,
    },
    "projects": {
        "project_id": "example-project-1",
        "region": _REGION,
        "sector": Sector.HEAT,
        "plant_id": "example-chp-1",
        "entity_id": "example-entity-1",
        "status": Status.CONSTRUCTION,
        "funding": Funding.MEKS_MARKET,
        "cost_bn_kzt": 35.6,
        "heat_gcal_h": 60.0,
        "length_km": 14.2,
        "start_year": 2026.0,
        "completion": "2029-Q1",
        "source_url": "https://www.gov.kz",
        "stated_on": "2026-04-08",
        "provenance": Provenance.OFFICIAL,
    },
    "contractors": {
        "contractor_id": "example-contractor-1",
        "bin": "000000000000",
        "region": _REGION,
        "sector": Sector.HEAT,
        "lat": 52.2873,
        "lon": 76.9674,
        "stated_on": "2026-04-08",
        "provenance": Provenance.OFFICIAL,
    },
    "manufacturers": {
        "manufacturer_id": "example-manufacturer-1",
        "bin": "000000000000",
        "region": _REGION,
        "sector": Sector.HEAT,
        "stated_on": "2026-04-08",
        "provenance": Provenance.OFFICIAL,
    },
    "products": {
        "product_id": "example-product-1",
        "manufacturer_id": "example-manufacturer-1",
        "sector": Sector.HEAT,
        "product_code": "24.20.13",
        "localisation_percent": 62.5,
        "stated_on": "2026-04-08",
        "provenance": Provenance.OFFICIAL,
    },
    "procurement": {
        "procurement_id": "example-procurement-1",
        "project_id": "example-project-1",
        "procurement_stage": ProcurementStage.CONTRACT_SIGNED,
        "stage_date": "2026-04-02",
        "contractor_id": "example-contractor-1",
        "amount_bn_kzt": 1.25,
        "source_url": "https://www.gov.kz",
        "stated_on": "2026-04-08",
        "provenance": Provenance.OFFICIAL,
    },
}

_WORDED = frozenset(
    {
        *("operator", "contractor", "source_title"),
        *("specialisation", "address", "unit", "lot", "supplier"),
    }
)


def header(lang: str, column: Column) -> str:
    """Return the header of a column; one that must be filled in ends in an asterisk."""
    return i18n.text(lang, f"column.{column.name}") + (" *" if column.required else "")


def describe(lang: str, column: Column) -> str:
    """Return one sentence that says what a column holds and how to write it."""
    return i18n.text(lang, f"column_note.{column.name}")


def allowed(lang: str, column: Column) -> str:
    """Return what a cell may hold: a range, the values of a list, or the form of its type."""
    if column.type == "code":
        return "; ".join(i18n.label(lang, column.vocabulary, c) for c in LISTS[column.vocabulary])
    if is_closed(column):
        return i18n.text(lang, "type.code")
    if column.type in ("ref", "refs"):
        table = i18n.text(lang, f"sheet.{column.vocabulary}")
        return i18n.text(lang, "template.from_table", type=kind(lang, column), table=table)
    if ends := limits(column):
        low, high = (i18n.number(lang, end) for end in ends)
        return i18n.text(lang, "template.range", type=kind(lang, column), low=low, high=high)
    return kind(lang, column)


def kind(lang: str, column: Column) -> str:
    """Return the form of a cell in words, such as "Whole number"."""
    return i18n.text(lang, f"type.{column.type}")


def limits(column: Column) -> tuple[float, float] | None:
    """Return the least and the greatest number of a column; None where there are none."""
    low, dots, high = column.vocabulary.partition("..")
    return (float(low), float(high)) if dots else None


def is_closed(column: Column) -> bool:
    """Tell whether a cell must hold a value of a list."""
    return column.type == "code" or column.vocabulary == "regions"


def used_lists(schemas: Mapping[str, Schema]) -> dict[str, str]:
    """Return the closed lists that the tables use: the column that each is named after, by list."""
    columns = [c for table in TABLES for c in schemas[table].columns if c.intake]
    return {c.vocabulary: c.name for c in columns if c.type == "code"}


def unit(lang: str, column: Column) -> str:
    """Return the sign of the unit of a column; "" for none, and for a year."""
    return i18n.unit(lang, column.unit) if column.unit not in ("", "year") else ""


def note(lang: str, column: Column) -> str:
    """Return the note on a header: what, how, values, unit, whether required, code name."""
    sign = unit(lang, column)
    lines = [
        describe(lang, column),
        allowed(lang, column),
        i18n.text(lang, "template.unit", unit=sign) if sign else "",
        i18n.text(lang, "template.required" if column.required else "template.optional"),
        i18n.text(lang, "template.code", code=column.name),
    ]
    return "\n".join(line for line in lines if line)


def region_label(lang: str, data: Dataset, region: str) -> str:
    """Return the name of a region; that of the country for ""."""
    return i18n.name(lang, data.rows["regions"][region or COUNTRY])


def shown(lang: str, data: Dataset, column: Column, cell: str | float) -> str | float:
    """Return a cell as a template shows it: codes and regions by their labels."""
    if not isinstance(cell, str) or not cell:
        return cell
    if column.type == "code":
        return i18n.label(lang, column.vocabulary, cell)
    if column.vocabulary == "regions":
        return region_label(lang, data, cell)
    return str(cell)


def example(lang: str, schema: Schema) -> dict[str, str | float]:
    """Return an invented row of a table: cells by column name, codes as codes."""
    row: dict[str, str | float] = dict(_EXAMPLES[schema.table])
    for column in schema.columns:
        if column.name in _WORDED:
            row[column.name] = i18n.text(lang, f"template.example_{column.name}")
        elif column.name.startswith("name_"):
            spoken = Lang(column.name.removeprefix("name_"))
            row[column.name] = i18n.text(spoken, f"template.example_{schema.table}")
    return {c.name: row.get(c.name, "") for c in schema.columns if c.intake}
