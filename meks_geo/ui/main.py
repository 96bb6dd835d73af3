"""Navigation: what every page shares, and which page it is."""

from pathlib import Path

import streamlit as st

from meks_geo import i18n, rights
from meks_geo.errors import InputError
from meks_geo.store import Store
from meks_geo.ui import cache, present, session, shell

_ROOT = Path(__file__).resolve().parents[2]
_PAGES = (
    *("map", "projects", "networks", "plan", "kpis", "registers", "sources"),
    *("stories", "export", "intake", "history"),
)
#: Pages that no link of the bar leads to: one is reached from the exports, two from a story.
_ASIDE = ("verify", "presenter", "audience")

lang = session.enter().lang
st.set_page_config(
    page_title=i18n.text(lang, "app.title"),
    page_icon=str(_ROOT / "static" / "meks-geo" / "icon.png"),
    layout="wide",
)
shell.style(session.enter().theme)

if not rights.may(session.user(), rights.Action.READ):
    st.info(i18n.text(lang, "app.may_not_read"))
    st.stop()

try:
    problems = cache.ensure(shell.progress(lang))
except InputError as error:
    shell.problems(lang, error.problems, "error.no_revision")
    st.stop()

current, kept = Store().current() or "", Store().revisions()
wanted = session.enter().rev
known = not wanted or wanted in kept
held = session.begin(current, kept)
data = cache.dataset(wanted if wanted and known else held)
view, dropped = session.settle(data, known)
pages = [
    st.Page(
        _ROOT / "pages" / f"{name}.py",
        title=i18n.text(view.lang, f"page.{name}"),
        url_path=name,
        default=name == _PAGES[0],
    )
    for name in (*_PAGES, *_ASIDE)
]
page = st.navigation(pages, position="hidden")
dropped = session.start(on_map=page == pages[0] and not view.present, dropped=dropped)
if view.present and page == pages[0]:
    present.screen(view)
bar, notices = st.container(), st.container()
page.run()
with bar:
    shell.header(data, view, pages[: len(_PAGES)], page)
with notices:
    shell.revision(view, current)
    shell.problems(view.lang, problems, "error.last_good")
    shell.dropped(view.lang, dropped)
