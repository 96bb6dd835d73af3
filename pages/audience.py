"""Audience page: a screen that follows a presenter by the code of the meeting."""

from meks_geo.ui import present, session

present.audience(session.current())
