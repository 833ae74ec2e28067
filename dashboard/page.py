"""The page, read from top to bottom as the ladder: dataset, filters, selection, totals, map, panels."""

import streamlit as st

from dashboard import controls, layers, panels
from dashboard.player import player
from geodata import DataError, country_totals, select

st.set_page_config(page_title="Prisoner Transfer Map", layout="wide")
panels.style()

try:
    dataset = controls.open_dataset()
except DataError as error:
    panels.problems(error)
    st.stop()

panels.masthead(dataset)
filters, notices = controls.filters(dataset)
selection = select(dataset, filters)
totals = country_totals(selection)
scene = layers.scene(selection, totals, measure=filters.measure)

panels.notices(notices)
panels.title(selection, totals)
panels.bar(filters, dataset, totals)
player(scene, key="player", on_change=controls.remember)

names = {"Countries": panels.countries, "Movements": panels.movements, "Sources and method": panels.sources}
for tab, draw in zip(st.tabs([*names], key="tab", on_change="rerun"), names.values(), strict=True):
    if tab.open:
        with tab:
            draw(selection, totals)
