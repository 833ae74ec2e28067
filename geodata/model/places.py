"""Rows of tables by country that are no country."""

from __future__ import annotations

__all__ = ["BEFORE", "BETWEEN", "DIED", "IN_TRANSIT", "NOWHERE", "UNLOCATED", "UNREPORTED"]

BETWEEN = "between"
"""A place between countries, such as a crossing."""
UNLOCATED = "unlocated"
"""A place in no country that is known."""
DIED = "died"
"""Where those go who died on the way or in custody."""
NOWHERE = (BETWEEN, UNLOCATED, DIED)
"""Rows behind those of the countries, in this order."""
IN_TRANSIT = "in_transit"
"""Those who have left a place and not yet reached the next."""
UNREPORTED = "unreported"
"""Those who have been freed, and of whom no source says where they went."""
BEFORE = "before"
"""Those whom nothing has set in motion yet."""
