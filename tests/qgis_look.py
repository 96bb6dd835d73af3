"""Run by the Python of QGIS, not by pytest: open a GeoPackage, say how it looks, change a wear.

python3 qgis_look.py FILE PICTURE
"""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

SHAPED = ("projects_on_map", "plants", "networks", "regions")
PLAIN = ("projects", "entities", "metadata", "sources", "figures", "indicators")


def look(layer):
    """What QGIS made of a layer."""
    found = {"valid": layer.isValid(), "features": layer.featureCount()}
    found["aliases"] = {f.name(): f.alias() for f in layer.fields()}
    widgets = [layer.editorWidgetSetup(n).type() for n in range(len(layer.fields()))]
    found["widgets"] = dict(zip(layer.fields().names(), widgets, strict=False))
    renderer = layer.renderer()
    if renderer is not None and renderer.type() == "categorizedSymbol":
        found["renderer"] = renderer.type()
        found["by"] = renderer.classAttribute()
        found["classes"] = {c.value(): c.label() for c in renderer.categories()}
        found["colours"] = {c.value(): c.symbol().color().name() for c in renderer.categories()}
        found["not_understood"] = [
            expression for c in renderer.categories() for expression in wrong(c.symbol())
        ]
    return found


def wrong(symbol):
    """The expressions of a symbol that QGIS cannot read."""
    for part in symbol.symbolLayers():
        driven = part.dataDefinedProperties()
        for key in driven.propertyKeys():
            expression = QgsExpression(driven.property(key).expressionString())
            if expression.hasParserError():
                yield expression.expression()


def drawn(layers, picture, size=(1600, 900)):
    """Draw the layers, and the dots of the picture that have each colour."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setBackgroundColor(QColor("#ffffff"))
    settings.setOutputSize(QSize(*size))
    settings.setOutputDpi(96)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(QgsRectangle(46, 40, 88, 56))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    dots = {}
    place = settings.mapToPixel()
    for layer in layers:
        if layer.name() != "plants":
            continue
        for feature in layer.getFeatures():
            point = place.transform(feature.geometry().asPoint())
            near = {
                image.pixelColor(round(point.x()) + x, round(point.y()) + y).name()
                for x in (-2, 0, 2)
                for y in (-2, 0, 2)
                if 0 <= round(point.x()) + x < size[0] and 0 <= round(point.y()) + y < size[1]
            }
            dots[feature["plant_id"]] = [feature["zone"], feature["stage"] or "", sorted(near)]
    return dots


def change(layer):
    """Change one wear and move its point, as a person with the pencil does."""
    layer.startEditing()
    feature = next(layer.getFeatures("\"plant_id\" = 'pavlodar-chp-2'"))
    layer.changeAttributeValue(feature.id(), layer.fields().indexOf("wear_percent"), "88")
    geometry = feature.geometry()
    geometry.translate(0.01, 0.0)
    layer.changeGeometry(feature.id(), geometry)
    return layer.commitChanges()


def main(path, picture):
    qgis = QgsApplication([], False)
    qgis.initQgis()
    layers = {n: QgsVectorLayer(f"{path}|layername={n}", n, "ogr") for n in (*SHAPED, *PLAIN)}
    found = {name: look(layer) for name, layer in layers.items()}
    found["dots"] = drawn([layers[name] for name in SHAPED if layers[name].isValid()], picture)
    found["changed"] = change(layers["plants"])
    found["read_only"] = {n: not layers[n].startEditing() for n in ("regions", "projects_on_map")}
    print(json.dumps(found, default=str))  # noqa: T201
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash while it is taken apart


if __name__ == "__main__":
    main(*sys.argv[1:])
