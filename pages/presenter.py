"""Presenter page: notes, the next scene, the clock, and answers that the hall does not see."""

from meks_geo.ui import presenter, session

presenter.window(session.current())
