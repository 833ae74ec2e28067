"""The rows of a table that are no country, each under the name that tables, links and tests share."""

from __future__ import annotations

__all__ = ["BEFORE", "BETWEEN", "DIED", "IN_TRANSIT", "NOWHERE", "UNLOCATED", "UNREPORTED"]

BETWEEN = "between"
"""A place between countries: a border crossing whose country is not given."""
UNLOCATED = "unlocated"
"""A place of which no country is known; also a location whose precision is ``unknown``."""
DIED = "died"
"""Where those go who died on the way or in custody: the country code of a location of kind ``death``."""
NOWHERE = (BETWEEN, UNLOCATED, DIED)
"""What stands in the column of a location's country without being one, in the order of a table."""
IN_TRANSIT = "in_transit"
"""People who are under way on a day."""
UNREPORTED = "unreported"
"""People who were set in motion, and of whom no source says where they went."""
BEFORE = "before"
"""People who are not yet set in motion on a day."""
