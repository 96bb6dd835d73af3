"""A map with a saved plan on it: its works, its block of the legend, its name, its table."""

from dataclasses import replace

from meks_geo import i18n, planworks, wording
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.scene import Scene
from meks_geo.standouts import MOST_ROWS, Column, Table
from meks_geo.view import View


def show(scene: Scene, data: Dataset, view: View, saved: SavedPlan | None) -> Scene:
    """Return a map with the works of a plan; the same map where there is no plan.

    Works of other regions and sectors than the view asks for are left out.
    """
    if saved is None:
        return scene
    lang = scene.lang
    top = works_table(saved, data, lang, view)
    return replace(
        scene,
        works=planworks.layer(saved, data, lang, view=view),
        subtitle=f"{scene.subtitle} · {planworks.named(saved, lang)}",
        legend=(*scene.legend, planworks.legend(saved, data, lang, view=view)),
        top=(top, *scene.top) if scene.link and top.rows else scene.top,
    )


def works_table(saved: SavedPlan, data: Dataset, lang: str, view: View) -> Table:
    """Return the works of a plan that cost most, for the margin of a print."""
    works = planworks.inside(saved, view)
    costliest = sorted(works, key=lambda one: (-one.cost_bn_kzt, one.candidate))
    columns = (
        Column(i18n.text(lang, "planout.work"), wide=True),
        Column(i18n.text(lang, "table.region"), spare=3),
        Column(i18n.text(lang, "table.funding"), spare=2),
        Column(i18n.text(lang, "planout.years"), number=True),
        Column(i18n.unit(lang, "bn KZT"), number=True),
    )
    rows = tuple(
        (
            planworks.title(data, one, lang),
            wording.short_region(lang, data.rows["regions"][one.region]),
            i18n.label(lang, "funding", one.source),
            planworks.years(one),
            i18n.number(lang, one.cost_bn_kzt, 1),
        )
        for one in costliest[:MOST_ROWS]
    )
    title = i18n.text(lang, "planout.costliest")
    return Table(title, columns, rows, len(works))
