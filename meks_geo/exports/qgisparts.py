"""Pieces of a QGIS style document: colours, options, symbols and what drives them by data."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

#: Properties of a layer of a symbol, as QGIS spells them.
Props = dict[str, str]
#: Expressions that overrule properties, by the name of the property.
Said = Mapping[str, str]

#: No colour at all.
CLEAR = "0,0,0,0"

_EXPRESSION = 3  # a property that is an expression, in the numbering of QGIS


def rgb(colour: str) -> str:
    """Return a colour `#rrggbb` as QGIS writes it: red, green, blue, opaque."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"


def option(name: str | None, value: Any) -> Element:
    """Return a value as an `Option` element: text, truth value, number, list or mapping."""
    named = {} if name is None else {"name": name}
    if isinstance(value, Mapping):
        found = Element("Option", {"type": "Map", **named})
        found.extend([option(key, one) for key, one in value.items()])
    elif isinstance(value, list):
        found = Element("Option", {"type": "List", **named})
        found.extend([option(None, one) for one in value])
    elif isinstance(value, bool):
        found = Element("Option", {"type": "bool", "value": str(value).lower(), **named})
    elif isinstance(value, int):
        found = Element("Option", {"type": "int", "value": str(value), **named})
    else:
        found = Element("Option", {"type": "QString", "value": str(value), **named})
    return found


def symbol(kind: str, name: str, parts: Sequence[tuple[str, Props, Said]]) -> Element:
    """Return a symbol out of its layers, bottom first.

    Parameters
    ----------
    kind
        `marker`, `line` or `fill`.
    name
        By which a category refers to it.
    parts
        Class of the layer, its properties, and the expressions that overrule them.
    """
    whole = {"alpha": "1", "clip_to_extent": "1", "force_rhr": "0", "type": kind, "name": name}
    found = Element("symbol", whole)
    for sort, props, said in parts:
        # what has no fill of its own keeps its colour when that of the symbol is changed
        locked = str(int(props.get("color") == CLEAR))
        layer = SubElement(
            found, "layer", {"class": sort, "enabled": "1", "locked": locked, "pass": "0"}
        )
        layer.append(option(None, props))
        for key, value in props.items():  # read by older versions
            SubElement(layer, "prop", {"k": key, "v": value})
        if said:
            SubElement(layer, "data_defined_properties").append(_driven(said))
    return found


def _driven(said: Said) -> Element:
    properties = {
        key: {"active": True, "expression": expression, "type": _EXPRESSION}
        for key, expression in said.items()
    }
    return option(None, {"name": "", "properties": properties, "type": "collection"})
