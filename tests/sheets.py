"""What tests of prints share: a small country of squares with a scene on it, and how to look."""

from functools import cache

import geopandas as gpd
from matplotlib.collections import PathCollection
from shapely import LineString, box

from meks_geo import measure
from meks_geo.model import Base
from meks_geo.scene import Area, CityMark, Label, LegendGroup, LegendRow, Scene, Site
from meks_geo.vocabulary import ENDED, Kind, Status, Zone

KAZAKH = "әғқңөұүһіӘҒҚҢӨҰҮҺІ"
SIGNS = "«»„“–—…№₸€$%‰°²³·•→←↑↓≥≤≈−×½\u00a0\u2009ёЁ"
ZONES = {"KZ-10": "red", "KZ-11": "yellow", "KZ-15": "green", "KZ-19": "unknown"}
NAMES = {"KZ-10": "Абай", "KZ-11": "Ақмола", "KZ-15": "Ақтөбе", "KZ-19": "Батыс Қазақстан"}
CORNERS = {"KZ-10": (50, 48), "KZ-11": (65, 48), "KZ-15": (50, 42), "KZ-19": (65, 42)}


def frame(geometries, **columns):
    return gpd.GeoDataFrame(columns, geometry=geometries, crs=measure.WGS84)


@cache
def make_base():
    squares = [box(x, y, x + 15, y + 6) for x, y in CORNERS.values()]
    return Base(
        regions=frame(squares, region=list(CORNERS)),
        outline=frame([box(50, 42, 80, 54)]),
        lakes=frame([box(72, 45, 76, 46)]),
        neighbours=frame(
            [box(40, 36, 95, 60), LineString([(40, 45), (50, 45)])], kind=["land", "border"]
        ),
        digest="test",
    )


def make_site(number, **changes):
    given = {
        "id": f"site-{number}",
        "lat": 44.0 + number % 9,
        "lon": 52.0 + (number * 3.1) % 26,
        "dx_px": 0.0,
        "dy_px": 0.0,
        "kind": list(Kind)[number % len(Kind)],
        "zone": list(Zone)[number % len(Zone)],
        "size_px": 9.0 + number % 18,
        "hollow": number % 5 == 0,
        "at_city": number % 4 == 0,
        "status": "construction" if number % 3 == 0 else "",
        "title": f"ЖЭО-{number}",
        "hover": (),
    }
    return Site(**(given | changes))


def make_legend():
    live = [s for s in Status if s not in ENDED]
    return (
        LegendGroup(
            "Аймақ: жарияланған",
            tuple(LegendRow(f"zone:{z}", f"аймақ {z}", n) for n, z in enumerate(Zone)),
            "Қызыл аймақ шегі 60 %.",
        ),
        LegendGroup(
            "Тозу",
            tuple(LegendRow(f"area:{z}", f"өңір {z}", 1200 + n) for n, z in enumerate(Zone)),
        ),
        LegendGroup(
            "Белгілер",
            (
                LegendRow("city:red", "қала", 3),
                *(LegendRow(f"kind:{k}", f"түр {k}", 7) for k in Kind),
                LegendRow("hollow:chp", "салынбаған"),
                LegendRow("ring:city", "қала дәлдігімен"),
                *(LegendRow(f"status:{s}", f"мәртебе {s}", 2) for s in live),
            ),
        ),
    )


@cache
def make_scene():
    areas = tuple(
        Area(
            code, ZONES[code], NAMES[code], "" if ZONES[code] == "unknown" else "62 %",
            CORNERS[code][1] + 3.0, CORNERS[code][0] + 7.5, (), inside=True,
        )
        for code in CORNERS
    )  # fmt: skip
    labels = tuple(
        Label(f"Қала {n}", 43.0 + (n * 0.7) % 10, 51.0 + (n * 1.7) % 28, 1 + n % 3)
        for n in range(40)
    )
    return Scene(
        lang="kk",
        title="МЭКС · энергетиканы жаңғырту картасы",
        subtitle="Жоба мәртебесі: барлығы · Қаржыландыру: барлығы",
        areas=areas,
        cities=(CityMark("city-1", 50.0, 60.0, "red", "91 %", "Екібастұз", ()),),
        sites=tuple(make_site(n) for n in range(30)),
        labels=(*labels, Label("Балқаш көлі", 45.5, 74.0, 2, water=True)),
        legend=make_legend(),
        bounds=(42.0, 50.0, 54.0, 80.0),
        selected="site-7",
        foot=("08.04.2026 күніне", "көрсетілді 30 / сүзгіде 30 / барлығы 30", "редакция 4f1c9ae2"),
        attribution="UN OCHA · Natural Earth",
        sources=("Энергетика министрлігі, 16.02.2026", "Qazinform, 05.03.2026"),
        stamp="Қызмет бабында пайдалану үшін",
    )


def layers(sheet):
    drawn = [a for a in sheet.figure.get_children() if isinstance(a, PathCollection)]
    return sorted(drawn, key=lambda a: a.get_zorder())


def layer(sheet, name):
    return next(a for a in layers(sheet) if a.get_gid() == name)


def texts(sheet):
    return [w.text for w in sheet.words]
