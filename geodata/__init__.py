"""Places, events and transfers of prisoners: loaded, joined to countries, chosen, counted.

The verbs stand in the order of the ladder: `load` → `country_of` → `Filters` → `select` → `country_totals` →
`write_csv`.
"""

from geodata.countries import country_of
from geodata.crossings import crossings
from geodata.export import write_csv
from geodata.filters import Filters
from geodata.load import Dataset, load
from geodata.problems import DataError, Problem
from geodata.selection import Selection, honour, select
from geodata.totals import country_totals, people

__all__ = [
    "DataError",
    "Dataset",
    "Filters",
    "Problem",
    "Selection",
    "country_of",
    "country_totals",
    "crossings",
    "honour",
    "load",
    "people",
    "select",
    "write_csv",
]
