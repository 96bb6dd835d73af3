"""Stories page: views in an order, made, changed, kept as a file, presented and taken along."""

from meks_geo.ui import export, session, shell, stories

view = session.current()
stories.page(view)
story = stories.current()
if story is not None and story.scenes:
    export.story(shell.record(view), view, story.scenes_in(view.lang))
