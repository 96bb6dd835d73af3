"""Check a deck: which of its statements are no longer true, and the same deck made true."""

from meks_geo.ui import session, shell, verify

view = session.current()
dropped = verify.drop(view)
if dropped is not None:
    verify.show(shell.record(view), view, *dropped)
