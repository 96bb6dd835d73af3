"""What an accepted file changes in the map of record, as a value that can be kept and replayed.

The shipped registers may have changed since a file was accepted. What it says of an object that
they no longer hold is set aside, and counts again when the object comes back: half a row, or a
claim about nothing, never gets in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from meks_geo.measure import WGS84

#: Columns that name a row of another table.
REFERENCES = {
    ("projects", "plant_id"): "plants",
    ("projects", "entity_id"): "entities",
    ("projects", "parent_id"): "projects",
    ("products", "manufacturer_id"): "manufacturers",
    ("procurement", "contractor_id"): "contractors",
    ("procurement", "project_id"): "projects",
}
#: References without which a row says nothing.
_NEEDED = frozenset({("procurement", "project_id")})
_SUBJECTS = ("plants", "projects", "entities", "regions")

#: Columns of the frames of an `Amendment`, all of them text.
CELLS = ("table", "id", "column", "value")
REMOVED = ("table", "id")
REPLACED = ("region", "sector")


@dataclass(frozen=True, eq=False)
class Amendment:
    """The difference that an intake makes, and nothing of what it only repeats.

    So an upgrade of the shipped registers is not undone by a file that was filled in before it.

    Parameters
    ----------
    id
        `intake-` and the first digits of the hash of the file.
    cells
        `CELLS`: identity of plants, entities and projects, and rows of the registers of the
        programme, that are new or changed. A new one says its id too; the cells of any other id
        count only while there is such a row.
    claims, sources
        New rows of these registers, with their columns.
    removed
        `REMOVED`: subjects that are taken off the map of record.
    replaced
        `REPLACED`: whose networks go, before `networks` come.
    networks
        Columns of the networks schema and `geometry` in EPSG:4326; may be empty.
    """

    id: str
    cells: pd.DataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    removed: pd.DataFrame
    replaced: pd.DataFrame
    networks: gpd.GeoDataFrame

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The parts by name, as they are kept."""
        names = ("cells", "claims", "sources", "removed", "replaced", "networks")
        return {name: getattr(self, name) for name in names}


def no_networks(columns: list[str]) -> gpd.GeoDataFrame:
    """Return an empty network table with these columns and a geometry."""
    return gpd.GeoDataFrame({name: [] for name in columns}, geometry=[], crs=WGS84)


def apply(tables: Mapping[str, pd.DataFrame], amendment: Amendment) -> dict[str, pd.DataFrame]:
    """Return the tables of the registers with an amendment made; the given ones stay as they are.

    Parameters
    ----------
    tables
        Frames by table, the id in the first column; numbers are floats, all else text.
    """
    amended = dict(tables)
    for table, cells in amendment.cells.groupby("table", sort=False):
        amended[str(table)] = _with_cells(amended[str(table)], cells)
    for table, ids in amendment.removed.groupby("table")["id"]:
        frame = amended[str(table)]
        amended[str(table)] = frame[~frame.iloc[:, 0].isin(set(ids))].reset_index(drop=True)
    claims = _joined(tables["claims"], amendment.claims)
    subjects = amendment.removed["table"].isin(_SUBJECTS)
    gone = claims["subject_id"].isin(set(amendment.removed.loc[subjects, "id"]))
    amended["claims"] = claims[~gone].reset_index(drop=True)
    amended["sources"] = _joined(tables["sources"], amendment.sources)
    amended["networks"] = with_networks(tables["networks"], amendment)
    return amended


def tie(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return the tables without what speaks of objects that are not there, and the ids of those.

    A reference to nothing is emptied: its row stays, unless it is about that alone.
    """
    tied = dict(tables)
    lost: set[str] = set()
    for (table, column), target in REFERENCES.items():
        known = {"", *tied[target].iloc[:, 0]}
        dangling = ~tied[table][column].isin(known)
        if dangling.any():
            lost |= set(tied[table].loc[dangling, column])
            emptied = tied[table].assign(**{column: tied[table][column].where(~dangling, "")})
            needed = (table, column) in _NEEDED
            tied[table] = tied[table][~dangling].reset_index(drop=True) if needed else emptied
    subjects = {one for name in _SUBJECTS for one in tied[name].iloc[:, 0]}
    spoken = tied["claims"]["subject_id"]
    lost |= set(spoken) - subjects
    tied["claims"] = tied["claims"][spoken.isin(subjects)].reset_index(drop=True)
    return tied, tuple(sorted(lost))


def _with_cells(frame: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    id_column = str(frame.columns[0])
    indexed = frame.set_index(id_column, drop=False)
    born = cells.loc[cells["column"] == id_column, "id"]
    new = [one for one in dict.fromkeys(born) if one not in indexed.index]
    rows = pd.DataFrame(
        {
            name: float("nan") if pd.api.types.is_numeric_dtype(frame[name]) else ""
            for name in frame.columns
        },
        index=pd.Index(new, name=id_column),
    )
    whole = pd.concat([indexed, rows.astype(indexed.dtypes.to_dict())]) if new else indexed.copy()
    said = cells[cells["id"].isin(whole.index)]
    for name, column in said.groupby("column", sort=False):
        if name in whole.columns:
            numeric = pd.api.types.is_numeric_dtype(whole[name])
            values = column["value"].astype(float if numeric else object)
            whole.loc[column["id"].to_numpy(), name] = values.to_numpy()
    return whole.reset_index(drop=True)


def _joined(frame: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of both; what is said again counts from its last place."""
    if more.empty:
        return frame
    id_column = str(frame.columns[0])
    kept = frame[~frame[id_column].isin(more[id_column])]
    return pd.concat([kept, more[list(frame.columns)]], ignore_index=True)


def with_networks(frame: gpd.GeoDataFrame, amendment: Amendment) -> gpd.GeoDataFrame:
    """Return the networks in the order of their ids, whatever the order in which they came."""
    if amendment.replaced.empty and amendment.networks.empty:
        return frame
    pairs = pd.MultiIndex.from_frame(amendment.replaced[["region", "sector"]])
    gone = pd.MultiIndex.from_frame(frame[["region", "sector"]]).isin(pairs)
    ids = pd.Series(frame["network_id"], dtype=object)  # many times faster than as text
    gone |= ids.isin(amendment.networks["network_id"].to_numpy(dtype=object)).to_numpy()
    kept = frame[~gone]
    parts = [part for part in (kept, amendment.networks[list(frame.columns)]) if len(part)]
    if not parts:
        return kept
    whole = pd.concat(parts, ignore_index=True).sort_values(
        "network_id", kind="stable", ignore_index=True
    )
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=WGS84)
