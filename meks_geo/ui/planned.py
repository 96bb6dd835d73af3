"""The saved plan that a view names: looked up, and put on the map."""

from meks_geo import planscene
from meks_geo.errors import InputError
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.scene import Scene
from meks_geo.store import Store
from meks_geo.ui import shell
from meks_geo.view import View


def found(view: View) -> SavedPlan | None:
    """Return the saved plan that a view names; says so where there is none."""
    if not view.plan:
        return None
    try:
        saved = Store().plan(view.plan)
    except InputError as error:
        shell.complain(view.lang, error.problems)
        return None
    if saved is None:
        shell.dropped(view.lang, (f"plan={view.plan}",))
    return saved


def on_map(scene: Scene, data: Dataset, view: View) -> Scene:
    """Return a map with the works of the plan that its view names."""
    return planscene.show(scene, data, view, found(view))
