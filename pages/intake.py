"""Intake page: a file comes in, is checked, compared, and becomes part of the map of record."""

import streamlit as st

from meks_geo.ui import cache, intake, publish, session, shell, verdict

view = session.current()

if intake.allowed(view.lang):
    publish.published(view)
    left, right = st.columns([0.42, 0.58], gap="small")
    with left:
        intake.template(shell.record(view), view)
    with right:
        intake.drop(view)
    upload = intake.current(view)
    if upload is not None:
        checked = intake.examined(upload, view.lang)
        verdict.show(checked, upload, cache.dataset(upload.revision), view.lang)
        proposal = publish.compare(upload, view.lang) if checked.verdict.passed else None
        if proposal is not None:
            publish.form(proposal, upload, view)
