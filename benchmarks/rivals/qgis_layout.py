"""Run by the Python of QGIS: its print layout, A4 at 300 dpi, of the layers of a GeoPackage.

python3 qgis_layout.py FILE.gpkg FOLDER RUNS: seconds and bytes of pictures and PDFs as JSON.
"""

import json
import os
import sys
import time
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

_LAYERS = ("plants", "networks", "regions")
_COUNTRY = (46.0, 40.0, 88.0, 56.0)  # degrees
_DPI = 300


def layout(project: QgsProject, layers: list[QgsVectorLayer]) -> QgsPrintLayout:
    """Return a page with the map of the country on it."""
    page = QgsPrintLayout(project)
    page.initializeDefaults()
    shown = QgsLayoutItemMap(page)
    shown.attemptMove(QgsLayoutPoint(10, 20))
    shown.attemptResize(QgsLayoutSize(215, 170))
    page.addLayoutItem(shown)
    shown.setCrs(project.crs())
    shown.setLayers(layers)
    shown.setExtent(QgsRectangle(*_COUNTRY))
    return page


def export(page: QgsPrintLayout, out: Path) -> float:
    """Write a page; return the seconds."""
    exporter = QgsLayoutExporter(page)
    start = time.perf_counter()
    if out.suffix == ".png":
        picture = exporter.ImageExportSettings()
        picture.dpi = _DPI
        answer = exporter.exportToImage(str(out), picture)
    else:
        pages = exporter.PdfExportSettings()
        pages.dpi = _DPI
        answer = exporter.exportToPdf(str(out), pages)
    if answer != QgsLayoutExporter.Success:
        sys.exit(f"{out.name}: not written ({answer})")
    return time.perf_counter() - start


def main(source: str, folder: str, runs: int) -> None:
    """Print the seconds and the bytes."""
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    layers = [QgsVectorLayer(f"{source}|layername={name}", name, "ogr") for name in _LAYERS]
    if not all(layer.isValid() for layer in layers):
        sys.exit("a layer cannot be read")
    project.addMapLayers(layers)
    found: dict[str, list[float]] = {}
    sizes = {}
    for kind in ("png", "pdf"):
        out = Path(folder) / f"qgis.{kind}"
        page = layout(project, layers)  # kept: an exporter does not hold it
        found[kind] = [export(page, out) for _ in range(runs + 1)][1:]  # the first one reads it all
        sizes[kind] = out.stat().st_size
    print(json.dumps({"seconds": found, "bytes": sizes}))
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash while it is taken apart


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
