"""The only reader and writer of `data/`, `geo/` and `var/`.

`build` checks the shipped registers and writes them as one immutable GeoPackage a revision;
`dataset` reads a revision back. The revision is the hash of the canonical rows, so the same content
is the same revision, and a broken register leaves the last good one in place.
"""

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import pyogrio

from meks_geo import registers
from meks_geo.dates import parse
from meks_geo.errors import InputError, NothingPublishedError, Problem
from meks_geo.measure import WGS84
from meks_geo.model import Base, Claim, Dataset, Source, ZoneRule

Progress = Callable[[str, float], None]

_GEOMETRY = ("regions", "outline", "lakes", "neighbours")
_REVISION_CHARS = 12


def _silent(_step: str, _share: float) -> None:
    return None


class Store:
    """The registers and the published revisions under one folder.

    Parameters
    ----------
    root
        Folder that holds `data/` and `geo/`; by default the one this package lies in, or
        `MEKS_GEO_ROOT`.
    var
        Folder that the running system writes; by default `root/var`, or `MEKS_GEO_VAR`.
    """

    def __init__(self, root: Path | None = None, var: Path | None = None) -> None:
        """Name the folders; nothing is read or written."""
        here = Path(__file__).resolve().parent.parent
        self.root = root or Path(os.environ.get("MEKS_GEO_ROOT", here))
        self.var = var or Path(os.environ.get("MEKS_GEO_VAR", self.root / "var"))
        self.published = self.var / "published"

    # -- writing ---------------------------------------------------------------------------

    def build(self, progress: Progress = _silent) -> str:
        """Check the registers, publish them as the current revision and return its hash.

        Raises
        ------
        InputError
            If a register has errors; carries all of them. The current revision stays.
        """
        progress("read", 0.05)
        tables, problems = registers.read(self.root / "data", self.root / "geo")
        if any(p.severity == "error" for p in problems):
            raise InputError(problems)
        progress("geometry", 0.35)
        base = {name: self._read_geometry(name) for name in _GEOMETRY}
        progress("revision", 0.5)
        revision = _content_hash(tables, base)
        target = self.published / f"{revision}.gpkg"
        if not target.exists():
            self._write(target, tables, base, partial(_scaled, progress, 0.5, 0.95))
        self._point_to(revision)
        progress("done", 1.0)
        return revision

    def ensure(self, progress: Progress = _silent) -> tuple[Problem, ...]:
        """Make sure there is a current revision and that it is of the registers as they lie now.

        Returns
        -------
        problems
            What is wrong with changed registers, while the last good revision stays in use.

        Raises
        ------
        InputError
            If the registers are broken and nothing was ever published.
        """
        if self.current() and not self.is_stale():
            return ()
        try:
            self.build(progress)
        except InputError as error:
            if not self.current():
                raise
            return error.problems
        return ()

    def _read_geometry(self, name: str) -> gpd.GeoDataFrame:
        path = self.root / "geo" / f"{name}.geojson"
        try:
            frame = pyogrio.read_dataframe(path)
        except pyogrio.errors.DataSourceError as error:
            raise InputError([Problem("unreadable-file", path.name, value=str(error))]) from error
        return frame.set_crs(WGS84, allow_override=True)

    def _write(
        self,
        target: Path,
        tables: Mapping[str, pd.DataFrame],
        base: Mapping[str, gpd.GeoDataFrame],
        progress: Progress,
    ) -> None:
        self.published.mkdir(parents=True, exist_ok=True)
        self._sweep()
        staging = target.with_suffix(f".{_staging_mark()}.gpkg")
        layers = {**{f"base_{k}": v for k, v in base.items()}, **_with_points(tables)}
        for done, (name, frame) in enumerate(layers.items()):
            pyogrio.write_dataframe(frame, staging, layer=name, driver="GPKG", append=done > 0)
            progress(name, (done + 1) / len(layers))
        with staging.open("rb+") as file:
            os.fsync(file.fileno())
        staging.replace(target)

    def _sweep(self) -> None:
        """Remove what a killed build left behind; a running one keeps its files."""
        for left_over in [*self.published.glob("*.staging-*"), *self.var.glob("current.staging-*")]:
            owner = re.search(r"\.staging-(\d+)-", left_over.name)
            if not (owner and _is_running(int(owner[1]))):
                left_over.unlink(missing_ok=True)

    def _point_to(self, revision: str) -> None:
        marker = {"revision": revision, "registers": self.fingerprint()}
        staging = self.var / f"current.{_staging_mark()}"
        with staging.open("w", encoding="utf-8") as file:
            json.dump(marker, file)
            file.flush()
            os.fsync(file.fileno())
        staging.replace(self.var / "current")

    # -- reading ---------------------------------------------------------------------------

    def fingerprint(self) -> str:
        """Return the hash of the bytes of the shipped registers and geometry."""
        digest = hashlib.sha256()
        files = [*sorted(self.root.glob("data/**/*.csv")), *sorted(self.root.glob("geo/*.*json"))]
        for path in [*files, *sorted(self.root.glob("geo/*.csv"))]:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def current(self) -> str | None:
        """Return the revision in use; None before the first build."""
        return self._marker().get("revision")

    def is_stale(self) -> bool:
        """Return whether the shipped registers changed since the current revision was built."""
        return self._marker().get("registers") != self.fingerprint()

    def revisions(self) -> frozenset[str]:
        """Return the hashes of every published revision."""
        return frozenset(p.stem for p in self.published.glob("*.gpkg") if ".staging" not in p.name)

    def _marker(self) -> dict[str, str]:
        try:
            marker: dict[str, str] = json.loads((self.var / "current").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        known = (self.published / f"{marker['revision']}.gpkg").exists()
        return marker if known else {}

    def dataset(self, revision: str = "") -> Dataset:
        """Return a published revision, by default the current one.

        Raises
        ------
        NothingPublishedError
            If there is no such revision.
        """
        wanted = revision or self.current()
        path = self.published / f"{wanted}.gpkg"
        if not wanted or not path.exists():
            raise NothingPublishedError(wanted or "")
        schemas = registers.read_schemas(self.root / "data")
        tables = {
            name: _as_read(pyogrio.read_dataframe(path, layer=name, read_geometry=False), schema)
            for name, schema in {**schemas, "places": registers.PLACES}.items()
            if name not in registers.NOT_SHIPPED
        }
        attributes = pyogrio.read_dataframe(path, layer="attributes", read_geometry=False)
        base = {n: pyogrio.read_dataframe(path, layer=f"base_{n}") for n in _GEOMETRY}
        return _assemble(wanted, tables, attributes.fillna(""), base)


def _staging_mark() -> str:
    return f"staging-{os.getpid()}-{threading.get_ident()}"


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it runs, as somebody else
    return True


def _scaled(progress: Progress, low: float, high: float, step: str, share: float) -> None:
    progress(step, low + (high - low) * share)


def _with_points(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables with a point geometry where they have positions, for QGIS."""
    return {
        name: gpd.GeoDataFrame(
            frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=WGS84
        )
        if {"lat", "lon"} <= set(frame.columns)
        else frame
        for name, frame in tables.items()
    }


def _content_hash(tables: Mapping[str, pd.DataFrame], base: Mapping[str, gpd.GeoDataFrame]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(f"{name}\n".encode())
        digest.update(tables[name].to_csv(index=False).encode())
    for name in sorted(base):
        digest.update(f"{name}\n".encode())
        digest.update(base[name].drop(columns="geometry").to_csv(index=False).encode())
        digest.update(base[name].geometry.to_wkt().str.cat(sep="\n").encode())
    return digest.hexdigest()[:_REVISION_CHARS]


def _as_read(frame: pd.DataFrame, schema: registers.Schema) -> pd.DataFrame:
    numeric = {c.name for c in schema.columns if c.type in ("number", "integer")}
    typed = {
        name: frame[name].astype(float)
        if name in numeric
        else frame[name].astype(object).where(frame[name].notna(), "").astype(str)
        for name in frame.columns
    }
    return pd.DataFrame(typed).set_index(schema.id_column)


def _assemble(
    revision: str,
    tables: Mapping[str, pd.DataFrame],
    attributes: pd.DataFrame,
    base: Mapping[str, gpd.GeoDataFrame],
) -> Dataset:
    geometry = hashlib.sha256()
    for name in sorted(base):
        geometry.update(base[name].drop(columns="geometry").to_csv(index=False).encode())
        geometry.update(base[name].geometry.to_wkb().map(bytes).sum())
    return Dataset(
        revision=revision,
        base=Base(geometry.hexdigest()[:_REVISION_CHARS], **base),
        places=tables["places"],
        regions=tables["regions"],
        plants=tables["plants"],
        projects=tables["projects"],
        entities=tables["entities"],
        indicators=tables["indicators"],
        kpis=tables["kpis"],
        schemes=tables["zone_schemes"],
        rules=_rules(tables["zone_rules"]),
        sources=MappingProxyType(_sources(tables["sources"])),
        attributes=MappingProxyType(registers.attributes_of(attributes)),
        claims=MappingProxyType(_claims(tables["claims"])),
        words=MappingProxyType(
            {
                row.text: {"kk": row.name_kk, "ru": row.name_ru, "en": row.name_en}
                for row in tables["words"].itertuples()
            }
            if "words" in tables
            else {}
        ),
    )


def _sources(table: pd.DataFrame) -> dict[str, Source]:
    return {
        row.Index: Source(row.Index, row.title, row.publisher, row.url, row.date, row.provenance)
        for row in table.itertuples()
    }


def _rules(table: pd.DataFrame) -> tuple[ZoneRule, ...]:
    return tuple(
        ZoneRule(
            scheme=row.scheme,
            sector=row.sector,
            zone=row.zone,
            above_percent=row.above_percent,
            in_force_from=parse(row.in_force_from),
            assumed=row.assumed == "yes",
            source=row.source_id,
            note=row.note,
        )
        for row in table.itertuples()
    )


def _claims(table: pd.DataFrame) -> dict[str, Mapping[str, tuple[Claim, ...]]]:
    grouped: dict[str, dict[str, list[Claim]]] = {}
    for order, row in enumerate(table.itertuples()):
        claim = Claim(
            id=row.Index,
            subject=row.subject_id,
            attribute=row.attribute,
            value=row.value,
            stated_on=parse(row.stated_on),
            standing=row.standing,
            scheme=row.scheme,
            source=row.source_id,
            paraphrase=row.paraphrase,
            note=row.note,
            order=order,
        )
        grouped.setdefault(claim.subject, {}).setdefault(claim.attribute, []).append(claim)
    return {
        subject: MappingProxyType({name: tuple(claims) for name, claims in by_attribute.items()})
        for subject, by_attribute in grouped.items()
    }
