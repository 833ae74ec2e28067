"""Places, events and transfers of prisoners: loaded, joined to countries, chosen, counted.

The verbs stand in the order of the ladder: `load` → `country_of` → `Filters` → `select` (where `reconcile`
lets figures bound each other) → `country_totals`, `timeline`, `present`, `findings`, `behind` → `write_csv`.
"""

from geodata.analysis.evidence import behind
from geodata.analysis.findings import findings
from geodata.analysis.presence import present
from geodata.analysis.reconcile import reconcile
from geodata.analysis.selection import Selection, select
from geodata.analysis.totals import country_totals, people, timeline
from geodata.files.export import write_csv
from geodata.files.load import load
from geodata.geo.countries import country_of
from geodata.geo.crossings import crossings
from geodata.model.dataset import Dataset
from geodata.model.problems import DataError, Problem
from geodata.query.filters import Filters
from geodata.query.links import honour

__all__ = [
    "DataError",
    "Dataset",
    "Filters",
    "Problem",
    "Selection",
    "behind",
    "country_of",
    "country_totals",
    "crossings",
    "findings",
    "honour",
    "load",
    "people",
    "present",
    "reconcile",
    "select",
    "timeline",
    "write_csv",
]
