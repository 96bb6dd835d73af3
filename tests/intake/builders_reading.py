"""Small valid files of every format that comes in, as bytes, and the pieces to spoil them with."""

import csv
import io
import json
import sqlite3
import tempfile
import warnings
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import pyogrio
import shapely
import xlsxwriter

HEADER = (
    *("network_id", "sector", "region", "operator", "wear_percent", "wear_basis", "wear_date"),
    *("built_year", "length_km", "diameter_mm", "voltage_kv", "project_ids", "provenance"),
)
KINDS = ("xlsx", "ods", "csv", "gpkg", "geojson", "shapefile", "kml")
ENDINGS = {"shapefile": "zip"} | {kind: kind for kind in KINDS if kind != "shapefile"}


def lines(count):
    """Return lines of about 0.7 km near Pavlodar, in longitude and latitude."""
    starts = [
        (round(76.9 + n % 50 / 1000, 3), round(52.2 + n // 50 / 1000, 3)) for n in range(count)
    ]
    return [shapely.LineString([(x, y), (round(x + 0.01, 3), y)]) for x, y in starts]


def network_rows(count):
    """Return rows of a valid `networks` table, without geometry."""
    return [
        (
            *(
                f"hn-{n:06d}",
                "heat",
                "KZ-55",
                "ТОО «Павлодарские тепловые сети»",
                40 + n % 50 + 0.5,
            ),
            *("reported", "2025-12-31", 1960 + n % 60, "", 200 + n % 5 * 100, "", "", "official"),
        )
        for n in range(count)
    ]


def table(count):
    """Return a valid `networks` table of a workbook: header, rows with WKT."""
    rows = zip(network_rows(count), lines(count), strict=True)
    return [(*HEADER, "geometry"), *((*row, line.wkt) for row, line in rows)]


def frame(count, crs="EPSG:4326"):
    """Return a valid `networks` table with geometry."""
    cells = zip(*network_rows(count), strict=True)
    columns = {name: list(column) for name, column in zip(HEADER, cells, strict=True)}
    return gpd.GeoDataFrame(columns, geometry=lines(count), crs="EPSG:4326").to_crs(crs)


def xlsx(sheets):
    """Return a workbook of sheets by name; a text that starts with `=` is a formula."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and not cell.startswith("="):
                    sheet.write_string(at, place, cell)
                elif hasattr(cell, "year"):
                    sheet.write_datetime(at, place, cell, day)
                elif cell is not None:
                    sheet.write(at, place, cell)
    book.close()
    return content.getvalue()


def zipped(members):
    """Return an archive of (name, content) pairs."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return content.getvalue()


def unzipped(content):
    """Return the (name, content) pairs of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(one.filename, archive.read(one)) for one in archive.infolist()]


def with_part(content, name, change):
    """Return an archive in which one member is changed."""
    return zipped([(n, change(c) if n == name else c) for n, c in unzipped(content)])


def _ods_cell(cell):
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, str) and cell.startswith("="):
        return (
            f'<table:table-cell table:formula={quoteattr("of:" + cell)} office:value-type="float" '
            'office:value="2"><text:p>2</text:p></table:table-cell>'
        )
    if isinstance(cell, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{cell}">'
            f"<text:p>{cell}</text:p></table:table-cell>"
        )
    if hasattr(cell, "year"):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{cell:%Y-%m-%d}">'
            f"<text:p>{cell:%d.%m.%Y}</text:p></table:table-cell>"
        )
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(cell)}</text:p></table:table-cell>"
    )


ODS_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
MIME = "application/vnd.oasis.opendocument.spreadsheet"


def ods(sheets):
    """Return an ODS workbook of sheets by name; a text that starts with `=` is a formula."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join(
            f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    return ods_of(tables)


def ods_of(tables):
    """Return an ODS workbook around the XML of its tables."""
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODS_NAMES} '
        f'office:version="1.2"><office:body><office:spreadsheet>{tables}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
        "</manifest:manifest>"
    )
    members = [("mimetype", MIME), ("content.xml", body), ("META-INF/manifest.xml", manifest)]
    return zipped(members)


def csv_bytes(rows, separator=",", encoding="utf-8"):
    """Return a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def gpkg(layers):
    """Return a GeoPackage of frames by layer name."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "x.gpkg"
        for name, one in layers.items():
            pyogrio.write_dataframe(one, path, layer=name, driver="GPKG")
        return path.read_bytes()


def without_index(base):
    """Drop the triggers that keep a spatial index, which SQLite alone cannot run."""
    names = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        base.execute(f'DROP TRIGGER "{name}"')


def changed_gpkg(content, *statements):
    """Return a GeoPackage after some SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        path.write_bytes(content)
        base = sqlite3.connect(path, isolation_level=None)
        without_index(base)
        for statement in statements:
            base.execute(statement)
        base.close()
        return path.read_bytes()


def feature(geometry, **properties):
    """Return a GeoJSON feature as a mapping."""
    shape = shapely.geometry.mapping(geometry) if geometry is not None else None
    return {"type": "Feature", "properties": properties, "geometry": shape}


def geojson(features, **more):
    """Return a GeoJSON collection."""
    return json.dumps(
        {"type": "FeatureCollection", **more, "features": features}, ensure_ascii=False
    ).encode()


def shapefile(one, stem="networks", encoding="UTF-8", leave_out=()):
    """Return a ZIP with a Shapefile of a frame."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # dBase has ten characters for a name
        short = one.rename(columns={name: name[:10] for name in one.columns})
        short.to_file(Path(folder) / f"{stem}.shp", encoding=encoding)
        parts = [(p.name, p.read_bytes()) for p in sorted(Path(folder).iterdir())]
    return zipped([(n, c) for n, c in parts if not n.endswith(tuple(leave_out) or ("\0",))])


def kml(rows, header=HEADER, geometries=None, folder="networks"):
    """Return a KML file with a folder of placemarks."""
    shapes = geometries if geometries is not None else lines(len(rows))
    marks = []
    for row, shape in zip(rows, shapes, strict=True):
        data = "".join(
            f"<SimpleData name={quoteattr(name)}>{escape(str(cell))}</SimpleData>"
            for name, cell in zip(header, row, strict=True)
            if cell != ""
        )
        points = " ".join(f"{x},{y}" for x, y in shape.coords) if shape is not None else ""
        line = f"<LineString><coordinates>{points}</coordinates></LineString>" if points else ""
        marks.append(
            "<Placemark><ExtendedData><SchemaData schemaUrl='#s'>"
            f"{data}</SchemaData></ExtendedData>{line}</Placemark>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><Folder><name>{escape(folder)}</name>{''.join(marks)}</Folder></Document></kml>"
    ).encode()


def valid(kind, count=5):
    """Return a valid file of networks of one of `KINDS`."""
    match kind:
        case "xlsx":
            return xlsx({"networks": table(count)})
        case "ods":
            return ods({"networks": table(count)})
        case "csv":
            return csv_bytes(table(count))
        case "gpkg":
            return gpkg({"networks": frame(count)})
        case "geojson":
            rows = zip(network_rows(count), lines(count), strict=True)
            named = [feature(line, **dict(zip(HEADER, row, strict=True))) for row, line in rows]
            return geojson(named)
        case "shapefile":
            return shapefile(frame(count))
        case "kml":
            return kml(network_rows(count))
    raise ValueError(kind)
