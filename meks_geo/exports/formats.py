"""The kinds of data files that a view can be taken out as, by their ending."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from meks_geo.exports import csvfile, geojson, geopackage, workbook
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress
from meks_geo.view import View


class Write(Protocol):
    """Makes a file of a view."""

    def __call__(
        self,
        data: Dataset,
        view: View,
        *,
        stamp: str,
        progress: Progress,
        plan: SavedPlan | None,
    ) -> bytes:
        """Return the content of the file."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its ending with the dot, its media type, and what makes it."""

    suffix: str
    mime: str
    write: Write


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "xlsx": Format(".xlsx", _XLSX, workbook.write),
        "csv": Format(".csv", "text/csv; charset=utf-8", csvfile.write),
        "gpkg": Format(".gpkg", "application/geopackage+sqlite3", geopackage.write),
        "geojson": Format(".geojson", "application/geo+json", geojson.write),
    }
)
