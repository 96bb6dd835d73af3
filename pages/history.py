"""History page: the journal of the map of record, and the way back to any state of it."""

from meks_geo.store import Store
from meks_geo.ui import history, session

view = session.current()
entries = Store().history()[::-1]

chosen = history.journal(entries, view)
if chosen is not None:
    history.entry(chosen, entries, view)
history.deeds(view.lang)
