"""What the page shows around the map, and in its place where something is wrong.

Texts of a dataset are shown as plain text only: through `st.text`,
`dashboard.components.figure_table` or `dashboard.markup`.
"""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

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
from geodata import Selection

__all__ = [
    "PANELS",
    "Panel",
    "bar",
    "caption",
    "full_page",
    "maps",
    "masthead",
    "notices",
    "open_number",
    "problems",
    "style",
    "title",
]


class Panel(NamedTuple):
    """A panel below the map: its title, and what draws it from a selection and its country totals."""

    title: str
    draw: Callable[[Selection, pd.DataFrame], None]


PANELS = {
    "countries": Panel("Countries", countries),
    "movements": Panel("Movements", movements),
    "timeline": Panel("Timeline", timeline),
    "evidence": Panel("Evidence", evidence),
    "sources": Panel("Sources and method", sources),
    "share": Panel("Share and download", share),
}
"""Every panel by its id, which the key ``tab`` of a link names; where it names none the first is open."""
