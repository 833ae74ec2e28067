"""The page, read from top to bottom as the ladder: dataset, filters, selection, totals, map, panels."""

import streamlit as st

from dashboard import controls, panels
from geodata import DataError, country_totals, select

st.set_page_config(page_title="Prisoner Transfer Map", layout="wide")
panels.style()

try:
    dataset = controls.open_dataset()
except DataError as error:
    panels.problems(error)
    st.stop()

panels.masthead(dataset)
titles = {name: panel.title for name, panel in panels.PANELS.items()}
filters, notices = controls.filters(dataset, titles)
selection = select(dataset, filters)
totals = country_totals(selection)

panels.notices(notices)
sentence = panels.title(selection, totals)
if controls.embedded():
    panels.maps(selection, totals, sentence)
    panels.full_page(filters)
else:
    panels.bar(filters, dataset, totals)
    panels.maps(selection, totals, sentence)
    for name, tab in controls.tabs(titles):
        with tab:
            panels.PANELS[name].draw(selection, totals)
if filters.figure:
    panels.open_number(selection)
