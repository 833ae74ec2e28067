"""Places and languages in words."""

from __future__ import annotations

import babel

from geodata.geo.names import country_in_sentence, country_name
from geodata.model.places import BEFORE, BETWEEN, DIED, IN_TRANSIT, UNLOCATED, UNREPORTED

__all__ = ["LANGUAGES", "language_text", "place_in_sentence", "place_text"]

LANGUAGES = ("en", "be", "uk", "ru", "pl", "lt", "lv", "et", "cs", "ka", "de", "fr", "es", "it", "pt")
"""Languages to choose from: those of the data and of its readers; a link may name others."""

_ROWS = {
    BETWEEN: "Between countries",
    UNLOCATED: "In no known country",
    DIED: "Died on the way or in custody",
    IN_TRANSIT: "Under way",
    UNREPORTED: "Where they went is not reported",
    BEFORE: "Not yet set in motion",
}

_PLACES = {BETWEEN: "a place between countries", UNLOCATED: "a place whose country is not known"}


def place_text(code: str, language: str = "en") -> str:
    """Return the name of a row of a table by country."""
    return _ROWS.get(code) or country_name(code, language)


def place_in_sentence(code: str, language: str = "en") -> str:
    """Return what an English sentence calls a row of a table by country, after "in", "from" or "to".

    Examples
    --------
    >>> place_in_sentence("US"), place_in_sentence("between")
    ('the United States', 'a place between countries')
    """
    return _PLACES.get(code) or country_in_sentence(code, language)


def language_text(tag: str) -> str:
    """Return what a language calls itself.

    Examples
    --------
    >>> language_text("be"), language_text("pt-BR")
    ('Беларуская', 'Português (Brasil)')
    """
    name = babel.Locale.parse(tag, sep="-").get_display_name() or tag
    return name[:1].upper() + name[1:]
