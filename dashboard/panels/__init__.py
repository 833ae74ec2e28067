"""What the page shows around the map, and in its place where something is wrong.

Texts of a dataset are shown as plain text only: through `st.text`,
`dashboard.components.figure_table` or `dashboard.markup`.
"""

from dashboard.panels.by_country import countries
from dashboard.panels.checks import evidence
from dashboard.panels.frame import (
    bar,
    full_page,
    maps,
    masthead,
    notices,
    open_number,
    problems,
    style,
    title,
)
from dashboard.panels.in_time import timeline
from dashboard.panels.method import sources
from dashboard.panels.parts import caption
from dashboard.panels.records import movements
from dashboard.panels.sharing import share

__all__ = [
    "bar",
    "caption",
    "countries",
    "evidence",
    "full_page",
    "maps",
    "masthead",
    "movements",
    "notices",
    "open_number",
    "problems",
    "share",
    "sources",
    "style",
    "timeline",
    "title",
]
